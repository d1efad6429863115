// The log of the faults: which calls were met, what the bot did then, and how it ended.

import { secondOfDay } from "./moments.js";
import { excerpt, nameOf, unmarked } from "./names.js";

const KEPT = 50;
const EXCERPT = 60; // characters of a message

/** A list, newest first: the entries of the story, and notes of what was done. */
export class FaultLog {
  #page;
  #rows = new Map();

  constructor(page) {
    this.#page = page;
    const { say, el } = page;
    this.list = el("ol.fault-log", { role: "log", "aria-label": say("faults.log"), tabindex: "0" });
    const clear = el("button.quiet", { type: "button", onclick: () => this.#clear() }, say("faults.clear"));
    this.root = el(
      "section.fault-happened",
      { hidden: true },
      el("h3", {}, say("faults.log"), clear),
      this.list,
    );
  }

  /** Note what happened to the bot or a chat: the phrase `faults.<what>`. */
  note(what, values = {}) {
    const { say, el } = this.#page;
    const now = new Date().toISOString();
    this.#add(el("li", { class: "note" }, this.#time(now), el("span", {}, say(`faults.${what}`, values))));
  }

  /** Show an entry of the story as it is now. */
  show(entry) {
    const { el } = this.#page;
    let row = this.#rows.get(entry);
    if (!row) {
      row = el("li");
      this.#rows.set(entry, row);
      this.#add(row);
    }
    row.dataset.end = entry.end ?? "";
    row.replaceChildren(this.#time(entry.tries[0].at), ...this.#told(entry));
  }

  #told(entry) {
    const { say, el } = this.#page;
    const steps = entry.tries.map(({ status, moved }) =>
      el("span.bad", {}, say(word(status, moved), { status })),
    );
    const shown = steps.length > 3 ? [steps[0], `×${steps.length}`] : between(steps, say("faults.at_again"));
    if (entry.end) {
      const kind = entry.end === "given_up" ? "bad" : "good";
      const end = el("span", { class: kind }, say(`faults.at_${entry.end}`));
      shown.push(entry.end === "arrived" ? say("faults.at_again") : "", end);
    }
    const chat = entry.chat === null ? "" : ` → ${nameOf(this.#page, entry.chat)}`;
    return [
      el("code", {}, entry.method, chat),
      entry.text && el("q", {}, excerpt(unmarked(entry.text), EXCERPT)),
      el("span.fault-way", {}, ...shown.filter(Boolean)),
    ].filter(Boolean);
  }

  #time(at) {
    return this.#page.el("time", { datetime: at }, secondOfDay(at));
  }

  #add(row) {
    this.root.hidden = false;
    this.list.prepend(row);
    while (this.list.children.length > KEPT) this.list.lastElementChild.remove();
  }

  #clear() {
    this.#rows.clear();
    this.list.replaceChildren();
    this.root.hidden = true;
  }
}

function word(status, moved) {
  if (moved) return "faults.at_moved";
  const known = { 0: "dropped", 403: "forbidden", 429: "busy" };
  return `faults.at_${known[status] ?? "error"}`;
}

const between = (steps, joint) => steps.flatMap((step, index) => (index ? [joint, step] : [step]));
