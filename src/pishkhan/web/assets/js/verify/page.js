// The page: takes what is given, judges all of it anew, and shows it in the chosen language.
import { utf8 } from "./bytes.js";
import { hasCamera, openCamera } from "./camera.js";
import { $, made, sentence } from "./dom.js";
import { isAnswer } from "./entry.js";
import { Refused, Trouble, Unreadable } from "./errors.js";
import { checkPages, judge } from "./judge.js";
import { digestOf } from "./pages.js";
import { textsOfPhoto } from "./photo.js";
import { fewest } from "./policy.js";
import { looksLikeQr, readQr } from "./promise.js";
import { MOST_BYTES, held, isPhoto, ofPhoto } from "./read.js";
import { MOST_BYTES as MOST_TRUST, kindOf } from "./roots.js";
import { forget, papers, pinnedOf, trust, trusted, withPaper, withoutPapers } from "./trust.js";
import { badVerdict, goodVerdict, timeOf } from "./verdict.js";
import { LANGUAGES, Ready, day, digits, say } from "./words.js";

const state = {
  lang: "fa",
  items: [], // {item, text}: text tells whether it was given before
  trouble: null, // of what was given last
  trust: null, // the policy
  papers: papers(), // roots, key statements, revocation lists
  trustTrouble: null,
  pages: [], // {name, digest}
  busy: false,
  stopCamera: null,
};

// --- what is given -------------------------------------------------------------------------------

// Runs a reading; what it throws becomes the verdict, and what was read before stays.
async function taking(read) {
  state.trouble = null;
  state.busy = true;
  show();
  try {
    for (const item of await read()) add(item);
  } catch (trouble) {
    state.trouble = trouble instanceof Trouble ? trouble : new Unreadable("unforeseen");
    if (!(trouble instanceof Trouble)) console.error(trouble);
  }
  state.busy = false;
  show();
}

function add(item) {
  const told = JSON.stringify(item, (_, value) => (typeof value === "bigint" ? String(value) : value));
  if (!state.items.some((each) => each.told === told)) state.items.push({ item, told });
}

const takeText = (text) => taking(() => (looksLikeQr(text) ? [readQr(text)] : held(utf8(text))));

const takeFiles = (files) => taking(async () => {
  const items = [];
  for (const file of files) {
    if (file.size > MOST_BYTES) throw new Unreadable("too-large");
    const data = new Uint8Array(await file.arrayBuffer());
    items.push(...(isPhoto(data) ? ofPhoto(await textsOfPhoto(file)) : held(data)));
  }
  return items;
});

// What stands behind # in the address; it is sent to nobody, and the address is not opened.
function takeFragment() {
  const told = location.hash.slice(1);
  if (told && !$(told)) takeText(`#${told}`);
}

function beginAnew() {
  Object.assign(state, { items: [], trouble: null, pages: [] });
  $("qr").value = "";
  show();
  $("qr").focus();
}

async function toggleCamera() {
  if (state.stopCamera) {
    state.stopCamera();
    state.stopCamera = null;
    return show();
  }
  try {
    state.stopCamera = await openCamera($("camera-view"), (text) => {
      if (!looksLikeQr(text)) return;
      if (state.stopCamera) toggleCamera();
      takeText(text);
    });
  } catch {
    state.trouble = new Unreadable("camera-none");
  }
  return show();
}

// --- pages and trust -----------------------------------------------------------------------------

async function takePages(files) {
  for (const file of files) state.pages.push({ name: file.name, digest: await digestOf(file) });
  show();
}

// A policy, roots or papers: each is told by how it begins.
async function takeTrust(read) {
  state.trustTrouble = null;
  try {
    for (const data of await read()) {
      const kind = kindOf(data);
      if (kind) state.papers = withPaper(state.papers, kind, data);
      else state.trust = trust(data);
    }
  } catch (trouble) {
    state.trustTrouble = trouble instanceof Trouble ? trouble : new Unreadable("unforeseen");
  }
  show();
}

