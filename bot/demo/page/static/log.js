// What was said in one place, in order: a chat, or a topic of a forum. Loaded from its end.

export const PAGE = 50; // messages asked for at once

/** Which message it is, among all chats. */
export const keyOf = (message) => `${message.chat.id}:${message.message_id}`;

/** The thread of a message: that of its topic, or 0 where it is in none. */
export const threadOf = (message) => (message.is_topic_message ? message.message_thread_id : 0);

/**
 * The messages of one place. A group that became a supergroup goes on in another chat with numbers
 * of its own: `sources` are its chats, the oldest first.
 *
 * Events: `grown` (at its end; `detail` the new message), `changed` (anything else).
 */
export class Log extends EventTarget {
  messages = []; // the newest of all, without a gap up to the end
  watched = false; // whether a pane shows it
  unread = 0; // what came while it was not watched
  loaded = false;
  #ask;
  #sources;
  #belongs;
  #floor;
  #at; // the source whose messages are loaded next,
  #before; // those older than this number
  #loading = null;

  /**
   * `ask({chat_id, before, limit})` answers messages, `belongs(message)` whether it is of this place;
   * what the newest of the sources has up to the number `floor` is not new.
   */
  constructor(sources, floor, ask, belongs = () => true) {
    super();
    this.#sources = sources;
    this.#floor = floor;
    this.#ask = ask;
    this.#belongs = belongs;
    this.#at = sources.length - 1;
  }

  /** Whether its very first message is here. */
  get complete() {
    return this.#at < 0;
  }

  get last() {
    return this.messages.at(-1);
  }

  /** The place of a message in `messages`, or -1. */
  indexOf(key) {
    return this.messages.findIndex((message) => keyOf(message) === key);
  }

  find(key) {
    return this.messages.find((message) => keyOf(message) === key);
  }

  /** Load the newest messages, once. */
  async open() {
    if (!this.loaded) await this.older();
  }

  /** Load a page of older messages; answers whether there were any. */
  older() {
    this.#loading ??= this.#loadOlder().finally(() => (this.#loading = null));
    return this.#loading;
  }

  async #loadOlder() {
    const known = this.messages.length;
    while (!this.complete && this.messages.length - known < PAGE / 2) {
      const chat_id = this.#sources[this.#at];
      const page = await this.#ask({ chat_id, before: this.#before, limit: PAGE });
      this.#before = page[0]?.message_id;
      if (page.length < PAGE) {
        this.#at -= 1;
        this.#before = undefined;
      }
      this.#merge(page.filter(this.#belongs));
    }
    this.loaded = true;
    return this.messages.length > known;
  }

  /** Put loaded messages in; what an event brought meanwhile is newer than they are. */
  #merge(page) {
    const fresh = page.filter((message) => this.indexOf(keyOf(message)) < 0);
    this.messages = [...fresh, ...this.messages].sort(this.#order);
  }

  /** Take a message that is new or was changed. */
  put(message) {
    if (!this.#belongs(message)) return;
    const at = this.indexOf(keyOf(message));
    if (at >= 0) {
      this.messages[at] = message;
      this.dispatchEvent(new CustomEvent("changed"));
    } else if (this.#isNew(message)) {
      this.messages.push(message);
      if (!this.watched) this.unread += 1;
      this.dispatchEvent(new CustomEvent("grown", { detail: message }));
    } // else it is older than what was loaded, and comes with its page
  }

  /** Take a message away. */
  remove(key) {
    const at = this.indexOf(key);
    if (at < 0) return;
    this.messages.splice(at, 1);
    this.dispatchEvent(new CustomEvent("changed"));
  }

  #isNew(message) {
    if (this.last) return this.#order(this.last, message) < 0;
    return this.loaded || message.message_id > this.#floor;
  }

  #order = (one, other) =>
    this.#sources.indexOf(one.chat.id) - this.#sources.indexOf(other.chat.id) ||
    one.message_id - other.message_id;
}
