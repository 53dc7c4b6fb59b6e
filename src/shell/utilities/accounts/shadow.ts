import type { Tool } from "../tool.ts";
import { Accounts, type Group } from "./database.ts";

/** What the tools of Debian's `passwd` have in common. */

/** Only root may; a complaint as theirs when it is somebody else. */
export async function locked(t: Tool): Promise<Accounts | undefined> {
  if (t.proc.uid === 0) return new Accounts(t.proc.fs);
  await t.warn("Permission denied.");
  await t.warn(`cannot lock /etc/${t.name.startsWith("group") ? "group" : "passwd"}; try again later.`);
  return undefined;
}

/** Called wrongly: usage, and 2. */
export async function wrongly(t: Tool): Promise<number> {
  await t.flush();
  await t.proc.stderr.write(t.usage());
  return 2;
}

const NAME = /^[a-z_][a-z0-9_-]*\$?$/i;
export const goodName = (name: string): boolean => NAME.test(name) && name.length <= 32;

/** Groups by a list of names or numbers; undefined after a complaint. */
export async function groupsOf(t: Tool, accounts: Accounts, list: string): Promise<readonly Group[] | undefined> {
  const found: Group[] = [];
  for (const name of list.split(",").filter(Boolean)) {
    const group = accounts.groupNamed(name);
    if (group) found.push(group);
    else await t.warn(`group '${name}' does not exist`);
  }
  return t.status === 0 ? found : undefined;
}

/** The highest number in use within the range and one, as useradd counts; downwards for a system's. */
export function nextId(used: readonly number[], system: boolean): number | undefined {
  const [low, high] = system ? [100, 999] : [1000, 60_000];
  const taken = new Set(used);
  if (system) {
    for (let id = high; id >= low; id--) if (!taken.has(id)) return id;
    return undefined;
  }
  const highest = Math.max(low - 1, ...used.filter((id) => id >= low && id <= high));
  if (highest < high) return highest + 1;
  for (let id = low; id <= high; id++) if (!taken.has(id)) return id;
  return undefined;
}
