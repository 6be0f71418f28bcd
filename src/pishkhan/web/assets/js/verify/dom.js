// Elements made of text alone: nothing that was read ever becomes markup.
import { parts } from "./words.js";

export const $ = (id) => document.getElementById(id);

export function made(name, options = {}, ...children) {
  const element = Object.assign(document.createElement(name), options);
  element.append(...children);
  return element;
}

const LATIN = /^[\x00-\x7f\u06f0-\u06f9\u066b\u066c…]*$/; // ASCII, or a figure in Persian
const TWO_FIGURES = /[\u06f0-\u06f9] [\u06f0-\u06f9]/; // a day and an hour: the day stands first

// A value beside words of the other direction; codes, keys and figures run from left to right.
export function apart(text) {
  const shown = String(text);
  const dir = TWO_FIGURES.test(shown) ? "rtl" : LATIN.test(shown) ? "ltr" : "auto";
  return made("bdi", { dir }, shown);
}

// The nodes of a sentence.
export const sentence = (key, lang, values) =>
  parts(key, lang, values).map((part) => (part.value === undefined ? part : apart(part.value)));

// The nodes of a sentence in which another one, as nodes, takes the place of the value.
export const within = (key, lang, nodes) => parts(key, lang).flatMap((part) => (part.value === undefined ? [part] : nodes));
