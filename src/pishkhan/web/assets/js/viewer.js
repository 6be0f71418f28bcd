// Reading scanned pages: thumbnails, one large page, zoom, turn. components/page_viewer.html
import { each, fill } from "./each.js";
import { local } from "./numerals.js";
import { drawStrokes, pen } from "./pen.js";

// A page that is turned or written on is drawn anew, so that it fits and scrolls like any other.
function drawn(image, turn, canvas, strokes) {
  const lying = turn % 180 !== 0;
  const { naturalWidth: w, naturalHeight: h } = image;
  canvas.width = lying ? h : w;
  canvas.height = lying ? w : h;
  const brush = canvas.getContext("2d");
  brush.translate(canvas.width / 2, canvas.height / 2);
  brush.rotate((turn * Math.PI) / 180);
  brush.translate(-w / 2, -h / 2);
  brush.drawImage(image, 0, 0);
  drawStrokes(brush, strokes, w, h);
}

each("[data-viewer]", (root) => {
  const page = root.querySelector("[data-page]");
  const view = root.querySelector(".viewer-view");
  const of = root.querySelector("[data-of]");
  const thumbs = [...root.querySelectorAll("[data-src]")];
  let at = 0;
  const canvas = document.createElement("canvas");
  canvas.className = "viewer-page";
  canvas.hidden = true;
  canvas.setAttribute("role", "img");
  page.after(canvas);
  page.dataset.drawn = "";
  function draw() {
    const turn = turns[at];
    const strokes = written();
    const plain = turn === 0 && !strokes.length && !writing;
    page.hidden = !plain;
    canvas.hidden = plain;
    if (plain || !page.complete || !page.naturalWidth) return;
    canvas.setAttribute("aria-label", page.alt);
    drawn(page, turn, canvas, strokes);
  }
  page.addEventListener("load", () => draw());
  const turns = thumbs.map((thumb) => Number(thumb.dataset.turn ?? 0));
  let writing = false;
  let written = () => [];

  function show(index) {
    if (writing) return; // the page stays under the pen
    at = Math.max(0, Math.min(thumbs.length - 1, index));
    const thumb = thumbs[at];
    page.src = thumb.dataset.src;
    page.alt = thumb.dataset.alt ?? "";
    draw();
    thumbs.forEach((one, i) => one.setAttribute("aria-current", String(i === at)));
    thumb.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (of) of.textContent = fill(of.dataset.pattern, { n: local(at + 1), of: local(thumbs.length) });
    view.scrollTo(0, 0);
  }
  const zoom = (step) => (root.dataset.zoom = String(Math.max(0, Math.min(3, Number(root.dataset.zoom) + step))));
  const deeds = {
    next: () => show(at + 1),
    previous: () => show(at - 1),
    larger: () => zoom(1),
    smaller: () => zoom(-1),
    whole: () => (root.dataset.zoom = "0"),
    turn: () => {
      if (writing) return;
      turns[at] = (turns[at] + 90) % 360;
      draw();
      thumbs[at].querySelector("img").dataset.turn = String(turns[at]);
    },
  };
  // While somebody writes, the page stays, upright.
  function fixed(on) {
    writing = on;
    if (on) turns[at] = 0;
  }
  written = pen({ root, canvas, view, draw, zoom, fixed, page: () => thumbs[at] });
  thumbs.forEach((thumb, i) => thumb.addEventListener("click", () => show(i)));
  if (thumbs.length) draw();
  if (of && thumbs.length) of.textContent = fill(of.dataset.pattern, { n: local(1), of: local(thumbs.length) });
  root.querySelectorAll("[data-do]").forEach((button) => button.addEventListener("click", () => deeds[button.dataset.do]()));
  view.addEventListener("click", (event) => event.target.matches(".viewer-page") && !writing && (root.dataset.zoom = root.dataset.zoom === "0" ? "1" : "0"));
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input,textarea")) return;
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const deed = { PageDown: "next", PageUp: "previous", "+": "larger", "=": "larger", "-": "smaller", 0: "whole" }[event.key] ??
      (event.code === "KeyR" ? "turn" : /^Arrow(Left|Right)$/.test(event.key) && root.dataset.zoom === "0" ? (event.key === forward ? "next" : "previous") : null);
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    deeds[deed]();
  });
});
