// A small menu beside what was pointed at.

import { el } from "./dom.js";

const MARGIN = 8;
let close = () => {};

/**
 * Open a menu of `{label, act}` beside `anchor`, or at a point; the focus returns when it closes.
 * Arrows, Home, End, Enter and Escape work as in any menu.
 */
export function openMenu(choices, anchor, point = null) {
  close();
  const before = document.activeElement;
  const buttons = choices.map(({ label, act }) =>
    el(
      "button",
      { type: "button", role: "menuitem", tabindex: "-1", onclick: () => finish(act) },
      label,
    ),
  );
  const menu = el("div.menu", { role: "menu" }, buttons);
  const stop = new AbortController();

  close = () => {
    close = () => {};
    stop.abort();
    menu.remove();
  };
  function finish(act) {
    close();
    before?.focus({ preventScroll: true });
    act?.();
  }
  menu.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (next !== undefined) buttons.at(next % buttons.length).focus();
    else if (event.key === "Escape" || event.key === "Tab") finish();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const outside = (event) => menu.contains(event.target) || close();
  document.addEventListener("pointerdown", outside, { capture: true, signal: stop.signal });
  for (const name of ["wheel", "touchmove"]) {
    document.addEventListener(name, () => close(), {
      capture: true,
      passive: true,
      signal: stop.signal,
    });
  }

  document.body.append(menu);
  place(menu, anchor.getBoundingClientRect(), point);
  buttons[0].focus({ preventScroll: true });
}

function place(menu, beside, point) {
  const { width, height } = menu.getBoundingClientRect();
  const left = point?.x ?? beside.right - width;
  const top = point?.y ?? beside.bottom;
  menu.style.left = `${Math.max(MARGIN, Math.min(left, innerWidth - width - MARGIN))}px`;
  menu.style.top = `${Math.max(MARGIN, Math.min(top, innerHeight - height - MARGIN))}px`;
}
