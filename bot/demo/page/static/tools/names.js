// What is shown for a number or a code.

/** What a chat is called: a group's title, a person's name, or its number. */
export function nameOf({ store, state }, id) {
  const person = state.people.find((each) => each.id === id);
  return store.chats.get(id)?.title ?? person?.name ?? String(id);
}

/** The phrase `inspector.<kind>_<code>`, or the code itself where there is none. */
export function codeName({ say }, kind, code) {
  const key = `inspector.${kind}_${code}`;
  const phrase = say(key);
  return phrase === key ? String(code) : phrase;
}

const MARKS = { "&lt;": "<", "&gt;": ">", "&#34;": '"', "&#39;": "'", "&quot;": '"', "&amp;": "&" };

/** The text that a reader sees of one that was sent as HTML. */
export const unmarked = (html) =>
  html.replace(/<[^>]*>/g, "").replace(/&(#?\w+);/g, (mark) => MARKS[mark] ?? mark);

/** The text on one line, not longer than so many characters. */
export function excerpt(text, most) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
