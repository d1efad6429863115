// One line under the header: what one must know about the bot and the connection.

/** Keep the line up to date: starting, killed (and what waits), connection lost. */
export function watchStatus(page, line) {
  let lost = false;
  const put = () => {
    const { state } = page.state.bot;
    const words = lost
      ? page.say("status.lost")
      : state === "running"
        ? ""
        : botWords(page, state, page.store.waiting);
    if (line.textContent !== words) line.textContent = words;
    line.dataset.state = lost ? "lost" : state;
  };
  page.events.addEventListener("lost", () => put((lost = true)));
  page.events.addEventListener("connected", () => put((lost = false)));
  page.events.addEventListener("updates", put);
  page.events.addEventListener("bot", put);
  page.events.addEventListener("loaded", put);
  put();
}

function botWords(page, state, count) {
  if (state === "starting") return page.say(page.ran ? "status.starting_again" : "status.starting");
  return count ? page.say("status.killed_waiting", { count }) : page.say("status.killed");
}
