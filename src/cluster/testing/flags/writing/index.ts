import type { FlagRow } from "../row.ts";
import { changeRows } from "./changes.ts";
import { configRows } from "./config.ts";
import { fileRows } from "./files.ts";
import { generatorRows } from "./generators.ts";

/** Flags of commands that change something. */
export const writingRows: readonly FlagRow[] = [...generatorRows, ...fileRows, ...changeRows, ...configRows];
