import { Dexie, type Table } from "dexie";

/** How far a learner is with a lesson. */
export interface LessonProgress {
  readonly id: string;
  /** Of the lesson: another one's progress does not count. */
  readonly version: number;
  readonly earned: number;
  readonly points: number;
  /** Steps that are done, of how many. */
  readonly done: number;
  readonly steps: number;
  readonly finished: boolean;
  /** Wall milliseconds. */
  readonly updated: number;
}

/** A file that cannot be taken for progress. The message is English; a page words the reason itself. */
export class ProgressFileError extends Error {
  readonly reason: "not-json" | "not-ours" | "newer" | "damaged";
  constructor(reason: ProgressFileError["reason"]) {
    super(`the file is ${reason}`);
    this.reason = reason;
  }
}

/** What `exportProgress` gives: a file that a learner keeps, or takes along. */
interface ProgressFile {
  readonly timonel: "progress";
  readonly format: 1;
  readonly lessons: readonly LessonProgress[];
}

const open = (): { readonly db: Dexie; readonly lessons: Table<LessonProgress, string> } => {
  const db = new Dexie("timonel-progress");
  db.version(1).stores({ lessons: "id" });
  return { db, lessons: db.table("lessons") };
};

async function using<T>(work: (lessons: Table<LessonProgress, string>) => Promise<T>): Promise<T> {
  const { db, lessons } = open();
  try {
    return await work(lessons);
  } finally {
    db.close();
  }
}

/** Rejects where the browser lets no site store anything. */
export const readProgress = (): Promise<readonly LessonProgress[]> => using((lessons) => lessons.toArray());

/** A lesson that was finished once stays so, with the most that was earned. */
export const writeProgress = (row: LessonProgress): Promise<void> =>
  using(async (lessons) => {
    const before = await lessons.get(row.id);
    await lessons.put(before?.version === row.version ? best(before, row) : row);
  });

const best = (a: LessonProgress, b: LessonProgress): LessonProgress => ({
  ...b,
  earned: Math.max(a.earned, b.earned),
  done: a.finished ? b.steps : b.done,
  finished: a.finished || b.finished,
});

export async function exportProgress(): Promise<string> {
  const file: ProgressFile = { timonel: "progress", format: 1, lessons: await readProgress() };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Keeps the better of what is there and what the file says. Rejects a ProgressFileError when it is none of ours. */
export async function importProgress(text: string): Promise<number> {
  const rows = progressIn(text);
  await using(async (lessons) => {
    for (const row of rows) {
      const before = await lessons.get(row.id);
      if (before && before.version > row.version) continue;
      await lessons.put(before?.version === row.version ? best(before, row) : row);
    }
  });
  return rows.length;
}

/** Exported for its test: what a file says, or a ProgressFileError. */
export function progressIn(text: string): readonly LessonProgress[] {
  let file: Partial<ProgressFile>;
  try {
    file = JSON.parse(text) as Partial<ProgressFile>;
  } catch {
    throw new ProgressFileError("not-json");
  }
  if (typeof file !== "object" || file === null || file.timonel !== "progress") throw new ProgressFileError("not-ours");
  if (file.format !== 1) throw new ProgressFileError("newer");
  if (!Array.isArray(file.lessons) || !file.lessons.every(isRow)) throw new ProgressFileError("damaged");
  return file.lessons;
}

function isRow(row: unknown): row is LessonProgress {
  if (typeof row !== "object" || row === null) return false;
  const { id, version, earned, points, done, steps, finished, updated } = row as Readonly<Record<string, unknown>>;
  const numbers = [version, earned, points, done, steps, updated];
  return typeof id === "string" && typeof finished === "boolean" && numbers.every((n) => typeof n === "number" && Number.isFinite(n));
}
