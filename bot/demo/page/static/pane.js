// A chat as one person sees it: its head, its topics, its messages, and where they write.

import { post } from "./api.js";
import { summary } from "./bubble.js";
import { Composer } from "./composer.js";
import { el } from "./dom.js";
import { frame, showBehind } from "./frame.js";
import { follow } from "./links.js";
import { openMenu } from "./menu.js";
import { avatar, nameOf } from "./persona.js";
import { showGroups } from "./people.js";
import { openByLongPress } from "./pressing.js";
import { Scroller } from "./scroller.js";
import { isOpen, isSeen, standing } from "./standing.js";
import { Switch } from "./switch.js";
import { copy, toastError } from "./toasts.js";
import { Typing } from "./typing.js";
import { walkRows } from "./walking.js";
import { say } from "./words.js";

const FLASH = 1200; // ms that a message is lit up after one went to it
const NONE = [];

/** One pane; `kind` is "group" (the one that is chosen) or "private" (of whoever speaks). */
export class Pane {
  #page;
  #kind;
  #parts;
  #context;
  #composer;
  #scroller;
  #topics;
  #typing;
  #log = null;
  #threads = new Map(); // which topic of a forum was shown last: chat id → thread id, 0 in general

  constructor(page, root, kind, taps) {
    this.#page = page;
    this.#kind = kind;
    this.#composer = new Composer(root, () => this.#lastOwn());
    this.#parts = frame(root, this.#composer.element);
    this.#context = this.#makeContext(taps);
    this.#scroller = new Scroller(this.#parts.view, this.#parts.list, this.#context);
    this.#topics = new Switch(this.#parts.topics, `topic-${kind}`, (thread) => this.enter(thread));
    this.#typing = new Typing(page, () => this.#showSubtitle());
    if (kind === "group") this.#parts.title.append(groupSwitch(page));
    walkRows(this.#parts.list, () => this.#composer.focus());
    openByLongPress(this.#parts.list);
    this.#listen(taps);
    this.update();
  }

  /** Of the chat that it shows; null if there is none. */
  get chatId() {
    return this.#kind === "group" ? this.#page.chosen.group : this.#me;
  }

  /** Put a text into the composer, ready to be sent, as a reply to that message if there is one. */
  compose(text, replied = null) {
    this.#composer.compose(text, replied);
  }

  /** Show a topic of the forum that is shown; 0 is the general one. */
  enter(thread) {
    this.#threads.set(this.chatId, thread);
    this.update();
  }

  /** Bring a message into view and light it up for a moment. */
  async reveal(messageId, chatId = this.chatId) {
    const found = await this.#scroller.reveal(`${chatId}:${messageId}`);
    if (!found) return this.#page.toast(say("message.gone"));
    found.focus({ preventScroll: true });
    found.classList.add("lit");
    return setTimeout(() => found.classList.remove("lit"), FLASH);
  }

  /** Show what is chosen now, as it is now. */
  update() {
    const how = standing(this.#page, this.chatId, this.#me);
    this.#context.me = this.#me;
    this.#context.crowd = this.#kind === "group";
    this.#showHead();
    this.#showStanding(how);
    this.#showTopics(isSeen(how));
    this.#showLog(isSeen(how) ? this.#page.store.log(this.chatId, this.#thread) : null);
    this.#composer.move(
      isOpen(how) ? { chatId: this.chatId, thread: this.#thread, me: this.#me } : null,
    );
  }

  get #me() {
    return this.#page.person()?.id ?? null;
  }

  get #chat() {
    return this.#page.store.chats.get(this.chatId);
  }

  /** Of a forum: the topic that is shown (0: in general); of another chat null. */
  get #thread() {
    if (!this.#chat?.forum) return null;
    const thread = this.#threads.get(this.chatId);
    return thread in this.#chat.topics ? thread : 0;
  }

  #listen(taps) {
    const { events, store } = this.#page;
    for (const name of ["chosen", "bot", "loaded"])
      events.addEventListener(name, () => this.update());
    events.addEventListener("bot", () => this.#composer.learn());
    store.addEventListener("chat", () => this.update());
    store.addEventListener("unread", () => this.#showTopics(true));
    taps.addEventListener("changed", () => this.#scroller.refresh());
    this.#scroller.addEventListener("behind", ({ detail }) => showBehind(this.#parts.down, detail));
    this.#scroller.addEventListener("drawn", ({ detail }) => (this.#parts.empty.hidden = detail));
    this.#scroller.addEventListener("came", ({ detail }) => this.#came(detail));
    this.#parts.down.addEventListener("click", () => this.#scroller.toEnd());
  }

  #makeContext(taps) {
    const { store } = this.#page;
    return {
      me: null,
      crowd: false,
      taps,
      reactions: (key) => store.reactions.get(key) ?? NONE,
      tap: (message, data) => taps.tap(this.#me, message, data),
      link: (url) => follow(this.#page, url),
      compose: (text, replied) => this.compose(text, replied),
      reveal: ({ chat, message_id }) => this.reveal(message_id, chat.id),
      menu: (messages, anchor, point) => openMenu(this.#choices(messages), anchor, point),
      say: this.#page.toast,
    };
  }

  #showHead() {
    const { title } = this.#parts;
    if (this.#kind === "private") {
      const { bot } = this.#page.store;
      title.replaceChildren(avatar(bot, nameOf(bot)), el("h2", {}, nameOf(bot)));
    }
    this.#showSubtitle();
  }

  #showSubtitle() {
    const action = this.#typing.at(this.chatId, this.#thread);
    this.#parts.subtitle.classList.toggle("typing", action !== null);
    this.#parts.subtitle.textContent = action
      ? typingWords(action, this.#page.store.bot)
      : this.#subtitle();
  }

  #subtitle() {
    if (this.#kind === "private") return say("pane.with", { who: this.#page.person()?.name ?? "" });
    if (!this.#chat) return "";
    const count = Object.keys(this.#chat.members).filter((id) =>
      this.#page.store.has(this.#chat.id, id),
    ).length;
    return say(
      this.#page.store.has(this.chatId, this.#page.store.bot.id) ? "pane.members" : "pane.no_bot",
      { count },
    );
  }

  #showStanding(how) {
    const { notice, skeleton, foot } = this.#parts;
    skeleton.hidden = how !== "starting";
    notice.hidden = how !== "outside" && how !== "nowhere";
    const values = { who: this.#page.person()?.name ?? "", group: this.#chat?.title ?? "" };
    notice.textContent = notice.hidden ? "" : say(`pane.${how}`, values);
    const act = { blocked: () => this.#unblock(), unstarted: () => this.#start() }[how];
    foot.hidden = !act;
    if (act)
      foot.replaceChildren(
        el("button.primary", { type: "button", onclick: act }, say(`pane.${how}`)),
      );
  }

  #showTopics(seen) {
    const { topics } = this.#parts;
    topics.hidden = !seen || !this.#chat?.forum;
    if (topics.hidden) return;
    const all = [[0, say("pane.general")], ...Object.entries(this.#chat.topics)];
    const choices = all.map(([thread, label]) => ({
      key: Number(thread),
      label,
      unread: this.#page.store.log(this.chatId, Number(thread)).unread,
    }));
    this.#topics.show(choices, this.#thread);
  }

  #showLog(log) {
    if (log === this.#log) return this.#scroller.refresh();
    this.#log = log;
    this.#parts.empty.hidden = true;
    showBehind(this.#parts.down, 0);
    if (log) this.#page.store.read(log);
    return this.#scroller.show(log).catch(toastError);
  }

  /** A new message of another is said to whoever does not see; one may ask for a reply at once. */
  #came(message) {
    if (message.from.id === this.#me) return;
    this.#parts.live.textContent = say("message.spoken", {
      who: nameOf(message.from),
      text: summary(message),
    });
    if (message.reply_markup?.force_reply) this.#composer.reply(message);
  }

  #choices(messages) {
    const [message] = messages;
    const said = messages.find((each) => each.text ?? each.caption);
    const here = message.chat.id === this.chatId && !this.#composer.element.hidden;
    const own = message.from.id === this.#me;
    const text = said && (said.text ?? said.caption);
    return [
      here && { label: say("message.reply"), act: () => this.#composer.reply(message) },
      here && own && said && { label: say("message.edit"), act: () => this.#composer.edit(said) },
      text && { label: say("message.copy"), act: () => copy(text) },
      { label: say("message.leave"), act: null },
    ].filter(Boolean);
  }

  #lastOwn() {
    const mine = (each) =>
      each.from.id === this.#me && each.chat.id === this.chatId && (each.text ?? each.caption);
    return this.#log?.messages.findLast(mine);
  }

  #start() {
    post("/sandbox/say", { user_id: this.#me, chat_id: this.chatId, text: "/start" }).catch(
      toastError,
    );
  }

  #unblock() {
    post("/sandbox/unblock_bot", { user_id: this.#me }).catch(toastError);
  }
}

function groupSwitch(page) {
  const root = el("fieldset.switch", {}, el("legend", {}, say("people.groups")));
  showGroups(page, root);
  return root;
}

function typingWords(action, bot) {
  const kind = action.startsWith("upload_") ? action : "typing";
  return say(`typing.${kind === "upload_photo" || kind === "typing" ? kind : "upload_document"}`, {
    who: nameOf(bot),
  });
}
