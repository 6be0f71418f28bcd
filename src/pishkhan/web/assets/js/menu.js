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

// A row of tabs is wider than a phone: the chosen one comes into sight.
for (const chosen of document.querySelectorAll(".tabs [aria-current]")) {
  const row = chosen.parentElement;
  if (row.scrollWidth > row.clientWidth) chosen.scrollIntoView({ block: "nearest", inline: "center" });
}
