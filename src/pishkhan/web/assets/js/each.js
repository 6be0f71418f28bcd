// Calls `start(element)` once for each element that matches, now and after every swap by htmx.
const started = new WeakMap();

export function each(selector, start) {
  const scan = (root) => {
    const found = root.matches?.(selector) ? [root, ...root.querySelectorAll(selector)] : root.querySelectorAll(selector);
    for (const element of found) {
      const marks = started.get(element) ?? new Set();
      if (marks.has(start)) continue;
      started.set(element, marks.add(start));
      start(element);
    }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => scan(document));
  else scan(document);
  document.addEventListener("htmx:after:process", (event) => scan(event.target instanceof Element ? event.target : document));
}

// Fills {name} places of a sentence given by the page.
export function fill(sentence, values) {
  return (sentence ?? "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
