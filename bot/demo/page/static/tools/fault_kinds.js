// The faults there are: what each orders, and how it is known that it struck.

const BUSY_SECONDS = 8;

/** Whether the first try of an entry of the story ended so. */
const first = (status, answered) => (entry) =>
  entry.method === "sendMessage" &&
  entry.tries[0].status === status &&
  (answered === undefined || entry.tries[0].answered === answered);

const failing = (key, body, meets) => ({ key, path: "/sandbox/fail", body, meets });

/** Faults that meet the bot's next calls. */
export const ARMED = [
  {
    key: "busy",
    seconds: BUSY_SECONDS,
    path: "/sandbox/refuse",
    body: { seconds: BUSY_SECONDS },
    meets: () => false,
  },
  failing("error", { method: "sendMessage", error_code: 500 }, first(500)),
  failing("before", { method: "sendMessage", mode: "drop_before" }, first(0, false)),
  failing("after", { method: "sendMessage", mode: "drop_after" }, first(0, true)),
  failing(
    "lost",
    { method: "getUpdates", mode: "drop_after", release: true },
    ({ method }) => method === "getUpdates",
  ),
];

/** Things that stay broken until they are mended. */
export const BROKEN = [
  {
    key: "kick",
    now: (page) => {
      const chat = shown(page);
      if (!chat) return { not: "no_group" };
      return { on: !page.store.has(chat.id, page.store.bot.id), values: { chat: chat.title } };
    },
    act(page) {
      const { id, title } = shown(page);
      const inside = page.store.has(id, page.store.bot.id);
      return {
        path: inside ? "/sandbox/kick_bot" : "/sandbox/add_bot",
        body: { chat_id: id, by: memberOf(page, id) },
        happened: [inside ? "kicked" : "returned", { chat: title }],
      };
    },
  },
  {
    key: "migrate",
    now: (page) => {
      const chat = shown(page);
      if (!chat) return { not: "no_group" };
      return chat.kind === "group" && !chat.migrated_to ? {} : { not: "migrate_not" };
    },
    act(page) {
      const { id, title } = shown(page);
      const body = { chat_id: id };
      return { path: "/sandbox/migrate", body, happened: ["migrated", { chat: title }] };
    },
  },
  {
    key: "block",
    now: (page) => {
      const person = page.person();
      return { on: isBlocked(page, person), values: { person: person.name } };
    },
    act(page) {
      const person = page.person();
      const blocked = isBlocked(page, person);
      return {
        path: blocked ? "/sandbox/unblock_bot" : "/sandbox/block_bot",
        body: { user_id: person.id },
        happened: [blocked ? "unblocked" : "blocked", { person: person.name }],
      };
    },
  },
  {
    key: "kill",
    now: ({ state }) => {
      if (state.bot.state === "starting") return { label: "kill_starting", not: "kill_starting" };
      return { on: state.bot.state === "killed" };
    },
    act: ({ state }) => ({
      path: "/demo/bot",
      body: { do: state.bot.state === "killed" ? "start" : "kill" },
    }),
  },
];

const shown = ({ store, chosen }) => store.chats.get(chosen.group) ?? null;

const isBlocked = ({ store }, { id }) => store.chats.get(id)?.members[store.bot.id] === "kicked";

/** Who does it: the person who is chosen if they are in the group, else somebody who is. */
function memberOf(page, chat) {
  const { id } = page.person();
  if (page.store.has(chat, id)) return id;
  const others = page.state.people.map((person) => person.id);
  return others.find((other) => page.store.has(chat, other)) ?? id;
}
