// <button class="copy" data-copy="7214093381260" data-msg-done="…">: says so in its aria-label.
import { each } from "./each.js";
import { raise } from "./toast.js";

async function put(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = Object.assign(document.createElement("textarea"), { value: text });
  document.body.append(area);
  area.select();
  document.execCommand("copy"); // the only way on plain http inside an office
  area.remove();
}

each("[data-copy]", (button) => {
  button.addEventListener("click", async () => {
    await put(button.dataset.copy);
    button.focus();
    button.setAttribute("data-done", "");
    setTimeout(() => button.removeAttribute("data-done"), 1500);
    if (button.dataset.msgDone) raise(button.dataset.msgDone, "success");
  });
});
