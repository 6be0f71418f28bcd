// <table data-ticks>: letters are ticked with Space on their line, several with Shift and the arrows or
// Shift and a click, all shown by the box of the bar below, which counts and acts on what is ticked.
import { each, fill } from "./each.js";
import { local } from "./numerals.js";

each("[data-ticks]", (table) => {
  const boxes = () => [...table.querySelectorAll("[data-tick]")];
  const bar = document.querySelector("[data-bulk]");
  const all = bar?.querySelector("[data-tick-all]");
  const words = bar?.querySelector("[data-ticked]");
  const none = words?.textContent;
  let last = null;

  function settle() {
    const ticked = boxes().filter((box) => box.checked);
    if (!bar) return;
    all.checked = ticked.length > 0 && ticked.length === boxes().length;
    all.indeterminate = ticked.length > 0 && !all.checked;
    for (const button of bar.querySelectorAll("button")) button.disabled = !ticked.length;
    words.textContent = ticked.length ? fill(words.dataset.msgSome, { n: local(ticked.length) }) : none;
  }
  const boxOf = (line) => line?.querySelector("[data-tick]");
  const lineOf = (element) => element?.closest?.("tr");

  table.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const line = lineOf(event.target);
    const box = boxOf(line);
    if (!box) return;
    if (event.key === " " && event.target.matches(".row-title")) {
      event.preventDefault();
      box.click();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const lines = boxes().map(lineOf);
    const next = lines[lines.indexOf(line) + step];
    event.preventDefault(); // the arrows walk here from the boxes too
    if (event.shiftKey) {
      box.checked = true;
      if (next) boxOf(next).checked = true;
      last = boxOf(next ?? line);
      settle();
    }
    (event.target.matches("[data-tick]") ? boxOf(next) : next?.querySelector(".row-title"))?.focus();
  });
  table.addEventListener("click", (event) => {
    if (!event.target.matches("[data-tick]")) return;
    const now = boxes();
    const [from, to] = [now.indexOf(last), now.indexOf(event.target)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) for (const box of now.slice(from, to + 1)) box.checked = event.target.checked;
    last = event.target;
  });
  table.addEventListener("change", settle);
  all?.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    settle();
  });
  window.addEventListener("pageshow", settle);
  settle();
});

// What became of the ticked letters is read first.
each("#result", (section) => setTimeout(() => section.focus({ preventScroll: true })));

// <details data-open-order>: opening it leads to the receivers.
each("[data-open-order]", (panel) => {
  panel.querySelector("summary").addEventListener("click", () =>
    setTimeout(() => panel.open && panel.querySelector("[data-order] input")?.focus()),
  );
});
