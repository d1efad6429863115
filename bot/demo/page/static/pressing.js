// A long press on a message, where the browser makes no contextmenu event of it.

const LONG = 500; // ms
const MOVED = 10; // pixels after which it is a scroll

/** Open the menu of a row that is pressed long by a finger. */
export function openByLongPress(list) {
  let timer;
  let start;
  const cancel = () => clearTimeout(timer);
  list.addEventListener("pointerdown", (event) => {
    const row = event.target.closest(".row");
    if (event.pointerType !== "touch" || !row || event.target.closest("button, a, [role=button]"))
      return;
    start = event;
    timer = setTimeout(() => row.querySelector(".more").click(), LONG);
  });
  list.addEventListener("pointermove", (event) => {
    if (start && Math.hypot(event.x - start.x, event.y - start.y) > MOVED) cancel();
  });
  for (const name of ["pointerup", "pointercancel", "contextmenu"]) {
    list.addEventListener(name, cancel);
  }
}