const takeTrustFiles = (files) => takeTrust(() => Promise.all(files.map(async (file) => {
  if (file.size > MOST_TRUST) throw new Unreadable("too-large");
  return new Uint8Array(await file.arrayBuffer());
})));

// --- what is shown -------------------------------------------------------------------------------

function judged() {
  const items = state.items.map(({ item }) => item);
  try {
    if (state.trouble) throw state.trouble;
    if (!items.length) return {};
    if (state.papers.trouble) throw state.papers.trouble;
    const pinned = pinnedOf(state.trust, state.papers);
    if (!pinned) throw new Refused("no-policy");
    const found = judge(items, pinned.policy, Date.now() / 1000, state.papers.stated);
    return { found, pinned, pages: comparison(found) };
  } catch (trouble) {
    if (!(trouble instanceof Trouble)) throw trouble;
    return { trouble, items };
  }
}

// How the pages compare: {count, isSame}; undefined when there is nothing to compare.
function comparison(found) {
  if (!state.pages.length) return undefined;
  try {
    checkPages(found, state.pages.map(({ digest }) => digest));
    return { count: state.pages.length, isSame: true };
  } catch (trouble) {
    return ["pages-absent", "pages-answer"].includes(trouble.code) ? undefined : { count: state.pages.length, isSame: false };
  }
}

function show() {
  const { lang } = state;
  document.documentElement.lang = lang;
  document.documentElement.dir = lang === "fa" ? "rtl" : "ltr";
  document.title = `${say("title", lang)} · ${say("brand", lang)}`;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = say(element.dataset.word, lang);
  $("language").lang = LANGUAGES.find((each) => each !== lang);
  const outcome = judged();
  showVerdict(outcome);
  showGiven();
  showPages(outcome);
  showTrust();
  $("camera-word").textContent = say(state.stopCamera ? "camera-stop" : "camera", lang);
  $("camera-box").hidden = !state.stopCamera;
}

function showVerdict({ found, pinned, pages, trouble, items }) {
  const { lang } = state;
  let nodes = [];
  if (state.busy) nodes = [made("p", { className: "card" }, say("reading", lang))];
  else if (found) nodes = goodVerdict(found, pinned, pages, lang);
  else if (trouble) nodes = badVerdict(trouble, items, lang);
  $("verdict").replaceChildren(...nodes);
  $("verdict").setAttribute("aria-busy", String(state.busy));
}

function showGiven() {
  $("given").hidden = !state.items.length && !state.trouble;
  $("given-list").replaceChildren(...state.items.map(({ item }) => made("li", {}, say(wordOf(item), state.lang))));
}

const wordOf = (item) => (item.kind === "promise" && isAnswer(item.shown.fields.slip) ? "item-answer" : `item-${item.kind}`);

function showPages({ found, pages }) {
  const { lang } = state;
  const rows = state.pages.map(({ name }, at) => {
    const up = made("button", { type: "button", className: "btn btn-plain", hidden: !at }, "↑");
    up.setAttribute("aria-label", say("pages-up", lang, { name }));
    up.addEventListener("click", () => {
      state.pages.splice(at - 1, 0, ...state.pages.splice(at, 1));
      show();
    });
    return made("li", {}, made("span", { className: "tabular" }, digits(`${at + 1}`, lang)), made("bdi", { className: "grow" }, name), up);
  });
  $("pages-list").replaceChildren(...rows);
  $("pages-clear").hidden = !rows.length;
  const key = !rows.length ? "" : !found ? "pages-wait" : !pages ? "pages-untold" : pages.isSame ? "pages-good" : "pages-bad";
  const tone = { "pages-good": "note--good", "pages-bad": "note--bad" }[key] ?? "note--wait";
  $("pages-told").replaceChildren(...(key ? [made("p", { className: `note ${tone}` }, ...sentence(key, lang, { count: rows.length }))] : []));
}

