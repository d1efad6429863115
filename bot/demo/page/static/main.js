// Boots the page and makes `page`, which every part of it is given.

import * as api from "./api.js";
import { el } from "./dom.js";
import { dress } from "./dress.js";
import { Events } from "./events.js";
import { Store } from "./store.js";
import { toast } from "./toasts.js";
import { say } from "./words.js";

const TOOLS = ["clock", "tour", "faults", "inspector"];

const events = new Events();
const panes = [];

const page = {
  api, // {get, post}
  events,
  say,
  el,
  toast, // (text, kind): kind is "info" or "error"
  store: new Store(events),
  state: null, // the answer of GET /demo/state, kept up to date
  chosen: { person: null, group: null }, // the key of who speaks, the id of the group shown
  choose,
  person: () => page.state.people.find(({ key }) => key === page.chosen.person),
  pane: (chatId) => panes.find((pane) => pane.chatId === chatId) ?? null,
};

/** Choose who speaks and which group is shown; what is not given stays. */
function choose(change) {
  const next = { ...page.chosen, ...change };
  if (next.person === page.chosen.person && next.group === page.chosen.group) return;
  page.chosen = next;
  sessionStorage.setItem("chosen", JSON.stringify(next));
  events.tell("chosen", next);
}

/** Whom and which group the page showed before it was loaded anew, where they still exist. */
function chooseAtFirst() {
  const before = JSON.parse(sessionStorage.getItem("chosen") ?? "{}");
  const { people, groups } = page.state;
  const person = people.find(({ key }) => key === before.person) ?? people[0];
  const group = groups.find(({ chat_id }) => chat_id === before.group) ?? groups[0];
  choose({ person: person?.key ?? null, group: group?.chat_id ?? null });
}

async function load() {
  page.state = await api.get("/demo/state");
  const number = await page.store.load();
  chooseAtFirst();
  events.follow(number);
  events.tell("loaded");
}

function keepUp() {
  for (const name of ["clock", "bot", "tour"]) {
    events.addEventListener(name, ({ detail }) => (page.state[name] = detail));
  }
  events.addEventListener("reset", load);
  events.addEventListener("chat", ({ detail: chat }) => {
    if (chat.id === page.chosen.group && chat.migrated_to) choose({ group: chat.migrated_to });
  });
}

async function mountTools() {
  for (const name of TOOLS) {
    try {
      const tool = await import(`./tools/${name}.js`);
      tool.mount(document.getElementById(name), page);
    } catch (error) {
      console.error(`tools/${name}.js`, error); // the rest of the page goes on without it
    }
  }
}

dress(page);
await load();
keepUp();
await mountTools();
