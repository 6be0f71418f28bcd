// What is typed in a form, without its secrets, and putting it back.
const secret = (element) => element.type === "password" || element.type === "file" || element.dataset.secret !== undefined;

export function fieldsOf(form) {
  const hidden = new Set([...form.elements].filter(secret).map((element) => element.name));
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken" && !hidden.has(name));
}

export function putBack(form, entries) {
  const kept = new Map();
  for (const [name, value] of entries) kept.set(name, [...(kept.get(name) ?? []), value]);
  for (const element of form.elements) {
    if (!element.name || secret(element) || element.name === "csrfmiddlewaretoken") continue;
    if (element.type === "checkbox" || element.type === "radio") element.checked = kept.get(element.name)?.includes(element.value) ?? false;
    else if (kept.has(element.name)) element.value = kept.get(element.name).shift() ?? element.value;
    element.dispatchEvent(new Event("restore", { bubbles: true }));
  }
}
