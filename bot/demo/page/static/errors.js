// What the API refuses, in the words of the page.

import { known, say } from "./words.js";

const KNOWN = [
  [/is not in chat/, "outside"],
  [/moved to|no basic group/, "moved"],
  [/blocked the bot/, "blocked"],
  [/has no button/, "no_button"],
  [/no message \d+/, "no_message"],
  [/a client sends 1 to (?<most>\d+)/, "length"],
];

const TOO_LARGE = 413;

/** Why something could not be done, and what to do about it. */
export function inWords(error) {
  if (error.status === 0) return say("errors.unreachable");
  if (error.status === TOO_LARGE) return say("errors.too_large");
  if (known(`errors.${error.message}`)) return say(`errors.${error.message}`);
  for (const [pattern, name] of KNOWN) {
    const found = pattern.exec(error.message);
    if (found) return say(`errors.${name}`, found.groups);
  }
  console.warn(error.message);
  return say("errors.refused");
}
