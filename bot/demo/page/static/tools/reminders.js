// The reminders of the group that is shown: what was said, what was not, and why.

import { day, moment } from "./moments.js";
import { View, card } from "./view.js";
import { codeName, nameOf } from "./names.js";

/** The steps of the shown chat's reminders, and the bot's own account of today. */
export class Reminders extends View {
  constructor(page) {
    super(page, "reminders");
    const { say, el } = page;
    this.next = el("p.reminder-next");
    this.said = el("blockquote.reminder-said");
    const own = el("figure", {}, el("figcaption", {}, say("inspector.said")), this.said);
    this.head.append(this.next, own);
  }

  /** Ask about the chat that is shown. */
  async refresh() {
    const { say, chosen, state } = this.page;
    if (!chosen.group) return;
    const told = await this.ask("/demo/inspect/reminders", { chat_id: chosen.group });
    if (!told) return;
    const chat = nameOf(this.page, chosen.group);
    const at = told.next && moment(told.next, state.clock.zone);
    this.next.textContent = at
      ? say("inspector.next_at", { chat, moment: at })
      : say("inspector.next_none", { chat });
    this.said.textContent = told.said ?? "";
    this.said.parentElement.hidden = !told.said;
    this.show(told.steps, (step) => this.#card(step));
  }

  #card({ day: on, title, period, outcome, why }) {
    return card(this.page, {
      mark: { state: outcome, text: codeName(this.page, "outcome", outcome) },
      head: [title, period],
      body: why,
      foot: [day(on)],
    });
  }
}
