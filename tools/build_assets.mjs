// Builds src/pishkhan/web/static/pishkhan from src/pishkhan/web/assets and the locked packages.
//
// The built files are committed, so that nobody who runs the system needs Node; CI rebuilds them
// and compares byte for byte. Therefore nothing here may depend on the clock, on the machine or on
// the templates: style is not purged by looking at the templates (a new template would change the
// built file and break the comparison), small size comes from importing few parts instead.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";
import subsetFont from "subset-font";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const sources = path.join(root, "src/pishkhan/web/assets");
const target = path.join(root, "src/pishkhan/web/static/pishkhan");
const packages = path.join(root, "node_modules");
const version = (name) => createRequire(import.meta.url)(`${packages}/${name}/package.json`).version;

// The oldest browsers of the counters' PCs (Windows 7 and 8 end at these).
const browsers = ["chrome109", "firefox115"];

// Persian and Arabic letters, the three sets of digits, Latin, and the signs that texts use.
const glyphs = [
  [0x20, 0x7e], [0xa0, 0xff], [0x131, 0x131], [0x152, 0x153], [0x60c, 0x60c], [0x61b, 0x61f],
  [0x621, 0x65f], [0x660, 0x66c], [0x670, 0x671], [0x679, 0x679], [0x67e, 0x67e],
  [0x686, 0x686], [0x688, 0x688], [0x691, 0x691], [0x698, 0x698], [0x6a9, 0x6a9], [0x6af, 0x6af],
  [0x6ba, 0x6ba], [0x6be, 0x6be], [0x6c0, 0x6c3], [0x6cc, 0x6cc], [0x6d2, 0x6d5], [0x6f0, 0x6f9],
  [0x200c, 0x200f], [0x2010, 0x2015], [0x2018, 0x201e], [0x2020, 0x2022], [0x2026, 0x2026],
  [0x2030, 0x2030], [0x2039, 0x203a], [0x20ac, 0x20ac], [0x2190, 0x2193], [0x2212, 0x2212],
  [0x25cc, 0x25cc], [0xfdfc, 0xfdfc],
];

