// All sentences of the page (words.json: Persian, English), and values as people write them.
import { jalali } from "./jalali.js";
import WORDS from "./words.json";

export const LANGUAGES = ["fa", "en"];
const MOST_SHOWN = 160;
const PLACE = /\{([a-z]+)\}/;
const UNSEEN = /[\p{C}\p{Z}]/gu;

// The sentence in parts: texts, and the values that stand in it, each to be isolated on its own.
export function parts(key, lang, values = {}) {
  const [fa, en] = WORDS[key];
  return (lang === "fa" ? fa : en).split(PLACE).map((part, at) => (at % 2 ? { value: shown(values[part], lang) } : part));
}

// The same as one text.
export const say = (key, lang, values) =>
  parts(key, lang, values).map((part) => part.value ?? part).join("");

function shown(value, lang) {
  if (typeof value === "number" || typeof value === "bigint") return digits(grouped(value), lang);
  return value instanceof Ready ? String(value) : safe(String(value));
}

// A text made here, shown as it is.
export class Ready extends String {}

// Text from outside without what could turn the line around or fill the page.
export function safe(text) {
  const short = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  return short.replace(UNSEEN, (letter) => (letter === "\u200c" || letter === " " ? letter : "?"));
}

export const digits = (text, lang) =>
  lang === "fa" ? text.replace(/[0-9,.]/g, (sign) => "۰۱۲۳۴۵۶۷۸۹٬٫"["0123456789,.".indexOf(sign)]) : text;

const grouped = (number) => String(number).replace(/\B(?=(?:\d{3})+$)/g, ",");

// A tracking code in its groups of 3-3-3-4.
export const code = (text, lang) => new Ready(digits(text.replace(/^(.{3})(.{3})(.{3})/, "$1-$2-$3-"), lang));

// An amount: [key of the currency, figure]; a new rial has 100 qeran.
export function money(minor, epoch, lang) {
  if (epoch === "rial") return [epoch, new Ready(digits(grouped(minor), lang))];
  const qeran = minor % 100;
  const amount = grouped((minor - qeran) / 100) + (qeran ? `.${String(qeran).padStart(2, "0")}` : "");
  return [epoch, new Ready(digits(amount, lang))];
}

// A moment (POSIX seconds): [key of the clock, figure]; Jalali wherever that is known.
export function moment(seconds, lang) {
  const there = jalali(Number(seconds));
  if (there) return ["tehran", new Ready(digits(there, lang))];
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return ["seconds", new Ready(digits(String(seconds), lang))];
  return ["utc", new Ready(at.toISOString().slice(0, 19).replace("T", " "))];
}

// The Jalali day of a policy's date (YYYY-MM-DD), as people write it.
export function day(text, lang) {
  const there = jalali(Date.parse(`${text}T00:00:00Z`) / 1000);
  return new Ready(there ? digits(there.slice(0, 10), lang) : text);
}
