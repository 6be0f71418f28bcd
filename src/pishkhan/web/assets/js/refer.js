// <form data-refer>: receivers chosen by typing or as a group join the chips; who is the principal
// actor is asked for once more than one acts. Without this script the chips work alone.
import { each } from "./each.js";

each("form[data-refer]", (form) => {
  const list = form.querySelector("[data-receivers]");
  if (!list) return;
  const pattern = form.querySelector("template[data-receiver]");
  const question = form.querySelector("[data-ask-principal]");
  const groups = form.querySelector("[data-groups]");

  const picks = () => [...list.querySelectorAll(".receiver-pick")];
  const acts = (pick) => pick.checked && form.elements[`purpose-${pick.value}`]?.value === "action";
  const principal = (pick) => pick.closest("li").querySelector("[data-principal] input");

  // Who acts alone is the principal actor unsaid; a second one makes it a question.
  let unsaid = false;
  function settle() {
    const acting = picks().filter(acts);
    const missed = form.querySelector("#id_to-error"); // said of a form where nobody was chosen
    if (missed) missed.hidden = picks().some((pick) => pick.checked);
    for (const pick of picks()) {
      const place = pick.closest("li").querySelector("[data-principal]");
      place.hidden = acting.length < 2 || !acting.includes(pick);
      if (!acting.includes(pick)) principal(pick).checked = false;
    }
    if (acting.length === 1 && !principal(acting[0]).checked) {
      principal(acting[0]).checked = true;
      unsaid = true;
    } else if (acting.length > 1 && unsaid) {
      for (const pick of acting) principal(pick).checked = false;
      unsaid = false;
    }
    const named = acting.some((pick) => principal(pick).checked);
    if (question) question.hidden = named || acting.length < 2;
    return named || acting.length < 2;
  }

  function add({ id, label, hint = "" }) {
    const known = picks().find((pick) => pick.value === id);
    if (known) {
      known.checked = true;
      return known;
    }
    const item = pattern.content.firstElementChild.cloneNode(true);
    for (const element of [item, ...item.querySelectorAll("*")]) {
      for (const { name, value } of [...element.attributes]) {
        if (value.includes("__id__")) element.setAttribute(name, value.replace("__id__", id));
      }
    }
    item.querySelector("[data-title]").textContent = label;
    item.querySelector("[data-hint]").textContent = hint;
    list.append(item);
    return item.querySelector(".receiver-pick");
  }

  function choose(group) {
    const members = JSON.parse(group.dataset.members);
    if (!group.checked) {
      for (const pick of picks()) if (members.some(({ id }) => id === pick.value)) pick.checked = false;
      return settle();
    }
    const said = !unsaid && picks().some((pick) => acts(pick) && principal(pick).checked);
    for (const member of members) {
      const pick = add(member);
      const way = pick.closest("li").querySelector(`[name="purpose-${pick.value}"][value="${member.purpose}"]`);
      if (way) way.checked = true;
      if (member.principal && !said) {
        principal(pick).checked = true;
        unsaid = false;
      }
    }
    settle();
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
  form.addEventListener("restore-receivers", (event) => event.detail.forEach((one) => add(one)));
  form.addEventListener("restore", () => settle());
  list.addEventListener("change", (event) => {
    if (event.target.name === "principal") unsaid = false;
    settle();
  });
  form.addEventListener("submit", (event) => {
    if (settle()) return;
    event.preventDefault();
    question?.scrollIntoView({ block: "center" });
    principal(picks().find(acts)).focus();
  });

  // G, then a digit: the group of that number; the phrases come next under the fingers.
  if (groups) {
    const all = [...groups.querySelectorAll("[data-members]")];
    for (const group of all) {
      if (group.checked) choose(group);
      group.removeAttribute("name"); // its members are sent, as they stand among the receivers
    }
    groups.addEventListener("change", (event) => choose(event.target));
    groups.addEventListener("keydown", (event) => {
      const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
      const group = digit && all[digit - 1];
      if (!group || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
      event.preventDefault();
      group.click();
      form.querySelector("[name=phrase]")?.focus();
    });
  }
  settle();
});
