// Walking through the messages of a list by keys.

/**
 * Arrows, Home and End lead from row to row; Enter opens a row's menu. Escape, and Tab before a row
 * was entered, call `leave()`: nobody should have to pass by every button of every message.
 */
export function walkRows(list, leave) {
  list.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    const rows = [...list.querySelectorAll(":scope > .row")];
    const here = event.target.closest(".row");
    const at = rows.indexOf(here);
    if (event.key === "Enter" && event.target === here) {
      here.querySelector(".more").click();
    } else if (event.key === "Escape" || (event.key === "Tab" && !event.shiftKey && !here)) {
      if (!leave()) return;
    } else {
      const next = {
        ArrowUp: at < 0 ? rows.length - 1 : at - 1,
        ArrowDown: at + 1,
        Home: 0,
        End: rows.length - 1,
      }[event.key];
      if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      rows[Math.max(0, Math.min(next, rows.length - 1))]?.focus();
    }
    event.preventDefault();
  });
}
