// Links are shown, never followed outside: this page asks nobody but this machine.

import { say } from "./words.js";

/** What a tapped link does: one to the bot itself leads to the private chat, others are only said. */
export function follow(page, url) {
  const start = startOf(url, page.store.bot.username);
  const pane = page.pane(page.person().id);
  if (start === null || !pane) return page.toast(say("message.link", { url }));
  return pane.compose(start ? `/start ${start}` : "/start");
}

/** What `https://t.me/<bot>?start=…` would start with; null for any other link. */
function startOf(url, username) {
  if (!URL.canParse(url)) return null;
  const { hostname, pathname, searchParams } = new URL(url);
  const ours = pathname.slice(1).toLowerCase() === username.toLowerCase();
  return hostname === "t.me" && ours && !searchParams.has("startgroup")
    ? (searchParams.get("start") ?? "")
    : null;
}
