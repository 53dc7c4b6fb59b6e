import { edits } from "./edits.ts";
import { files } from "./files.ts";
import { others } from "./others.ts";
import { set } from "./set.ts";
import { globals, substitutes } from "./substitute.ts";
import type { Command } from "./types.ts";

let all: readonly Command[] | undefined;
/** The commands, the more usual of two with one beginning first. Put together when they are first asked for: some of them run commands. */
export const commands = (): readonly Command[] => (all ??= [...substitutes, ...globals, ...edits, ...files, set, ...others]);

/** Those whose arguments a bar does not end. */
export const WITH_BAR: ReadonlySet<string> = new Set(["!", "global", "vglobal", "normal", "read", "write", "map", "autocmd", "substitute"]);
