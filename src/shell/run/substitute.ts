import type { CommandExpansionPart, ProcessSubstitutionPart } from "unbash";
import { ByteDecoder, type Description } from "../../runtime/index.ts";
import { parseScript } from "../parse.ts";
import { MAX_TEXT, type Shell } from "../shell.ts";
import { ShellError } from "../state.ts";
import { openRedirects } from "./redirect.ts";
import { spawnNode, spawnSource } from "./spawn.ts";

/** $(…) and `…`: the output without its trailing newlines. Sets `$?`. */
export async function substitute(sh: Shell, part: CommandExpansionPart): Promise<string> {
  const source = part.text.startsWith("`")
    ? (part.script?.source ?? part.text.slice(1, -1))
    : part.text.startsWith("$(")
      ? part.text.slice(2, -1)
      : part.text.slice(2, -1);
  return outputOf(sh, source);
}

/** What a source writes, run as a command substitution. */
export async function outputOf(sh: Shell, source: string): Promise<string> {
  const script = parseScript(source);
  const statement = script.commands.length === 1 && !script.errors?.length ? script.commands[0] : undefined;
  const command = statement && !statement.background ? statement.command : undefined;
  if (
    command?.type === "Command" &&
    !command.name &&
    command.prefix.length === 1 &&
    command.prefix[0]?.type === "Redirect" &&
    command.prefix[0].operator === "<"
  ) {
    return readRedirected(sh, command.prefix[0]);
  }
  const { read, write } = sh.proc.pipe();
  const fds = { ...Object.fromEntries(sh.fds), 1: write };
  let child;
  try {
    child = command
      ? await spawnNode(sh, command, source, fds, { substitution: true })
      : await spawnSource(sh, source, fds, { substitution: true });
  } finally {
    sh.proc.close(write);
  }
  const text = await drain(sh, read);
  sh.status = (await child.exited).code;
  sh.ran = true;
  return text;
}

async function readRedirected(sh: Shell, redirect: Parameters<typeof openRedirects>[1][number]): Promise<string> {
  const table = new Map(sh.fds);
  const opened = await openRedirects(sh, [redirect], table);
  const text = await drain(sh, table.get(0) as Description);
  sh.status = 0;
  sh.ran = true;
  for (const d of opened.slice(1)) sh.proc.close(d);
  return text;
}

async function drain(sh: Shell, from: Description): Promise<string> {
  const decoder = new ByteDecoder();
  let text = "";
  for (;;) {
    const chunk = await from.read();
    if (chunk === null) break;
    text += decoder.decode(chunk);
    if (text.length > MAX_TEXT) {
      sh.proc.close(from);
      throw new ShellError("fork: Cannot allocate memory", 254);
    }
  }
  sh.proc.close(from);
  text = (text + decoder.decode()).replace(/\0/g, "");
  let end = text.length;
  while (end > 0 && text[end - 1] === "\n") end--;
  return text.slice(0, end);
}

/** <(…) and >(…): a pipe's end under /dev/fd, held until the command that names it is over. */
export async function substituteProcess(sh: Shell, part: ProcessSubstitutionPart): Promise<string> {
  const { read, write } = sh.proc.pipe();
  const [ours, theirs] = part.operator === "<" ? [read, write] : [write, read];
  await spawnSource(
    sh,
    part.text.slice(2, -1),
    { ...Object.fromEntries(sh.fds), [part.operator === "<" ? 1 : 0]: theirs },
    { substitution: true },
  );
  sh.proc.close(theirs);
  let fd = 63;
  while (sh.fds.has(fd)) fd--;
  sh.fds.set(fd, ours);
  sh.substitutions.push(fd);
  return `/dev/fd/${fd}`;
}

export function endSubstitutions(sh: Shell, from: number): void {
  for (const fd of sh.substitutions.splice(from)) {
    const description = sh.fds.get(fd);
    sh.fds.delete(fd);
    if (description) sh.proc.close(description);
  }
}
