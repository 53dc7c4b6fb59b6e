import { expandQuoted } from "../expand/words.ts";
import { quotedParts } from "../parse.ts";
import type { Shell } from "../shell.ts";

/** A line of `set -x`: PS4 before it, in bash with its first character again for each eval and $(…) around it. */
export async function traceLine(sh: Shell, text: string): Promise<void> {
  const prompt = sh.get("PS4") ?? "";
  const { status } = sh;
  const expanded = /[$`]/.test(prompt) && !sh.options.has("no promptvars") ? await expandQuoted(sh, quotedParts(prompt)) : prompt;
  sh.status = status;
  await sh.fds.get(2)?.write(`${sh.dialect.bash ? expanded.slice(0, 1).repeat(sh.nested) : ""}${expanded}${text}\n`);
}
