// <form data-autosave-url="…" data-autosave-key="accept:…"> saves itself while it is typed.
// The server answers with a sentence ("draft saved at 10:42"), written into [data-autosave-state].
// While the line is down a copy is kept in this browser, shown by data-msg-local, offered again at
// the next visit, and forgotten as soon as the server has it or the form is sent.
import { each } from "./each.js";
import { csrf } from "./csrf.js";
import { fieldsOf, putBack } from "./forms.js";
import { isOver, over } from "./session.js";

const pause = 900; // ms after the last key

each("form[data-autosave-url]", (form) => {
  const key = `pishkhan:${form.dataset.autosaveKey ?? form.dataset.autosaveUrl}`;
  const place = form.querySelector("[data-autosave-state]") ?? document.querySelector(`[data-autosave-state="${form.id}"]`);
  const tell = (words, state) => {
    if (!place || !words) return;
    place.textContent = words;
    place.dataset.state = state;
  };
  let timer = 0;
  let running = null;
  let last = JSON.stringify(fieldsOf(form));

  const kept = localStorage.getItem(key);
  if (kept) {
    try {
      putBack(form, JSON.parse(kept));
      tell(form.dataset.msgRestored, "local");
      timer = setTimeout(save, pause);
    } catch {
      localStorage.removeItem(key);
    }
  }

  async function save() {
    clearTimeout(timer);
    const entries = fieldsOf(form);
    const now = JSON.stringify(entries);
    if (now === last && !localStorage.getItem(key)) return;
    running?.abort();
    const mine = (running = new AbortController());
    // Leaving the page must not cut the last words off; the browser takes no more than 64 kB so.
    const leaving = document.visibilityState === "hidden" && now.length < 20_000;
    try {
      const answer = await fetch(form.dataset.autosaveUrl, {
        method: "POST",
        headers: { "X-CSRFToken": csrf(), "X-Autosave": "1" },
        body: new URLSearchParams(entries),
        signal: mine.signal,
        credentials: "same-origin",
        keepalive: leaving,
      });
      if (isOver(answer)) {
        localStorage.setItem(key, now);
        tell(over() || form.dataset.msgLocal, "local");
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      last = now;
      localStorage.removeItem(key);
      tell(new DOMParser().parseFromString(await answer.text(), "text/html").body.textContent.trim(), "saved");
      form.dispatchEvent(new CustomEvent("autosaved", { bubbles: true }));
    } catch (error) {
      if (error.name === "AbortError") return;
      localStorage.setItem(key, now);
      tell(form.dataset.msgLocal, "local");
      document.dispatchEvent(new CustomEvent("line-failed"));
    }
  }

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("pages-changed", later);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    running?.abort();
    localStorage.removeItem(key);
  });
  document.addEventListener("line-back", save);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
});
