// Files on their way: chosen, dropped or pasted, shown before they are sent.

import { post } from "./api.js";
import { el } from "./dom.js";
import { sizeOf } from "./media.js";
import { toast } from "./toasts.js";
import { say } from "./words.js";

const PICTURES = new Set(["image/png", "image/jpeg"]);
const LARGEST = 20 * 1024 * 1024; // bytes: what a bot can fetch from Telegram
const ALBUM = 10; // files in an album at most

/** The files that wait in a composer. `changed()` is called when there are more or fewer. */
export class Tray {
  element = el("div.tray", { hidden: true });
  #waiting = []; // {file, url}
  #asFiles = el("input", { type: "checkbox" });
  #changed;

  constructor(changed) {
    this.#changed = changed;
  }

  get count() {
    return this.#waiting.length;
  }

  add(files) {
    for (const file of files) {
      if (file.size > LARGEST)
        toast(say("files.too_large", { name: file.name, most: sizeOf(LARGEST) }), "error");
      else if (file.size === 0) toast(say("files.empty", { name: file.name }), "error");
      else
        this.#waiting.push({
          file,
          url: PICTURES.has(file.type) ? URL.createObjectURL(file) : null,
        });
    }
    this.#draw();
  }

  clear() {
    for (const { url } of this.#waiting) if (url) URL.revokeObjectURL(url);
    this.#waiting = [];
    this.#asFiles.checked = false;
    this.#draw();
  }

  /** Send all: pictures together, then the other files together. `fields`: as of `POST /sandbox/file`. */
  async send(fields) {
    const photos = this.#asFiles.checked ? [] : this.#waiting.filter(({ url }) => url);
    const others = this.#waiting.filter((each) => !photos.includes(each));
    let caption = fields.caption;
    for (const [some, photo] of [...chunks(photos, true), ...chunks(others, false)]) {
      await sendSome(some, { ...fields, caption, photo });
      caption = undefined; // it stands under the first
    }
  }

  #draw() {
    const drawn = this.#waiting.map((each) => this.#preview(each));
    const pictures = this.#waiting.some(({ url }) => url);
    const choice = el("label.as-files", {}, this.#asFiles, say("files.as_files"));
    this.element.replaceChildren(el("ul.previews", {}, drawn), ...(pictures ? [choice] : []));
    this.element.hidden = this.count === 0;
    this.#changed();
  }

  #preview(waiting) {
    const { file, url } = waiting;
    const drop = () => {
      this.#waiting = this.#waiting.filter((each) => each !== waiting);
      if (url) URL.revokeObjectURL(url);
      this.#draw();
    };
    return el(
      "li.preview",
      {},
      url
        ? el("img", { src: url, alt: "" })
        : el("span.preview-mark", { "aria-hidden": "true" }, ending(file.name)),
      el("span.preview-name", {}, file.name),
      el("span.preview-size", {}, sizeOf(file.size)),
      el(
        "button.icon",
        {
          type: "button",
          "aria-label": say("files.leave_out", { name: file.name }),
          onclick: drop,
        },
        "×",
      ),
    );
  }
}

function chunks(waiting, photo) {
  const made = [];
  for (let at = 0; at < waiting.length; at += ALBUM)
    made.push([waiting.slice(at, at + ALBUM), photo]);
  return made;
}

async function sendSome(some, fields) {
  const files = await Promise.all(some.map(async ({ file }) => [file.name, await base64(file)]));
  if (files.length > 1) return post("/sandbox/album", { ...fields, files });
  const [[name, content]] = files;
  return post("/sandbox/file", { ...fields, name, content });
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

const ending = (name) =>
  (name.includes(".") ? name.split(".").at(-1).slice(0, 4) : "?").toUpperCase();

/** Let files be dropped anywhere on `root`. */
export function acceptDrops(root, add) {
  let depth = 0;
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  const show = (change) => {
    depth = change === 0 ? 0 : depth + change;
    root.classList.toggle("dropping", depth > 0);
  };
  root.addEventListener("dragenter", (event) => carries(event) && show(1));
  root.addEventListener("dragleave", (event) => carries(event) && show(-1));
  root.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  root.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    show(0);
    add(event.dataTransfer.files);
  });
}
