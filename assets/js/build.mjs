// Bundle the editor: `node build.mjs [folder]`, by default where it is committed.
//
// The first lines of the file tell of what it was made and under which licences, so that a test can
// compare them with the sources where there is no node.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const COMMITTED = resolve(HERE, "../../preo/dashboard/static/dashboard/dist");
const SOURCES = ["build.mjs", "cel.js", "editor.js", "package-lock.json", "package.json"];

const sourcesHash = async () => {
  const hash = createHash("sha256");
  for (const name of SOURCES) hash.update(await readFile(join(HERE, name)));
  return hash.digest("hex");
};

// Each licence once, with all packages that come under it.
const licences = async (inputs) => {
  const packages = new Set();
  for (const path of inputs) {
    const found = relative(HERE, resolve(HERE, path)).match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    if (found) packages.add(found[1]);
  }
  const texts = new Map();
  for (const name of [...packages].sort()) {
    const folder = join(HERE, "node_modules", name);
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} has no licence in its folder`);
    const text = (await readFile(join(folder, file), "utf8")).trim();
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version}`]);
  }
  return [...texts].map(([text, holders]) => `${holders.join(", ")}:\n\n${text}`).join("\n\n");
};

const folder = resolve(process.argv[2] ?? COMMITTED);
const bundle = await build({
  absWorkingDir: HERE,
  entryPoints: ["editor.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "inline",
  metafile: true,
  write: false,
});
const notices = await licences(Object.keys(bundle.metafile.inputs));
const head = `/*! Made by assets/js/build.mjs of sources ${await sourcesHash()}. It holds:\n\n${notices}\n*/\n`;
await mkdir(folder, { recursive: true });
await writeFile(join(folder, "editor.js"), head + bundle.outputFiles[0].text);
