// The faults: break something, see what the bot makes of it, and that nothing is lost.

import { inWords } from "../errors.js";
import { uncover } from "./acting.js";
import { ARMED, BROKEN } from "./fault_kinds.js";
import { FaultLog } from "./fault_log.js";
import { Story } from "./story.js";

/** Show the faults in `root`. */
export function mount(root, page) {
  new Faults(root, page).follow();
}

class Faults {
  #page;
  #states = new Map(); // of what is armed: `armed`, `struck`, `over`, or until when it holds (ms)
  #entries = new Map(); // of the story: which fault met it
  #waiting = 0;
  #waited = 0; // how many waited for the bot that was dead, until it has taken them
  #timer = 0;

  constructor(root, page) {
    this.#page = page;
    const { say, el } = page;
    root.classList.add("faults");
    this.log = new FaultLog(page);
    this.told = el("p.tool-told", { role: "status", "aria-live": "polite" });
    this.rows = new Map();
    const armed = ARMED.map((fault) => this.#row(fault, () => this.#arm(fault)));
    const broken = BROKEN.map((fault) => this.#row(fault, () => this.#toggle(fault)));
    root.append(
      el("p.tool-intro", {}, say("faults.intro")),
      this.told,
      this.log.root,
      el("ul.fault-list", {}, ...armed, ...broken),
    );
  }

  /** Follow what happens, from how things stand now. */
  follow() {
    const { events, store } = this.#page;
    new Story(events, (entry) => this.#hear(entry));
    events.addEventListener("bot", ({ detail }) => this.#bot(detail));
    events.addEventListener("updates", ({ detail }) => this.#updates(detail.unconfirmed));
    events.addEventListener("chosen", () => this.#show());
    store.addEventListener("chat", () => this.#show());
    store.addEventListener("world", () => this.#show());
    events.addEventListener("loaded", () => this.#updates(store.waiting));
    this.#updates(store.waiting);
    this.#show();
  }

  #row(fault, act) {
    const { say, el } = this.#page;
    const id = `fault-${fault.key}`;
    const press = () => {
      if (button.getAttribute("aria-disabled") !== "true") act();
    };
    const button = el("button", { type: "button", onclick: press, "aria-describedby": `${id}-does` });
    const does = el("span.fault-does", { id: `${id}-does` });
    const state = el("span.fault-state", { role: "status" });
    const strike = el(
      "button.quiet",
      { type: "button", hidden: true, onclick: () => this.#strike() },
      say("faults.strike"),
    );
    const name = el("span.fault-name", {}, say(`faults.${fault.key}`));
    this.rows.set(fault.key, { button, does, state, strike });
    return el("li", { id }, name, button, does, el("span.fault-now", {}, state, strike));
  }

  #show() {
    for (const fault of ARMED) this.#showArmed(fault);
    for (const fault of BROKEN) this.#showBroken(fault);
  }

  #showArmed({ key, seconds }) {
    const { say } = this.#page;
    const { button, does, state, strike } = this.rows.get(key);
    const now = this.#states.get(key);
    const left = typeof now === "number" ? Math.ceil((now - Date.now()) / 1000) : 0;
    const stands = left > 0 ? "left" : now;
    button.textContent = say("faults.arm");
    does.textContent = say(`faults.${key}_does`, { seconds });
    setText(state, stands ? say(`faults.state_${stands}`, { seconds: left }) : "");
    state.dataset.state = stands ?? "";
    strike.hidden = stands !== "armed" && stands !== "left";
    button.setAttribute("aria-disabled", String(!strike.hidden));
  }

  #showBroken(fault) {
    const { say } = this.#page;
    const { button, does, state } = this.rows.get(fault.key);
    const now = fault.now(this.#page);
    const label = now.label ?? `${fault.key}_${now.on ? "undo" : "do"}`;
    button.textContent = say(`faults.${label}`);
    button.setAttribute("aria-disabled", String(Boolean(now.not)));
    button.title = now.not ? say(`faults.${now.not}`) : "";
    const hindered = now.not && !now.label;
    does.textContent = hindered ? button.title : say(`faults.${fault.key}_does`, now.values);
    const waits = fault.key === "kill" && now.on && this.#waiting > 0;
    const stands = waits ? say("faults.waiting", { count: this.#waiting }) : say("faults.state_on");
    setText(state, now.on ? stands : "");
    state.dataset.state = now.on ? "on" : "";
  }

  async #arm(fault) {
    const until = fault.seconds && Date.now() + fault.seconds * 1000;
    if (!(await this.#order(fault.path, fault.body))) return;
    this.#states.set(fault.key, until || "armed");
    this.#show();
    if (until) this.#countDown(fault, until);
  }

  #countDown(fault, until) {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      if (Date.now() >= until) {
        clearInterval(this.#timer);
        this.#states.set(fault.key, "over");
      }
      this.#showArmed(fault);
    }, 500);
  }

  async #toggle(fault) {
    const { path, body, happened } = fault.act(this.#page);
    if ((await this.#order(path, body)) && happened) this.log.note(...happened);
  }

  async #order(path, body) {
    this.told.textContent = "";
    try {
      await this.#page.api.post(path, body);
      return true;
    } catch (error) {
      this.told.textContent = inWords(error);
      return false;
    }
  }

  /** Let the bot have something to say, so that an armed fault has something to strike. */
  #strike() {
    const { store, chosen, state } = this.#page;
    const { id } = state.people.find(({ key }) => key === chosen.person);
    const chat = store.has(chosen.group, id) ? chosen.group : id;
    uncover();
    this.#order("/sandbox/say", { user_id: id, chat_id: chat, text: "/status" });
  }

  #hear(entry) {
    const fault = this.#entries.get(entry) ?? ARMED.find(({ meets }) => meets(entry));
    if (fault && typeof this.#states.get(fault.key) !== "number") {
      this.#entries.set(entry, fault);
      this.#states.set(fault.key, entry.end ? "over" : "struck");
      this.#showArmed(fault);
    }
    if (entry.end) this.#entries.delete(entry);
    this.log.show(entry);
  }

  #bot({ state }) {
    this.log.note(`bot_${state}`);
    this.#show();
  }

  #updates(count) {
    this.#waiting = count;
    if (this.#page.state.bot.state === "killed") this.#waited = count;
    if (this.#waited > 0 && count === 0) {
      this.log.note("bot_caught_up", { count: this.#waited });
      this.#waited = 0;
    }
    this.#show();
  }
}

/** A live region is told anew only of what is new. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
