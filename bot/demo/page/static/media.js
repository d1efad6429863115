// Pictures, files and albums in a bubble.

import { el, icon } from "./dom.js";
import { showDialog } from "./toasts.js";
import { say } from "./words.js";

const ARROW = "M12 4v12m-5-5 5 5 5-5M5 20h14";
const UNITS = ["B", "KB", "MB"];

/** Where the bytes of a file are. */
const contentOf = (file) => `/sandbox/content?file_id=${encodeURIComponent(file.file_id)}`;

/** `1.4 MB`. */
export function sizeOf(bytes) {
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit && size < 100 ? size.toFixed(1) : Math.round(size)} ${UNITS[unit]}`;
}

/** The pictures of the messages as a grid, and their files as a list; null where there are none. */
export function media(messages) {
  const pictures = messages.filter((message) => message.photo);
  const files = messages.filter((message) => message.document);
  const grid = `grid-${Math.min(pictures.length, 4)}`;
  return [
    pictures.length > 0 && el("div.pictures", { class: grid }, pictures.map(picture)),
    files.length > 0 &&
      el(
        "div.files",
        {},
        files.map(({ document }) => download(document)),
      ),
  ];
}

function picture(message) {
  const largest = message.photo.at(-1);
  const { width, height } = largest;
  const label = message.caption
    ? say("files.picture_of", { caption: message.caption })
    : say("files.picture");
  const open = () => enlarge(largest, label);
  return el(
    "button.picture",
    { type: "button", "aria-label": label, onclick: open },
    el("img", {
      src: contentOf(largest),
      alt: "",
      width,
      height,
      loading: "lazy",
      decoding: "async",
    }),
  );
}

function enlarge(photo, label) {
  const close = el("button.icon", { type: "submit" }, say("page.close"));
  const save = el(
    "a.icon",
    { href: contentOf(photo), download: true },
    say("files.save"),
  );
  showDialog(
    el(
      "dialog.enlarged",
      { "aria-label": label },
      el("form", { method: "dialog" }, save, close),
      el("img", { src: contentOf(photo), alt: label, width: photo.width, height: photo.height }),
    ),
  );
}

function download(file) {
  const name = file.file_name ?? say("files.unnamed");
  const size = sizeOf(file.file_size ?? 0);
  return el(
    "a.file",
    { href: contentOf(file), download: name, title: say("files.download", { name }) },
    el("span.file-mark", { "aria-hidden": "true" }, icon(ARROW)),
    el("span.file-name", {}, name),
    el("span.file-size", {}, size),
  );
}
