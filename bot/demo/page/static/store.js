// The world as the page knows it: people, chats, and what was said where.

import { get } from "./api.js";
import { Log, threadOf } from "./log.js";

const PRESENT = new Set(["creator", "administrator", "member"]);

const reactionsOf = ({ id, reactions = {} }) =>
  Object.entries(reactions).map(([number, emoji]) => [`${id}:${number}`, emoji]);

/**
 * Users and chats by id, logs by place, kept up to date by the events.
 *
 * Events: `world` (loaded anew), `chat` (`detail` its id), `unread` (a count changed).
 */
export class Store extends EventTarget {
  users = new Map();
  chats = new Map();
  reactions = new Map(); // by the key of a message
  bot = null;
  waiting = 0; // updates that the bot has not taken yet
  #logs = new Map();
  #floors = new Map(); // the number of the last message of each chat when the world was loaded

  constructor(events) {
    super();
    events.addEventListener("message", ({ detail }) => this.#put(detail));
    events.addEventListener("deleted", ({ detail }) => this.#remove(detail));
    events.addEventListener("chat", ({ detail }) => this.#chat(detail));
    events.addEventListener("user", ({ detail }) => this.users.set(detail.id, detail));
    events.addEventListener("updates", ({ detail }) => (this.waiting = detail.unconfirmed));
    events.addEventListener("reaction", ({ detail }) => this.#react(detail));
  }

  /** Load people and chats anew and forget what was said; answers the number of the last event. */
  async load() {
    const world = await get("/sandbox/world");
    this.bot = world.bot;
    this.users = new Map(world.users.map((user) => [user.id, user]));
    this.chats = new Map(world.chats.map((chat) => [chat.id, chat]));
    this.#floors = new Map(world.chats.map((chat) => [chat.id, chat.last_id]));
    this.waiting = world.unconfirmed;
    this.reactions = new Map(world.chats.flatMap(reactionsOf));
    this.#logs.clear();
    this.dispatchEvent(new CustomEvent("world"));
    return world.number;
  }

  /** The chat that it is now, if that group moved. */
  current(chatId) {
    const moved = this.chats.get(chatId)?.migrated_to;
    return moved ? this.current(moved) : chatId;
  }

  /** Whether that user is in that chat now. */
  has(chatId, userId) {
    return PRESENT.has(this.chats.get(chatId)?.members[userId]);
  }

  /** The log of a chat; of a forum, the one of a topic (0: the general one). */
  log(chatId, thread = null) {
    const name = thread === null ? `${chatId}` : `${chatId}/${thread}`;
    if (!this.#logs.has(name)) this.#logs.set(name, this.#open(chatId, thread));
    return this.#logs.get(name);
  }

  /** How many messages of a chat came while it was not looked at. */
  unread(chatId) {
    return this.#logsOf(chatId).reduce((sum, log) => sum + log.unread, 0);
  }

  /** Say that a log is looked at. */
  read(log) {
    if (!log.unread) return;
    log.unread = 0;
    this.dispatchEvent(new CustomEvent("unread"));
  }

  #open(chatId, thread) {
    const ask = (which) => get("/sandbox/messages", { ...which, thread_id: thread || null });
    const belongs = (message) => thread === null || threadOf(message) === thread;
    return new Log(this.#sources(chatId), this.#floors.get(chatId) ?? 0, ask, belongs);
  }

  /** The chat and those that it was before. */
  #sources(chatId) {
    const before = [...this.chats.values()].find((chat) => chat.migrated_to === chatId);
    return before ? [...this.#sources(before.id), chatId] : [chatId];
  }

  #logsOf(chatId) {
    const named = (name) => name === `${chatId}` || name.startsWith(`${chatId}/`);
    return [...this.#logs].filter(([name]) => named(name)).map(([, log]) => log);
  }

  #put(message) {
    const forum = this.chats.get(message.chat.id)?.forum;
    const log = this.log(message.chat.id, forum ? threadOf(message) : null);
    const before = log.unread;
    log.put(message);
    if (log.unread !== before) this.dispatchEvent(new CustomEvent("unread"));
  }

  #remove({ chat_id, message_id }) {
    for (const log of this.#logsOf(chat_id)) log.remove(`${chat_id}:${message_id}`);
  }

  #chat(chat) {
    this.chats.set(chat.id, chat);
    if (chat.migrated_to) this.#logs.delete(`${chat.migrated_to}`); // it goes on from this one
    this.dispatchEvent(new CustomEvent("chat", { detail: chat.id }));
  }

  #react({ chat_id, message_id, emoji }) {
    const key = `${chat_id}:${message_id}`;
    this.reactions.set(key, emoji);
    for (const log of this.#logsOf(chat_id)) log.dispatchEvent(new CustomEvent("changed"));
  }
}
