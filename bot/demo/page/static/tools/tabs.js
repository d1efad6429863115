// Tabs as the ARIA practices describe them: one is in the tab order, arrows go to the others.

let made = 0;

/** Make tabs from `pages` (`key title panel`); `shown(key)` is told which one is open. */
export function tabs(el, label, pages, shown) {
  const name = `tabs-${++made}`;
  const heads = pages.map(({ key, title }) =>
    el("button", { type: "button", role: "tab", id: `${name}-${key}` }, title),
  );
  const row = el("div.subtab-row", { role: "tablist", "aria-label": label }, ...heads);
  pages.forEach(({ key, panel }, index) => {
    panel.id = `${name}-${key}-panel`;
    panel.tabIndex = -1;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", heads[index].id);
    heads[index].setAttribute("aria-controls", panel.id);
    heads[index].addEventListener("click", () => select(index));
  });

  function select(chosen) {
    heads.forEach((head, index) => {
      head.setAttribute("aria-selected", String(index === chosen));
      head.tabIndex = index === chosen ? 0 : -1;
      pages[index].panel.hidden = index !== chosen;
    });
    shown(pages[chosen].key);
  }

  row.addEventListener("keydown", (event) => {
    const at = heads.indexOf(document.activeElement);
    const to = {
      ArrowRight: (at + 1) % heads.length,
      ArrowLeft: (at + heads.length - 1) % heads.length,
      Home: 0,
      End: heads.length - 1,
    }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    heads[to].focus();
    select(to);
  });
  select(0);
  return el("div.subtabs", {}, row, ...pages.map(({ panel }) => panel));
}
