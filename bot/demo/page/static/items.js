// Messages arranged as they are shown: days between them, albums together, runs of one sender.

import { keyOf } from "./log.js";
import { dayOf } from "./times.js";

const RUN = 15 * 60; // seconds within which messages of one sender belong together
const SERVICE = [
  "new_chat_members",
  "left_chat_member",
  "new_chat_title",
  "forum_topic_created",
  "forum_topic_edited",
  "forum_topic_closed",
  "forum_topic_reopened",
  "migrate_to_chat_id",
  "migrate_from_chat_id",
  "pinned_message",
  "group_chat_created",
  "supergroup_chat_created",
];

/** Which kind of service message it is, or undefined. */
export const serviceKind = (message) => SERVICE.find((kind) => kind in message);

/**
 * The items of a list of messages, in order: `{kind, key, messages, first, last}`; `kind` is "day",
 * "service" or "said" (one message, or an album), `first` and `last` say how it stands in its run.
 */
export function arrange(messages) {
  const items = [];
  let day = null;
  for (const message of messages) {
    if (dayOf(message.date) !== day) {
      day = dayOf(message.date);
      items.push({ kind: "day", key: `day ${keyOf(message)}`, messages: [], text: day });
    }
    if (sameAlbum(items.at(-1), message)) items.at(-1).messages.push(message);
    else items.push(item(message));
  }
  items.forEach((each, at) => {
    each.first = !sameRun(items[at - 1], each);
    each.last = !sameRun(each, items[at + 1]);
  });
  return items;
}

function item(message) {
  const kind = serviceKind(message) ? "service" : "said";
  return { kind, key: keyOf(message), messages: [message] };
}

function sameAlbum(before, message) {
  return (
    before?.kind === "said" &&
    message.media_group_id !== undefined &&
    before.messages[0].media_group_id === message.media_group_id
  );
}

function sameRun(one, other) {
  if (one?.kind !== "said" || other?.kind !== "said") return false;
  const [before] = one.messages;
  const [after] = other.messages;
  return before.from.id === after.from.id && after.date - before.date < RUN;
}
