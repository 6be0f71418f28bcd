// Turns what was given (a QR's text, the bytes of a file) into promises, paths, proofs, checkpoints.
// A file is told by what it begins with, never by its name.
import { textOf, utf8 } from "./bytes.js";
import { Unreadable } from "./errors.js";
import { readCheckpoint } from "./note.js";
import { looksLikeQr, readQr } from "./promise.js";
import { FAMILY, readProof } from "./proof.js";

export const MOST_BYTES = 32 * 1024 * 1024;
const MOST_QRS = 16;
const STARTS = ["ffd8ff", "89504e470d0a", "424d", "47494638"]; // JPEG, PNG, BMP, GIF

export function isPhoto(data) {
  const start = Array.from(data.subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return STARTS.some((each) => start.startsWith(each)) || (start.startsWith("52494646") && start.endsWith("57454250"));
}

// What a file that is no photo holds, or what was pasted.
export function held(data) {
  if (data.length > MOST_BYTES) throw new Unreadable("too-large");
  if (begins(data, utf8(FAMILY))) return [readProof(data)];
  let text;
  try {
    text = textOf(data);
  } catch {
    throw new Unreadable("unknown-form");
  }
  if (text.includes("\n\n\u2014 ")) return [readCheckpoint(data)];
  return ofTexts(text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/).filter((line) => line.trim()), "unknown-form");
}

// What the texts of QRs hold, each once.
export function ofTexts(texts, trouble) {
  if (!texts.length || texts.length > MOST_QRS || !texts.every(looksLikeQr)) throw new Unreadable(trouble);
  return [...new Set(texts.map((text) => text.trim()))].map(readQr);
}

export const ofPhoto = (texts) => ofTexts(texts.filter(looksLikeQr).slice(0, MOST_QRS), "photo-none");

const begins = (data, start) => start.every((byte, at) => data[at] === byte);
