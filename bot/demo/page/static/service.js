// What happened in a chat, as a line in its middle.

import { nameOf } from "./persona.js";
import { say } from "./words.js";
import { serviceKind } from "./items.js";

/** The words of a service message. */
export function serviceText(message) {
  const kind = serviceKind(message) ?? "other";
  return (TEXTS[kind] ?? (() => say(`service.${kind}`)))(message);
}

const TEXTS = {
  new_chat_members: (message) => {
    const names = message.new_chat_members.map(nameOf).join("、");
    const alone = message.new_chat_members.every(({ id }) => id === message.from.id);
    return say(alone ? "service.joined" : "service.added", {
      by: nameOf(message.from),
      who: names,
    });
  },
  left_chat_member: (message) => {
    const alone = message.left_chat_member.id === message.from.id;
    const values = { by: nameOf(message.from), who: nameOf(message.left_chat_member) };
    return say(alone ? "service.left" : "service.removed", values);
  },
  new_chat_title: (message) =>
    say("service.renamed", { by: nameOf(message.from), title: message.new_chat_title }),
  forum_topic_created: (message) =>
    say("service.topic", { by: nameOf(message.from), name: message.forum_topic_created.name }),
  pinned_message: (message) => say("service.pinned", { by: nameOf(message.from) }),
};
