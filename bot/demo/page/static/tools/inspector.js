// The inspector: what the bot called, recorded, owes and was silent about; only while one looks.

import { CallList } from "./calls.js";
import { Outbox } from "./outbox.js";
import { Records } from "./records.js";
import { Reminders } from "./reminders.js";
import { debounced } from "./list.js";
import { tabs } from "./tabs.js";

const KINDS = { calls: CallList, records: Records, outbox: Outbox, reminders: Reminders };
const AFTER = ["message", "clock", "bot", "chosen"]; // the events after which it is asked anew

/** Show the inspector in `root`. */
export function mount(root, page) {
  const { say, el, events } = page;
  root.classList.add("inspector");
  const views = Object.entries(KINDS).map(([key, View]) => ({ key, view: new View(page) }));
  let open = null;
  let inSight = false;

  const refresh = () => {
    if (inSight) open?.refresh();
  };
  const show = (key) => {
    open?.close?.();
    open = views.find((each) => each.key === key).view;
    if (inSight) open.open?.();
    refresh();
  };
  const look = (seen) => {
    if (seen === inSight) return;
    inSight = seen;
    if (seen) open.open?.();
    else open.close?.();
    refresh();
  };

  const pages = views.map(({ key, view }) => ({
    key,
    title: say(`inspector.${key}`),
    panel: view.root,
  }));
  root.append(tabs(el, say("inspector.name"), pages, show));
  new IntersectionObserver((seen) => look(seen.at(-1).isIntersecting)).observe(root);
  const later = debounced(refresh);
  for (const name of AFTER) events.addEventListener(name, later);
}
