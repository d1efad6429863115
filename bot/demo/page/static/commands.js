// The commands a person is shown where they write, as `/` is typed.

import { get } from "./api.js";
import { el } from "./dom.js";
import { say } from "./words.js";

const TYPED = /^\/([a-z0-9_]*)$/i;
let lists = 0;

/** A list of commands over a text area. `take(command)` is called with the one that is chosen. */
export class Commands {
  element = el("ul.commands", {
    role: "listbox",
    id: `commands-${++lists}`,
    "aria-label": say("commands.label"),
    hidden: true,
  });
  #input;
  #take;
  #all = [];
  #shown = [];
  #at = 0;

  constructor(input, take) {
    this.#input = input;
    this.#take = take;
    input.setAttribute("aria-controls", this.element.id);
    input.setAttribute("aria-autocomplete", "list");
    input.addEventListener("blur", () => this.hide());
  }

  get open() {
    return !this.element.hidden;
  }

  /** Learn what that person is shown in that chat. */
  async learn(userId, chatId) {
    try {
      this.#all = await get("/sandbox/menu", { user_id: userId, chat_id: chatId });
    } catch {
      this.#all = []; // no menu is no reason not to write
    }
    if (this.#input.value === "/" && document.activeElement === this.#input) this.filter();
  }

  /** Show what fits to what is typed. */
  filter() {
    const typed = TYPED.exec(this.#input.value)?.[1].toLowerCase();
    const fits = ({ command }) => command.startsWith(typed);
    this.#shown = typed === undefined ? [] : this.#all.filter(fits);
    this.#at = 0;
    this.element.replaceChildren(...this.#shown.map((command, at) => this.#option(command, at)));
    this.element.hidden = this.#shown.length === 0;
    this.#mark();
  }

  hide() {
    this.element.hidden = true;
    this.#input.removeAttribute("aria-activedescendant");
  }

  /** Take a key of the text area; answers whether it was for the list. */
  key(event) {
    if (!this.open) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.#at = (this.#at + step + this.#shown.length) % this.#shown.length;
      this.#mark();
    } else if (event.key === "Escape") {
      this.hide();
    } else if (event.key === "Tab" || event.key === "Enter") {
      const { command } = this.#shown[this.#at];
      if (event.key === "Enter" && this.#input.value === `/${command}`) return false; // it is all there
      this.#choose(command);
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }

  #option({ command, description }, at) {
    const keepFocus = (event) => event.preventDefault();
    const choose = () => this.#choose(command);
    const attributes = { role: "option", id: `${this.element.id}-${at}` };
    return el(
      "li.command-option",
      { ...attributes, onmousedown: keepFocus, onclick: choose },
      el("span.command-name", {}, `/${command}`),
      el("span.command-hint", {}, description),
    );
  }

  #choose(command) {
    this.hide();
    this.#take(command);
  }

  #mark() {
    [...this.element.children].forEach((option, at) =>
      option.setAttribute("aria-selected", at === this.#at),
    );
    const marked = this.element.children[this.#at];
    if (!marked || !this.open) return this.#input.removeAttribute("aria-activedescendant");
    this.#input.setAttribute("aria-activedescendant", marked.id);
    return marked.scrollIntoView({ block: "nearest" });
  }
}
