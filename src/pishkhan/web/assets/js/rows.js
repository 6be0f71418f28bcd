// <table data-rows> or <ul data-rows>: the arrows walk through the titles of a list, Enter opens.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.closest?.("input,textarea,select,summary,[role=listbox],[data-viewer]")) return;
  const titles = [...document.querySelectorAll("[data-rows] .row-title")];
  if (!titles.length) return;
  const at = titles.indexOf(document.activeElement);
  if (at < 0 && document.activeElement !== document.body && !document.activeElement?.closest?.("main,[data-rows]")) return;
  event.preventDefault();
  titles[Math.max(0, Math.min(titles.length - 1, at + step))].focus();
});

// A page that was opened at a form (#refer) begins there: where the first word is typed has the focus.
// After the load: the browser's own jump to the place takes the focus away.
window.addEventListener("load", () => {
  const wanted = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const form = wanted && (wanted.matches("form") ? wanted : wanted.querySelector("form"));
  if (!form) return;
  const first = form.querySelector("[role=combobox]") ?? form.querySelector("input:not([type=hidden]),textarea,button");
  setTimeout(() => first?.focus({ preventScroll: true }));
});
