// A view of the inspector: a question to the bot, and its answer as a list of cards.

import { inWords } from "../errors.js";
import { keep } from "./list.js";

/** One tab's content; `refresh()` of each kind asks and shows. */
export class View {
  #asked = 0;

  constructor(page, name) {
    this.page = page;
    const { say, el } = page;
    this.head = el("div.view-head");
    this.told = el("p.tool-told", { role: "status" }, say("inspector.loading"));
    this.list = el("ol.cards", { "aria-label": say(`inspector.${name}`) });
    this.root = el(`div.${name}`, {}, this.head, this.told, this.list);
  }

  /** The answer to a question; null when there is none, or a later question was asked meanwhile. */
  async ask(path, params) {
    const number = ++this.#asked;
    try {
      const answer = await this.page.api.get(path, params);
      if (number !== this.#asked) return null;
      this.told.textContent = "";
      return answer;
    } catch (error) {
      this.told.textContent = inWords(error);
      return null;
    }
  }

  /** Show a card for each; those that did not change stay as they are. */
  show(items, make) {
    const seen = new Map(); // alike ones are told apart by their order
    const keyed = items.map((item) => {
      const text = JSON.stringify(item);
      seen.set(text, (seen.get(text) ?? 0) + 1);
      return { item, key: `${text} ${seen.get(text)}` };
    });
    const scroller = this.root.closest(".inspector");
    keep(this.list, scroller, keyed, ({ key }) => key, ({ item }) => make(item));
    if (!items.length) this.told.textContent = this.page.say("inspector.none");
  }
}

/** A card: `head` and `foot` are short parts of a line, those that are empty left out; `link` last. */
export function card({ el }, { mark, head, body, foot, link }) {
  const line = (parts) => parts.filter(Boolean).join(" · ");
  return el(
    "li.card",
    { dataset: { state: mark?.state ?? "" } },
    el("p.card-head", {}, el("strong", {}, line(head)), mark && el("span.mark", {}, mark.text)),
    body && el("p.card-body", {}, body),
    el("p.card-foot", {}, line(foot), link),
  );
}
