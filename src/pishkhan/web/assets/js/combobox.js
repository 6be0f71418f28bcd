// An accessible combobox (ARIA 1.2): type a few letters, choose with the arrows and Enter or Tab.
// Markup: components/combobox.html. Answers are JSON: [{"id": "…", "label": "…", "hint": "…"}].
import { each, fill } from "./each.js";
import { local } from "./numerals.js";
import { isOver, over } from "./session.js";

each("[data-combobox]", (root) => {
  const input = root.querySelector("[role=combobox]");
  const chosen = root.querySelector("[data-chosen]");
  const list = root.querySelector("[role=listbox]");
  const voice = root.querySelector("[data-voice]");
  const mark = root.querySelector("[data-mark]");
  const least = Number(root.dataset.min ?? 3);
  let options = [];
  let active = -1;
  let timer = 0;
  let running = null;
  let wish = false; // Enter came before the answer: the first found is meant

  const isOpen = () => !list.hidden;
  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function highlight(index) {
    active = (index + options.length) % options.length;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === active)));
    const item = list.children[active];
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }
  function draw() {
    list.replaceChildren(
      ...options.map((option, i) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${i}`;
        item.role = "option";
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.textContent = option.label;
        if (option.hint) item.append(Object.assign(document.createElement("small"), { textContent: option.hint }));
        item.addEventListener("mousedown", (event) => event.preventDefault());
        item.addEventListener("click", () => choose(i));
        return item;
      }),
    );
    voice.textContent = options.length ? fill(root.dataset.msgCount, { n: local(options.length) }) : root.dataset.msgNone;
    voice.classList.toggle("visually-hidden", options.length > 0);
    if (!options.length) return close();
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    highlight(0);
    if (wish) choose(0);
    wish = false;
  }
  function set(id, label) {
    chosen.value = id;
    mark.hidden = !id;
    root.dispatchEvent(new CustomEvent("combobox-change", { bubbles: true, detail: { id, label } }));
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function choose(index) {
    const option = options[index];
    input.value = option.label;
    input.setAttribute("aria-invalid", "false");
    voice.textContent = "";
    close();
    set(option.id, option.label);
  }
  async function look() {
    const text = input.value.trim();
    running?.abort();
    if (text.length < least) return close();
    running = new AbortController();
    try {
      const url = new URL(root.dataset.url, document.baseURI);
      url.searchParams.set(root.dataset.param ?? "q", text);
      const answer = await fetch(url, { signal: running.signal, headers: { Accept: "application/json" } });
      if (isOver(answer)) return over();
      if (!answer.ok) throw new Error(String(answer.status));
      options = await answer.json();
      if (document.activeElement === input) draw();
    } catch (error) {
      if (error.name !== "AbortError") document.dispatchEvent(new CustomEvent("line-failed"));
    }
  }

  input.addEventListener("input", () => {
    if (chosen.value) set("", "");
    voice.textContent = "";
    wish = false;
    clearTimeout(timer);
    timer = setTimeout(look, 140);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      if (isOpen()) highlight(active + steps[event.key]);
      else look();
    } else if (event.key === "Enter" && isOpen() && !event.ctrlKey) {
      event.preventDefault();
      choose(active);
    } else if (event.key === "Enter" && !event.ctrlKey && !chosen.value && input.value.trim().length >= least) {
      event.preventDefault();
      wish = true;
      clearTimeout(timer);
      look();
    } else if (event.key === "Tab" && isOpen() && !event.shiftKey) {
      choose(active);
    } else if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  input.addEventListener("blur", () => {
    close();
    const unsettled = Boolean(input.value.trim()) && !chosen.value && root.dataset.free === undefined;
    input.setAttribute("aria-invalid", String(unsettled));
    if (unsettled && root.dataset.msgChoose) {
      voice.textContent = root.dataset.msgChoose;
      voice.classList.remove("visually-hidden");
    }
  });
  chosen.addEventListener("restore", () => (mark.hidden = !chosen.value));
});