function showTrust() {
  const { lang } = state;
  const held = pinnedOf(state.trust, state.papers);
  const lines = [made("p", {}, ...(held
    ? sentence(held.isOwn ? "trust-own" : held.isRootsAlone ? "trust-roots-alone" : "trust-loaded", lang, { day: day(held.policy.madeOn, lang) })
    : sentence("trust-none", lang)))];
  if (held) {
    const { logs, witnesses } = held.policy;
    const names = new Set(logs.map(({ name }) => name));  // a log may have several keys
    const named = [...[...names].map((name) => ["trust-log", name]), ...[...witnesses.keys()].map((name) => ["trust-witness", name])];
    lines.push(made("ul", { className: "names" }, ...named.map(([key, name]) => made("li", {}, ...sentence(key, lang, { name })))));
    lines.push(made("p", {}, ...sentence("trust-needed", lang, { count: fewest(held.policy) })));
    if (!held.isOwn && !held.isRootsAlone) lines.push(made("p", { className: "muted small" }, say(held.isKept ? "trust-kept" : "trust-not-kept", lang)));
  }
  lines.push(...papersTold(lang));
  for (const { code, values } of [state.trustTrouble, state.papers.trouble].filter(Boolean)) {
    lines.push(made("p", { className: "note note--bad", role: "alert" }, ...sentence(code, lang, lineOf(values))));
  }
  $("trust-told").replaceChildren(...lines);
  $("forget").hidden = !state.trust || state.trust.isOwn;
  $("papers-forget").hidden = !state.papers.stated.madeOn && !state.papers.trouble;
}

// What the roots are and say; nothing without any.
function papersTold(lang) {
  const { madeOn, roots, logs, lists } = state.papers.stated;
  if (!madeOn) return [];
  const named = [
    ...[...roots.keys()].map((each) => ["trust-root", { agency: each.split(" ")[0] }]),
    ...[...logs.values()].map(({ agency, log }) => ["trust-stated", { agency, name: log.name }]),
    ...[...lists.values()].map(({ agency, next }) => ["trust-list", { agency, at: timeOf(next, lang) }]),
  ];
  return [
    made("p", {}, ...sentence("trust-roots", lang, { day: day(madeOn, lang) })),
    made("ul", { className: "names" }, ...named.map(([key, values]) => made("li", {}, ...sentence(key, lang, values)))),
  ];
}

const lineOf = (values) => (typeof values.line === "string" ? { line: new Ready(values.line) } : values);

// --- the wires -----------------------------------------------------------------------------------

// A button opens the hidden field of files behind it; the same file may be chosen again.
function files(id, take) {
  $(id).addEventListener("change", async (event) => {
    const chosen = [...event.target.files];
    event.target.value = "";
    if (chosen.length) await take(chosen);
  });
}

function dropping(element, take) {
  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const given = [...event.dataTransfer.files];
    if (given.length) take(given);
    else takeText(event.dataTransfer.getData("text"));
  });
}

export function start() {
  const press = (id, act) => $(id).addEventListener("click", act);
  $("give").addEventListener("submit", (event) => {
    event.preventDefault();
    takeText($("qr").value);
  });
  press("anew", beginAnew);
  press("camera", toggleCamera);
  press("forget", () => {
    state.trust = forget();
    show();
  });
  press("papers-forget", () => {
    state.papers = withoutPapers();
    show();
  });
  press("pages-clear", () => {
    state.pages = [];
    show();
  });
  press("policy-use", () => takeTrust(() => [utf8($("policy-text").value)]));
  press("language", () => {
    state.lang = LANGUAGES.find((each) => each !== state.lang);
    show();
  });
  files("file", takeFiles);
  files("pages", takePages);
  files("policy", takeTrustFiles);
  dropping(document.body, takeFiles);
  dropping($("pages-card"), takePages);
  dropping($("trust-card"), takeTrustFiles);
  $("camera").hidden = !hasCamera();
  if (location.protocol === "file:") { // a saved copy has no office to go back to
    $("save").hidden = true;
    $("home").removeAttribute("href");
  }
  state.lang = LANGUAGES.find((each) => each === document.documentElement.lang) ?? "fa";
  state.trust = trusted();
  addEventListener("hashchange", takeFragment);
  show();
  takeFragment();
}
