// How a person is shown: name, colour, and a round mark with the first letters.

import { el } from "./dom.js";
import { say } from "./words.js";

const COLOURS = 7;

/** The name that people see; the bot by the name of the project. */
export function nameOf(user) {
  if (!user) return say("people.somebody");
  if (user.is_bot) return say("people.bot");
  return [user.first_name, user.last_name].filter(Boolean).join(" ");
}

/** The class that gives a person their colour. */
export const colourOf = (id) => `colour-${Math.abs(id) % COLOURS}`;

/** The round mark of a user; the name stands beside it, so it is not read out. */
export function avatar({ id, is_bot: bot }, name) {
  if (bot) return el("img.avatar", { src: "/static/icon.svg", alt: "", width: 34, height: 34 });
  const letters = /^[\p{Script=Han}]{2,}/u.test(name) ? [...name].slice(-2) : [...name].slice(0, 1);
  return el("span.avatar", { class: colourOf(id), "aria-hidden": "true" }, letters.join(""));
}
