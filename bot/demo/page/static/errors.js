// What the API refuses, in the words of the page.

import { say } from "./words.js";

const KNOWN = [
  [/is not in chat/, "outside"],
  [/moved to/, "moved"],
  [/blocked the bot/, "blocked"],
  [/has no button/, "no_button"],
  [/no message \d+/, "no_message"],
  [/a client sends 1 to (?<most>\d+)/, "length"],
  [/bot is not running/, "not_running"],
];

/** Why something could not be done. */
export function inWords(error) {
  if (error.status === 0) return say("errors.unreachable");
  for (const [pattern, name] of KNOWN) {
    const found = pattern.exec(error.message);
    if (found) return say(`errors.${name}`, found.groups);
  }
  return say("errors.refused", { why: error.message });
}
