// The buttons under a bubble.

import { el } from "./dom.js";
import { keyOf } from "./log.js";
import { copy } from "./toasts.js";
import { say } from "./words.js";

/** The inline keyboard of a message as rows of buttons, or null. */
export function keyboard(message, context) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  return el(
    "div.keyboard",
    {},
    rows.map((row) =>
      el(
        "div.keys",
        {},
        row.map((button) => key(button, message, context)),
      ),
    ),
  );
}

function key(button, message, context) {
  const { callback_data: data, url, copy_text: copied } = button;
  const style = button.style ? `style-${button.style}` : "";
  if (data !== undefined) {
    const busy = context.taps.busy(keyOf(message), data);
    const attributes = {
      "aria-busy": busy && "true",
      dataset: { data },
      onclick: () => context.tap(message, data),
    };
    return el("button.key", { type: "button", class: style, ...attributes }, button.text);
  }
  if (url !== undefined) {
    return el(
      "button.key.outside",
      { type: "button", class: style, title: url, onclick: () => context.link(url) },
      button.text,
    );
  }
  const act = copied ? () => copy(copied.text) : () => context.say(say("message.no_such_button"));
  return el("button.key", { type: "button", class: style, onclick: act }, button.text);
}
