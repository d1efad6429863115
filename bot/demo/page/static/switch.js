// A row of choices of which one is taken: who speaks, which group is shown, which topic.

import { el } from "./dom.js";
import { say } from "./words.js";

/**
 * Radio buttons that look like chips. `show(choices, chosen)` draws `{key, label, note, mark,
 * unread}`; `take(key)` is called when another is taken. The browser's own keys work.
 */
export class Switch {
  #root;
  #name;
  #take;
  #inputs = new Map();
  #drawn = "";

  constructor(root, name, take) {
    this.#root = root;
    this.#name = name;
    this.#take = take;
  }

  show(choices, chosen) {
    const drawn = JSON.stringify(choices.map(({ mark, ...rest }) => rest));
    if (drawn !== this.#drawn) this.#draw(choices);
    this.#drawn = drawn;
    const input = this.#inputs.get(chosen);
    if (!input || input.checked) return;
    input.checked = true;
    input.parentElement.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #draw(choices) {
    const focused = [...this.#inputs].find(([, input]) => input === document.activeElement)?.[0];
    for (const input of this.#inputs.values()) input.parentElement.remove();
    this.#inputs.clear();
    for (const choice of choices) this.#root.append(this.#chip(choice));
    this.#inputs.get(focused)?.focus();
  }

  #chip({ key, label, note, mark, unread }) {
    const input = el("input", {
      type: "radio",
      name: this.#name,
      value: key,
      onchange: () => this.#take(key),
    });
    this.#inputs.set(key, input);
    return el(
      "label.choice",
      { title: note && `${label} · ${note}` },
      input,
      mark,
      el(
        "span.choice-words",
        {},
        el("span.choice-label", {}, label),
        note && el("span.choice-note", {}, note),
      ),
      unread > 0 &&
        el(
          "span.badge",
          {},
          el("span", { "aria-hidden": "true" }, unread > 99 ? "99+" : `${unread}`),
          el("span.hidden", {}, say("pane.unread", { count: unread })),
        ),
    );
  }
}
