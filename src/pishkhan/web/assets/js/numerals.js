// Digits of the three sets, and the set of the page's language.
const persian = "۰۱۲۳۴۵۶۷۸۹";
const arabic = "٠١٢٣٤٥٦٧٨٩";

export function latin(text) {
  return String(text).replace(/[۰-۹٠-٩]/g, (d) => {
    const at = persian.indexOf(d);
    return String(at >= 0 ? at : arabic.indexOf(d));
  });
}

export const isPersian = () => document.documentElement.lang === "fa";

export function local(text) {
  return isPersian() ? latin(text).replace(/\d/g, (d) => persian[d]) : latin(text);
}
