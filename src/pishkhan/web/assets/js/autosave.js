// <form data-autosave-url="…" data-autosave-key="accept:…"> saves itself while it is typed.
// The server answers with a sentence ("draft saved at 10:42"), written into [data-autosave-state].
// While the line is down a copy is kept in this browser, shown by data-msg-local, offered again at
// the next visit, and forgotten as soon as the server has it or the form is sent.
import { each } from "./each.js";
import { csrf } from "./csrf.js";

const pause = 900; // ms after the last key
const secret = (element) => element.type === "password" || element.type === "file" || element.dataset.secret !== undefined;

function entriesOf(form) {
  const hidden = new Set([...form.elements].filter(secret).map((element) => element.name));
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken" && !hidden.has(name));
}

function putBack(form, entries) {
  const kept = new Map();
  for (const [name, value] of entries) kept.set(name, [...(kept.get(name) ?? []), value]);
  for (const element of form.elements) {
    if (!element.name || secret(element) || element.name === "csrfmiddlewaretoken") continue;
    if (element.type === "checkbox" || element.type === "radio") element.checked = kept.get(element.name)?.includes(element.value) ?? false;
    else if (kept.has(element.name)) element.value = kept.get(element.name).shift() ?? element.value;
    element.dispatchEvent(new Event("restore", { bubbles: true }));
  }
}

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
  let last = JSON.stringify(entriesOf(form));

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
    const entries = entriesOf(form);
    const now = JSON.stringify(entries);
    if (now === last && !localStorage.getItem(key)) return;
    running?.abort();
    const mine = (running = new AbortController());
    try {
      const answer = await fetch(form.dataset.autosaveUrl, {
        method: "POST",
        headers: { "X-CSRFToken": csrf(), "X-Autosave": "1" },
        body: new URLSearchParams(entries),
        signal: mine.signal,
        credentials: "same-origin",
      });
      // Led elsewhere: the session has ended, and the page that answers saved nothing.
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
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
