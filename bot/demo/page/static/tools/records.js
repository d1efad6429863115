// What the database recorded: entries, newest first, of one unit or of all.

import { reveal } from "./acting.js";
import { moment } from "./moments.js";
import { View, card } from "./view.js";

/** The entries of the database. */
export class Records extends View {
  #units = new Set();

  constructor(page) {
    super(page, "records");
    const { say, el } = page;
    const every = el("option", { value: "" }, say("inspector.every"));
    this.unit = el("select", { id: "records-unit", onchange: () => this.refresh() }, every);
    const label = el("label", { for: "records-unit" }, el("span", {}, say("inspector.unit")), this.unit);
    this.head.append(el("p.tool-intro", {}, say("inspector.newest_first")), label);
  }

  /** Ask for the entries and show them. */
  async refresh() {
    const records = await this.ask("/demo/inspect/records", { unit: this.unit.value || null });
    if (!records) return;
    for (const { unit } of records) this.#offer(unit);
    this.show(records, (record) => this.#card(record));
  }

  #offer(unit) {
    if (!unit || this.#units.has(unit)) return;
    this.#units.add(unit);
    this.unit.append(this.page.el("option", { value: unit }, unit));
  }

  #card(record) {
    const { number, unit, kind, what, entered_by, entered_at, source } = record;
    return card(this.page, {
      mark: this.#mark(record),
      head: [`#${number}`, kind, unit],
      body: what,
      foot: [entered_by, moment(entered_at, this.page.state.clock.zone)],
      link: source?.message_id && this.#link(source),
    });
  }

  /** What became of an entry since: taken back, or another stands for it. */
  #mark({ reversed, amended_by: by }) {
    const { say } = this.page;
    if (reversed) return { state: "reversed", text: say("inspector.reversed") };
    return by ? { state: "amended", text: say("inspector.amended", { number: by }) } : null;
  }

  #link({ chat_id: chat, message_id: message }) {
    const { say, el } = this.page;
    const onclick = () => reveal(this.page, chat, message);
    return el("button.quiet", { type: "button", onclick }, say("inspector.reveal"));
  }
}
