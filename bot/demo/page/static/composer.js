// Where one writes: text, commands, replies, edits, files.

import { post } from "./api.js";
import { summary } from "./bubble.js";
import { Commands } from "./commands.js";
import { el, icon } from "./dom.js";
import { acceptDrops, Tray } from "./files.js";
import { nameOf } from "./persona.js";
import { toastError } from "./toasts.js";
import { say } from "./words.js";

const CLIP = "M8 12.5 13.5 7a3 3 0 0 1 4.3 4.3L10.5 18.5a5 5 0 0 1-7-7L11 4";
const PLANE = "M4 12 20 4.5 15.5 20l-3.5-6.5zM12 13.5 20 4.5";
const CROSS = "M6 6l12 12M18 6 6 18";
const SLASH = "M15 5 9 19";

/**
 * A form under a chat. It writes where `place` says: `{chatId, thread, me}`, or null. What was begun
 * in one place waits there while another is shown.
 */
export class Composer {
  element;
  #input = el("textarea", {
    rows: "1",
    enterkeyhint: "send",
    "aria-label": say("composer.label"),
    placeholder: say("composer.label"),
  });
  #about = el("div.about", { hidden: true });
  #send = el(
    "button.icon.send",
    { type: "submit", "aria-label": say("composer.send"), disabled: true },
    icon(PLANE),
  );
  #tray = new Tray(() => this.#changed());
  #commands = new Commands(this.#input, (command) => this.compose(`/${command} `));
  #place = null;
  #subject = null; // {kind: "reply" or "edit", message}
  #begun = new Map(); // by place: {text, subject}
  #sending = false;
  #lastOwn;

  /** `lastOwn()` answers the last message of whoever speaks, to be edited. */
  constructor(root, lastOwn) {
    this.#lastOwn = lastOwn;
    const picker = el("input", {
      type: "file",
      multiple: true,
      hidden: true,
      "aria-label": say("composer.attach"),
      onchange: () => this.#picked(picker),
    });
    const attach = el(
      "button.icon",
      { type: "button", "aria-label": say("composer.attach"), onclick: () => picker.click() },
      icon(CLIP),
    );
    const slash = el(
      "button.icon",
      { type: "button", "aria-label": say("composer.commands"), onclick: () => this.compose("/") },
      icon(SLASH),
    );
    const line = el("div.line", {}, attach, picker, slash, this.#input, this.#send);
    this.element = el(
      "form.composer",
      { hidden: true, onsubmit: (event) => this.#submitted(event) },
      this.#commands.element,
      this.#about,
      this.#tray.element,
      line,
    );
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("paste", (event) => this.#pasted(event));
    acceptDrops(root, (files) => this.attach(files));
  }

  /** Write there from now on. */
  move(place) {
    const name = (at) => at && `${at.me}@${at.chatId}/${at.thread}`;
    if (name(place) === name(this.#place)) return;
    if (this.#place)
      this.#begun.set(name(this.#place), { text: this.#input.value, subject: this.#subject });
    this.#place = place;
    this.element.hidden = place === null;
    if (!place) return;
    const begun = this.#begun.get(name(place)) ?? { text: "", subject: null };
    this.#tray.clear();
    this.#put(begun.text, begun.subject);
    this.learn();
  }

  /** Ask anew which commands there are. */
  learn() {
    if (this.#place) this.#commands.learn(this.#place.me, this.#place.chatId);
  }

  /** Put a text there, ready to be sent, as a reply to that message if there is one. */
  compose(text, replied = null) {
    const begun = this.#subject?.kind === "reply" ? this.#subject : null;
    this.#put(text, replied ? { kind: "reply", message: replied } : begun);
    this.focus();
    this.#commands.filter();
  }

  reply(message) {
    this.#put(this.#subject?.kind === "edit" ? "" : this.#input.value, { kind: "reply", message });
    this.focus();
  }

  edit(message) {
    this.#tray.clear();
    this.#put(message.text ?? message.caption, { kind: "edit", message });
    this.focus();
  }

  attach(files) {
    if (!this.#place || !files.length) return;
    if (this.#subject?.kind === "edit") this.#put("", null);
    this.#tray.add(files);
    this.focus();
  }

  /** Let one write; answers whether one may. */
  focus() {
    this.#input.focus();
    this.#input.setSelectionRange(this.#input.value.length, this.#input.value.length);
    return !this.element.hidden;
  }

  #put(text, subject) {
    this.#input.value = text;
    this.#subject = subject;
    this.#showSubject();
    this.#commands.hide();
    this.#changed();
  }

  #showSubject() {
    this.#about.hidden = !this.#subject;
    if (!this.#subject) return;
    const { kind, message } = this.#subject;
    const title =
      kind === "edit"
        ? say("composer.editing")
        : say("composer.replying", { who: nameOf(message.from) });
    this.#about.replaceChildren(
      el("div.about-words", {}, el("strong", {}, title), el("span", {}, summary(message))),
      el(
        "button.icon",
        { type: "button", "aria-label": say("composer.never_mind"), onclick: () => this.#leave() },
        icon(CROSS),
      ),
    );
  }

  /** Leave the reply or the edit. */
  #leave() {
    this.#put(this.#subject?.kind === "edit" ? "" : this.#input.value, null);
    this.focus();
  }

  #typed() {
    if (this.#subject?.kind !== "edit") this.#commands.filter();
    this.#changed();
  }

  #changed() {
    this.#input.style.height = "auto";
    this.#input.style.height = `${this.#input.scrollHeight}px`;
    this.#send.disabled = this.#sending || !(this.#input.value.trim() || this.#tray.count);
  }

  #key(event) {
    if (event.isComposing || this.#commands.key(event)) return;
    const { key, shiftKey } = event;
    if (key === "Enter" && !shiftKey) {
      this.#submitted(event);
    } else if (key === "Escape" && (this.#subject || this.#tray.count)) {
      event.preventDefault();
      this.#tray.clear();
      this.#leave();
    } else if (key === "ArrowUp" && !this.#input.value && !this.#subject && !this.#tray.count) {
      const last = this.#lastOwn();
      if (last) this.edit(last);
      event.preventDefault();
    }
  }

  #picked(picker) {
    this.attach([...picker.files]);
    picker.value = "";
  }

  #pasted(event) {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    this.attach(event.clipboardData.files);
  }

  async #submitted(event) {
    event.preventDefault();
    if (this.#send.disabled || !this.#place) return;
    this.#sending = true;
    this.#changed();
    try {
      await this.#deliver(this.#input.value.trim());
      this.#tray.clear();
      this.#put("", null);
    } catch (error) {
      toastError(error);
    } finally {
      this.#sending = false;
      this.#changed();
    }
  }

  #deliver(text) {
    const { chatId, thread, me } = this.#place;
    const where = { user_id: me, chat_id: chatId };
    const { kind, message } = this.#subject ?? {};
    if (kind === "edit")
      return post("/sandbox/edit", { ...where, message_id: message.message_id, text });
    const beside = { reply_to: message?.message_id, thread_id: thread || undefined };
    if (this.#tray.count)
      return this.#tray.send({ ...where, ...beside, caption: text || undefined });
    return post("/sandbox/say", { ...where, ...beside, text });
  }
}
