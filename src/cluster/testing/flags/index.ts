import { readingRows } from "./reading/index.ts";
import { PREAMBLE, type FlagRow } from "./row.ts";
import { writingRows } from "./writing/index.ts";

/** Every flag of every command, a row or more each. */
export const flagProofs: Readonly<Record<"writing" | "reading", readonly FlagRow[]>> = { writing: writingRows, reading: readingRows };

/** A line as it is run under a name, in a folder of its own. */
export const script = (line: string, name: string): string => `N=${name}; mkdir -p /tmp/${name}; cd /tmp/${name}\n${PREAMBLE}${line}`;
