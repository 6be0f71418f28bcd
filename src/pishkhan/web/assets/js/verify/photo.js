// Texts of the QRs in a picture: read whole, then enlarged or made smaller, then in halves.
import { decodeQRBatch } from "qr/decode.js";
import { Unreadable } from "./errors.js";

const SIDES = [1600, 1000, 2600]; // dots of the longer side; a phone's photo has 4,000
const PATIENCE = { effort: 8, timeLimit: 1500 }; // milliseconds a look
const WANTED = 2; // a receipt has one or two

const WHOLE = [0, 0, 1, 1];
const HALVES = [[0, 0, 1, 0.55], [0, 0.45, 1, 0.55], [0, 0, 0.55, 1], [0.45, 0, 0.55, 1]];

// Reads a Blob; a picture that holds none gives an empty list.
export async function textsOfPhoto(blob) {
  let picture;
  try {
    picture = await createImageBitmap(blob);
  } catch {
    throw new Unreadable("photo-bad");
  }
  const found = new Set();
  const canvas = document.createElement("canvas");
  const looks = [...SIDES.map((side) => [WHOLE, side]), ...HALVES.map((part) => [part, 1600])];
  for (const [part, side] of looks) {
    for (const text of await textsOf(cut(picture, part, side, canvas), PATIENCE)) found.add(text);
    if (found.size >= WANTED) break;
  }
  picture.close();
  return [...found];
}

// Texts of the QRs in one image of canvas; fast enough for a camera's.
export async function textsOf(image, options = { timeLimit: 60 }) {
  const [found] = await decodeQRBatch([image], options);
  return found.filter((each) => typeof each === "string");
}

// A part of a picture (left, top, width, height as shares) with its longer side so many dots.
export function cut(picture, [left, top, width, height], side, canvas) {
  const wide = picture.videoWidth || picture.width; // of a <video>, what the camera gives
  const high = picture.videoHeight || picture.height;
  const from = [wide * left, high * top, wide * width, high * height];
  const scale = Math.min(side / Math.max(from[2], from[3]), 3);
  canvas.width = Math.max(1, Math.round(from[2] * scale));
  canvas.height = Math.max(1, Math.round(from[3] * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff"; // behind what is transparent
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, ...from, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
