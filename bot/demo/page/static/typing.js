// Whether the bot is typing: what it said it does, for five seconds or until it says something.

import { threadOf } from "./log.js";

const LASTS = 5000; // ms, as with Telegram

/** Calls `changed()` when the answer of `at(chatId, thread)` may be another. */
export class Typing {
  #now = new Map(); // "chat/thread" → {action, timer}
  #changed;

  constructor(page, changed) {
    this.#changed = changed;
    page.events.addEventListener("action", ({ detail }) => this.#begin(detail));
    page.events.addEventListener("message", ({ detail }) => {
      if (detail.from.is_bot) this.#end(`${detail.chat.id}/${threadOf(detail)}`);
    });
  }

  /** What the bot does there (`typing`, `upload_document`, …), or null. */
  at(chatId, thread) {
    return this.#now.get(`${chatId}/${thread || 0}`)?.action ?? null;
  }

  #begin({ chat_id, thread_id, action }) {
    const name = `${chat_id}/${thread_id ?? 0}`;
    clearTimeout(this.#now.get(name)?.timer);
    this.#now.set(name, { action, timer: setTimeout(() => this.#end(name), LASTS) });
    this.#changed();
  }

  #end(name) {
    clearTimeout(this.#now.get(name)?.timer);
    if (this.#now.delete(name)) this.#changed();
  }
}
