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

function act(element) {
  if (element.matches("a[href],button,summary,label,[role=button]")) return element.click();
  const inner = element.matches("input,select,textarea") ? element : element.querySelector(focusable) ?? element;
  inner.focus();
  inner.select?.();
  element.scrollIntoView({ block: "nearest" });
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
      !element.closest("[hidden],[inert]"),
  );
  // An open panel that asks something comes before the page under it.
  const found = matching.find((element) => element.closest("[data-key-scope]")) ?? matching[0];
  if (!found) return;
  event.preventDefault();
  act(found);
});
