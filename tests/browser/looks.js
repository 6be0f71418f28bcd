// What is wrong with the page as it is drawn now: a list of {check, where, text}. Runs in the page.
// Given {language, phone}. Each check is proven by a violation in test_looks.py.
(given) => {
  const found = [];
  const viewport = { width: document.documentElement.clientWidth, height: innerHeight };
  const hidden = ".visually-hidden,.skip,template,script,style,option,svg,noscript,.print-only";

  const name = (element) => {
    const id = element.id ? `#${element.id}` : "";
    const classes = typeof element.className === "string" && element.className ? `.${element.className.trim().split(/\s+/).join(".")}` : "";
    return `${element.tagName.toLowerCase()}${id}${classes}`;
  };
  const path = (element) => {
    const names = [];
    for (let at = element; at && at !== document.body && names.length < 3; at = at.parentElement) names.unshift(name(at));
    return names.join(" > ");
  };
  const say = (check, element, text) => found.push({ check, where: path(element), text: String(text).trim().slice(0, 90) });
  // Hidden from the eye but not from a reader's voice: a box of a pixel that cuts off what it holds.
  const tiny = (element) => {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const box = at.getBoundingClientRect();
      if (box.width <= 2 && box.height <= 2 && ["hidden", "clip"].includes(getComputedStyle(at).overflowX)) return true;
    }
    return false;
  };
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }) && !element.closest(hidden) && !tiny(element);

  // --- every piece of text that is drawn, with its lines' boxes ------------------------------
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element || !seen(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    const edge = element.closest(".clip")?.getBoundingClientRect(); // what is behind the dots is not drawn
    const foot = element.closest(".clip-2")?.getBoundingClientRect().bottom; // nor what is under the second line
    if (foot !== undefined) boxes.splice(0, Infinity, ...boxes.filter((b) => b.top < foot - 2));
    const drawn = edge ? boxes.map((b) => new DOMRect(Math.max(b.left, edge.left), b.top, Math.min(b.right, edge.right) - Math.max(b.left, edge.left), b.height)) : boxes;
    if (boxes.length) texts.push({ node, element, boxes: drawn, text: node.data.trim() });
  }

  // --- clipped: text that goes beyond what cuts it off, in a box that can not be scrolled ------
  const cuts = (style, axis) => ["hidden", "clip"].includes(axis === "x" ? style.overflowX : style.overflowY);
  const scrolls = (style, axis) => ["auto", "scroll"].includes(axis === "x" ? style.overflowX : style.overflowY);
  for (const { element, boxes, text } of texts) {
    // One line of a list that ends in dots on purpose carries this class and no other may.
    let freeX = Boolean(element.closest(".clip"));
    let freeY = Boolean(element.closest(".clip-2")); // two lines, on purpose too
    for (let at = element; at && at !== document.documentElement; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (at !== document.body && style.display !== "inline") {
        const box = at.getBoundingClientRect();
        freeX ||= scrolls(style, "x");
        freeY ||= scrolls(style, "y");
        const beyondX = boxes.some((b) => b.left < box.left - 2 || b.right > box.right + 2);
        // Letters' boxes are higher than their ink: a fifth of the height may stand out.
        const beyondY = boxes.some((b) => b.top + b.height * 0.2 < box.top - 1 || b.bottom - b.height * 0.2 > box.bottom + 1);
        if (!freeX && cuts(style, "x") && (beyondX || (at === element && at.scrollWidth > at.clientWidth + 1))) {
          say("clipped", at, text);
          break;
        }
        if (!freeY && cuts(style, "y") && beyondY) {
          say("clipped", at, text);
          break;
        }
      }
      if (style.position === "fixed") break;
    }
    if (!freeX && boxes.some((b) => b.left < -2 || b.right > viewport.width + 2)) say("clipped", element, `beyond the window: ${text}`);
  }

  // --- overlapping: two pieces of text in one place, in the same layer ------------------------
  // What floats (a fixed bar, an open menu) may cover what lies under it.
  const layer = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { position, zIndex } = getComputedStyle(at);
      if (position === "fixed" || position === "sticky" || (position === "absolute" && zIndex !== "auto")) return at;
    }
    return null;
  };
  // What is scrolled away is not drawn.
  const shown = (element, boxes) => {
    let left = boxes;
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.display === "inline" || !(scrolls(style, "x") || scrolls(style, "y"))) continue;
      const edge = at.getBoundingClientRect();
      left = left.filter((b) => b.right > edge.left && b.left < edge.right && b.bottom > edge.top && b.top < edge.bottom);
      left = left.map((b) => {
        const [x, y] = [Math.max(b.left, edge.left), Math.max(b.top, edge.top)];
        return new DOMRect(x, y, Math.min(b.right, edge.right) - x, Math.min(b.bottom, edge.bottom) - y);
      });
    }
    return left;
  };
  const inked = texts.map((one) => ({
    ...one,
    layer: layer(one.element),
    ink: shown(one.element, one.boxes).map((b) => ({ left: b.left + 1, right: b.right - 1, top: b.top + b.height * 0.3, bottom: b.bottom - b.height * 0.3 })),
  }));
  for (let i = 0; i < inked.length; i += 1) {
    for (let j = i + 1; j < inked.length; j += 1) {
      const [a, b] = [inked[i], inked[j]];
      if (a.layer !== b.layer) continue;
      const meet = a.ink.some((x) => b.ink.some((y) => Math.min(x.right, y.right) - Math.max(x.left, y.left) > 2 && Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top) > 1));
      if (meet) say("overlapping", a.element, `${a.text} / ${b.text}`);
    }
  }

  // --- the whole page may not be wider than the window ----------------------------------------
  const root = document.scrollingElement;
  if (root.scrollWidth > root.clientWidth + 1) {
    const wide = [...document.body.querySelectorAll("*")].filter(seen).find((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.right > viewport.width + 1 || box.left < -1);
    });
    say("sideways", wide ?? document.body, `${root.scrollWidth} > ${root.clientWidth}`);
  }

  // --- targets of a finger ----------------------------------------------------------------------
  if (given.phone) {
    const targets = "a[href],button,summary,select,textarea,input:not([type=hidden]),[role=button],[role=option],[tabindex='0']";
    const boxOf = (element) => {
      let box = element.getBoundingClientRect();
      const widen = (other) => {
        const [left, top] = [Math.min(box.left, other.left), Math.min(box.top, other.top)];
        box = new DOMRect(left, top, Math.max(box.right, other.right) - left, Math.max(box.bottom, other.bottom) - top);
      };
      if (element.matches("input[type=checkbox],input[type=radio],input[type=file]")) {
        for (const label of element.labels ?? []) if (label.checkVisibility()) widen(label.getBoundingClientRect());
      }
      for (const pseudo of ["::after", "::before"]) {
        // A link that fills its row by a pseudo-element that stands absolutely over it.
        const style = getComputedStyle(element, pseudo);
        if (style.content === "none" || style.position !== "absolute") continue;
        let holder = element;
        while (holder.parentElement && getComputedStyle(holder).position === "static") holder = holder.parentElement;
        const inset = ["top", "right", "bottom", "left"].map((side) => parseFloat(style[side]));
        if (inset.every((side) => side <= 0)) widen(holder.getBoundingClientRect());
      }
      return box;
    };
    for (const element of document.querySelectorAll(targets)) {
      if (element.disabled || element.closest("[inert],.print-only")) continue;
      const inputOfLabel = element.matches("input") && [...(element.labels ?? [])].some((label) => label.checkVisibility());
      if (!element.checkVisibility({ visibilityProperty: true })) continue;
      if (element.closest(".visually-hidden,.skip") && !inputOfLabel) continue;
      // A link inside a sentence is as high as its line (WCAG 2.5.8, inline).
      const inline = element.matches("a") && getComputedStyle(element).display === "inline" && [...element.parentElement.childNodes].some((node) => node.nodeType === 3 && node.data.trim().length > 3);
      const box = boxOf(element);
      if (inline || !box.width || !box.height) continue;
      if (box.width < 43.5 || box.height < 43.5) say("small target", element, `${Math.round(box.width)}×${Math.round(box.height)} ${element.innerText || element.value || element.getAttribute("aria-label") || ""}`);
    }
  }

  // --- words --------------------------------------------------------------------------------------
  const machine = "code,kbd,.kbd,pre,[data-latin],[lang=en]:not(html)";
  const gregorian = /(?<![\d۰-۹])(?:(?:19|20)\d\d|(?:۱۹|۲۰)[۰-۹][۰-۹])[-/.][\d۰-۹]{1,2}[-/.][\d۰-۹]{1,2}|\b(?:January|February|March|April|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?,? +\d|\d +(?:January|February|March|April|May|June|July|August|September|October|November|December)\b|ژانویه|فوریه|مارس|آوریل|ژوئن|ژوئیه|اوت|سپتامبر|اکتبر|نوامبر|دسامبر|(?<![\d۰-۹-])(?:202\d|۲۰۲[۰-۹])(?![\d۰-۹-])/;
  for (const { element, text } of texts) {
    if (gregorian.test(text) && !element.closest(machine)) say("Gregorian date", element, text);
    if (given.language !== "fa" || element.closest(machine)) continue;
    for (const word of text.split(/[\s«»()،؛:·×]+/)) {
      if (!/\d/.test(word)) continue;
      // A code with Latin letters in it (a key's name, a file's) keeps its Latin digits when isolated.
      const code = /[A-Za-z]/.test(word);
      if (!code || !element.closest("bdi[dir=ltr]")) {
        say("Latin digits", element, text);
        break;
      }
    }
    const english = text.match(/[A-Za-z][a-z]{2,}(?: [a-z]+)*/);
    if (english && !element.closest("bdi")) say("not Persian", element, text);
  }
  if (given.language === "fa") {
    for (const element of document.querySelectorAll("[placeholder]")) if (seen(element) && /\d/.test(element.placeholder)) say("Latin digits", element, element.placeholder);
  }
  return found;
}
