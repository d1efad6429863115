// What the outbox owes and has sent, and how many updates the inbox holds.

import { codeName, excerpt, nameOf } from "./names.js";
import { View, card } from "./view.js";
import { shortMoment } from "./moments.js";

const EXCERPT = 120; // characters of a message

/** The calls of the outbox, and both queues' counts. */
export class Outbox extends View {
  constructor(page) {
    super(page, "outbox");
    const { say, el } = page;
    this.sums = el("dl.inspector-sums");
    this.head.append(el("p.tool-intro", {}, say("inspector.outbox_hint")), this.sums);
  }

  /** Ask for both queues and show them. */
  async refresh() {
    const queues = await this.ask("/demo/inspect/outbox");
    if (!queues) return;
    const { say } = this.page;
    this.sums.replaceChildren(
      ...this.#sum(say("inspector.inbox"), queues.inbox),
      ...this.#sum(say("inspector.outbox"), queues.counts),
    );
    this.show(queues.calls, (call) => this.#card(call));
  }

  #sum(title, counts) {
    const { el } = this.page;
    const told = Object.entries(counts).map(
      ([state, count]) => `${codeName(this.page, "state", state)} ${count}`,
    );
    return [el("dt", {}, title), el("dd", {}, told.join(" · ") || "0")];
  }

  #card(call) {
    const { say, state: stage } = this.page;
    const { chat_id, kind, method, state, attempts, problem, text, created_at, sent_at } = call;
    const at = (moment) => shortMoment(moment, stage.clock.zone);
    return card(this.page, {
      mark: { state, text: codeName(this.page, "state", state) },
      head: [codeName(this.page, "kind", kind), nameOf(this.page, chat_id), method],
      body: excerpt(text ?? "", EXCERPT),
      foot: [
        `${say("inspector.created_at")} ${at(created_at)}`,
        sent_at && `${say("inspector.sent_at")} ${at(sent_at)}`,
        attempts > 1 && say("inspector.attempts", { count: attempts }),
        problem,
      ],
    });
  }
}
