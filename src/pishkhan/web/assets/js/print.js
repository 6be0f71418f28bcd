// <button data-print>: prints the page. <article data-print-now>: prints it once its pictures are
// there; the address loses its ?print=1 first, so that neither a reload nor "back" prints it again.
import { each } from "./each.js";

each("[data-print]", (button) => button.addEventListener("click", () => window.print()));

each("[data-print-now]", async (paper) => {
  const address = new URL(location.href);
  address.searchParams.delete("print");
  history.replaceState(history.state, "", address);
  const pictures = [...paper.querySelectorAll("img")];
  await Promise.all([document.fonts.ready, ...pictures.map((picture) => picture.decode().catch(() => {}))]);
  window.print();
});
