// The live camera, where the browser gives it: a secure context, so not a saved file.
import { cut, textsOf } from "./photo.js";

const PAUSE = 250; // milliseconds between two looks
const WHOLE = [0, 0, 1, 1];

export const hasCamera = () => Boolean(window.isSecureContext && navigator.mediaDevices?.getUserMedia);

// Shows the camera in a <video> and gives each QR's text to `take`; returns the way to stop it.
export async function openCamera(video, take) {
  const ideal = { width: { ideal: 1920 }, height: { ideal: 1080 } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", ...ideal } });
  video.srcObject = stream;
  await video.play();
  const canvas = document.createElement("canvas");
  let open = true;
  const look = async () => {
    if (!open) return;
    if (video.videoWidth) for (const text of await textsOf(cut(video, WHOLE, 1280, canvas))) if (open) take(text);
    setTimeout(look, PAUSE);
  };
  look();
  return () => {
    open = false;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
}
