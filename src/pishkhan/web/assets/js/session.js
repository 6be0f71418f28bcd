// The session ended while somebody was at work: that is no cut line, and nothing typed may be lost.
// One bar says so. What is typed into the page's forms is kept in this tab over the login, for the
// same person only, and put back where it was; whatever was done before forgets it. So it is over a
// change of the language.
import { fieldsOf, putBack } from "./forms.js";
import { raise } from "./toast.js";

const KEPT = "pishkhan:kept";
const AWAY = "pishkhan:away"; // the way led over a page where nobody is logged in
const bar = document.getElementById("session-bar");
const user = document.body.dataset.user;
const touched = new Set();

// An answer that led elsewhere, or refuses the page itself, did nothing of what was asked.
export const isOver = (answer) => answer.redirected || answer.status === 401 || answer.status === 403;

export function over() {
  if (!bar || !user) return "";
  const back = new URL(location.href);
  back.searchParams.set("kept", "1");
  bar.querySelector("a").href = `${bar.dataset.login}?next=${encodeURIComponent(back.pathname + back.search)}`;
  bar.hidden = false;
  return bar.querySelector("[data-words]").textContent;
}

const deeds = (form) => form.matches?.("main form[method=post]:not([data-repeatable])");

function keep(...more) {
  const forms = [...new Set([...touched, ...more])].filter((form) => form.isConnected && deeds(form));
  if (!user || !forms.length) return;
  const receivers = (form) =>
    [...form.querySelectorAll(".receiver-pick:checked")].map((pick) => ({ id: pick.value, label: pick.closest("li").querySelector("[data-title]")?.textContent ?? "" }));
  const kept = forms.map((form) => ({ action: form.getAttribute("action"), fields: fieldsOf(form), receivers: receivers(form) }));
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ user, kept }));
  } catch {
    // a full store: the drafts on the server and in this browser remain
  }
}

// Called when all of the page's scripts listen.
export function bringBack() {
  const address = new URL(location.href);
  const told = address.searchParams.has("kept");
  if (told && user) {
    address.searchParams.delete("kept");
    history.replaceState(history.state, "", address);
  }
  const text = sessionStorage.getItem(KEPT);
  if (!text) return;
  if (!user) return sessionStorage.setItem(AWAY, "1");
  const away = sessionStorage.getItem(AWAY);
  const { user: whose, kept } = JSON.parse(text);
  let done = 0;
  if (whose === user && (told || away)) {
    for (const { action, fields, receivers } of kept) {
      const form = [...document.querySelectorAll("main form")].find((one) => one.getAttribute("action") === action);
      if (!form) continue;
      done += 1;
      touched.add(form);
      form.dispatchEvent(new CustomEvent("restore-receivers", { detail: receivers }));
      putBack(form, fields);
      form.dispatchEvent(new Event("change", { bubbles: true })); // it is saved again
      const panel = form.closest("details");
      if (panel) panel.open = true;
    }
    if (!done && !told) return; // it may be asked for on a page to come
  }
  sessionStorage.removeItem(KEPT);
  sessionStorage.removeItem(AWAY);
  if (done) raise(document.getElementById("toast-pattern").dataset.msgKept, "info");
}

document.addEventListener("input", (event) => event.target.form && touched.add(event.target.form), true);
// What a refused page shows was typed on the page before it.
function refused() {
  if (!document.querySelector("main #form-errors, main [aria-invalid=true]")) return [];
  return [...document.querySelectorAll("main form[method=post]")].filter((form) => !form.closest("details:not([open])"));
}

// A page that nobody logs in for stores nothing here: what was typed goes with the choice itself.
function takeAlong(choice) {
  const form = document.querySelector("main form[data-again]");
  if (!form || !choice.elements.again) return;
  for (const [name, value] of fieldsOf(form)) {
    const field = choice.elements[name] ?? choice.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
    field.value = value;
  }
}

document.addEventListener("submit", ({ target }) => {
  if (!target.matches?.("[data-language]")) return keep(target);
  takeAlong(target);
  sessionStorage.removeItem(KEPT); // of a form that was sent without leaving the page
  keep(...refused());
  if (!user || !sessionStorage.getItem(KEPT)) return;
  const back = new URL(location.href);
  back.searchParams.set("kept", "1");
  target.elements.next.value = back.pathname + back.search;
}, true);
bar?.querySelector("a").addEventListener("click", () => keep());
document.addEventListener("session-over", over);
