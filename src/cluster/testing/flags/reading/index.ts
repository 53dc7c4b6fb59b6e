import type { FlagRow } from "../row.ts";

/** Flags of commands that look. */
export const readingRows: readonly FlagRow[] = [];
