// Bot API calls: newest first, a page at a time, filtered, each opened to its JSON.

import { inWords } from "../errors.js";
import { CallFilter } from "./call_filter.js";
import { callRow } from "./call_row.js";
import { debounced, keep } from "./list.js";

const PAGE = 100;
const KEPT = 3000; // calls that are remembered; older ones are asked for again

/** The list of calls. It listens only between `open` and `close`. */
export class CallList {
  #page;
  #calls = []; // newest first
  #held = []; // what came while it was paused, newest first
  #known = new Set(); // the numbers of both
  #paused = false;
  #shown = PAGE;
  #all = false; // whether there are no older ones
  #draw = debounced(() => this.#show(), 120);
  #hear = ({ detail }) => this.#add([detail]);

  constructor(page) {
    this.#page = page;
    const { say, el } = page;
    this.filter = new CallFilter(page, () => this.#filtered());
    const turn = { type: "button", "aria-pressed": "false", onclick: () => this.#turn() };
    this.pause = el("button", turn, say("inspector.pause"));
    this.count = el("span.inspector-count", { role: "status" });
    this.list = el("ol.call-list", { "aria-label": say("inspector.calls") });
    this.more = el("button", { type: "button", onclick: () => this.#older() }, say("inspector.older"));
    this.root = el(
      "div.calls",
      {},
      this.filter.root,
      el("div.inspector-bar", {}, this.pause, this.count),
      this.list,
      this.more,
    );
  }

  /** Begin to listen. */
  open() {
    this.#page.events.addEventListener("call", this.#hear);
  }

  /** Listen no more. */
  close() {
    this.#page.events.removeEventListener("call", this.#hear);
  }

  /** Ask for what came since: all that came while nobody looked. */
  async refresh() {
    const since = (this.#held[0] ?? this.#calls[0])?.number;
    try {
      const calls = await this.#page.api.get("/sandbox/calls", since ? { since } : { limit: PAGE });
      this.#add(calls);
    } catch (error) {
      this.count.textContent = inWords(error);
    }
  }

  #add(calls) {
    const fresh = calls.filter(({ number }) => !this.#known.has(number));
    if (!fresh.length && this.list.rows) return;
    for (const { number } of fresh) this.#known.add(number);
    if (this.#paused) this.#held = newestFirst([...this.#held, ...fresh]);
    else this.#calls = newestFirst([...this.#calls, ...fresh]).slice(0, KEPT);
    this.#draw();
  }

  #turn() {
    this.#paused = !this.#paused;
    this.pause.setAttribute("aria-pressed", String(this.#paused));
    this.pause.textContent = this.#page.say(this.#paused ? "inspector.resume" : "inspector.pause");
    if (!this.#paused) {
      this.#calls = newestFirst([...this.#calls, ...this.#held]).slice(0, KEPT);
      this.#held = [];
    }
    this.#draw();
  }

  #filtered() {
    this.#shown = PAGE;
    this.#show();
  }

  async #older() {
    const { api } = this.#page;
    this.#shown += PAGE;
    const matching = this.#calls.filter(this.filter.matches).length;
    if (matching < this.#shown && !this.#all) {
      const before = this.#calls.at(-1)?.number;
      const older = await api.get("/sandbox/calls", { before, limit: 5 * PAGE }).catch(() => []);
      this.#all = older.length === 0;
      this.#calls.push(...newestFirst(older));
      for (const { number } of older) this.#known.add(number);
    }
    this.#show();
  }

  #show() {
    const { say } = this.#page;
    this.filter.offer(this.#calls);
    const matching = this.#calls.filter(this.filter.matches);
    const shown = matching.slice(0, this.#shown);
    const scroller = this.root.closest(".inspector");
    keep(this.list, scroller, shown, ({ number }) => number, (call) => callRow(this.#page, call));
    this.more.hidden = this.#all && matching.length <= this.#shown;
    const counted = say("inspector.shown", { shown: shown.length, count: this.#calls.length });
    this.count.textContent = this.#held.length
      ? say("inspector.held", { count: this.#held.length })
      : counted;
  }
}

const newestFirst = (calls) => calls.toSorted((one, other) => other.number - one.number);
