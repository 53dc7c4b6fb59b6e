// Lessons for the app: `virtual:lessons` lists them, `virtual:lesson/<id>` holds one, so that each is a chunk of its own.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "./setup.mjs";

const folder = join(root, "lessons");
const LIST = "virtual:lessons";
const ONE = "virtual:lesson/";

/** A Vite plugin. What is wrong with a lesson is told by `timonel lessons`; here it fails the build. */
export function lessonsPlugin() {
  return {
    name: "timonel:lessons",
    resolveId: (id) => (id === LIST || id.startsWith(ONE) ? `\0${id}` : undefined),
    load(id) {
      if (id === `\0${LIST}`) return listModule((file) => this.addWatchFile(file));
      if (id.startsWith(`\0${ONE}`)) return lessonModule(id.slice(ONE.length + 1), (file) => this.addWatchFile(file));
      return undefined;
    },
  };
}

function listModule(watch) {
  const tracksFile = join(folder, "tracks.yaml");
  watch(tracksFile);
  const { tracks } = parse(readFileSync(tracksFile, "utf8"));
  const ids = tracks.flatMap((track) => track.lessons);
  for (const id of ids)
    if (!existsSync(join(folder, id, "lesson.yaml")))
      throw new Error(`lessons/tracks.yaml names ${id}; there is no lessons/${id}/lesson.yaml`);
  const lessons = ids.map((id) => summaryOf(id, watch));
  const loaders = ids.map((id) => `${JSON.stringify(id)}: () => import(${JSON.stringify(ONE + id)})`);
  return `export const tracks = ${JSON.stringify(tracks)};
export const lessons = ${JSON.stringify(lessons)};
export const loaders = { ${loaders.join(", ")} };`;
}

function summaryOf(id, watch) {
  const file = join(folder, id, "lesson.yaml");
  watch(file);
  const { version = 1, minutes, level, requires = [], tags = [], steps } = parse(readFileSync(file, "utf8"));
  const words = {};
  for (const name of readdirSync(join(folder, id))) {
    const [, locale] = /^([a-z]{2}(?:-[A-Z]{2})?)\.md$/.exec(name) ?? [];
    if (!locale) continue;
    watch(join(folder, id, name));
    const [, head = ""] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(readFileSync(join(folder, id, name), "utf8")) ?? [];
    const { title = id, summary = "" } = parse(head) ?? {};
    words[locale] = { title, summary };
  }
  return { id, version, minutes, level, requires, tags, steps: steps.length, words };
}

function lessonModule(id, watch) {
  const top = join(folder, id);
  const files = {};
  for (const entry of readdirSync(top, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    watch(path);
    files[path.slice(top.length + 1).replaceAll("\\", "/")] = readFileSync(path).toString("base64");
  }
  return `export default ${JSON.stringify(files)};`;
}
