import { readingRows } from "./reading/index.ts";
import type { FlagRow } from "./row.ts";
import { writingRows } from "./writing/index.ts";

/** Every flag of every command, a row or more each. */
export const flagProofs: Readonly<Record<"writing" | "reading", readonly FlagRow[]>> = { writing: writingRows, reading: readingRows };
