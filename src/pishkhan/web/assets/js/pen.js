// Notes by pen over the pages of the viewer. What was written before is drawn on the page; in
// writing, one pointer draws and two fingers move and enlarge. Points are whole ten-thousandths of
// the upright page, as the server wants them (letters/pen.py).
const far = 10000;
const near = 12; // ten-thousandths between two points: finer is the hand's tremble
const most = 2400; // points of one note
const ink = "#173f8a";

export function drawStrokes(brush, strokes, width, height) {
  brush.strokeStyle = brush.fillStyle = ink;
  brush.lineCap = brush.lineJoin = "round";
  const thick = Math.max(2, width / 200);
  for (const stroke of strokes) {
    const at = ([x, y]) => [(x / far) * width, (y / far) * height];
    const strong = (point) => thick * (point.length > 2 ? 0.5 + point[2] / 200 : 1);
    if (stroke.length === 1) {
      brush.beginPath();
      brush.arc(...at(stroke[0]), strong(stroke[0]), 0, Math.PI * 2);
      brush.fill();
    }
    for (let n = 1; n < stroke.length; n += 1) {
      brush.lineWidth = strong(stroke[n]);
      brush.beginPath();
      brush.moveTo(...at(stroke[n - 1]));
      brush.lineTo(...at(stroke[n]));
      brush.stroke();
    }
  }
}

// viewer: { root, canvas, view, draw, page() → thumb, fixed(on), zoom(step) }. Returns what lies on the page.
export function pen(viewer) {
  const box = viewer.root.closest(".letter-sheet")?.querySelector("[data-pen-box]");
  if (!box) return () => [];
  const kept = JSON.parse(box.querySelector("#pen-drawn").textContent);
  const form = box.querySelector("[data-pen-form]");
  const idle = box.querySelector("[data-pen-idle]");
  const button = (name) => box.querySelector(`[data-pen-do=${name}]`);
  const { canvas, view } = viewer;
  let shown = true;
  let writing = false;
  let strokes = [];
  const fingers = new Map();
  let pinch = null;

  const points = () => strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  const key = () => `${viewer.page().dataset.seq}-${viewer.page().dataset.leaf}`;

  function settle() {
    for (const name of ["send", "undo", "clear"]) button(name).disabled = !strokes.length;
    if (writing) canvas.dataset.pen = String(strokes.length);
    else delete canvas.dataset.pen;
    viewer.draw();
  }
  function write(on) {
    writing = on;
    strokes = [];
    fingers.clear();
    form.hidden = !on;
    idle.hidden = on;
    viewer.fixed(on);
    settle();
    (on ? view : button("write")).focus({ preventScroll: true });
    if (on) view.scrollIntoView({ block: "nearest" });
  }
  function place(event) {
    const box = canvas.getBoundingClientRect();
    const of = (n, size) => Math.round(Math.max(0, Math.min(1, n / size)) * far);
    const point = [of(event.clientX - box.left, box.width), of(event.clientY - box.top, box.height)];
    return event.pointerType === "pen" && event.pressure > 0 ? [...point, Math.round(Math.min(1, event.pressure) * 255)] : point;
  }
  const middle = () => {
    const [a, b] = [...fingers.values()];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y) };
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (!writing || event.button > 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 1 && points() < most) strokes.push([place(event)]);
    if (fingers.size === 2) {
      strokes.pop(); // the first of two fingers wrote nothing
      pinch = middle();
    }
    settle();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!writing || !fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (pinch) {
      if (fingers.size < 2) return;
      const now = middle();
      view.scrollBy(pinch.x - now.x, pinch.y - now.y);
      const grown = now.apart / pinch.apart;
      if (grown > 1.35 || grown < 0.74) viewer.zoom(grown > 1 ? 1 : -1);
      else now.apart = pinch.apart;
      pinch = now;
      return;
    }
    const stroke = strokes.at(-1);
    for (const each of event.getCoalescedEvents?.() ?? [event]) {
      const point = place(each);
      const last = stroke.at(-1);
      if (points() < most && Math.hypot(point[0] - last[0], point[1] - last[1]) >= near) stroke.push(point);
    }
    viewer.draw();
  });
  const lift = (event) => {
    if (!fingers.delete(event.pointerId)) return;
    if (!fingers.size) pinch = null;
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);

  const deeds = {
    write: () => write(true),
    leave: () => write(false),
    undo: () => (strokes.pop(), settle()),
    clear: () => ((strokes = []), settle()),
    show: () => {
      shown = !shown;
      button("show").setAttribute("aria-pressed", String(shown));
      viewer.draw();
    },
  };
  for (const each of box.querySelectorAll("[data-pen-do][type=button]")) each.addEventListener("click", () => deeds[each.dataset.penDo]());
  for (const each of idle.children) each.hidden = false;
  form?.addEventListener("submit", () => {
    const { seq, leaf, digest } = viewer.page().dataset;
    for (const [name, value] of Object.entries({ seq, leaf, digest, strokes: JSON.stringify(strokes) })) form.elements[name].value = value;
  });
  return () => [...(shown ? kept[key()] ?? [] : []), ...strokes];
}
