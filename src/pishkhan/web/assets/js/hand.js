// A letter that is being written belongs to one tab, which holds a lock of the browser on it. A tab
// gets back its own letter after a reload or a crash; one that is opened anew gets a letter that no
// tab holds any more, else an empty one. Taking a letter over is said before and done knowingly: the
// tab that held it saves what is typed, lets it go and says so. Where the browser has no locks
// (plain http) the server alone tells the tabs apart, by the form's fields "tab" and "version".
import { flush } from "./autosave.js";
import { each } from "./each.js";

const MINE = `pishkhan:letter:${document.body.dataset.user ?? ""}`;
const PATH = "pishkhan:letter-desk"; // where letters are written
const reloading = 800; // ms a page that goes away may keep its lock
const handing = 2500; // ms another tab may take to let go
const locks = navigator.locks;
const channel = document.body.dataset.user ? new BroadcastChannel(MINE) : null;
const held = new Map(); // letter → what lets it go

const lockOf = (letter) => `${MINE}:${letter}`;
const within = (ms) => ({ signal: AbortSignal.timeout(ms) });

function hold(letter, how = { ifAvailable: true }) {
  if (!locks || held.has(letter)) return Promise.resolve(true);
  return new Promise((resolve) => {
    locks
      .request(lockOf(letter), how, (lock) => {
        if (!lock) return resolve(false);
        return new Promise((release) => {
          held.set(letter, release);
          resolve(true);
        });
      })
      .catch(() => {
        resolve(false); // waited in vain
        if (held.delete(letter)) letGo(letter); // another tab took it over
      });
  });
}

const formOf = (letter) => [...document.querySelectorAll("form[data-hold]")].find((form) => form.elements.nonce.value === letter);

// Shows, instead of the form, that the letter is open in another tab.
function elsewhere(form, words) {
  const note = document.getElementById("held-elsewhere");
  const letter = form.elements.nonce.value;
  const resume = note.querySelector("form");
  resume.action = resume.action.replace(resume.dataset.resume, letter);
  resume.dataset.resume = letter;
  const place = note.querySelector("[data-words]");
  place.textContent = words || place.dataset.msgOpen;
  form.hidden = true;
  note.hidden = false;
  note.querySelector("a").focus();
  if (sessionStorage.getItem(MINE) === letter) sessionStorage.removeItem(MINE);
}

// What is typed goes to the server before the other tab reads it; what comes too late is parked.
async function letGo(letter) {
  const form = formOf(letter);
  if (form) await Promise.race([flush(form), new Promise((done) => setTimeout(done, handing / 2))]);
  held.get(letter)?.();
  held.delete(letter);
  if (form && form.isConnected && document.getElementById("held-elsewhere").hidden) elsewhere(form);
}

channel?.addEventListener("message", (event) => held.has(event.data.letGo) && letGo(event.data.letGo));

// Takes a letter from whichever tab holds it; from one that does not answer, too.
async function takeOver(letter) {
  if (await hold(letter)) return;
  channel?.postMessage({ letGo: letter });
  (await hold(letter, within(handing))) || (await hold(letter, { steal: true }));
}

// Letters whose last words are kept in this browser alone.
function copies(form) {
  const start = `pishkhan:${form.dataset.autosaveKey}:`;
  return Object.keys(localStorage).filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
}

function begin(form, letter) {
  form.elements.nonce.value = letter;
  sessionStorage.setItem(MINE, letter);
  sessionStorage.setItem(PATH, new URL(form.action).pathname);
  form.dispatchEvent(new Event("held"));
}

// The address is the desk's own again: what it asked for is in this tab's memory.
function plainAddress() {
  const address = new URL(location.href);
  const asked = address.searchParams.get("letter");
  for (const name of ["letter", "new"]) address.searchParams.delete(name);
  if (address.href !== location.href) history.replaceState(history.state, "", address);
  return asked;
}

async function start(form) {
  await null; // what a login brought back stands in the form by now
  const served = form.elements.nonce.value;
  const go = (letter) => location.replace(`${new URL(form.action).pathname}?${letter ? `letter=${letter}` : "new=1"}`);
  if (held.has(served)) return begin(form, served); // drawn again
  if (form.dataset.chosen !== undefined) {
    const asked = plainAddress();
    const letter = asked && copies(form).includes(asked) ? asked : served;
    if (await hold(letter, locks && within(reloading))) return begin(form, letter);
    return elsewhere(form);
  }
  const mine = sessionStorage.getItem(MINE);
  const known = [...new Set([...copies(form), served, ...form.dataset.hold.split(" ").filter(Boolean)])];
  const wishes = known.includes(mine) && (await hold(mine, locks && within(reloading))) ? [mine] : known;
  for (const letter of wishes) {
    if (!(await hold(letter))) continue;
    if (letter === served) return begin(form, letter);
    sessionStorage.setItem(MINE, letter);
    return go(letter);
  }
  go();
}

each("form[data-hold]", (form) => {
  form.addEventListener("taken", (event) => elsewhere(form, event.detail));
  start(form);
});

// A link to the desk leads this tab to its own letter.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const mine = sessionStorage.getItem(MINE);
  if (!link || !mine || event.button || event.ctrlKey || event.shiftKey || event.metaKey) return;
  if (link.pathname !== sessionStorage.getItem(PATH) || link.search) return;
  link.search = `?letter=${mine}`;
  setTimeout(() => (link.search = ""));
});

const rowOf = (form) => form.closest("[data-laid]") ?? form;

// Taking a letter in hand: the one written here is saved and parked, another tab lets its own go.
document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    if (!form.matches("form[data-resume]")) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = "1";
    const { resume: letter } = form.dataset;
    const told = form.closest("#held-elsewhere") || [...rowOf(form).querySelectorAll("[data-away]")].some((words) => !words.hidden);
    if (!told && !(await hold(letter))) {
      location.assign(`${form.getAttribute("action").split("parked/")[0]}?letter=${letter}`); // it is told there
      return;
    }
    const here = document.querySelector("form[data-hold]:not([hidden])");
    form.elements.aside.value = sessionStorage.getItem(MINE) ?? "";
    if (here) await Promise.race([flush(here), new Promise((done) => setTimeout(done, handing))]);
    await takeOver(letter);
    form.submit();
  },
  true,
);

// Beside each letter of a list: whether another tab holds it. Enter alone takes none from it.
async function mark() {
  const rows = [...document.querySelectorAll("form[data-resume]")].filter((form) => !form.closest("#held-elsewhere"));
  if (!locks || !rows.length) return;
  const names = new Set((await locks.query()).held.map((lock) => lock.name));
  for (const form of rows) {
    const letter = form.dataset.resume;
    const away = names.has(lockOf(letter)) && !held.has(letter);
    const row = rowOf(form);
    for (const words of row.querySelectorAll("[data-away]")) words.hidden = !away;
    for (const words of row.querySelectorAll("[data-free]")) words.hidden = away;
    if (away && row.contains(document.activeElement)) document.activeElement.blur();
  }
}
let soon = 0;
each("form[data-resume]", () => {
  clearTimeout(soon);
  soon = setTimeout(mark, 50);
});
document.addEventListener("renewed", mark);
document.addEventListener("visibilitychange", () => document.hidden || mark());

window.addEventListener("pagehide", () => {
  for (const release of held.values()) release();
  held.clear();
});
window.addEventListener("pageshow", (event) => event.persisted && document.querySelector("form[data-hold]") && location.reload());
