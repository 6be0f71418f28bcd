// What can't be undone asks for a second, named press; no browser dialog. components/confirm.html
import { each } from "./each.js";

each("[data-confirm]", (root) => {
  const ask = root.querySelector("[data-ask]");
  const panel = root.querySelector("[data-key-scope]");
  const back = panel.querySelector("[data-back]");
  const show = (open) => {
    panel.hidden = !open;
    ask.hidden = open;
    ask.setAttribute("aria-expanded", String(open));
    (open ? panel : ask).focus();
    if (open) panel.scrollIntoView({ block: "nearest" }); // on a phone the bar below would lie over it
  };
  ask.addEventListener("click", () => show(true));
  back.addEventListener("click", () => show(false));
});
