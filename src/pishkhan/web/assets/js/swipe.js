// <main data-swipe-next="#next" data-swipe-previous="#previous">: on the phone a swipe follows the
// link. Forward is towards the start of the line, as a page is turned in that script.
import { each } from "./each.js";

const far = 80;

each("[data-swipe-next],[data-swipe-previous]", (root) => {
  let from = null;
  const scrolls = (element) => {
    for (let one = element; one && one !== root; one = one.parentElement) {
      if (one.scrollWidth > one.clientWidth + 2 && getComputedStyle(one).overflowX !== "visible") return true;
    }
    return false;
  };
  root.addEventListener("touchstart", (event) => {
    const still = event.touches.length === 1 && !event.target.closest("input,textarea,select,canvas") && !scrolls(event.target);
    from = still ? { x: event.touches[0].clientX, y: event.touches[0].clientY, at: event.timeStamp } : null;
  }, { passive: true });
  root.addEventListener("touchend", (event) => {
    if (!from) return;
    const x = event.changedTouches[0].clientX - from.x;
    const y = event.changedTouches[0].clientY - from.y;
    if (Math.abs(x) < far || Math.abs(y) > Math.abs(x) / 2 || event.timeStamp - from.at > 800) return;
    const forward = document.documentElement.dir === "rtl" ? x > 0 : x < 0;
    const link = document.querySelector(forward ? root.dataset.swipeNext : root.dataset.swipePrevious);
    link?.click();
  });
});
