// Which calls are shown: by method, chat, how they ended, and free text.

import { debounced } from "./list.js";
import { nameOf } from "./names.js";

const QUIET = "quiet"; // all but the long polls, which only say that nothing happened

/** Fields that filter calls; `changed()` is told when another filter is set. */
export class CallFilter {
  #page;
  #texts = new WeakMap(); // of a call: all that it says, in lower case
  #offered = { method: new Set(), chat: new Set() };

  constructor(page, changed) {
    this.#page = page;
    const { say, el } = page;
    const every = () => el("option", { value: "" }, say("inspector.every"));
    const select = (name, ...options) =>
      el("select", { id: `calls-${name}`, onchange: changed }, ...options);
    const option = (value, text) => el("option", { value }, text);
    this.method = select("method", option(QUIET, say("inspector.no_polls")), every());
    this.chat = select("chat", every());
    this.status = select(
      "status",
      every(),
      option("ok", say("inspector.ok")),
      option("not_ok", say("inspector.not_ok")),
    );
    const typed = debounced(changed, 150);
    this.text = el("input", { type: "search", id: "calls-text", oninput: typed, autocomplete: "off" });
    const labelled = (name) =>
      el("label", { for: `calls-${name}` }, el("span", {}, say(`inspector.${name}`)), this[name]);
    const names = ["method", "chat", "status", "text"];
    const attributes = { role: "group", "aria-label": say("inspector.filter") };
    this.root = el("div.call-filter", attributes, ...names.map(labelled));
  }

  /** Offer the methods and chats that occur. */
  offer(calls) {
    for (const { method, params } of calls) {
      this.#option("method", method, () => method);
      const chat = params.chat_id;
      if (chat !== undefined) this.#option("chat", String(chat), () => nameOf(this.#page, chat));
    }
  }

  /** Whether a call is to be shown. */
  matches = (call) =>
    this.#ofMethod(call) && this.#ofChat(call) && this.#ofStatus(call) && this.#ofText(call);

  #option(name, value, title) {
    if (this.#offered[name].has(value)) return;
    this.#offered[name].add(value);
    this[name].append(this.#page.el("option", { value }, title()));
  }

  #ofMethod({ method, status, answer }) {
    const wanted = this.method.value;
    if (wanted !== QUIET) return !wanted || wanted === method;
    return method !== "getUpdates" || status !== 200 || answer?.result?.length > 0;
  }

  #ofChat({ params }) {
    return !this.chat.value || this.chat.value === String(params.chat_id);
  }

  #ofStatus({ status }) {
    const wanted = this.status.value;
    return !wanted || (wanted === "ok") === (status === 200);
  }

  #ofText(call) {
    const wanted = this.text.value.trim().toLowerCase();
    if (!wanted) return true;
    if (!this.#texts.has(call)) this.#texts.set(call, JSON.stringify(call).toLowerCase());
    return this.#texts.get(call).includes(wanted);
  }
}
