// Short words that go by themselves, and words that wait to be read.

import { el } from "./dom.js";
import { inWords } from "./errors.js";
import { say } from "./words.js";

const SHORTEST = 3500; // ms that a toast stays at least
const PER_CHARACTER = 60; // ms more for each character

/** Show a short text for as long as it takes to read; `kind` is "info" or "error". */
export function toast(text, kind = "info") {
  const shown = el(`p.toast.${kind}`, {}, text);
  document.getElementById("toasts").append(shown);
  const gone = () => shown.remove();
  shown.addEventListener("click", gone);
  setTimeout(gone, SHORTEST + PER_CHARACTER * text.length);
}

/** Say in words why something could not be done. */
export function toastError(error) {
  toast(inWords(error), "error");
}

/** Copy a text, and say so. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(say("message.copied"));
  } catch (error) {
    toastError(error);
  }
}

/** Show a text that waits until it was read. */
export function alertDialog(text) {
  const close = el("button.primary", { type: "submit", value: "ok" }, say("page.ok"));
  showDialog(el("dialog.alert", {}, el("form", { method: "dialog" }, el("p", {}, text), close)));
}

/** Open a dialog, and take it away when it is closed. A click beside its content closes it. */
export function showDialog(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}
