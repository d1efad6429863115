// Taps on buttons: busy until they are answered, and then what the answer says.

import { get, post } from "./api.js";
import { keyOf } from "./log.js";
import { alertDialog, toast, toastError } from "./toasts.js";

const LONGEST = 60_000; // ms after which a button that nobody answers can be tapped again

/** Remembers what was tapped. Event: `changed`, `detail` the key of the message. */
export class Taps extends EventTarget {
  #busy = new Set(); // "key data"
  #waiting = new Map(); // callback query id → {key, data}
  #early = new Map(); // answers that came before the tap itself was confirmed

  constructor(events) {
    super();
    events.addEventListener("answer", ({ detail }) => this.#answered(detail));
  }

  /** Whether the button with that data is busy. */
  busy(key, data) {
    return this.#busy.has(`${key} ${data}`);
  }

  /** Which buttons of a message are busy, as a text to compare. */
  state(key) {
    return [...this.#busy].filter((name) => name.startsWith(`${key} `)).join("\n");
  }

  /** Tap a button as that person. */
  async tap(userId, message, data) {
    const key = keyOf(message);
    if (this.busy(key, data)) return;
    this.#set(key, data, true);
    try {
      const { id: chat_id } = message.chat;
      const tap = { user_id: userId, chat_id, message_id: message.message_id, data };
      const id = await post("/sandbox/tap", tap);
      this.#wait(id, key, data);
    } catch (error) {
      this.#set(key, data, false);
      toastError(error);
    }
  }

  #wait(id, key, data) {
    this.#waiting.set(id, { key, data });
    if (this.#early.has(id)) this.#answered(this.#early.get(id));
    else setTimeout(() => this.#end(id), LONGEST);
  }

  /** After the world was loaded anew: the answers that came meanwhile. */
  async catchUp() {
    if (!this.#waiting.size) return;
    const answers = await get("/sandbox/answers");
    for (const id of [...this.#waiting.keys()])
      if (id in answers) this.#answered({ id, ...answers[id] });
  }

  #answered(answer) {
    if (!this.#waiting.has(answer.id)) {
      this.#early.set(answer.id, answer);
      return;
    }
    this.#end(answer.id);
    if (!answer.text) return;
    if (answer.show_alert) alertDialog(answer.text);
    else toast(answer.text);
  }

  #end(id) {
    const tapped = this.#waiting.get(id);
    this.#waiting.delete(id);
    this.#early.delete(id);
    if (tapped) this.#set(tapped.key, tapped.data, false);
  }

  #set(key, data, busy) {
    if (busy) this.#busy.add(`${key} ${data}`);
    else this.#busy.delete(`${key} ${data}`);
    this.dispatchEvent(new CustomEvent("changed", { detail: key }));
  }
}
