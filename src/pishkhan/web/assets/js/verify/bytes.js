// Bytes, texts and numbers. crypto.subtle is not asked: a page saved as a file may have none.
import { sha256 } from "@noble/hashes/sha2.js";
import { Unreadable } from "./errors.js";

export { sha256 };
export const HASH_SIZE = 32;

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text) => encoder.encode(text);

// The text of UTF-8; a TypeError for anything else.
export const textOf = (data) => strict.decode(data);

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

export const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

// A big-endian number: a BigInt, of any length.
export const bigOf = (data) => (data.length ? BigInt(`0x${hex(data)}`) : 0n);

// What standard Base64 (RFC 4648, section 4) holds; refuses a second spelling of the same bytes.
export function base64(text, size) {
  let data;
  try {
    data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Unreadable("base64-bad");
  }
  if (base64Of(data) !== text || (size !== undefined && data.length !== size)) throw new Unreadable("base64-bad");
  return data;
}

// In pieces: a call takes only so many arguments, and an opening may be long.
export function base64Of(data) {
  let text = "";
  for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
  return btoa(text);
}

// White space as the Python verifier's `\s` has it: names and ends of lines are told by it.
const WHITE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
export const NAME = new RegExp(`^[^+${WHITE}]+$`, "u");
const ENDS = new RegExp(`^[${WHITE}]+|[${WHITE}]+$`, "gu");
export const stripped = (text) => text.replace(ENDS, "");
