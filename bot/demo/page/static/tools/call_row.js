// One call: a line, and its parameters and answer when it is opened.

import { copy } from "../toasts.js";
import { secondOfDay } from "./moments.js";
import { nameOf } from "./names.js";

/** Make the row of a call; its JSON is written out only when it is opened. */
export function callRow(page, call) {
  const { say, el } = page;
  const { number, method, params, status, at } = call;
  const id = `call-${number}`;
  const body = el("div.call-body", { id, hidden: true });
  const open = () => {
    body.hidden = !body.hidden;
    line.setAttribute("aria-expanded", String(!body.hidden));
    if (!body.firstChild) body.append(...written(page, call));
  };
  const chat = params.chat_id === undefined ? "" : nameOf(page, params.chat_id);
  const line = el(
    "button.call-line",
    { type: "button", "aria-expanded": "false", "aria-controls": id, onclick: open },
    el("span.call-number", {}, `#${number}`),
    el("time", { datetime: at }, secondOfDay(at)),
    el("code.call-method", {}, method),
    el("span.call-chat", {}, chat),
    el("span.call-status", {}, status === 0 ? say("inspector.status_0") : String(status)),
  );
  return el("li", { class: status === 200 ? "ok" : "not-ok" }, line, body);
}

function written(page, { params, answer }) {
  const { say, el } = page;
  const answered = answer === null ? say("inspector.no_answer") : pretty(answer);
  return [
    part(page, say("inspector.params"), pretty(params)),
    answer === null
      ? el("p", {}, answered)
      : part(page, say("inspector.answer"), answered),
  ];
}

function part(page, title, text) {
  const { say, el } = page;
  const label = `${say("inspector.copy")}: ${title}`;
  const attributes = { type: "button", onclick: () => copy(text), "aria-label": label };
  const button = el("button.quiet", attributes, say("inspector.copy"));
  return el(
    "section",
    {},
    el("h4", {}, title, button),
    el("pre", { tabindex: "0", "aria-label": title }, text),
  );
}

const pretty = (value) => JSON.stringify(value, null, 2);
