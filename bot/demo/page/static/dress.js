// The look: light or dark, and the drawer of tools.

import { icon } from "./dom.js";
import { inWords } from "./errors.js";

const SUN =
  "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2";
const MOON = "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z";

/** Give the page its theme (as the machine has it, unless chosen) and let its switches work. */
export function dress(page) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const button = document.getElementById("theme");
  const put = () => {
    const theme = localStorage.getItem("theme") ?? (dark.matches ? "dark" : "light");
    const other = theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    button.replaceChildren(icon(theme === "dark" ? SUN : MOON));
    button.setAttribute("aria-label", page.say(`page.to_${other}`));
    button.onclick = () => {
      localStorage.setItem("theme", other);
      put();
    };
  };
  dark.addEventListener("change", put);
  put();
  dressLanguage(page);
  dressPanes();
  dressTabs();
  dressDrawer();
}

/** Let the organisation speak the language that the address asks for, as the link does. */
export async function speakAsAsked(page) {
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked !== document.documentElement.lang || asked === page.state?.locale) return;
  try {
    await page.api.post("/demo/language", { locale: asked });
  } catch (error) {
    page.toast(inWords(error), "error");
  }
}

/** Follow the link only once the organisation speaks the other language, too. */
function dressLanguage(page) {
  const link = document.getElementById("language");
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      await page.api.post("/demo/language", { locale: link.hreflang });
      location.assign(link.href);
    } catch (error) {
      page.toast(inWords(error), "error");
    }
  });
}

/** Where there is room for one, the pane that was touched last is the larger one. */
function dressPanes() {
  const panes = [...document.querySelectorAll(".pane")];
  const enlarge = (chosen) =>
    panes.forEach((pane) => pane.classList.toggle("active", pane === chosen));
  for (const pane of panes) {
    // After a tap, not as it begins: what is tapped must not move away under the finger.
    pane.addEventListener("click", () => enlarge(pane));
    pane.addEventListener("focusin", ({ target }) => {
      if (target.matches(":focus-visible")) enlarge(pane);
    });
  }
  enlarge(panes[0]);
}

function dressTabs() {
  const tabs = [...document.querySelectorAll("#tools [role=tab]")];
  const open = (chosen) => {
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", tab === chosen);
      tab.tabIndex = tab === chosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = tab !== chosen;
    }
  };
  tabs.forEach((tab, at) => {
    tab.addEventListener("click", () => open(tab));
    tab.addEventListener("keydown", ({ key }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (!step) return;
      const next = tabs[(at + step + tabs.length) % tabs.length];
      open(next);
      next.focus();
    });
  });
  open(tabs[0]);
}

function dressDrawer() {
  const button = document.getElementById("drawer");
  const tools = document.getElementById("tools");
  const isOpen = () => tools.classList.contains("open");
  const open = (whether) => {
    tools.classList.toggle("open", whether);
    button.setAttribute("aria-expanded", whether);
    (whether ? tools.querySelector("[aria-selected=true]") : button).focus();
  };
  button.addEventListener("click", () => open(!isOpen()));
  document.getElementById("close-tools").addEventListener("click", () => open(false));
  tools.addEventListener("keydown", ({ key }) => key === "Escape" && isOpen() && open(false));
  // Whoever goes to a chat wants to see it.
  for (const name of ["pointerdown", "focusin"]) {
    document.addEventListener(name, ({ target }) => {
      if (!isOpen() || !target.closest(".pane")) return;
      tools.classList.remove("open");
      button.setAttribute("aria-expanded", false);
    });
  }
}
