import { readProse } from "../prose/read.ts";
import type { Prose } from "../prose/types.ts";
import type { Check, Lesson, LessonFiles, Problem, Step } from "../types.ts";
import { cursorOf } from "./cursor.ts";
import { lessonShape } from "./lesson.ts";

/** Most that a lesson's folder may weigh: it travels in links and is kept in a browser. */
export const MOST_BYTES = 5 * 2 ** 20;
const MOST_FILES = 200;
const LOCALE = /^[a-z]{2}(-[A-Z]{2})?\.md$/;
/** What the prose shows, and what the learner finds at home. */
const FREE = /^(assets|files)\//;

export interface ReadLesson {
  /** Undefined where lesson.yaml is not one. */
  readonly lesson: Lesson | undefined;
  /** By locale. */
  readonly prose: ReadonlyMap<string, Prose>;
  readonly files: LessonFiles;
  readonly problems: readonly Problem[];
}

/** Reads a lesson's folder and tells of everything that is wrong with it that can be seen without a cluster. */
export function readLesson(folder: string, files: LessonFiles): ReadLesson {
  const problems: Problem[] = [];
  const prose = new Map<string, Prose>();
  const fail = (file: string, line: number, message: string, fix: string): void => void problems.push({ file, line, message, fix });
  const size = [...files.values()].reduce((n, bytes) => n + bytes.length, 0);
  if (size > MOST_BYTES || files.size > MOST_FILES) {
    fail(
      "",
      1,
      `${files.size} files of ${Math.ceil(size / 2 ** 20)} MiB`,
      `Keep a lesson to ${MOST_FILES} files and ${MOST_BYTES / 2 ** 20} MiB.`,
    );
    return { lesson: undefined, prose, files, problems };
  }
  for (const path of files.keys())
    if (path.startsWith("/") || path.split("/").includes("..") || path.includes("\\"))
      fail(path, 1, "lies outside of the lesson's folder", "Keep paths inside the folder.");
  const text = (path: string): string => new TextDecoder().decode(files.get(path));
  if (!files.has("lesson.yaml")) {
    fail("lesson.yaml", 1, "is missing", "Add it: CONTRIBUTING says how.");
    return { lesson: undefined, prose, files, problems };
  }
  const top = cursorOf("lesson.yaml", text("lesson.yaml"), problems);
  const lesson = top && lessonShape.read(top);
  for (const path of [...files.keys()].filter((p) => LOCALE.test(p)).sort()) {
    const read = readProse(path, text(path), problems);
    prose.set(read.locale, read);
  }
  if (prose.size === 0) fail("en.md", 1, "is missing", "Add a file for each locale: en.md, es.md.");
  if (lesson) {
    if (folder !== "" && lesson.id !== folder)
      fail("lesson.yaml", 1, `id ${lesson.id} is not the folder's name, ${folder}`, "Make them the same.");
    for (const each of prose.values()) compare(lesson, each, fail);
    sameEverywhere(prose, fail);
    for (const path of strays(lesson, files)) fail(path, 1, "is used by nothing", "Delete it, or name it in lesson.yaml.");
    for (const { path, line } of used(lesson))
      if (!files.has(path)) fail("lesson.yaml", line, `${path} is not in the folder`, "Add the file, or mend the path.");
  }
  return { lesson, prose, files, problems };
}

type Fail = (file: string, line: number, message: string, fix: string) => void;

/** Prose and logic have the same ids. */
function compare(lesson: Lesson, prose: Prose, fail: Fail): void {
  const file = `${prose.locale}.md`;
  for (const step of lesson.steps) {
    const section = prose.steps.get(step.id);
    if (!section) {
      fail(file, 1, `has no section for step ${step.id}`, `Add ## ${step.id}.`);
      continue;
    }
    const options = step.quiz?.options ?? [];
    for (const id of options)
      if (!section.options.has(id)) fail(file, section.line, `option ${id} of ${step.id} has no words`, `Add - ${id}: ….`);
    for (const id of section.options.keys())
      if (!options.includes(id)) fail(file, section.line, `option ${id} is none of ${step.id}'s`, "Delete it, or add it to the quiz.");
    for (const id of section.feedback.keys())
      if (!step.checks.some((c: Check) => c.id === id))
        fail(file, section.line, `[!CHECK ${id}] is no check of ${step.id}`, "Mend the id.");
  }
  for (const [id, { line }] of prose.steps)
    if (!lesson.steps.some((s: Step) => s.id === id))
      fail(file, line, `step ${id} is not in lesson.yaml`, "Delete the section, or add the step.");
}

/** What one locale has, every other has. */
function sameEverywhere(prose: ReadonlyMap<string, Prose>, fail: Fail): void {
  const [first, ...others] = prose.values();
  for (const other of others)
    for (const [id, section] of first?.steps ?? []) {
      const theirs = other.steps.get(id);
      if (!theirs) continue;
      const file = `${other.locale}.md`;
      if (theirs.hints.length !== section.hints.length)
        fail(
          file,
          theirs.line,
          `${id} has ${theirs.hints.length} hints, ${first?.locale}.md ${section.hints.length}`,
          "Give every locale the same hints.",
        );
      const ours = [...section.feedback.keys()].sort().join(" ");
      const had = [...theirs.feedback.keys()].sort().join(" ");
      if (ours !== had)
        fail(
          file,
          theirs.line,
          `${id} has feedback for ${had || "nothing"}, ${first?.locale}.md for ${ours || "nothing"}`,
          "Give every locale the same.",
        );
      if ((section.explanation.length === 0) !== (theirs.explanation.length === 0))
        fail(
          file,
          theirs.line,
          `${id} has ${theirs.explanation.length === 0 ? "no" : "a"} [!WHY], unlike ${first?.locale}.md`,
          "Give every locale the same.",
        );
    }
}

function used(lesson: Lesson): readonly { readonly path: string; readonly line: number }[] {
  const { apply, run, line } = lesson.setup;
  const scripts = lesson.steps.flatMap((s) => s.checks.flatMap((c) => (c.kind === "script" ? [{ path: c.script, line: c.line }] : [])));
  return [...[...apply, ...(run === undefined ? [] : [run])].map((path) => ({ path, line })), ...scripts];
}

function strays(lesson: Lesson, files: LessonFiles): readonly string[] {
  const known = new Set(["lesson.yaml", ...used(lesson).map(({ path }) => path)]);
  return [...files.keys()].filter((path) => !known.has(path) && !LOCALE.test(path) && !FREE.test(path));
}
