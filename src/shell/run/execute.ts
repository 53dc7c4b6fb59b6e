import type { AndOr, CompoundList, Pipeline, Statement, SyntaxNode } from "unbash";
import type { Child, Description } from "../../runtime/index.ts";
import { lineAt } from "../parse.ts";
import type { Shell } from "../shell.ts";
import { type Frame, Leave } from "../state.ts";
import { compound } from "./compound.ts";
import { awaitForeground } from "./jobs.ts";
import { restoreFds } from "./redirect.ts";
import { simple } from "./simple.ts";
import { atLine, spawnNode } from "./spawn.ts";
import { afterCommand, runPendingTraps } from "./traps.ts";

/** Whether the shell is still on its way back to where a checkpoint was taken. */
export function resuming(sh: Shell): boolean {
  return sh.resume !== undefined && sh.frames.length < sh.resume.length;
}

/**
 * Runs `body` with a frame on the stack: the stored one while resuming, else what `start` makes. Once the stack is as
 * deep as it was, the shell is live again.
 */
export async function framed<F extends Frame>(
  sh: Shell,
  start: () => F | Promise<F>,
  body: (frame: F) => Promise<number>,
): Promise<number> {
  const stored = resuming(sh) ? sh.resume?.[sh.frames.length] : undefined;
  const frame = stored ? ({ ...stored } as F) : await start();
  sh.frames.push(frame);
  if (sh.resume && sh.frames.length >= sh.resume.length) sh.resume = undefined;
  const depth = sh.frames.length;
  try {
    return await body(frame);
  } finally {
    sh.frames.length = depth - 1;
  }
}

export async function list(sh: Shell, statements: readonly Statement[]): Promise<number> {
  if (statements.length === 0) return sh.status;
  return framed(
    sh,
    () => ({ kind: "list", index: 0 }),
    async (frame) => {
      for (; frame.index < statements.length; frame.index++) {
        // `set -n` in a script: what follows is read and not executed.
        if (sh.options.has("noexec") && !sh.interactive) break;
        const next = statements[frame.index] as Statement;
        if (sh.options.has("verbose") && sh.frames.length === 1 && sh.subshell === 0 && !resuming(sh))
          await showLines(sh, statements[frame.index - 1], next);
        try {
          await statement(sh, next);
        } catch (error) {
          if (!(error instanceof Leave) || error.how !== "line" || sh.frames.length > 1 || sh.subshell > 0) throw error;
          sh.status = error.status;
          const line = lineAt(sh.source, next.end);
          while (frame.index + 1 < statements.length && lineAt(sh.source, (statements[frame.index + 1] as Statement).pos) <= line)
            frame.index++;
        }
      }
      return sh.status;
    },
  );
}

/** `set -v`: input lines, as they are read. */
async function showLines(sh: Shell, before: Statement | undefined, next: Statement): Promise<void> {
  const from = before ? sh.source.indexOf("\n", before.end) + 1 : 0;
  const end = sh.source.indexOf("\n", next.end - 1);
  if ((before && from === 0) || from > next.pos) return;
  await sh.fds.get(2)?.write(`${sh.source.slice(from, end < 0 ? undefined : end)}\n`);
}

export function compoundList(sh: Shell, body: CompoundList): Promise<number> {
  return list(sh, body.commands);
}

async function statement(sh: Shell, node: Statement): Promise<number> {
  if (!node.background) return execute(sh, node.command);
  atLine(sh, node.pos);
  sh.checkpoint();
  const fds: Record<number, Description> = Object.fromEntries(sh.fds);
  let none: Description | undefined;
  if (!sh.interactive) {
    try {
      none = sh.proc.open("/dev/null", "r");
      fds[0] = none;
    } catch {
      // A root without /dev/null: the job shares our input.
    }
  }
  const child = await spawnNode(sh, node.command, sh.source, fds, sh.options.has("monitor") ? { group: "new" } : {});
  if (none) sh.proc.close(none);
  const job = sh.addJob([child.pid], sh.source.slice(node.pos, node.end).replace(/\s*&\s*$/, ""), [child]);
  sh.lastBackground = child.pid;
  if (sh.interactive && sh.dialect.bash) await sh.fds.get(2)?.write(`[${job.id}] ${child.pid}\n`);
  return (sh.status = 0);
}

