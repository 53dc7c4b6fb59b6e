import { hashes } from "./hashes.ts";
import { keys } from "./keys.ts";
import { lists } from "./lists.ts";
import { sets } from "./sets.ts";
import { sortedSets } from "./sorted-sets.ts";
import { strings } from "./strings.ts";
import type { DataCommand } from "./types.ts";

export type { Call, DataCommand } from "./types.ts";

/** Commands that only look at, or change, one database. */
export const dataCommands: ReadonlyMap<string, DataCommand> = new Map(
  Object.entries({ ...strings, ...keys, ...lists, ...sets, ...hashes, ...sortedSets }),
);

/** The keys among a command's words. */
export function keysOf(command: DataCommand, args: readonly string[]): readonly string[] {
  if (!command.keys) return [];
  const [first, last, step] = command.keys;
  const end = last < 0 ? args.length - 1 + last + 1 : last;
  const found: string[] = [];
  for (let i = first; i <= end && i < args.length; i += step) found.push(args[i] as string);
  return found;
}
