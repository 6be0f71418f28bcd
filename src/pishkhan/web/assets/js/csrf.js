// The CSRF token that base.html puts into the head.
export function csrf() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}