export async function execute(sh: Shell, node: SyntaxNode): Promise<number> {
  switch (node.type) {
    case "AndOr":
      return andOr(sh, node);
    case "Pipeline":
      return pipeline(sh, node);
    case "Statement":
      return statement(sh, node);
    case "Script":
      return list(sh, node.commands);
    case "CompoundList":
      return compoundList(sh, node);
    case "Command":
      await simple(sh, node);
      sh.pipeStatus = [sh.status];
      return afterCommand(sh);
    default: {
      await compound(sh, node);
      const plain = node.type === "Redirected" ? node.command.type : node.type;
      if (plain === "Subshell" || plain === "TestCommand" || plain === "ArithmeticCommand") return afterCommand(sh);
      return sh.status;
    }
  }
}

function andOr(sh: Shell, node: AndOr): Promise<number> {
  return framed(
    sh,
    () => ({ kind: "andor", index: 0, status: 0 }),
    async (frame) => {
      for (; frame.index < node.commands.length; frame.index++) {
        const operator = node.operators[frame.index - 1];
        if (!resuming(sh) && frame.index > 0 && (operator === "&&") !== (sh.status === 0)) continue;
        const last = frame.index === node.commands.length - 1;
        if (!last) sh.guarded++;
        try {
          frame.status = await execute(sh, node.commands[frame.index] as SyntaxNode);
        } finally {
          if (!last) sh.guarded--;
        }
      }
      return sh.status;
    },
  );
}

async function pipeline(sh: Shell, node: Pipeline): Promise<number> {
  const negated = node.prefixes.filter((p) => p.type === "Negation").length % 2 === 1;
  const timed = node.prefixes.find((p) => p.type === "Time");
  const started = sh.proc.clock.now();
  const before = timed ? used(sh) : 0;
  if (negated) sh.guarded++;
  try {
    if (node.commands.length === 1) await execute(sh, node.commands[0] as SyntaxNode);
    else if (node.commands.length > 1) await stages(sh, node);
    else sh.status = 0;
  } finally {
    if (negated) sh.guarded--;
  }
  if (timed && timed.type === "Time") await printTimes(sh, sh.proc.clock.now() - started, used(sh) - before, timed.posix !== undefined);
  if (negated) return (sh.status = sh.status === 0 ? 1 : 0);
  return node.commands.length > 1 ? afterCommand(sh) : sh.status;
}

async function stages(sh: Shell, node: Pipeline): Promise<void> {
  if (resuming(sh)) return lastHere(sh, node);
  atLine(sh, node.pos);
  await runPendingTraps(sh);
  sh.checkpoint();
  if (sh.options.has("lastpipe") && !sh.options.has("monitor")) return lastHere(sh, node);
  const { children } = await spawnStages(sh, node, node.commands.length);
  if (!sh.inTrap) sh.commandAt = node.commands.at(-1);
  settled(sh, await awaitForeground(sh, children, sh.source.slice(node.pos, node.end)));
}

function settled(sh: Shell, codes: readonly number[]): void {
  sh.pipeStatus = codes;
  sh.status = codes.at(-1) ?? 0;
  if (sh.options.has("pipefail")) sh.status = codes.findLast((c) => c !== 0) ?? 0;
}

