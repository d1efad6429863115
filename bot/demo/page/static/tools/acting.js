// Doing what a person would do: saying something, tapping a button, moving the clock.

const LOOKED_THROUGH = 50; // the newest messages of a chat, among which a button is looked for

/** The one who acts in a step: `{key id name}`, or null where nobody does. */
export const actor = (page, who) => page.state.people.find(({ key }) => key === who) ?? null;

/** Show whom and where a step is about, so that one sees what it does; answers the chat's id. */
export function choose(page, { who, place, chat_id: before }) {
  const person = actor(page, who);
  const chat = before && page.store.current(before); // a group may have moved
  const change = person ? { person: who, group: groupOf(page, person) } : {};
  if (place === "group" && chat) change.group = chat;
  page.choose(change);
  return chat;
}

/** The group that is shown if the person is in it, else the first one that they are in. */
export function groupOf({ store, groups, chosen }, { id }) {
  const ids = [chosen.group, ...groups().map((chat) => chat.id)];
  return ids.find((chat) => store.has(chat, id)) ?? chosen.group;
}

/** Put the drawer of tools aside, where it covers the chats. */
export function uncover() {
  const { button, open } = drawer();
  if (!open) return;
  button.click();
  button.focus();
}

/** Whether a tool can be seen: it is the one chosen, and no drawer that is put aside holds it. */
export function inSight(root) {
  const { button, open } = drawer();
  return root.checkVisibility() && (open || !button.checkVisibility());
}

function drawer() {
  const button = document.getElementById("drawer");
  return { button, open: button.getAttribute("aria-expanded") === "true" };
}

/** Show a message where it stands: in a group, or in the private chat of the person it is. */
export function reveal(page, chat, message) {
  const person = page.state.people.find(({ id }) => id === chat);
  if (person) page.choose({ person: person.key });
  else page.choose({ group: page.store.current(chat) });
  uncover();
  return page.pane(page.store.current(chat))?.reveal(message, chat);
}

/** Say the step's text, as the one it names, where it names. */
export const sayAs = ({ api }, person, chat, text) =>
  api.post("/sandbox/say", { user_id: person.id, chat_id: chat, text });

/** Find the newest button of a chat that bears a label, or begins with it: `message`, `label`. */
export async function findButton({ api }, chat, label) {
  const limit = LOOKED_THROUGH;
  const messages = await api.get("/sandbox/messages", { chat_id: chat, limit });
  for (const message of messages.toReversed()) {
    const buttons = (message.reply_markup?.inline_keyboard ?? []).flat();
    const found =
      buttons.find(({ text }) => text === label) ?? buttons.find(({ text }) => text.includes(label));
    if (found) return { message: message.message_id, label: found.text };
  }
  return null;
}

/** The button that was found as it stands in the page; null while it is not drawn. */
export function drawn(chat, { message, label }) {
  const buttons = document.querySelectorAll(`[data-key="${chat}:${message}"] button`);
  return [...buttons].find(({ textContent }) => textContent === label) ?? null;
}

/** Tap a button that was found. */
export const tapAs = ({ api }, person, chat, { message, label }) =>
  api.post("/sandbox/tap", { user_id: person.id, chat_id: chat, message_id: message, label });