// Physical sides of Bootstrap become logical ones: one style sheet serves both directions.
const sides = { left: "inline-start", right: "inline-end" };
function logical(css) {
  return css
    .replace(/(?<=[{;\s])(margin|padding)-(left|right)(?=\s*:)/g, (_, p, s) => `${p}-${sides[s]}`)
    .replace(/(?<=[{;\s])border-(left|right)(?=[-\s:])/g, (_, s) => `border-${sides[s]}`)
    .replace(
      /(?<=[{;\s])border-(top|bottom)-(left|right)-radius/g,
      (_, v, h) => `border-${v === "top" ? "start" : "end"}-${h === "left" ? "start" : "end"}-radius`,
    )
    .replace(/(?<=[{;\s])(left|right)(?=\s*:)/g, (_, s) => `inset-${sides[s]}`)
    .replace(/(text-align:\s*)(left|right)/g, (_, p, s) => p + (s === "left" ? "start" : "end"));
}

async function style(name) {
  const compiled = sass.compile(path.join(sources, `scss/${name}.scss`), {
    loadPaths: [packages],
    quietDeps: true,
    silenceDeprecations: ["import"],
    logger: sass.Logger.silent,
  });
  const result = await esbuild.transform(logical(compiled.css), {
    loader: "css",
    minify: true,
    target: browsers,
    charset: "utf8",
  });
  await writeFile(path.join(target, `${name}.css`), result.code);
}

async function scripts() {
  await esbuild.build({
    entryPoints: { app: `${sources}/js/app.js`, capture: `${sources}/js/capture.js`, pc: `${sources}/js/pc.js`, verify: `${sources}/js/verify.js` },
    outdir: target,
    bundle: true,
    format: "iife",
    minify: true,
    target: browsers,
    charset: "utf8",
    legalComments: "none", // THIRD-PARTY.txt names them all
    nodePaths: [packages],
    absWorkingDir: root,
  });
}

async function font() {
  const folder = path.join(packages, "vazirmatn");
  const original = await readFile(path.join(folder, "fonts/webfonts/Vazirmatn[wght].woff2"));
  const letters = glyphs
    .flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i))
    .map((code) => String.fromCodePoint(code))
    .join("");
  const subset = await subsetFont(original, letters, {
    targetFormat: "woff2",
    variationAxes: { wght: { min: 400, max: 700 } },
  });
  await writeFile(path.join(target, "fonts/vazirmatn.woff2"), subset);
  await writeFile(path.join(target, "fonts/OFL.txt"), await readFile(path.join(folder, "OFL.txt")));
}

async function icons() {
  const names = (await readdir(path.join(sources, "icons"))).filter((n) => n.endsWith(".svg")).sort();
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(path.join(sources, "icons", name), "utf8");
      const [, box, inner] = svg.match(/<svg[^>]*viewBox="([^"]+)"[^>]*>([\s\S]*)<\/svg>/);
      return `<symbol id="${name.slice(0, -4)}" viewBox="${box}">${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
    }),
  );
  await writeFile(
    path.join(target, "icons.svg"),
    `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`,
  );
  await writeFile(path.join(target, "favicon.svg"), await readFile(path.join(sources, "favicon.svg")));
}

async function licences() {
  const shipped = [
    "@alpinejs/csp", "@noble/ed25519", "@noble/hashes", "@vue/reactivity", "@vue/shared", "bootstrap",
    "htmx.org", "js-base64", "qr", "requires-port", "querystringify", "tus-js-client", "url-parse", "vazirmatn",
  ];
  const parts = [];
  for (const name of shipped) {
    const { license } = createRequire(import.meta.url)(`${packages}/${name}/package.json`);
    const file = (await readdir(path.join(packages, name))).find((n) => /^(licen[cs]e|OFL)/i.test(n));
    const text = file ? await readFile(path.join(packages, name, file), "utf8") : `${license}\n`;
    parts.push(`== ${name} ${version(name)} (${license})\n\n${text.replace(/\r\n/g, "\n").trim()}\n`);
  }
  await writeFile(
    path.join(target, "THIRD-PARTY.txt"),
    `Programs and fonts that are bundled in this folder, with their licences.\n\n${parts.join("\n\n")}`,
  );
}

// Copies for browsers that take compressed files. Compressors of other Node versions may differ by
// a byte, so a copy that still opens to the same content is left as it is.
const copies = {
  br: [(bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }), brotliDecompressSync],
  gz: [(bytes) => gzipSync(bytes, { level: 9 }), gunzipSync],
};
async function pack(names, former) {
  for (const name of names) {
    const bytes = await readFile(path.join(target, name));
    const sizes = [];
    for (const [ending, [squeeze, open]] of Object.entries(copies)) {
      const old = former.get(`${name}.${ending}`);
      const packed = old && open(old).equals(bytes) ? old : squeeze(bytes);
      await writeFile(path.join(target, `${name}.${ending}`), packed);
      sizes.push(`${ending} ${packed.length}`);
    }
    console.log(`${name.padEnd(20)} ${bytes.length} B, ${sizes.join(", ")}`);
  }
}

const former = new Map();
for (const name of await readdir(target).catch(() => [])) {
  if (/\.(br|gz)$/.test(name)) former.set(name, await readFile(path.join(target, name)));
}
await rm(target, { recursive: true, force: true });
await mkdir(path.join(target, "fonts"), { recursive: true });
await Promise.all([style("app"), style("verify"), scripts(), font(), icons(), licences()]);
await pack(["app.css", "app.js", "capture.js", "pc.js", "icons.svg"], former);
console.log(`fonts/vazirmatn.woff2 ${(await readFile(path.join(target, "fonts/vazirmatn.woff2"))).length} B`);
