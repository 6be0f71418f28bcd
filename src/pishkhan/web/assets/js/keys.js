// Shortcuts are declared where they act: data-key="F2", "Ctrl+Enter", "Alt+1", "R", "Delete".
// A link or button is clicked, an input is focused, a section gets the focus into its first input.
// Letters and digits are told by their place on the keyboard, so the Persian layout works alike.
// While somebody types, only F-keys, Escape and combinations with Ctrl or Alt are listened to.
const typing = 'input:not([type="checkbox"],[type="radio"],[type="button"],[type="submit"]),textarea,select,[contenteditable="true"]';
const focusable = 'input:not([type="hidden"],[disabled]),select:not([disabled]),textarea:not([disabled]),button:not([disabled]),a[href],[tabindex="0"]';
const names = { Esc: "Escape", Del: "Delete", Return: "Enter", Left: "ArrowLeft", Right: "ArrowRight", Up: "ArrowUp", Down: "ArrowDown" };

export function nameOf(event) {
  let key = event.key;
  if (/^(Key[A-Z]|Digit\d)$/.test(event.code)) key = event.code.replace(/^(Key|Digit)/, "");
  if (event.code === "NumpadEnter") key = "Enter";
  const parts = [event.ctrlKey || event.metaKey ? "Ctrl" : "", event.altKey ? "Alt" : ""];
  if (event.shiftKey && (key.length > 1 || parts.some(Boolean))) parts.push("Shift");
  return [...parts.filter(Boolean), key].join("+");
}

function wanted(declared) {
  return declared.split("+").map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join("+");
}

// What lies in a folded panel is not there: a key must not act on what nobody sees.
function folded(element) {
  for (let panel = element.closest("details:not([open])"); panel; panel = panel.parentElement.closest("details:not([open])")) {
    if (!panel.querySelector(":scope > summary")?.contains(element)) return true;
  }
  return false;
}

const steps = "summary,a[href],[hidden] *,[inert] *";

// Where work in a panel begins: the place it names (data-first), else its first field.
function begin(panel) {
  const inner = (panel.dataset.first ? panel.querySelector(panel.dataset.first) : null) ?? [...panel.querySelectorAll(focusable)].find((one) => !one.matches(steps) && !folded(one));
  panel.scrollIntoView({ block: "nearest" });
  (inner ?? panel.querySelector("summary")).focus();
}

// A key opens a panel and goes into it; once more, from inside, it folds it again.
function unfold(summary) {
  const panel = summary.parentElement;
  if (panel.matches(".menu")) return summary.click();
  const inside = panel.contains(document.activeElement) && document.activeElement !== summary;
  if (!panel.open || inside) summary.click();
  if (panel.open) begin(panel);
  else summary.focus();
}

function act(element) {
  if (element.matches("summary")) return unfold(element);
  if (element.matches("a[href],button,label,[role=button]")) return element.click();
  const inner = element.matches("input,select,textarea") ? element : element.querySelector("[data-jump]") ?? element.querySelector(focusable) ?? element;
  inner.focus();
  inner.select?.();
  element.scrollIntoView({ block: "nearest" });
}

let latest = null; // the panel that was opened last
document.addEventListener("toggle", (event) => {
  if (event.target.matches("details.deed-details") && event.target.open) latest = event.target;
}, true);

// Of several targets of one key: the form one is in, then an open question, then the panel that
// was opened last, then any open panel, then the page.
function choice(matching) {
  for (let place = document.activeElement; place; place = place.parentElement) {
    place = place.closest("main form, main details[open]");
    const near = place && matching.find((one) => place.contains(one));
    if (near) return near;
    if (!place) break;
  }
  return (
    matching.find((one) => one.closest("[data-key-scope]")) ??
    matching.find((one) => !one.matches("summary") && latest?.contains(one)) ??
    matching.find((one) => !one.matches("summary") && one.closest("main details[open]")) ??
    matching[0]
  );
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  const pressed = nameOf(event);
  const alone = !/^(F\d+|Escape|(Ctrl|Alt)\+.+)$/.test(pressed);
  if (alone && event.target.closest?.(typing)) return;
  const matching = [...document.querySelectorAll("[data-key]")].filter(
    (element) =>
      element.dataset.key.split(" ").some((one) => wanted(one) === pressed) &&
      !element.disabled &&
      !element.closest("[hidden],[inert]") &&
      !folded(element),
  );
  const found = choice(matching);
  if (!found) {
    const panel = pressed === "Escape" && document.activeElement?.closest("details.deed-details[open]");
    if (panel && document.activeElement.closest("form")) unfold(panel.querySelector("summary"));
    return;
  }
  // A letter that was meant for a form does not lead away from it.
  const form = event.target.closest?.("main form");
  if (alone && form && !form.contains(found)) return;
  event.preventDefault();
  act(found);
});
