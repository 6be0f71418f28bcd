// <form data-refer>: receivers chosen by typing join the chips; the principal actor is asked for only
// when more than one acts. Without this script the chips work alone.
import { each } from "./each.js";

each("form[data-refer]", (form) => {
  const list = form.querySelector("[data-receivers]");
  const pattern = form.querySelector("template[data-receiver]");

  const picks = () => [...list.querySelectorAll(".receiver-pick")];
  const acts = (pick) => pick.checked && form.elements[`purpose-${pick.value}`]?.value === "action";

  function settle() {
    const acting = picks().filter(acts);
    for (const pick of picks()) {
      const place = pick.closest("li").querySelector("[data-principal]");
      place.hidden = acting.length < 2 || !acting.includes(pick);
    }
    const named = acting.find((pick) => principal(pick).checked);
    if (!named && acting.length) principal(acting[0]).checked = true;
  }
  const principal = (pick) => pick.closest("li").querySelector("[data-principal] input");

  function add({ id, label }) {
    const known = picks().find((pick) => pick.value === id);
    if (known) {
      known.checked = true;
      return;
    }
    const item = pattern.content.firstElementChild.cloneNode(true);
    for (const element of [item, ...item.querySelectorAll("*")]) {
      for (const { name, value } of [...element.attributes]) {
        if (value.includes("__id__")) element.setAttribute(name, value.replace("__id__", id));
      }
    }
    item.querySelector("[data-title]").textContent = label;
    item.querySelector("[data-hint]").textContent = "";
    list.append(item);
  }

  form.addEventListener("combobox-change", (event) => {
    const { id, label } = event.detail;
    if (!id) return;
    add({ id, label });
    const box = event.target.querySelector("[role=combobox]");
    box.value = "";
    event.target.querySelector("[data-chosen]").value = "";
    event.target.querySelector("[data-mark]").hidden = true;
    settle();
  });
  list.addEventListener("change", settle);
  settle();
});
