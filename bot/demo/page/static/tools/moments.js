// Moments as people of the organisation's zone read them, in the language of the page.

const LANGUAGES = { zh: "zh-CN", en: "en-GB" };
const DAY = { year: "numeric", month: "short", day: "numeric", weekday: "short" };
const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

const language = () => LANGUAGES[document.documentElement.lang] ?? "en-GB";

/** A moment (ISO) with its weekday, on the clock of `zone`. */
export const moment = (at, zone) => written(at, { ...DAY, ...TIME, timeZone: zone });

/** The same without its year: for lines that stand close together. */
export const shortMoment = (at, zone) =>
  written(at, { month: "short", day: "numeric", ...TIME, timeZone: zone });

/** A day alone (`2026-11-23`), which has no zone. */
export const day = (on) => written(on, { ...DAY, timeZone: "UTC" });

/** The machine's own time of day, to the second. */
export const secondOfDay = (at) => written(at, { ...TIME, second: "2-digit" });

/** What `<input type=datetime-local>` shows for a moment that is given in the organisation's zone. */
export const fieldValue = (at) => at.slice(0, 16);

function written(at, options) {
  const date = new Date(at);
  return Number.isNaN(date.getTime())
    ? String(at)
    : new Intl.DateTimeFormat(language(), options).format(date);
}
