// What happens, as it happens: one EventSource, its events given on by their names.

const NAMES = [
  "message",
  "deleted",
  "chat",
  "user",
  "answer",
  "action",
  "reaction",
  "call",
  "updates",
  "clock",
  "bot",
  "tour",
];
const FIRST_WAIT = 500; // ms before the first attempt to connect anew, doubled up to the longest
const LONGEST_WAIT = 8000;

/**
 * Dispatches a CustomEvent for each event of the server (`detail` is its data), and the page's own:
 * `connected`, `lost`, and `chosen` (another person or group). On `reset` someone must load the
 * world anew and `follow` from its number.
 */
export class Events extends EventTarget {
  #source = null;
  #number = 0;
  #wait = FIRST_WAIT;
  #timer = null;

  /** Listen from after event `number` on; what was listened to before is let go. */
  follow(number) {
    this.#number = number;
    clearTimeout(this.#timer);
    this.#source?.close();
    const source = new EventSource(`/sandbox/events?since=${number}`);
    this.#source = source;
    for (const name of NAMES) source.addEventListener(name, (event) => this.#give(name, event));
    source.addEventListener("reset", () => this.tell("reset"));
    source.addEventListener("open", () => this.#opened());
    source.addEventListener("error", () => this.#failed(source));
  }

  /** Dispatch an event of the page's own. */
  tell(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #give(name, event) {
    if (event.lastEventId) this.#number = Number(event.lastEventId);
    this.tell(name, JSON.parse(event.data));
  }

  #opened() {
    this.#wait = FIRST_WAIT;
    this.tell("connected");
  }

  #failed(source) {
    this.tell("lost");
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.follow(this.#number), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }
}
