// The counters' PCs end at Chrome 109 and Firefox ESR 115 (package.json, browserslist): nothing may
// be built that they do not know. tools/compare_assets.py runs this on the sources and the built files.
import css from "@eslint/css";
import compat from "eslint-plugin-compat";
import es from "eslint-plugin-es-x";

const standard = es.configs["flat/restrict-to-es2022"].rules;
// Iterators' methods bear the names of arrays', and nothing here tells the two apart.
const named = Object.keys(es.rules).filter((name) => name.startsWith("no-iterator-prototype-"));

export default [
  {
    files: ["**/*.js"],
    plugins: { compat, "es-x": es },
    languageOptions: { ecmaVersion: 2022, sourceType: "module" }, // what is newer is a syntax error
    rules: { ...standard, "compat/compat": "error" },
  },
  {
    files: ["**/assets/js/**/*.js"],
    settings: { "es-x": { aggressive: true } }, // methods by their names alone
    rules: Object.fromEntries(named.map((name) => [`es-x/${name}`, "off"])),
  },
  {
    files: ["**/static/**/*.js"],
    settings: { polyfills: ["Navigation"] }, // htmx asks whether it is there
  },
  {
    files: ["**/*.css"],
    plugins: { css },
    language: "css/css",
    languageOptions: { tolerant: true },
    rules: {
      "css/use-baseline": [
        "error",
        {
          available: 2022, // Chrome 108 and Firefox 108: the last year that lies wholly before both
          allowAtRules: ["page"],
          allowProperties: [
            "clip", "outline", "page", "print-color-adjust", "resize", "user-select", // Safari alone was late
            "field-sizing", "line-clamp", "scrollbar-width", "text-wrap", // without them it looks plainer
          ],
          allowPropertyValues: { "text-align": ["match-parent"] }, // Bootstrap; -webkit- stands beside it
        },
      ],
    },
  },
];
