// What faults do to the bot's calls: refused or cut off, made again, arrived.

const REFUSED = 429;
const FORBIDDEN = 403;
const CUT_OFF = 0;

/**
 * Follows the calls that something happened to: `changed(entry)` is told of each, again and again
 * until it is over. An entry: `method`, `chat` (where it goes now), `text`, `tries` (each `status`,
 * `answered`, `at`), `end`: null, `arrived`, `fetched` (updates that had been lost) or `given_up`.
 */
export class Story {
  #open = new Map(); // entries that are not over, by what the call says
  #changed;

  constructor(events, changed) {
    this.#changed = changed;
    events.addEventListener("call", ({ detail }) => this.#hear(detail));
  }

  #hear(call) {
    const met = hurt(call);
    if (!met && !this.#open.size) return; // by far the most
    const key = call.method === "getUpdates" ? call.method : saying(call);
    const entry = this.#open.get(key);
    if (met) this.#hit(key, entry ?? begun(call), call);
    else if (entry && over(call)) this.#close(key, entry, call);
  }

  #hit(key, entry, call) {
    const { status, answer, at } = call;
    const moved = movedTo(call);
    if (moved) entry.chat = moved;
    entry.tries.push({ status, answered: answer !== null, moved: Boolean(moved), at });
    if (status === FORBIDDEN) entry.end = "given_up";
    if (entry.end) this.#open.delete(key);
    else this.#open.set(key, entry);
    this.#changed(entry);
  }

  #close(key, entry, { method }) {
    entry.end = method === "getUpdates" ? "fetched" : "arrived";
    this.#open.delete(key);
    this.#changed(entry);
  }
}

/** Whether a fault met the call: a no-op edit and the like are none. */
function hurt(call) {
  const { method, status } = call;
  if (method === "getUpdates" && status !== CUT_OFF && status < 500) return false;
  const struck = status === CUT_OFF || status === REFUSED || status === FORBIDDEN || status >= 500;
  return struck || Boolean(movedTo(call));
}

/** Whether a call brought what it was for: of the polls, only one that brings something does. */
const over = ({ method, status, answer }) =>
  status === 200 && (method !== "getUpdates" || answer?.result?.length > 0);

const movedTo = ({ status, answer }) =>
  status === 400 ? answer?.parameters?.migrate_to_chat_id : undefined;

/** What a call says, wherever it says it: the same call made again says the same. */
function saying({ method, params }) {
  const { chat_id: _chat, message_thread_id: _thread, ...said } = params;
  return `${method} ${JSON.stringify(said)}`;
}

function begun({ method, params }) {
  const text = params.text ?? params.caption ?? "";
  return { method, chat: params.chat_id ?? null, text, tries: [], end: null };
}
