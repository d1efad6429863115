// Days and times of messages (Unix seconds), in the organisation's zone and the page's language.

import { locale } from "./words.js";

const LANGUAGE = { zh: "zh-CN", en: "en-GB" }[locale] ?? locale;
let zone; // an IANA name; the browser's own until it is known
let formats = new Map();
let days = new Map(); // by quarter of an hour: no day begins within one, in any zone
const QUARTER = 15 * 60;

/** Reckon in this zone from now on. */
export function setZone(name) {
  zone = name;
  formats = new Map();
  days = new Map();
}

function format(name, options) {
  if (!formats.has(name)) {
    formats.set(name, new Intl.DateTimeFormat(LANGUAGE, { timeZone: zone, ...options }));
  }
  return formats.get(name);
}

/** `09:05`. */
export function timeOf(seconds) {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return format("time", options).format(seconds * 1000);
}

/** `11月20日 星期五`: what stands between the messages of two days. */
export function dayOf(seconds) {
  const options = { year: "numeric", month: "long", day: "numeric", weekday: "long" };
  const quarter = Math.floor(seconds / QUARTER);
  if (!days.has(quarter)) days.set(quarter, format("day", options).format(seconds * 1000));
  return days.get(quarter);
}

/** Day and time in full. */
export function momentOf(seconds) {
  return `${dayOf(seconds)} ${timeOf(seconds)}`;
}