/** `shopt -s lastpipe`: the last command runs in this shell, what is piped into it on its standard input. */
async function lastHere(sh: Shell, node: Pipeline): Promise<void> {
  await framed<Extract<Frame, { kind: "lastpipe" }>>(
    sh,
    async () => {
      const { children, input } = await spawnStages(sh, node, node.commands.length - 1);
      const was = sh.fds.get(0);
      if (was) sh.parked.set(was.id, was);
      if (input) sh.fds.set(0, input);
      return { kind: "lastpipe", pids: children.map((c) => c.pid), saved: [{ fd: 0, was: was?.id ?? null, opened: true }] };
    },
    async ({ pids, saved }) => {
      try {
        await execute(sh, node.commands.at(-1) as SyntaxNode);
      } finally {
        restoreFds(sh, saved);
      }
      const last = sh.status;
      const children = pids.flatMap((pid) => sh.proc.child(pid) ?? []);
      settled(sh, [...(await awaitForeground(sh, children, sh.source.slice(node.pos, node.end))), last]);
      return sh.status;
    },
  );
}

/** Starts the first `count` commands of a pipeline; `input` is what the next one would read. */
async function spawnStages(sh: Shell, node: Pipeline, count: number): Promise<{ children: Child[]; input: Description | undefined }> {
  const children: Child[] = [];
  let input: Description | undefined;
  let group: "new" | number | undefined = sh.options.has("monitor") ? "new" : undefined;
  for (let i = 0; i < count; i++) {
    const last = i === node.commands.length - 1;
    const pipe = last ? undefined : sh.proc.pipe();
    const fds: Record<number, Description> = Object.fromEntries(sh.fds);
    if (input) fds[0] = input;
    if (pipe) {
      fds[1] = pipe.write;
      if (node.operators[i] === "|&") fds[2] = pipe.write;
    }
    const command = node.commands[i] as Pipeline["commands"][number];
    const child = await spawnNode(sh, command, sh.source, fds, group === undefined ? {} : { group });
    if (group === "new") group = child.pid;
    children.push(child);
    if (input) sh.proc.close(input);
    if (pipe) sh.proc.close(pipe.write);
    input = pipe?.read;
  }
  return { children, input };
}

/** CPU of this shell and all it has waited for. The kernel here does not tell user time from system time: all is user's. */
function used(sh: Shell): number {
  const { own, children } = sh.proc.usage();
  return own + children;
}

async function printTimes(sh: Shell, ms: number, user: number, posix: boolean): Promise<void> {
  const format = (t: number): string =>
    posix || !sh.dialect.bash ? (t / 1000).toFixed(2) : `${Math.floor(t / 60000)}m${((t % 60000) / 1000).toFixed(3)}s`;
  const custom = sh.dialect.bash && !posix ? sh.get("TIMEFORMAT") : undefined;
  if (custom !== undefined) {
    const text = custom.replace(/%(?:%|(\d)?(l)?([RUS]))/g, (all, places: string | undefined, long: string | undefined, letter: string) => {
      if (all === "%%") return "%";
      const t = letter === "R" ? ms : letter === "U" ? user : 0;
      const seconds = (long ? (t % 60000) / 1000 : t / 1000).toFixed(Math.min(3, Number(places ?? 3)));
      return long ? `${Math.floor(t / 60000)}m${seconds}s` : seconds;
    });
    return void (custom !== "" && (await sh.fds.get(2)?.write(`${text}\n`)));
  }
  const system = 0;
  const gap = posix || !sh.dialect.bash ? " " : "\t";
  await sh.fds.get(2)?.write(`${posix ? "" : "\n"}real${gap}${format(ms)}\nuser${gap}${format(user)}\nsys${gap}${format(system)}\n`);
}

/** Runs a function's, eval's or trap's text as the current source; positions refer to it until it ends. */
export async function withSource(sh: Shell, source: string, line: number, body: () => Promise<number>): Promise<number> {
  const before = { source: sh.source, offset: sh.lineOffset, line: sh.line };
  sh.source = source;
  sh.lineOffset = line - 1;
  try {
    return await body();
  } finally {
    sh.source = before.source;
    sh.lineOffset = before.offset;
    sh.line = before.line;
  }
}

/** Ends loops: true when the loop that catches this goes on with its next round. Rethrows what is not for it. */
export function loopControl(error: unknown): "break" | "continue" {
  if (!(error instanceof Leave) || (error.how !== "break" && error.how !== "continue")) throw error;
  if (error.count > 1) {
    error.count--;
    throw error;
  }
  return error.how;
}
