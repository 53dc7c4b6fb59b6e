import type { FlagRow } from "../row.ts";
import { askingRows } from "./asking.ts";
import { enteringRows } from "./entering.ts";
import { everywhereRows } from "./everywhere.ts";
import { followingRows } from "./following.ts";
import { lookingRows } from "./looking.ts";
import { measuredRows } from "./measured.ts";
import { measuringRows } from "./measuring.ts";

/** Flags of commands that look, and of every command. */
export const readingRows: readonly FlagRow[] = [
  ...lookingRows,
  ...askingRows,
  ...followingRows,
  ...enteringRows,
  ...measuringRows,
  ...measuredRows,
  ...everywhereRows,
];
