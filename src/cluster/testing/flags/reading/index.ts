import type { FlagRow } from "../row.ts";
import { askingRows } from "./asking.ts";
import { followingRows } from "./following.ts";
import { lookingRows } from "./looking.ts";

/** Flags of commands that look. */
export const readingRows: readonly FlagRow[] = [...lookingRows, ...askingRows, ...followingRows];
