// The guided tour: what to do, by whom and where, done with a tap; ticked once it really happened.

import { toastError } from "../toasts.js";
import { locale } from "../words.js";
import { actor, choose, drawn, findButton, inSight, reveal, sayAs, tapAs, uncover } from "./acting.js";
import { debounced } from "./list.js";
import { tries } from "./tries.js";

/** Show the tour in `root`. */
export async function mount(root, page) {
  const tour = new Tour(root, page);
  const ask = () => tour.ask(() => page.api.get("/demo/tour"));
  page.events.addEventListener("tour", ({ detail }) => tour.show(detail));
  page.events.addEventListener("loaded", ask);
  page.events.addEventListener("message", debounced(() => tour.point()));
  await ask();
}

class Tour {
  #root;
  #page;
  #tour = { steps: [], at: null };
  #rows = [];
  #acting = false;

  constructor(root, page) {
    this.#root = root;
    this.#page = page;
    const { el } = page;
    root.classList.add("tour");
    this.list = el("ol.tour-steps");
    this.progress = el("p.tour-progress");
    this.told = el("p.tool-told", { role: "status", "aria-live": "polite" });
    this.foot = el("div.tool-buttons");
    this.after = el("div");
    root.append(this.progress, this.list, this.told, this.foot, this.after);
  }

  /** Show what an order or a question about the tour is answered. */
  async ask(order) {
    try {
      this.show(await order());
    } catch (error) {
      toastError(error);
    }
  }

  /** Show the tour as it stands; the focus stays in the step that is under way. */
  show(tour) {
    const moved = tour.at !== this.#tour.at;
    if (moved) this.#praise(tour);
    const held = this.list.contains(document.activeElement);
    this.#tour = tour;
    this.told.textContent = "";
    this.#rows = tour.steps.map((step, index) => this.#row(step, index));
    this.list.replaceChildren(...this.#rows);
    this.progress.textContent = this.#standing();
    this.foot.replaceChildren(...this.#orders());
    this.after.replaceChildren(...(this.#current ? [] : [tries(this.#page)]));
    if (held) (this.list.querySelector("button") ?? this.foot.firstChild)?.focus();
    this.point();
  }

  /** Point at the button that the step asks to tap, if it is drawn; and bring it into sight. */
  async point({ bring = false } = {}) {
    const step = this.#current;
    for (const button of document.querySelectorAll(".pointed")) button.classList.remove("pointed");
    if (!step?.tap) return;
    const chat = this.#page.store.current(step.chat_id);
    const found = await findButton(this.#page, chat, step.tap).catch(() => null);
    if (!found || step !== this.#current) return;
    if (bring) await reveal(this.#page, chat, found.message);
    drawn(chat, found)?.classList.add("pointed");
  }

  /** Say that a step is done where the tour is not in sight. */
  #praise(tour) {
    const { say, toast } = this.#page;
    const step = this.#current;
    const done = tour.steps.find(({ key }) => key === step?.key)?.done;
    if (!done || inSight(this.#root)) return;
    const what = say(`tour.${step.key}_look`);
    toast(say("tour.praise", { title: say(`tour.${step.key}_title`), look: say("tour.look", { what }) }));
  }

  get #current() {
    return this.#tour.steps.find(({ key }) => key === this.#tour.at) ?? null;
  }

  get #over() {
    return this.#tour.steps.every(({ done }) => done);
  }

  #standing() {
    const { say } = this.#page;
    const { steps, at } = this.#tour;
    const index = steps.findIndex(({ key }) => key === at);
    if (index >= 0) return say("tour.progress", { at: index + 1, count: steps.length });
    return say(this.#over ? "tour.over" : "tour.skipped");
  }

  #order(what) {
    return this.#page.api.post("/demo/tour", { do: what });
  }

  #orders() {
    const { say, el } = this.#page;
    const order = (label, what) => {
      const onclick = () => this.ask(() => this.#order(what));
      return el("button.quiet", { type: "button", onclick }, say(`tour.${label}`));
    };
    if (this.#current) return [order("again", "begin"), order("skip", "skip")];
    return [order(this.#over ? "again" : "begin", "begin")];
  }

  #row(step, index) {
    const { say, el } = this.#page;
    const current = step === this.#current;
    const title = say(`tour.${step.key}_title`);
    const mark = step.done
      ? el("span.tour-mark", { role: "img", "aria-label": say("tour.done") }, "✓")
      : el("span.tour-mark", { "aria-hidden": "true" }, String(index + 1));
    const attributes = { "aria-current": current && "step", class: step.done ? "done" : "" };
    const head = el("p.tour-title", {}, mark, title);
    if (current) return el("li", attributes, head, ...this.#doing(step));
    return el("li", attributes, head, this.#lastDone === step && this.#look(step));
  }

  get #lastDone() {
    return this.#tour.steps.findLast(({ done }) => done) ?? null;
  }

  #look(step) {
    const { say, el } = this.#page;
    return el("p.tour-look", {}, say("tour.look", { what: say(`tour.${step.key}_look`) }));
  }

  #doing(step) {
    const { say, el } = this.#page;
    const way = step.say ? "say" : step.tap ? "tap" : "move";
    const label = { say: "tour.send", tap: "tour.tap", move: "tour.move" }[way];
    const caption = { say: "tour.will_say", tap: "tour.will_tap", move: "tour.will_move" }[way];
    const shown = step.say?.[locale] ?? step.tap ?? say(`clock.${step.to}`);
    const find = () => this.point({ bring: true });
    const leave = () => this.ask(() => this.#order("next"));
    return [
      el("p", {}, say(`tour.${step.key}_text`)),
      el(
        "figure.tour-act",
        {},
        el("figcaption", {}, say(caption), " · ", this.#whoAndWhere(step)),
        el("blockquote", { class: way }, shown),
      ),
      el(
        "div.tool-buttons",
        {},
        el("button.primary", { type: "button", onclick: () => this.#act(step) }, say(label)),
        step.tap && el("button", { type: "button", onclick: find }, say("tour.where")),
        el("button.quiet", { type: "button", onclick: leave }, say("tour.leave_out")),
      ),
    ];
  }

  #whoAndWhere({ who, place }) {
    const { say } = this.#page;
    const person = actor(this.#page, who);
    if (!person) return say("clock.name");
    return say("tour.as", { person: person.name, place: say(`tour.${place}`) });
  }

  async #act(step) {
    if (this.#acting) return;
    this.#acting = true;
    uncover();
    try {
      const told = await this.#perform(step, choose(this.#page, step));
      if (step === this.#current) this.told.textContent = told;
    } catch (error) {
      toastError(error);
    }
    this.#acting = false;
  }

  /** Do what the step suggests, and answer what to tell of it. */
  async #perform(step, chat) {
    const { api, say, toast } = this.#page;
    const person = actor(this.#page, step.who);
    if (step.say) await sayAs(this.#page, person, chat, step.say[locale]);
    else if (step.tap) {
      const found = await findButton(this.#page, chat, step.tap);
      if (!found) {
        toast(say("tour.no_button", { label: step.tap }), "error");
        return "";
      }
      await tapAs(this.#page, person, chat, found);
    } else await api.post("/demo/clock", { to: step.to });
    return say(step.to ? "tour.moves" : "tour.sent");
  }
}
