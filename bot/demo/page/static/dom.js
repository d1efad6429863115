// Building elements. Text always goes in as text: every name and message is hostile.

/**
 * Make an element: `el("button.send", {type: "button", onclick: send, "aria-label": "…"}, "Send")`.
 *
 * A function under `on…` becomes a listener, `true` an empty attribute; `false`, `null` and
 * `undefined` are left out, in attributes and among the children. `dataset` takes an object.
 */
export function el(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const made = document.createElement(name || "div");
  if (classes.length) made.classList.add(...classes);
  for (const [key, value] of Object.entries(attributes ?? {})) set(made, key, value);
  made.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return made;
}

function set(element, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function" && key.startsWith("on")) {
    element.addEventListener(key.slice(2), value);
  } else if (key === "dataset") {
    Object.assign(element.dataset, value);
  } else if (key === "class") {
    element.classList.add(...String(value).split(" ").filter(Boolean));
  } else {
    element.setAttribute(key, value === true ? "" : value);
  }
}

const SVG = "http://www.w3.org/2000/svg";

/** A drawing of one path in a square of 24: the page's icons. */
export function icon(path) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}
