// The verdict as people read it: one large word, a sentence, what the paper says, what was checked
// and what was not.
import { isAnswer, readSecond, slipOf } from "./entry.js";
import { Refused, UNKNOWN } from "./errors.js";
import * as canonical from "./canonical.js";
import { apart, made, sentence, within } from "./dom.js";
import { textOf } from "./bytes.js";
import { Ready, code, day, moment, money, say } from "./words.js";

const MOST_FIELDS = 40;
const TONES = { promised: "promised", logged: "good", witnessed: "good", checkpoint: "good" };

const icon = (name) => {
  const [svg, use] = ["svg", "use"].map((each) => document.createElementNS("http://www.w3.org/2000/svg", each));
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
};

const card = (tone, name, word, lang, ...rest) =>
  made("section", { className: `card verdict verdict--${tone}` },
    made("div", { className: "verdict-head" }, icon(name), made("h2", { className: "verdict-word" }, say(word, lang))),
    ...rest);

const paragraph = (key, lang, values) => made("p", {}, ...sentence(key, lang, values));

// Nodes of what was found. `pages` is {count, isSame} of compared files, if any.
export function goodVerdict(found, pinned, pages, lang) {
  const isLetter = found.about === "letter";
  const level = isLetter ? found.level : "checkpoint";
  const nodes = [card(TONES[level], level === "promised" ? "clock" : "check", `v-${level}`, lang,
    paragraph(level === "promised" && isAnswer(found.slip) ? "answer-promised" : level, lang, { size: found.head?.size ?? 0 }),
    ...found.cautions.map(({ code: caution, ...values }) =>
      made("p", { className: "note note--wait" }, ...within("caution", lang, sentence(caution, lang, plain(caution, values, lang))))),
    ...(pinned.isOwn ? [made("p", { className: "note note--wait", id: "by-own-key" }, ...sentence("own", lang))] : []))];
  const facts = [...slipFacts(found.slip, lang), ...otherFacts(found), ...logFacts(found, pinned, lang)];
  nodes.push(made("section", { className: "card stack" }, heading(isLetter ? paperOf(found.slip) : "l-origin", lang),
    ...(isAnswer(found.slip) ? [paragraph("answer", lang)] : []), list(facts)));
  nodes.push(made("section", { className: "card stack" },
    heading("checked", lang), points(checkedOf(found, pages), "check", lang),
    heading("unchecked", lang), points(uncheckedOf(found, pages), "minus", lang)));
  return nodes;
}

export function timeOf(seconds, lang) {
  const [clock, figure] = moment(seconds, lang);
  return new Ready(say(clock, lang, { at: figure }));
}

const timed = ({ at: moment, ...rest }, lang) => ({ ...rest, at: timeOf(moment, lang) });

// What a refusal or a caution names, as people write it.
const VALUES = {
  "code-other": ({ told }, lang) => ({ told: code(told, lang) }),
  "key-revoked": timed,
  "key-ended": timed,
  "key-not-yet": timed,
  "revocations-old": timed,
  "back-dated": ({ claimed, at: first }, lang) => ({ claimed: timeOf(claimed, lang), at: timeOf(first, lang) }),
};

const plain = (key, values, lang) => VALUES[key]?.(values, lang) ?? values;

// Nodes of a check that ended badly; what a QR says is shown as its own word when no key is known.
export function badVerdict(trouble, items, lang) {
  const isRefused = trouble instanceof Refused;
  const isUnknown = isRefused && UNKNOWN.includes(trouble.code);
  const word = isUnknown ? "v-unknown" : isRefused ? "v-unproven" : "v-unreadable";
  const values = plain(trouble.code, trouble.values, lang);
  const nodes = [card(isRefused && !isUnknown ? "bad" : "unknown", "warning", word, lang,
    made("p", {}, ...sentence(trouble.code, lang, values)))];
  const slip = isUnknown ? slipIn(items) : undefined;
  if (slip) {
    nodes.push(made("section", { className: "card stack" }, heading(paperOf(slip), lang),
      made("p", { className: "note note--wait" }, ...sentence("paper-unproven", lang)), list(slipFacts(slip, lang))));
  }
  return nodes;
}

function slipIn(items) {
  try {
    return items.map((item) => item.shown && slipOf(item.shown.fields)).find(Boolean);
  } catch {
    return undefined;
  }
}

const paperOf = (slip) => (isAnswer(slip) ? "paper-answer" : "paper");

const heading = (key, lang) => made("h2", { className: "h3" }, say(key, lang));

