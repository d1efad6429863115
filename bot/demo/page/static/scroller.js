// A log as rows in a view that scrolls. Only the rows around what is seen stand in the document.

import { row } from "./bubble.js";
import { arrange } from "./items.js";
import { keyOf } from "./log.js";

const STEP = 50; // messages added at once when an end of the window comes near
const MOST = 200; // messages in the window
const NEAR = 800; // pixels
const AT_END = 48; // pixels from the end within which one is at it

/**
 * Events: `behind`, `detail` how many messages came below what is seen; `came`, `detail` a message;
 * `drawn`, `detail` whether there is anything.
 *
 * The window is counted from the end of the log (`#skip` messages are below it), so that older
 * messages can be put before it without a shift.
 */
export class Scroller extends EventTarget {
  #view;
  #list;
  #context;
  #log = null;
  #skip = 0;
  #size = 0;
  #stuck = true; // at the end, and staying there
  #top = 0; // where the view was when it last scrolled
  #behind = 0;
  #rows = new Map(); // key → {item, state, element}
  #unlisten = () => {};

  constructor(view, list, context) {
    super();
    this.#view = view;
    this.#list = list;
    this.#context = context;
    view.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const resized = new ResizeObserver(() => this.#stuck && this.#scrollToEnd());
    resized.observe(view);
    resized.observe(list);
  }

  /** Show another log (or none), from its end. */
  async show(log) {
    this.#unlisten();
    this.#log = log;
    this.#rows.clear();
    this.#list.replaceChildren();
    if (!log) return;
    this.#listen(log);
    await log.open();
    if (this.#log === log) this.toEnd();
  }

  #listen(log) {
    const stop = new AbortController();
    const { signal } = stop;
    log.watched = true;
    log.addEventListener("grown", ({ detail }) => this.#grown(detail), { signal });
    log.addEventListener("changed", () => this.refresh(), { signal });
    this.#unlisten = () => {
      stop.abort();
      log.watched = false;
    };
  }

  /** Go to the newest message. */
  toEnd() {
    this.#skip = 0;
    this.#size = Math.min(STEP, this.#log.messages.length);
    this.#stuck = true;
    this.#tell(0);
    this.refresh();
  }

  /** Draw anew what changed; what is seen stays where it is. */
  refresh() {
    if (!this.#log?.loaded) return;
    const anchor = this.#stuck ? null : this.#anchor();
    this.#reconcile(arrange(this.#shown()));
    if (this.#stuck) this.#scrollToEnd();
    else if (anchor) this.#view.scrollTop += this.#offset(anchor.key) - anchor.offset;
  }

  /** Bring a message into view, loading what is needed; answers its row, or null. */
  async reveal(key) {
    while (this.#log.indexOf(key) < 0 && !this.#log.complete) await this.#log.older();
    const at = this.#log.indexOf(key);
    if (at < 0) return null;
    const below = this.#log.messages.length - at;
    if (below <= this.#skip || below > this.#skip + this.#size) {
      this.#skip = Math.max(0, below - STEP);
      this.#size = Math.min(2 * STEP, this.#log.messages.length - this.#skip);
    }
    this.#stuck = false;
    this.refresh();
    const found = this.#elementOf(key);
    found?.scrollIntoView({ block: "center" });
    return found;
  }

  #shown() {
    const { messages } = this.#log;
    const end = messages.length - this.#skip;
    return messages.slice(Math.max(0, end - this.#size), end);
  }

  #grown(message) {
    this.dispatchEvent(new CustomEvent("came", { detail: message }));
    const mine = message.from.id === this.#context.me;
    if (mine && this.#log.loaded) return this.toEnd();
    if (this.#skip > 0 || (!this.#stuck && this.#size >= MOST)) this.#skip += 1;
    else this.#size = Math.min(this.#size + 1, MOST);
    if (!this.#stuck) this.#tell(this.#behind + 1);
    return this.refresh();
  }

  #scrolled() {
    if (!this.#log?.loaded) return;
    const { scrollTop, scrollHeight, clientHeight } = this.#view;
    const below = scrollHeight - scrollTop - clientHeight;
    const rose = scrollTop < this.#top;
    this.#top = scrollTop;
    // What grows while one is at the end moves the end, not the one who looks.
    this.#stuck = this.#skip === 0 && (below < AT_END || (this.#stuck && !rose));
    if (this.#stuck) this.#tell(0);
    if (scrollTop < NEAR) this.#upwards();
    else if (below < NEAR && this.#skip > 0) this.#downwards();
  }

  async #upwards() {
    const log = this.#log;
    const hidden = () => log.messages.length - this.#skip - this.#size;
    if (hidden() <= 0 && (log.complete || !(await log.older()))) return;
    if (log !== this.#log) return;
    this.#size += Math.min(STEP, hidden());
    if (this.#size > MOST && !this.#stuck) {
      this.#skip += this.#size - MOST;
      this.#size = MOST;
    }
    this.refresh();
  }

  #downwards() {
    const step = Math.min(STEP, this.#skip);
    this.#skip -= step;
    this.#size = Math.min(this.#size + step, MOST);
    this.refresh();
  }

  #reconcile(items) {
    const focused = this.#focused();
    const wanted = items.map((item) => this.#rowOf(item));
    const keep = new Set(wanted);
    for (const [key, { element }] of this.#rows) if (!keep.has(element)) this.#rows.delete(key);
    for (const element of [...this.#list.children]) if (!keep.has(element)) element.remove();
    let at = this.#list.firstChild;
    for (const element of wanted) {
      if (element === at) at = at.nextSibling;
      else this.#list.insertBefore(element, at);
    }
    focused?.();
    this.dispatchEvent(new CustomEvent("drawn", { detail: items.length > 0 }));
  }

  #rowOf(item) {
    const state = this.#stateOf(item);
    const known = this.#rows.get(item.key);
    if (known && known.state === state && same(known.item.messages, item.messages))
      return known.element;
    const element = row(item, this.#context);
    this.#rows.set(item.key, { item, state, element });
    return element;
  }

  /** All that a row shows beside its messages. */
  #stateOf(item) {
    const keys = item.messages.map(keyOf);
    const outside = keys.map((key) => [
      this.#context.reactions(key),
      this.#context.taps.state(key),
    ]);
    return JSON.stringify([this.#context.me, item.first, item.last, outside]);
  }

  /** A function that gives the focus back to where it is now, even in a row that is drawn anew. */
  #focused() {
    const held = document.activeElement?.closest("[data-key]");
    if (!held || !this.#list.contains(held)) return null;
    const { key } = held.dataset;
    const at = focusable(held).indexOf(document.activeElement);
    return () => {
      const element = this.#elementOf(key);
      if (!element || element.contains(document.activeElement)) return;
      (focusable(element)[at] ?? element).focus({ preventScroll: true });
    };
  }

  #elementOf(key) {
    for (const { item, element } of this.#rows.values()) {
      if (item.messages.some((message) => keyOf(message) === key)) return element;
    }
    return null;
  }

  #anchor() {
    const top = this.#view.getBoundingClientRect().top;
    for (const element of this.#list.querySelectorAll(":scope > [data-key]")) {
      const { bottom } = element.getBoundingClientRect();
      if (bottom > top)
        return { key: element.dataset.key, offset: this.#offset(element.dataset.key) };
    }
    return null;
  }

  #offset(key) {
    const element = this.#rows.get(key)?.element;
    return element
      ? element.getBoundingClientRect().top - this.#view.getBoundingClientRect().top
      : 0;
  }

  #scrollToEnd() {
    this.#view.scrollTop = this.#view.scrollHeight;
  }

  #tell(behind) {
    if (behind === this.#behind) return;
    this.#behind = behind;
    this.dispatchEvent(new CustomEvent("behind", { detail: behind }));
  }
}

const focusable = (element) => [...element.querySelectorAll("button, a, [tabindex]")];
const same = (one, other) =>
  one.length === other.length && one.every((each, at) => each === other[at]);
