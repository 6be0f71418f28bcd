// <main data-swipe-next="#next" data-swipe-previous="#previous">: on the phone a swipe follows the
// link. Forward is towards the start of the line, as a page is turned in that script.
// It leaves to the browser what is the browser's: a movement from the screen's edge (its own back
// and forward), two fingers, and moving about in a page that was made larger. What was typed and
// not sent stays: no swipe leads away from it.
import { each } from "./each.js";

const far = 80;
const edge = 28;

each("[data-swipe-next],[data-swipe-previous]", (root) => {
  let from = null;
  let written = false;
  root.addEventListener("input", (event) => (written ||= event.isTrusted && Boolean(event.target.closest("form[method=post]"))));
  const scrolls = (element) => {
    for (let one = element; one && one !== root; one = one.parentElement) {
      if (one.scrollWidth > one.clientWidth + 2 && getComputedStyle(one).overflowX !== "visible") return true;
    }
    return false;
  };
  root.addEventListener("touchstart", (event) => {
    const touch = event.touches[0];
    const still =
      event.touches.length === 1 &&
      touch.clientX > edge &&
      touch.clientX < document.documentElement.clientWidth - edge &&
      (window.visualViewport?.scale ?? 1) < 1.05 &&
      !event.target.closest("input,textarea,select,[data-pen]") &&
      !scrolls(event.target);
    from = still ? { x: touch.clientX, y: touch.clientY, at: event.timeStamp } : null;
  }, { passive: true });
  root.addEventListener("touchcancel", () => (from = null));
  root.addEventListener("touchend", (event) => {
    if (!from) return;
    const x = event.changedTouches[0].clientX - from.x;
    const y = event.changedTouches[0].clientY - from.y;
    if (Math.abs(x) < far || Math.abs(y) > Math.abs(x) / 2 || event.timeStamp - from.at > 800) return;
    const forward = document.documentElement.dir === "rtl" ? x > 0 : x < 0;
    const link = document.querySelector(forward ? root.dataset.swipeNext : root.dataset.swipePrevious);
    if (link && !written) link.click();
  });
});
