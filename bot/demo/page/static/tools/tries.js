// After the tour: messages worth trying, each sent with a tap by whom it suits.

import { toastError } from "../toasts.js";
import { actor, groupOf, sayAs, uncover } from "./acting.js";

const TRIES = [
  { key: "mistake", who: "secretary", place: "group" },
  { key: "words", who: "member", place: "private" },
  { key: "why", who: "secretary", place: "group" },
  { key: "superior", who: "superior", place: "private" },
  { key: "stranger", who: "stranger", place: "private" },
];

/** What to try next, as a list of buttons, and the ways to the other tools. */
export function tries(page) {
  const { say, el } = page;
  return el(
    "section.tries",
    { "aria-label": say("tour.next") },
    el("h3", {}, say("tour.next")),
    el("p", {}, say("tour.next_hint")),
    el("ul", {}, ...TRIES.map((each) => el("li", {}, one(page, each)))),
    el("div.tool-buttons", {}, way(page, "faults"), way(page, "inspector")),
  );
}

function one(page, { key, who, place }) {
  const { say, el } = page;
  const person = actor(page, who);
  if (!person) return null;
  const text = say(`tour.try_${key}`);
  const send = async () => {
    const group = groupOf(page, person);
    page.choose({ person: who, group });
    uncover();
    try {
      await sayAs(page, person, place === "group" ? group : person.id, text);
    } catch (error) {
      toastError(error);
    }
  };
  return el(
    "button.try",
    { type: "button", onclick: send },
    el("span.try-who", {}, say("tour.as", { person: person.name, place: say(`tour.${place}`) })),
    el("span.try-text", {}, text),
    el("span.try-why", {}, say(`tour.try_${key}_why`)),
  );
}

function way(page, tool) {
  const { say, el } = page;
  const open = () => {
    const tab = document.getElementById(`tab-${tool}`);
    tab?.click();
    tab?.focus();
  };
  return el("button", { type: "button", onclick: open }, say(`tour.to_${tool}`));
}
