// One row of a chat: a day, a service message, or a bubble with all that hangs on it.

import { el, icon } from "./dom.js";
import { withEntities } from "./entities.js";
import { keyboard } from "./keyboard.js";
import { keyOf } from "./log.js";
import { media } from "./media.js";
import { avatar, colourOf, nameOf } from "./persona.js";
import { serviceText } from "./service.js";
import { momentOf, timeOf } from "./times.js";
import { say } from "./words.js";

const DOTS = "M12 5v.01M12 12v.01M12 19v.01";

/**
 * The row of an item (see items.js). `context`: `me` (user id), `crowd` (whether names are shown),
 * `taps`, `reactions(key)`, and what one can do: `tap link compose reveal menu say`.
 */
export function row(item, context) {
  if (item.kind === "day") return el("li.chip.day", {}, el("span", {}, item.text));
  if (item.kind === "service") return serviceRow(item, context);
  const [message] = item.messages;
  const own = message.from.id === context.me;
  const made = el(
    "li.row",
    { class: classes(item, own), tabindex: "-1", dataset: { key: item.key } },
    context.crowd &&
      !own &&
      el("span.beside", {}, item.last && avatar(message.from, nameOf(message.from))),
    el(
      "div.said",
      {},
      el("article.bubble", { "aria-label": label(message, own) }, content(item, own, context)),
      keyboard(item.messages.at(-1), context),
      reactions(item, context),
    ),
    more(item, context),
  );
  made.addEventListener("contextmenu", (event) => openMenu(event, item, made, context));
  return made;
}

function serviceRow(item, context) {
  const [message] = item.messages;
  const attributes = { dataset: { key: item.key }, title: momentOf(message.date) };
  return el("li.chip", attributes, el("span", {}, serviceText(message, context)));
}

function classes(item, own) {
  return [own ? "own" : "theirs", item.first && "first", item.last && "last"]
    .filter(Boolean)
    .join(" ");
}

const label = (message, own) =>
  say("message.label", {
    who: own ? say("people.you") : nameOf(message.from),
    time: timeOf(message.date),
  });

function content(item, own, context) {
  const [message] = item.messages;
  const said = item.messages.find((each) => each.text ?? each.caption) ?? message;
  const text = said.text ?? said.caption;
  const entities = said.entities ?? said.caption_entities;
  return [
    item.first &&
      context.crowd &&
      !own &&
      el("p.name", { class: colourOf(message.from.id) }, nameOf(message.from)),
    quote(message, context),
    media(item.messages),
    el(
      "div.text",
      { class: text ? "" : "bare" },
      text && withEntities(text, entities, acts(message, context)),
      meta(item.messages),
    ),
  ];
}

/** What tapping on words does. Bare words go to the bot as a reply, in a group it sees no others. */
function acts(message, context) {
  return {
    link: context.link,
    compose: (typed) => context.compose(typed, typed.startsWith("/") ? null : message),
  };
}

/** The message that was replied to; the one that opened a topic is no answer to anything. */
function quote(message, context) {
  const replied = message.reply_to_message;
  if (!replied || replied.forum_topic_created) return null;
  const reveal = () => context.reveal({ chat: message.chat, message_id: replied.message_id });
  const shown = summary(replied);
  return el(
    "button.quote",
    {
      type: "button",
      class: colourOf(replied.from.id),
      onclick: reveal,
      "aria-label": say("message.quoted", { who: nameOf(replied.from), text: shown }),
    },
    el("span.quote-name", {}, nameOf(replied.from)),
    el("span.quote-text", {}, shown),
  );
}

/** A message in one line. */
export function summary(message) {
  const words = message.text ?? message.caption;
  if (words) return words.replace(/\s+/g, " ");
  if (message.photo) return say("files.picture");
  return message.document?.file_name ?? serviceText(message);
}

function meta(messages) {
  const last = messages.at(-1);
  const edited = messages.some((message) => message.edit_date);
  return el(
    "span.meta",
    {},
    edited && el("span.edited", {}, say("message.edited")),
    el(
      "time",
      { datetime: new Date(last.date * 1000).toISOString(), title: momentOf(last.date) },
      timeOf(last.date),
    ),
  );
}

function reactions(item, context) {
  const emoji = item.messages.flatMap((message) => context.reactions(keyOf(message)));
  if (!emoji.length) return null;
  return el(
    "div.reactions",
    { role: "img", "aria-label": say("message.reactions", { emoji: emoji.join(" ") }) },
    emoji.map((each) => el("span.reaction", {}, each)),
  );
}

function more(item, context) {
  const open = (event) => context.menu(item.messages, event.currentTarget);
  const attributes = {
    type: "button",
    tabindex: "-1",
    "aria-haspopup": "menu",
    "aria-label": say("message.more"),
  };
  return el("button.more", { ...attributes, onclick: open }, icon(DOTS));
}

/** The page's own menu in place of the browser's, unless words are marked to be copied. */
function openMenu(event, item, element, context) {
  if (!getSelection().isCollapsed || event.target.closest("a, img")) return;
  event.preventDefault();
  context.menu(item.messages, element, { x: event.clientX, y: event.clientY });
}
