// JSON read strictly (RFC 7493) and written in its one form (RFC 8785).
import { same, textOf, utf8 } from "./bytes.js";
import { Unreadable } from "./errors.js";

const MOST_BYTES = 256 * 1024;
const LONE = /[\ud800-\udfff]/u; // half a pair, which is no character

// The value of JSON in its RFC 8785 form. A name twice, another order, space or spelling: not read.
export function read(data) {
  if (data.length > MOST_BYTES) throw new Unreadable("json-bad");
  try {
    const value = JSON.parse(textOf(data));
    if (same(write(value), data)) return value;
  } catch {
    // not UTF-8, no JSON, too deep, or a number or a text that has no such form
  }
  throw new Unreadable("json-bad");
}

// The RFC 8785 form in UTF-8: names in the order of their UTF-16 units, numbers as ECMAScript's.
export const write = (value) => utf8(text(value));

function text(value) {
  if (Array.isArray(value)) return `[${value.map(text).join(",")}]`;
  if (value && typeof value === "object") {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${text(name)}:${text(value[name])}`).join(",")}}`;
  }
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error("not a JSON number");
  if (typeof value === "string" && LONE.test(value)) throw new Error("not a text");
  return JSON.stringify(value);
}
