// Boots the page and makes `page`, which every part of it is given.

import * as api from "./api.js";
import { el } from "./dom.js";
import { dress, speakAsAsked } from "./dress.js";
import { Events } from "./events.js";
import { Pane } from "./pane.js";
import { showPeople } from "./people.js";
import { watchStatus } from "./status.js";
import { Store } from "./store.js";
import { Taps } from "./taps.js";
import { toast, toastError } from "./toasts.js";
import { setZone } from "./times.js";
import { say } from "./words.js";

const TOOLS = ["clock", "tour", "faults", "inspector"];
const PATIENCE = 1000; // ms until the next attempt to load the world

const events = new Events();
const taps = new Taps(events);
let panes = [];

const page = {
  api, // {get, post}
  events,
  say,
  el,
  toast, // (text, kind): kind is "info" or "error"
  store: new Store(events),
  state: null, // the answer of GET /demo/state, kept up to date
  chosen: { person: null, group: null }, // the key of who speaks, the id of the group shown
  choose,
  ran: false, // whether the bot has run since the page was opened
  person: () => page.state.people.find(({ key }) => key === page.chosen.person),
  groups, // the chats among which the group switch chooses
  pane: (chatId) => panes.find((pane) => pane.chatId === chatId) ?? null,
};

/** Choose who speaks and which group is shown; what is not given stays. */
function choose(change) {
  const next = { ...page.chosen, ...change };
  if (next.person === page.chosen.person && next.group === page.chosen.group) return;
  page.chosen = next;
  sessionStorage.setItem("chosen", JSON.stringify(next));
  events.tell("chosen", next);
}

function groups() {
  const { store, state } = page;
  const told = state.groups.map(({ chat_id }) => store.current(chat_id));
  const others = [...store.chats.values()].filter(
    (chat) => chat.kind !== "private" && !chat.migrated_to,
  );
  const ids = new Set([...told, ...others.map(({ id }) => id)]);
  return [...ids].map((id) => store.chats.get(id)).filter(Boolean);
}

/** Whom and which group the page showed before it was loaded anew, where they still exist. */
function chooseAtFirst() {
  const before = JSON.parse(sessionStorage.getItem("chosen") ?? "{}");
  const { people } = page.state;
  const person = people.find(({ key }) => key === before.person) ?? people[0];
  const all = groups();
  const group =
    all.find(({ id }) => id === page.store.current(before.group)) ??
    all.find(({ id }) => page.store.has(id, person?.id)) ??
    all[0];
  choose({ person: person?.key ?? null, group: group?.id ?? null });
}

async function load() {
  const number = await page.store.load(); // first: the events after it make up for a state of before
  page.state = await api.get("/demo/state");
  page.ran ||= page.state.bot.state === "running";
  setZone(page.state.clock.zone);
  chooseAtFirst();
  events.follow(number);
  events.tell("loaded");
  await taps.catchUp();
}

/** Load all until it works: the server may be gone for a while. */
async function loadAnew() {
  for (;;) {
    try {
      return await load();
    } catch (error) {
      toastError(error);
      await new Promise((resume) => setTimeout(resume, PATIENCE));
    }
  }
}

function keepUp() {
  for (const name of ["clock", "bot", "tour"]) {
    events.addEventListener(name, ({ detail }) => (page.state[name] = detail));
  }
  events.addEventListener("reset", loadAnew);
  events.addEventListener("bot", ({ detail }) => {
    if (page.ran || detail.state !== "running") return;
    page.ran = true;
    loadAnew(); // the organisation stands now
  });
  events.addEventListener("chat", ({ detail: chat }) => {
    if (chat.id === page.chosen.group && chat.migrated_to) choose({ group: chat.migrated_to });
  });
}

async function mountTools() {
  for (const name of TOOLS) {
    try {
      const tool = await import(`./tools/${name}.js`);
      tool.mount(document.getElementById(name), page);
    } catch (error) {
      console.error(`tools/${name}.js`, error); // the rest of the page goes on without it
    }
  }
}

dress(page);
keepUp(); // first, so that every part sees the state as it is after an event
await loadAnew();
await speakAsAsked(page);
watchStatus(page, document.getElementById("status"));
showPeople(page, document.getElementById("people"));
panes = ["group", "private"].map(
  (kind) => new Pane(page, document.getElementById(kind), kind, taps),
);
await mountTools();