const points = (keys, name, lang) =>
  made("ul", { className: "points" }, ...keys.map(([key, values]) => made("li", {}, icon(name), made("span", {}, ...sentence(key, lang, values)))));

// Facts are [label nodes, value nodes].
const list = (facts) =>
  made("dl", { className: "facts" }, ...facts.map(([label, value, kind]) =>
    made("div", { className: kind ?? "" }, made("dt", {}, ...label), made("dd", {}, ...value))));

const at = (seconds, lang) => {
  const [clock, figure] = moment(seconds, lang);
  return sentence(clock, lang, { at: figure });
};

function slipFacts(slip, lang) {
  if (!slip) return [];
  if (isAnswer(slip)) {
    return [
      [[say("l-agency", lang)], [machine(slip.agency)]],
      [[say("l-code", lang)], [apart(code(slip.code, lang))], "facts-code"],
      [[say("l-sent-at", lang)], at(readSecond(slip.at), lang)],
      [[say("l-text", lang)], [machine(slip.text)]],
    ];
  }
  const [currency, fee] = money(slip.fee, slip.epoch, lang);
  return [
    [[say("l-code", lang)], [apart(code(slip.code, lang))], "facts-code"],
    [[say("l-at", lang)], at(readSecond(slip.at), lang)],
    [[say("l-fee", lang)], sentence(currency, lang, { fee })],
    [[say("l-agency", lang)], [machine(slip.agency)]],
    [[say("l-pages", lang)], [machine(slip.pages)]],
  ];
}

// What stands in an identifier or a digest keeps its Latin letters and digits.
const machine = (text) => made("bdi", { dir: "ltr", className: "machine" }, made("code", {}, text));

function otherFacts(found) {
  const names = Object.keys(found.fields).filter((name) => name !== "slip").slice(0, MOST_FIELDS);
  return names.map((name) => {
    const value = found.fields[name];
    const text = typeof value === "string" ? value : textOf(canonical.write(value));
    return [[machine(name)], [machine(text)]];
  });
}

function logFacts(found, pinned, lang) {
  const facts = [];
  if (found.level === "promised" && found.logBy !== undefined) facts.push([[say("l-due", lang)], at(found.logBy, lang)]);
  facts.push([[say("l-origin", lang)], [machine(found.origin)]]);
  if (found.index !== undefined) {
    facts.push([[say("l-index", lang)], sentence("index", lang, { index: found.index, size: found.size })]);
  }
  const cosigned = [...found.cosigned].sort(([a, x], [b, y]) => (x < y ? -1 : x > y ? 1 : a < b ? -1 : 1));
  for (const [name, time] of cosigned) facts.push([sentence("l-cosigned", lang, { name }), at(time, lang)]);
  if (found.notBefore !== undefined) facts.push([[say("l-not-before", lang)], at(found.notBefore, lang)]);
  if (found.notAfter !== undefined) facts.push([[say("l-not-after", lang)], at(found.notAfter, lang)]);
  for (const { agency, number } of found.stated) facts.push([[say("l-stated", lang)], sentence("stated-by", lang, { agency, number })]);
  facts.push([[say(pinned.isRootsAlone ? "l-roots" : "l-policy", lang)], [apart(day(found.policy.madeOn, lang))]]);
  return facts;
}

function checkedOf(found, pages) {
  if (found.about !== "letter") return [["c-head", { size: found.head.size }], ...witnesses(found)];
  const told = [];
  if (found.logBy !== undefined) told.push(["c-signature"]);
  else if (Object.keys(found.fields).length) told.push(["c-opening"]); // a path alone shows nothing
  if (found.level !== "promised") told.push(["c-path", { size: found.size }], ...witnesses(found));
  if (pages?.isSame) told.push(["pages-good", { count: pages.count }]);
  return told;
}

const witnesses = (found) => (found.cosigned.size ? [["c-witnesses", { count: found.cosigned.size }]] : []);

function uncheckedOf(found, pages) {
  const told = [];
  if (found.slip) told.push(["n-code"]);
  if (found.about === "letter" && found.level === "promised") told.push([isAnswer(found.slip) ? "n-logged-answer" : "n-logged"]);
  else if (found.level !== "witnessed") told.push(["n-witnessed"]);
  if (isAnswer(found.slip)) told.push(["n-text"]);
  else if (found.slip && !pages?.isSame) told.push([pages ? "n-pages-other" : "n-pages"]);
  if (found.slip) told.push(["n-at"]);
  return told;
}
