// The page's words, in the language in which it was rendered.

const words = JSON.parse(document.getElementById("words").textContent);

/** The language of the page: `zh` or `en`. */
export const locale = document.documentElement.lang;

/** The phrase of `section.key` with its `{values}` put in; the key itself where there is none. */
export function say(key, values = {}) {
  const [section, name] = key.split(".");
  const phrase = words[section]?.[name];
  if (phrase === undefined) return key;
  return phrase.replace(/\{(\w+)\}/g, (whole, value) => values[value] ?? whole);
}

/** Whether there is such a phrase. */
export function known(key) {
  const [section, name] = key.split(".");
  return words[section]?.[name] !== undefined;
}
