import type { Redirection } from "unbash";
import { type Description, Errno } from "../../runtime/index.ts";
import { expandQuoted, expandText, expandWords } from "../expand/words.ts";
import type { Shell } from "../shell.ts";
import { type SavedFd, ShellError } from "../state.ts";

/**
 * Applies redirections to `table`, left to right, and returns what it opened. Throws a non-fatal ShellError, after
 * closing what it had opened.
 */
export async function openRedirects(sh: Shell, redirects: readonly Redirection[], table: Map<number, Description>): Promise<Description[]> {
  const opened: Description[] = [];
  try {
    for (const redirect of redirects) await one(sh, redirect, table, opened);
  } catch (error) {
    for (const d of opened) sh.proc.close(d);
    throw error;
  }
  return opened;
}

async function one(sh: Shell, redirect: Redirection, table: Map<number, Description>, opened: Description[]): Promise<void> {
  const input = redirect.type !== "Redirect" || redirect.operator.startsWith("<");
  let fd = redirect.descriptor?.type === "FileDescriptor" ? redirect.descriptor.value : input ? 0 : 1;
  const variable = redirect.descriptor?.type === "FileDescriptorVariable" ? redirect.descriptor.name : undefined;
  if (variable !== undefined) {
    const element = /^(\w+)\[(\d+)\]$/.exec(variable);
    if (redirect.type === "Redirect" && redirect.target?.text === "-")
      fd = Number(element ? sh.find(element[1] as string)?.array?.[element[2] as string] : sh.get(variable));
    else {
      fd = 10;
      while (table.has(fd)) fd++;
      if (element) sh.setElement(element[1] as string, element[2] as string, String(fd));
      else sh.set(variable, String(fd));
    }
  }
  if (redirect.type === "HereDoc" || redirect.type === "HereString") {
    const text =
      redirect.type === "HereString"
        ? `${redirect.target ? await expandText(sh, redirect.target) : ""}\n`
        : await hereDocument(sh, redirect);
    const { read, write } = sh.proc.pipe();
    if (text.length < 16_000) {
      await write.write(text);
      sh.proc.close(write);
    } else {
      // More than a pipe holds: written as it is read. The reader may leave first.
      void write
        .write(text)
        .catch(() => undefined)
        .then(() => sh.proc.close(write));
    }
    opened.push(read);
    table.set(fd, read);
    return;
  }
  const words = redirect.target ? await expandWords(sh, [redirect.target]) : [];
  for (const n of sh.substitutions) {
    const description = sh.fds.get(n);
    if (description && !table.has(n)) table.set(n, description);
  }
  if (words.length !== 1) throw new ShellError(`${redirect.target?.text ?? ""}: ambiguous redirect`, 1, false);
  const target = words[0] as string;
  if (redirect.operator === ">&" || redirect.operator === "<&") {
    if (target === "-") {
      table.delete(fd);
      return;
    }
    const move = /^(\d+)(-?)$/.exec(target);
    if (move) {
      const from = table.get(Number(move[1]));
      if (!from)
        throw new ShellError(
          sh.dialect.bash
            ? `${target}: Bad file descriptor`
            : sh.dialect.name === "dash"
              ? `${target}: Bad file descriptor`
              : `dup2(${target},${fd}): Bad file descriptor`,
          sh.dialect.name === "dash" ? 2 : 1,
          false,
        );
      table.set(fd, from);
      if (move[2]) table.delete(Number(move[1]));
      return;
    }
    if (redirect.operator === "<&" || redirect.descriptor)
      throw new ShellError(sh.dialect.bash ? `${target}: ambiguous redirect` : "syntax error: bad fd number", 1, false);
  }
  const file = openTarget(sh, target, redirect.operator, table);
  if (file.fresh) opened.push(file.description);
  table.set(fd, file.description);
  if (redirect.operator === "&>" || redirect.operator === "&>>" || redirect.operator === ">&") table.set(2, file.description);
}

