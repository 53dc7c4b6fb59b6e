import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { LessonFiles } from "../cluster/index.ts";

/** Bytes of one file that are read at most: more is refused as too big all the same. */
const MOST = 6 * 2 ** 20;

/** Everything in a lesson's folder, links not followed. */
export function lessonFiles(folder: string): LessonFiles {
  const files = new Map<string, Uint8Array>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath, entry.name);
    files.set(relative(folder, full).split(sep).join("/"), statSync(full).size > MOST ? new Uint8Array(MOST) : readFileSync(full));
  }
  return files;
}
