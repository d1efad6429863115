// Keyed lists: what is shown follows what is, and scroll position, focus and open rows stay.

/**
 * Let `list` show `items` in their order; `make(item)` makes a row once for each `key(item)`.
 *
 * What is in sight in `scroller` stays where it is, unless the top of the list is in sight itself.
 */
export function keep(list, scroller, items, key, make) {
  const rows = (list.rows ??= new Map());
  const wanted = new Map(items.map((item) => [key(item), item]));
  for (const [name, row] of rows) {
    if (wanted.has(name)) continue;
    row.remove();
    rows.delete(name);
  }
  const anchor = anchorOf(list, scroller);
  let cursor = list.firstElementChild;
  for (const [name, item] of wanted) {
    const row = rows.get(name) ?? make(item);
    rows.set(name, row);
    if (row === cursor) cursor = cursor.nextElementSibling;
    else list.insertBefore(row, cursor);
  }
  if (anchor) scroller.scrollTop += anchor.row.getBoundingClientRect().top - anchor.top;
}

/** The first row in sight and where it stands. */
function anchorOf(list, scroller) {
  const { top: edge } = scroller.getBoundingClientRect();
  if (list.getBoundingClientRect().top >= edge) return null;
  const row = [...list.children].find((each) => each.getBoundingClientRect().bottom > edge);
  return row ? { row, top: row.getBoundingClientRect().top } : null;
}

/** Run `act` once, `delay` milliseconds after the last time it was asked for. */
export function debounced(act, delay = 250) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, delay);
  };
}
