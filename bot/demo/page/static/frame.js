// The parts of which a pane is made.

import { el, icon } from "./dom.js";
import { say } from "./words.js";

const DOWN = "M6 9l6 6 6-6";
const SHAPES = ["theirs", "own", "theirs", "theirs", "own", "theirs"];

/** Make the parts of a pane around its composer, and put them into `root`. */
export function frame(root, composer) {
  const parts = {
    title: el("div.title"),
    subtitle: el("p.subtitle"),
    topics: el("fieldset.switch.topics", { hidden: true }, el("legend", {}, say("pane.topics"))),
    list: el("ol.list", {
      role: "log",
      "aria-live": "off",
      "aria-label": say("pane.messages"),
      tabindex: "0",
    }),
    notice: el("p.notice", { hidden: true }),
    empty: el("p.notice", { hidden: true }, say("pane.empty")),
    skeleton: skeleton(),
    down: el("button.down", { type: "button", hidden: true }),
    foot: el("div.foot", { hidden: true }),
    live: el("p.hidden", { "aria-live": "polite" }),
  };
  parts.view = el("div.view", {}, parts.list);
  root.append(
    el("header.head", {}, parts.title, parts.subtitle),
    parts.topics,
    el("div.stage", {}, parts.view, parts.skeleton, parts.notice, parts.empty, parts.down),
    parts.foot,
    composer,
    parts.live,
    el("p.drop-here", { "aria-hidden": "true" }, say("files.drop")),
  );
  return parts;
}

function skeleton() {
  const bars = SHAPES.map((side, at) => el("span.bar", { class: `${side} length-${at % 3}` }));
  return el("div.skeleton", { hidden: true, "aria-hidden": "true" }, bars);
}

/** Say on the button that leads down how many messages are new there; without any it is away. */
export function showBehind(button, count) {
  button.hidden = count === 0;
  if (count) button.replaceChildren(say("pane.new", { count }), icon(DOWN));
}
