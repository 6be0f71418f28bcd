// <form data-autosave-url="…" data-autosave-key="accept:…"> saves itself while it is typed.
// The server answers with a sentence ("draft saved at 10:42"), written into [data-autosave-state].
// While the line is down, and when the page goes away in the midst of a word, a copy is kept in this
// browser. It is offered again at the next visit (told by data-msg-restored when it differs) and
// forgotten as soon as the server has it or the form is sent.
// With data-hold (hand.js) the form waits until this tab holds its letter; the copy has the letter's
// name, and the server's 409 says that another tab went on with it.
import { each } from "./each.js";
import { csrf } from "./csrf.js";
import { fieldsOf, putBack } from "./forms.js";
import { isOver, over } from "./session.js";

const pause = 900; // ms after the last key
const savers = new WeakMap();

// Saves now what is typed; resolves when it is done, also in vain.
export const flush = (form) => savers.get(form)?.();

const ofTheRow = ["tab", "version"];
const typedOf = (entries) => JSON.stringify(entries.filter(([name]) => !ofTheRow.includes(name)));

each("form[data-autosave-url]", (form) => {
  const place = form.querySelector("[data-autosave-state]") ?? document.querySelector(`[data-autosave-state="${form.id}"]`);
  const { nonce, version } = form.elements;
  const key = () => ["pishkhan", form.dataset.autosaveKey ?? form.dataset.autosaveUrl, ...(nonce ? [nonce.value] : [])].join(":");
  const tell = (words, state) => {
    if (!place || !words) return;
    place.textContent = words;
    place.dataset.state = state;
  };
  let timer = 0;
  let running = null;
  let ready = false;
  let sent = false;
  let gone = false; // the server has what was sent and leads on: nothing of it is kept any more
  let last = typedOf(fieldsOf(form));

  function start() {
    ready = true;
    const kept = localStorage.getItem(key());
    if (kept) {
      try {
        const entries = JSON.parse(kept);
        if (typedOf(entries) !== last) tell(form.dataset.msgRestored, "local");
        putBack(form, entries);
      } catch {
        localStorage.removeItem(key());
      }
    }
    if (kept || typedOf(fieldsOf(form)) !== last) timer = setTimeout(save, pause);
  }

  function keepHere(entries) {
    try {
      localStorage.setItem(key(), JSON.stringify(entries));
    } catch {
      // a full store: the server's draft remains
    }
  }

  async function save() {
    clearTimeout(timer);
    const entries = fieldsOf(form);
    const now = typedOf(entries);
    if (!ready || sent || gone || (now === last && !localStorage.getItem(key()))) return;
    running?.abort();
    const mine = (running = new AbortController());
    const body = String(new URLSearchParams(entries));
    const leaving = document.visibilityState === "hidden" && body.length < 60_000; // the most a browser takes so
    if (document.visibilityState === "hidden") keepHere(entries);
    try {
      const answer = await fetch(form.dataset.autosaveUrl, {
        method: "POST",
        headers: { "X-CSRFToken": csrf(), "X-Autosave": "1", "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8" },
        body,
        signal: mine.signal,
        credentials: "same-origin",
        keepalive: leaving,
      });
      if (isOver(answer)) {
        keepHere(entries);
        tell(over() || form.dataset.msgLocal, "local");
        return;
      }
      if (answer.status === 409) {
        localStorage.removeItem(key());
        ready = false;
        form.dispatchEvent(new CustomEvent("taken", { detail: await answer.text() }));
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      if (answer.status === 204) return keepHere(entries); // its letter is sent already: nothing was saved
      last = now;
      if (version) version.value = answer.headers.get("X-Version") ?? version.value;
      localStorage.removeItem(key());
      tell(new DOMParser().parseFromString(await answer.text(), "text/html").body.textContent.trim(), "saved");
      form.dispatchEvent(new CustomEvent("autosaved", { bubbles: true }));
    } catch (error) {
      if (error.name === "AbortError") return;
      keepHere(entries);
      tell(form.dataset.msgLocal, "local");
      document.dispatchEvent(new CustomEvent("line-failed"));
    }
  }

  const later = () => {
    sent = false;
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };
  savers.set(form, save);
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("pages-changed", later);
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
    running?.abort();
    localStorage.removeItem(key());
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (!sent || !form.isConnected || !form.contains(ctx?.sourceElement)) return;
    if (ctx.response.status >= 500) later();
    else gone = ctx.response.headers.has("HX-Redirect");
  });
  document.addEventListener("line-back", save);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && form.isConnected && save());
  if (form.dataset.hold === undefined) start();
  else form.addEventListener("held", start, { once: true });
});
