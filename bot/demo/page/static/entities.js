// A message's text with its entities. Offsets count UTF-16 units, as JavaScript's strings do.

import { el } from "./dom.js";
import { say } from "./words.js";

const TAGS = {
  bold: "b",
  italic: "i",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};
const LINKS = new Set(["url", "mention", "hashtag", "text_mention", "email", "phone_number"]);

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

/**
 * The nodes of a text. `acts.compose(text)` is called for a command or a piece of code that is
 * tapped, `acts.link(url)` for a link.
 */
export function withEntities(text, entities, acts) {
  const sorted = [...(entities ?? [])].sort(
    (one, other) => one.offset - other.offset || other.length - one.length,
  );
  return nodes(text, 0, text.length, sorted, acts);
}

/** The nodes from `start` to `end`; takes the entities within from the front of `left`. */
function nodes(text, start, end, left, acts) {
  const made = [];
  let at = start;
  while (left.length && left[0].offset < end) {
    const entity = left.shift();
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    if (to <= from) continue;
    if (from > at) made.push(text.slice(at, from));
    made.push(marked(entity, text.slice(from, to), nodes(text, from, to, left, acts), acts));
    at = BLOCKS.has(entity.type) && text[to] === "\n" ? to + 1 : to; // a block ends its line itself
  }
  if (at < end) made.push(text.slice(at, end));
  return made;
}

function marked(entity, covered, inside, acts) {
  const { type } = entity;
  if (type === "bot_command") return command(covered, inside, acts);
  if (type === "code") return el("code", {}, command(covered, inside, acts));
  if (type === "text_link" || type === "url") return link(entity.url ?? covered, inside, acts);
  if (type === "spoiler") return spoiler(inside);
  if (LINKS.has(type)) return el("span.mention", {}, inside);
  if (type === "pre") return el("pre", { "data-language": entity.language, tabindex: "0" }, inside);
  return el(TAGS[type] ?? "span", {}, inside);
}

function command(typed, inside, acts) {
  return tappable("command", say("message.compose"), () => acts.compose(typed), inside);
}

function link(url, inside, acts) {
  return tappable("link", url, () => acts.link(url), inside);
}

function spoiler(inside) {
  const show = (event) => event.currentTarget.classList.add("shown");
  return tappable("spoiler", say("message.spoiler"), show, inside);
}

/** Words that act as a button; a real one would not break into lines as words do. */
function tappable(kind, title, act, inside) {
  const tap = (event) => getSelection().isCollapsed && act(event);
  const press = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act(event);
  };
  const attributes = { role: "button", tabindex: "0", title, onclick: tap, onkeydown: press };
  return el(`span.${kind}`, attributes, inside);
}
