// The capture widget: takes files from every side, shows them, keeps their order, writes the list
// into a hidden input as JSON: [{"upload", "digest", "name", "size", "type", "rotation", "role"}].
// It dispatches "pages-changed" with {pages, pending, failed}; a form that is sent while pages are
// still on their way waits for them and then goes by itself.
import { fill } from "../each.js";
import { local } from "../numerals.js";
import { camera } from "./camera.js";
import { draw, kindOf } from "./draw.js";
import { scanner } from "./scan.js";
import { Queue } from "./upload.js";

const thumbWidth = 260;
const viewWidth = 1400;
let serial = 0;

class Capture {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.input = root.querySelector("[data-pages]");
    this.strip = root.querySelector("[data-strip]");
    this.view = root.querySelector("[data-view]");
    this.pattern = root.querySelector("[data-sheet]");
    this.undo = root.querySelector("[data-undo]");
    this.role = root.querySelector("[data-role]");
    this.roles = [...(this.role?.options ?? [])].map((option) => ({ id: option.value, label: option.text }));
    this.pages = [];
    this.chosen = null;
    this.removed = null;
    this.held = null;
    this.taking = 0;
    this.scanFault = "";
    this.refused = []; // what was turned away here, before it became a page
    this.queue = new Queue(root.dataset.uploadUrl, (page, quiet) => this.moved(page, quiet));
    this.listen();
    this.restore();
  }

  // --- taking ---------------------------------------------------------------------------------
  // `lead`: the files were chosen here, so the keys (R, Delete, arrows) go to what came.
  // `arrived`: called once a file is in the store.
  async take(files, lead = false, arrived = null) {
    this.taking += 1;
    const refused = [];
    let first = null;
    for (const file of files) {
      const type = await kindOf(file);
      const most = Number(this.words.maxSize || 0);
      if (!file.size) refused.push(fill(this.words.msgEmpty, { name: file.name }));
      else if (most && file.size > most) refused.push(fill(this.words.msgLarge, { name: file.name }));
      else if (!type) refused.push(fill(this.words.msgType, { name: file.name }));
      else {
        const typed = file.type === type ? file : new File([file], file.name, { type });
        const page = this.add({ file: typed, name: file.name, size: file.size, type, arrived });
        first ??= page;
        this.queue.add(page);
      }
    }
    this.taking -= 1;
    this.refused = refused.length ? [...new Set([...this.refused, ...refused])] : [];
    this.tell();
    if (first) this.choose(first);
    this.write();
    if (first && lead) first.button.focus();
  }

  add(page, index = this.pages.length) {
    serial += 1;
    const role = page.role ?? this.pages[index - 1]?.role ?? this.roles[0]?.id ?? "";
    Object.assign(page, { key: serial, rotation: page.rotation ?? 0, role });
    this.pages.splice(index, 0, page);
    this.place(page);
    return page;
  }

  restore() {
    for (const page of this.pages) this.drop(page);
    this.pages = [];
    let listed = [];
    try {
      listed = JSON.parse(this.input.value || "[]");
    } catch {
      this.input.value = "[]";
    }
    for (const page of listed) this.add({ ...page, state: "done", sent: 1 });
    if (this.pages.length) this.choose(this.pages[0]);
    this.refresh();
  }

  // --- showing --------------------------------------------------------------------------------
  place(page) {
    page.item = this.pattern.content.cloneNode(true).firstElementChild;
    page.button = page.item.querySelector("[data-choose]");
    page.item.querySelector("[data-kind]").textContent = (page.type ?? "").split("/").pop().replace("jpeg", "jpg").toUpperCase();
    page.button.addEventListener("click", () => this.choose(page));
    page.button.addEventListener("focus", () => this.choose(page));
    page.item.querySelector("[data-cancel]").addEventListener("click", () => this.remove(page, false));
    page.item.querySelector("[data-retry]").addEventListener("click", () => this.queue.retry(page));
    this.paint(page);
  }

  async paint(page) {
    const canvas = await draw(page, thumbWidth, this.words.previewUrl);
    if (!canvas) return;
    canvas.setAttribute("aria-hidden", "true");
    page.item.querySelector("[data-face]").replaceChildren(canvas);
  }

  async enlarge(page) {
    const canvas = await draw(page, viewWidth, this.words.previewUrl);
    if (this.chosen !== page) return;
    if (canvas) {
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", page.button.getAttribute("aria-label"));
      this.view.replaceChildren(canvas);
    } else {
      const words = document.createElement("p");
      words.className = page.state === "failed" ? "bad" : "muted";
      words.textContent =
        page.state === "failed" ? this.fault(page) : fill(page.state === "done" ? this.words.msgNoPreview : this.words.msgPreviewLater, { name: page.name });
      this.view.replaceChildren(words);
    }
  }

  choose(page) {
    const changed = this.chosen !== page;
    this.chosen = page;
    for (const one of this.pages) {
      one.button.setAttribute("aria-current", String(one === page));
      one.button.toggleAttribute("data-jump", one === page); // the heading's key leads here
    }
    if (this.role && page) this.role.value = page.role;
    this.tools();
    if (page && changed) this.enlarge(page);
    if (!page) this.view.replaceChildren();
  }

  tools() {
    const at = this.pages.indexOf(this.chosen);
    for (const button of this.root.querySelectorAll("[data-tool]")) {
      const { tool } = button.dataset;
      button.disabled = at < 0 || (tool === "earlier" && at === 0) || (tool === "later" && at === this.pages.length - 1);
    }
  }

  label(page, at) {
    const role = this.roles.find((one) => one.id === page.role)?.label ?? "";
    const shown = [local(at + 1), role].filter(Boolean).join(" · ");
    page.item.querySelector("[data-name]").textContent = shown;
    page.button.setAttribute("aria-label", fill(this.words.msgPage, { n: local(at + 1), of: local(this.pages.length), role, name: page.name }));
  }

  moved(page, quiet = false) {
    const overlay = page.item.querySelector("[data-fate]");
    const done = page.state === "done";
    overlay.hidden = done;
    page.button.dataset.state = page.state;
    const percent = Math.round((page.sent ?? 0) * 100);
    overlay.querySelector("progress").value = percent;
    overlay.querySelector("progress").hidden = !["sending", "queued"].includes(page.state);
    const words = { sending: "msgSending", queued: "msgQueued", waiting: "msgWaiting", failed: "msgFailed" }[page.state];
    overlay.querySelector("[data-percent]").textContent = done ? "" : fill(this.words[words], { n: local(percent) });
    overlay.querySelector("[data-retry]").hidden = !["waiting", "failed"].includes(page.state);
    if (quiet) return;
    if (done) {
      page.arrived?.();
      page.arrived = null;
    }
    this.tell();
    if (done && !page.item.querySelector("canvas")) this.paint(page);
    if ((done || page.state === "failed") && this.chosen === page && !this.view.querySelector("canvas")) this.enlarge(page);
    this.write();
  }

  refresh() {
    const items = this.pages.map((page) => page.item);
    if (items.some((item, at) => this.strip.children[at] !== item)) {
      const focused = document.activeElement; // moving an element takes its focus away
      this.strip.prepend(...items);
      if (this.strip.contains(focused)) focused.focus();
    }
    this.pages.forEach((page, at) => this.label(page, at));
    this.root.dataset.count = String(this.pages.length);
    const size = this.pages.reduce((sum, page) => sum + (page.size ?? 0), 0);
    const shown = size >= 1e6 ? fill(this.words.msgMb, { n: local((size / 1e6).toFixed(1)).replace(".", this.words.point ?? ".") }) : fill(this.words.msgKb, { n: local(Math.round(size / 1e3)) });
    const summary = this.root.querySelector("[data-summary]");
    if (summary) summary.textContent = this.pages.length ? fill(this.words.msgSummary, { n: local(this.pages.length), size: shown }) : "";
    this.tools();
  }

  fault(page) {
    return `${page.name}: ${page.words || this.words.msgRefused}`;
  }

  // Every fault stands until its cause is gone: one file's does not hide another's.
  tell(...more) {
    const failed = this.pages.filter((page) => page.state === "failed").map((page) => this.fault(page));
    const sentences = [...this.refused, ...failed, this.scanFault, ...more].filter(Boolean);
    const place = this.root.querySelector("[data-errors]");
    place.hidden = !sentences.length;
    place.querySelector("ul").replaceChildren(...sentences.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  }

  // --- changing -------------------------------------------------------------------------------
  turn() {
    const page = this.chosen;
    if (!page) return;
    page.rotation = (page.rotation + 90) % 360;
    this.paint(page);
    this.enlarge(page);
    this.write();
  }

  // From the chosen page on all are enclosures; from one that is already, letter again.
  divide() {
    const at = this.pages.indexOf(this.chosen);
    const [letter, enclosure] = this.roles;
    if (at < 0 || !enclosure) return;
    const role = this.chosen.role === enclosure.id ? letter.id : enclosure.id;
    for (const page of this.pages.slice(at)) page.role = role;
    this.role.value = role;
    this.write();
  }

  shift(step) {
    const at = this.pages.indexOf(this.chosen);
    const to = at + step;
    if (at < 0 || to < 0 || to >= this.pages.length) return;
    const page = this.chosen;
    const focused = document.activeElement;
    this.pages.splice(to, 0, this.pages.splice(at, 1)[0]);
    this.write();
    if (this.root.contains(focused)) (focused.disabled ? page.button : focused).focus();
  }

  step(by) {
    const next = this.pages[this.pages.indexOf(this.chosen) + by];
    next?.button.focus();
  }

  drop(page) {
    this.queue.drop(page);
    page.item.remove();
  }

  remove(page, undoable = true) {
    const at = this.pages.indexOf(page);
    if (at < 0) return;
    this.pages.splice(at, 1);
    this.drop(page);
    this.tell();
    this.removed = undoable ? { page, at } : null;
    this.undo.hidden = !undoable;
    if (undoable) this.undo.querySelector("[data-words]").textContent = fill(this.words.msgRemoved, { n: local(at + 1) });
    const neighbour = this.pages[Math.min(at, this.pages.length - 1)] ?? null;
    this.choose(neighbour);
    (neighbour?.button ?? this.root.querySelector("[data-files]")).focus();
    this.write();
  }

  bringBack() {
    if (!this.removed) return;
    const { page, at } = this.removed;
    this.removed = null;
    this.undo.hidden = true;
    this.add(page, at);
    if (page.state !== "done") this.queue.add(page);
    else page.item.querySelector("[data-fate]").hidden = true;
    this.choose(page);
    this.write();
    page.button.focus();
  }

  // --- telling the form -----------------------------------------------------------------------
  write() {
    this.refresh();
    const done = this.pages.filter((page) => page.state === "done");
    const listed = done.map(({ upload, digest, name, size, type, rotation, role }) => ({ upload, digest, name, size, type, rotation, role }));
    const text = JSON.stringify(listed);
    const changed = text !== this.input.value;
    this.input.value = text;
    const failed = this.pages.filter((page) => page.state === "failed").length;
    const pending = this.pages.length - done.length - failed;
    if (changed) this.root.dispatchEvent(new CustomEvent("pages-changed", { bubbles: true, detail: { pages: listed, pending, failed } }));
    if (this.held && !pending && !this.taking) {
      const { form, submitter } = this.held;
      this.held = null;
      if (!failed) form.requestSubmit(submitter);
    }
  }

  hold(event) {
    const { form } = this.input;
    if (event.target !== form) return;
    const failed = this.pages.find((page) => page.state === "failed");
    const pending = this.pages.some((page) => !["done", "failed"].includes(page.state));
    if (!failed && !pending && !this.taking) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (failed) return failed.button.focus();
    this.held = { form, submitter: event.submitter };
    const toast = new CustomEvent("toast", { detail: { text: this.words.msgPending, level: "info" } });
    document.dispatchEvent(toast);
  }

  // --- hearing --------------------------------------------------------------------------------
  listen() {
    const { root } = this;
    const files = root.querySelector("[data-files]");
    files.addEventListener("change", () => {
      this.take([...files.files], true);
      files.value = "";
    });
    root.querySelector("[data-add]").addEventListener("click", () => files.click());
    this.input.addEventListener("restore", () => this.restore());
    const deeds = { turn: () => this.turn(), earlier: () => this.shift(-1), later: () => this.shift(1), remove: () => this.remove(this.chosen), divide: () => this.divide() };
    root.querySelectorAll("[data-tool]").forEach((button) => button.addEventListener("click", () => deeds[button.dataset.tool]?.()));
    this.undo.querySelector("button").addEventListener("click", () => this.bringBack());
    this.role?.addEventListener("change", () => {
      if (this.chosen) this.chosen.role = this.role.value;
      this.write();
    });
    const rtl = document.documentElement.dir === "rtl";
    this.strip.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || !event.target.matches("[data-choose]")) return;
      const key = /^Key[RE]$/.test(event.code) ? event.code.slice(3) : event.key;
      const deed = {
        R: deeds.turn,
        E: deeds.divide,
        Delete: deeds.remove,
        ArrowLeft: rtl ? deeds.later : deeds.earlier,
        ArrowRight: rtl ? deeds.earlier : deeds.later,
        ArrowUp: () => this.step(-1),
        ArrowDown: () => this.step(1),
      }[key];
      if (!deed) return;
      event.preventDefault();
      event.stopPropagation();
      deed();
    });
    scanner(this);
    camera(root, (file) => this.take([file]), () => this.tell(this.words.msgNoCamera));
    document.addEventListener("paste", (event) => {
      const pasted = [...(event.clipboardData?.files ?? [])];
      if (!pasted.length || !root.isConnected) return;
      event.preventDefault();
      this.take(pasted);
    });
    const over = (on) => root.classList.toggle("is-over", on);
    document.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      over(true);
    });
    document.addEventListener("dragleave", (event) => !event.relatedTarget && over(false));
    document.addEventListener("drop", (event) => {
      over(false);
      if (!event.dataTransfer?.files.length || !root.isConnected) return;
      event.preventDefault();
      this.take([...event.dataTransfer.files]);
    });
    document.addEventListener("submit", (event) => this.hold(event), true);
  }
}

export const start = (root) => new Capture(root);
