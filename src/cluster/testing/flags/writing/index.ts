import type { FlagRow } from "../row.ts";
import { generatorRows } from "./generators.ts";

/** Flags of commands that change something. */
export const writingRows: readonly FlagRow[] = [...generatorRows];
