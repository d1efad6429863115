// The clock: the demo's present moment, and where it can be moved.

import { inWords } from "../errors.js";
import { arrivals } from "./arrivals.js";
import { fieldValue, moment, shortMoment } from "./moments.js";

const STEPS = ["reminder", "hour", "morning", "workday", "deadline", "now"];
const ASKS_THE_BOT = new Set(["reminder", "workday", "deadline"]); // where these lead only it knows

/** Show the clock in `root`. */
export function mount(root, page) {
  const { say, el, events } = page;
  const clock = new Clock(page);
  root.classList.add("clock");
  root.append(
    el("div.clock-face", {}, clock.time, clock.way, clock.told),
    clock.next,
    clock.stopper,
    clock.opener,
    clock.panel,
  );
  events.addEventListener("clock", ({ detail }) => clock.show(detail));
  events.addEventListener("loaded", () => clock.show(page.state.clock));
  events.addEventListener("bot", () => clock.allow());
  document.addEventListener("click", ({ target }) => {
    if (!root.contains(target)) clock.open(false);
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || clock.panel.hidden) return;
    clock.open(false);
    clock.opener.focus();
  });
  clock.show(page.state.clock);
  root.setAttribute("aria-label", say("clock.name"));
}

class Clock {
  #page;
  #shown = null; // the clock as it was told last
  #journey = null; // `from`, and what arrives on the way
  #moments = {}; // where the steps lead; null where they lead nowhere