function openTarget(
  sh: Shell,
  target: string,
  operator: string,
  table: Map<number, Description>,
): { description: Description; fresh: boolean } {
  const known = /^\/dev\/(?:fd\/(\d+)|(stdin|stdout|stderr))$/.exec(target);
  if (known) {
    const description = table.get(known[1] !== undefined ? Number(known[1]) : ["stdin", "stdout", "stderr"].indexOf(known[2] as string));
    if (description) return { description, fresh: false };
  }
  try {
    if (operator === ">" && sh.options.has("noclobber") && sh.proc.fs.exists(target) && sh.proc.fs.stat(target).type === "file") {
      throw new ShellError(
        sh.dialect.bash
          ? `${target}: cannot overwrite existing file`
          : `${sh.dialect.name === "dash" ? "cannot" : "can't"} create ${target}: File exists`,
        sh.dialect.name === "dash" ? 2 : 1,
        false,
      );
    }
    const flags =
      operator === "<" ? "r" : operator === "<>" ? (sh.proc.fs.exists(target) ? "r+" : "w+") : operator.endsWith(">>") ? "a" : "w";
    return { description: sh.proc.open(target, flags), fresh: true };
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (sh.dialect.bash) throw new ShellError(`${target}: ${error.message}`, 1, false);
    // ash.c redirect_open failures, each shell with its own words for ENOENT.
    const dash = sh.dialect.name === "dash";
    const missing = error.code === "ENOENT";
    const cannot = dash ? "cannot" : "can't";
    throw operator === "<"
      ? new ShellError(
          `${cannot} open ${target}: ${missing ? (dash ? "No such file" : "no such file") : error.message}`,
          dash ? 2 : 1,
          false,
        )
      : new ShellError(
          `${cannot} create ${target}: ${missing ? (dash ? "Directory nonexistent" : "nonexistent directory") : error.message}`,
          dash ? 2 : 1,
          false,
        );
  }
}

async function hereDocument(sh: Shell, redirect: Extract<Redirection, { type: "HereDoc" }>): Promise<string> {
  const open = redirect.closing === undefined;
  if (open && sh.dialect.bash)
    await sh.complain(`warning: here-document at line ${sh.line} delimited by end-of-file (wanted \`${redirect.delimiter?.value ?? ""}')`);
  // The end of the source ends its last line too.
  const raw = redirect.body.text + (open && redirect.body.text !== "" && !redirect.body.text.endsWith("\n") ? "\n" : "");
  const strip = redirect.operator === "<<-";
  if (redirect.delimiter?.quoted) return strip ? raw.replace(/^\t+/gm, "") : raw;
  const text = redirect.body.parts
    ? await expandQuoted(sh, redirect.body.parts)
    : raw.replace(/\\([$`\\\n])/g, (_, c: string) => (c === "\n" ? "" : c));
  return strip ? text.replace(/^\t+/gm, "") : text;
}

/** Redirects the shell's own descriptors; `restoreFds` undoes it. */
export async function redirectShell(sh: Shell, redirects: readonly Redirection[]): Promise<readonly SavedFd[]> {
  if (redirects.length === 0) return [];
  const table = new Map(sh.fds);
  const opened = new Set(await openRedirects(sh, redirects, table));
  const saved: SavedFd[] = [];
  for (const fd of new Set([...table.keys(), ...sh.fds.keys()])) {
    const now = table.get(fd);
    const was = sh.fds.get(fd);
    if (now === was) continue;
    saved.push({ fd, was: was?.id ?? null, opened: now !== undefined && opened.has(now) });
    if (was) sh.parked.set(was.id, was);
  }
  sh.fds = table;
  return saved;
}

export function restoreFds(sh: Shell, saved: readonly SavedFd[]): void {
  if (saved.length === 0) return;
  const closing = new Set<Description>();
  for (const { fd, was, opened } of saved) {
    const now = sh.fds.get(fd);
    if (opened && now) closing.add(now);
    const before = was === null ? undefined : (sh.parked.get(was) ?? sh.proc.description(was));
    if (before) sh.fds.set(fd, before);
    else sh.fds.delete(fd);
  }
  for (const d of closing) if (![...sh.fds.values()].includes(d)) sh.proc.close(d);
}
