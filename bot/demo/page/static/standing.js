// How a person stands to a chat: whether they see it and may write there.

/** `nowhere`, `starting`, `outside`, `blocked`, `unstarted` or `open`. */
export function standing(page, chatId, me) {
  const chat = page.store.chats.get(chatId);
  if (page.state.bot.state === "starting" && !page.ran) return "starting";
  if (!chat || me === null) return "nowhere";
  if (!page.store.has(chatId, me)) return "outside";
  if (chat.kind !== "private") return "open";
  return { kicked: "blocked", left: "unstarted" }[chat.members[page.store.bot.id]] ?? "open";
}

/** Whether messages are shown there. */
export const isSeen = (how) => ["open", "blocked", "unstarted"].includes(how);

/** Whether that person may write there. */
export const isOpen = (how) => how === "open" || how === "unstarted";