  constructor(page) {
    this.#page = page;
    const { say, el } = page;
    this.time = el("time.clock-now");
    this.next = this.#step("reminder");
    this.opener = el(
      "button",
      {
        type: "button",
        "aria-expanded": "false",
        "aria-controls": "clock-panel",
        onclick: () => this.open(this.panel.hidden),
      },
      say("clock.open"),
    );
    const oninput = () => this.field.setCustomValidity("");
    const field = { type: "datetime-local", id: "clock-any", required: true, oninput };
    this.field = el("input", field);
    this.steps = STEPS.map((step) => this.#step(step));
    this.panel = this.#panel();
    this.bar = el("progress", { max: "1" });
    this.whither = el("span.clock-whither");
    this.stopper = el("button", { type: "button", onclick: () => this.#stop() }, say("clock.stop"));
    this.way = el("div.clock-way", {}, this.whither, this.bar);
    this.told = el("p.clock-told", { role: "status", "aria-live": "polite" });
  }

  /** Show what the clock is now: where it stands, or where it is on its way. */
  show(clock) {
    const before = this.#shown;
    this.#shown = clock;
    this.time.dateTime = clock.now;
    this.time.textContent = this.#at(clock.now);
    this.#exchange(clock.moving);
    if (clock.moving && !this.#journey) this.#depart(before ?? clock);
    if (clock.moving) this.#pass(clock);
    else if (this.#journey) this.#arrive();
    this.allow();
  }

  /** While it moves it can be stopped, and only then; the focus goes along. */
  #exchange(moving) {
    const [shown, hidden] = moving ? [this.stopper, this.next] : [this.next, this.stopper];
    const held = hidden === document.activeElement;
    shown.hidden = false;
    hidden.hidden = true;
    if (held) shown.focus();
    this.way.hidden = !moving;
    this.told.hidden = moving;
  }

  /** Open or close the panel of moves. */
  open(shown) {
    if (shown === !this.panel.hidden) return;
    this.panel.hidden = !shown;
    this.opener.setAttribute("aria-expanded", String(shown));
    if (!shown) return;
    this.field.value = fieldValue(this.#shown.now);
    this.#ask();
  }

  /** Let the steps be taken that lead somewhere; say why of the others. */
  allow() {
    for (const button of [this.next, ...this.steps]) {
      const step = button.dataset.step;
      const to = this.#moments[step];
      const why = this.#hindrance(step);
      button.setAttribute("aria-disabled", String(why !== ""));
      button.title = why || (to ? this.#page.say("clock.to", { moment: this.#at(to) }) : "");
      button.setAttribute("aria-description", button.title);
    }
  }

  #hindrance(step) {
    const { say, state } = this.#page;
    if (this.#shown?.moving) return say("clock.moving_wait");
    if (state.bot.state === "starting") return say("clock.starting_wait");
    if (ASKS_THE_BOT.has(step) && state.bot.state !== "running") return say("clock.bot_wait");
    return this.#moments[step] === null ? say(`clock.none_${step}`) : "";
  }

  #step(step) {
    const { say, el } = this.#page;
    const go = ({ currentTarget }) => {
      if (currentTarget.getAttribute("aria-disabled") === "true") return;
      this.#go(step);
    };
    const attributes = { type: "button", dataset: { step }, onclick: go };
    return el("button", attributes, say(`clock.${step}`));
  }

  #panel() {
    const { say, el } = this.#page;
    const submit = (event) => {
      event.preventDefault();
      if (this.#isAhead()) this.#go(this.field.value);
    };
    return el(
      "div.clock-panel",
      { id: "clock-panel", role: "group", "aria-label": say("clock.steps"), hidden: true },
      el("div.clock-steps", {}, ...this.steps),
      el(
        "form.clock-any",
        { onsubmit: submit },
        el("label", { for: "clock-any" }, say("clock.any")),
        this.field,
        el("button", { type: "submit" }, say("clock.go")),
      ),
    );
  }

  /** Whether the moment that was typed can be gone to; if not, it is said at the field. */
  #isAhead() {
    const { now } = this.#shown;
    const ahead = this.field.value > fieldValue(now);
    const past = this.#page.say("clock.past", { moment: this.#at(now) });
    this.field.setCustomValidity(ahead ? "" : past);
    return this.field.reportValidity();
  }

  async #go(to) {
    if (this.panel.contains(document.activeElement)) this.opener.focus();
    this.open(false);
    this.told.textContent = "";
    try {
      this.show(await this.#page.api.post("/demo/clock", { to }));
    } catch (error) {
      this.told.textContent = inWords(error);
    }
  }

  async #stop() {
    const { api, say } = this.#page;
    this.whither.textContent = say("clock.stopping");
    try {
      this.show(await api.post("/demo/clock/stop"));
    } catch (error) {
      this.told.textContent = inWords(error);
    }
  }

  async #ask() {
    try {
      this.#moments = await this.#page.api.get("/demo/moments");
    } catch {
      this.#moments = {}; // then every step may be tried: the server says why it cannot be
    }
    this.allow();
  }

  #depart(clock) {
    this.#journey?.end();
    this.told.textContent = "";
    this.#journey = { from: clock.now, ...arrivals(this.#page.events) };
  }

  #pass({ now, to }) {
    const { say } = this.#page;
    const from = this.#journey.from;
    const whole = Date.parse(to) - Date.parse(from);
    if (to && whole > 0) this.bar.value = (Date.parse(now) - Date.parse(from)) / whole;
    else this.bar.removeAttribute("value");
    this.whither.textContent = to ? say("clock.moving", { to: this.#short(to) }) : say("clock.searching");
  }

  #arrive() {
    const journey = this.#journey;
    this.#journey = null;
    this.#moments = {};
    if (!this.panel.hidden) this.#ask();
    journey.settle((chats) => this.#tell(chats));
  }

  #tell(chats) {
    const { say, state } = this.#page;
    const where = [...chats].map(([chat, ids]) =>
      say("clock.came_in", { chat, count: ids.size }),
    );
    const count = [...chats.values()].reduce((sum, ids) => sum + ids.size, 0);
    this.told.textContent = count
      ? say("clock.came", { count, where: where.join(say("clock.comma")) })
      : say(state.bot.state === "running" ? "clock.silent" : "clock.dead");
  }

  #at(at) {
    return moment(at, this.#page.state.clock.zone);
  }

  #short(at) {
    return shortMoment(at, this.#page.state.clock.zone);
  }
}
