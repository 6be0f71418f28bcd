// Menus made of <details class="menu">: closed by Escape, by a click elsewhere, by leaving.
const open = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
  }
}, true);
document.addEventListener("focusin", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

// A menu whose keys act only while it is open takes the focus: they are then its own, not the form's.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (menu.matches?.("details.menu[data-first]") && menu.open) menu.querySelector(menu.dataset.first)?.focus();
}, true);

// A row of tabs is wider than a phone: the chosen one comes into sight, and the row says on which
// side more of it lies (data-more="left right").
for (const row of document.querySelectorAll(".tabs")) {
  const tell = () => {
    const { left, right } = row.getBoundingClientRect();
    const ends = [...row.children].map((tab) => tab.getBoundingClientRect());
    const sides = [ends.some((end) => end.left < left) && "left", ends.some((end) => end.right > right) && "right"].filter(Boolean);
    if (sides.length) row.dataset.more = sides.join(" ");
    else delete row.dataset.more;
  };
  const chosen = row.querySelector("[aria-current]");
  if (chosen && row.scrollWidth > row.clientWidth) chosen.scrollIntoView({ block: "nearest", inline: "center" });
  row.addEventListener("scroll", tell, { passive: true });
  addEventListener("resize", tell);
  tell();
}
