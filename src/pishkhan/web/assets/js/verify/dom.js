// Elements made of text alone: nothing that was read ever becomes markup.
import { parts } from "./words.js";

export const $ = (id) => document.getElementById(id);

export function made(name, options = {}, ...children) {
  const element = Object.assign(document.createElement(name), options);
  element.append(...children);
  return element;
}

// A value beside words of the other direction; codes, keys and dates run from left to right.
export function apart(text) {
  const shown = String(text);
  const isLatin = /^[\x00-\x7f\u06f0-\u06f9\u066b\u066c…]*$/.test(shown);
  return made("bdi", { dir: isLatin ? "ltr" : "auto" }, shown);
}

// The nodes of a sentence.
export const sentence = (key, lang, values) =>
  parts(key, lang, values).map((part) => (part.value === undefined ? part : apart(part.value)));
