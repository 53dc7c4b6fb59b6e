// Generates src/api/generated from the declarations of @kubernetes/client-node (release 1.36), src/api/facts.json and the
// rows of src/api/kinds.ts.
// Does nothing while its inputs are as they were. Safe to run more than once at a time: files are renamed into place.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sourcesText } from "./generate/rows.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const target = join(root, "src/api/generated");
const stamp = join(target, ".stamp.json");

function inputsHash() {
  const hash = createHash("sha256");
  const files = [
    "scripts/generate.mjs",
    ...readdirSync(join(root, "scripts/generate"))
      .sort()
      .map((file) => `scripts/generate/${file}`),
    "src/api/facts.json",
    "src/apiserver/protobuf/fields.json",
    "node_modules/@kubernetes/client-node/package.json",
    "node_modules/kubernetes-types/package.json",
  ];
  for (const file of files)
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

const digest = (text) => createHash("sha256").update(text).digest("hex");

function lastStamp() {
  try {
    const made = JSON.parse(readFileSync(stamp, "utf8"));
    return made.files.every((file) => existsSync(join(target, file))) ? made : undefined;
  } catch {
    return undefined;
  }
}

// Rows are read anew when a source of them was touched, and everything is made anew when a row says something else.
const made = lastStamp();
const inputs = inputsHash();
const sources = digest(sourcesText(root).join("\0"));
if (made?.inputs !== inputs || made.sources !== sources) {
  const { readRows } = await import("./generate/rows.mjs");
  const rows = await readRows(root);
  const rowsHash = digest(JSON.stringify(rows));
  const files =
    made?.inputs === inputs && made.rows === rowsHash ? undefined : (await import("./generate/outputs.mjs")).outputs(root, rows);
  const scratch = join(root, `.cache/generate-${process.pid}`);
  const place = (file, text) => {
    const path = join(target, file);
    // An unchanged file keeps its time, so that tsc and vite need not look again.
    if (existsSync(path) && readFileSync(path, "utf8") === text) return;
    mkdirSync(dirname(path), { recursive: true });
    const temporary = join(scratch, file.replaceAll("/", "_"));
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  };
  mkdirSync(scratch, { recursive: true });
  try {
    for (const [file, text] of files ?? []) place(file, text);
    const names = files ? [...files.keys()] : made.files;
    place(".stamp.json", `${JSON.stringify({ inputs, sources, rows: rowsHash, files: names })}\n`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  if (files) process.stdout.write(`generated ${files.size} files in src/api/generated\n`);
}
