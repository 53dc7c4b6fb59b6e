import type { Signal } from "../../runtime/index.ts";
import { parseScript } from "../parse.ts";
import type { Shell } from "../shell.ts";
import { Leave } from "../state.ts";
import { framed, list, withSource } from "./execute.ts";

/** Runs the actions of signals that arrived while a command ran. */
export async function runPendingTraps(sh: Shell): Promise<void> {
  if (sh.interrupted) {
    sh.interrupted = false;
    if (sh.interactive) throw await interruption(sh);
    if (!sh.traps.has("INT")) throw new Leave("exit", 130);
  }
  while (sh.pending.length > 0 && !sh.resume) {
    const signal = sh.pending.shift() as string;
    const action = sh.traps.get(signal);
    if (action) await runTrap(sh, action);
  }
}

/** Ctrl-C on a terminal drops the whole command line: count 0 keeps the shell. */
export async function interruption(sh: Shell): Promise<Leave> {
  await sh.fds.get(2)?.write("\n");
  return new Leave("exit", 130, 0);
}

/** Runs a trap's text; `$?` is unchanged by it. */
export async function runTrap(sh: Shell, action: string): Promise<void> {
  const status = sh.status;
  const script = parseScript(action);
  await withSource(sh, action, sh.line, () =>
    framed(
      sh,
      () => ({ kind: "eval", source: action, line: sh.line, status }),
      () => list(sh, script.commands),
    ),
  );
  sh.status = status;
}

/** bash's DEBUG trap: before each simple command; in functions only with `set -T`. */
export async function runDebugTrap(sh: Shell): Promise<void> {
  const action = sh.traps.get("DEBUG");
  if (!action || sh.inTrap || (sh.depth > 0 && !sh.options.has("functrace"))) return;
  await within(sh, action);
}

/** bash's RETURN trap: as a function ends. */
export async function runReturnTrap(sh: Shell): Promise<void> {
  const action = sh.traps.get("RETURN");
  if (action && !sh.inTrap) await within(sh, action);
}

async function within(sh: Shell, action: string): Promise<void> {
  sh.inTrap = true;
  try {
    await runTrap(sh, action);
  } finally {
    sh.inTrap = false;
  }
}

/** After a command whose failure counts: the ERR trap, then `set -e`. */
export async function afterCommand(sh: Shell): Promise<number> {
  await runPendingTraps(sh);
  const status = sh.status;
  if (status === 0 || sh.guarded > 0) return status;
  const action = sh.traps.get("ERR");
  if (action && !sh.inTrap && (sh.depth === 0 || sh.options.has("errtrace"))) {
    await within(sh, action);
    sh.status = status;
  }
  if (sh.options.has("errexit")) throw new Leave("exit", status);
  return status;
}

/** Sets a signal's action ("" ignores, undefined restores the default) and tells the kernel. */
export function setTrap(sh: Shell, name: string, action: string | undefined): void {
  if (action === undefined) sh.traps.delete(name);
  else sh.traps.set(name, action);
  sh.cancels.get(name)?.();
  sh.cancels.delete(name);
  if (name === "EXIT" || name === "ERR" || name === "RETURN" || name === "DEBUG" || action === undefined) return;
  const cancel = sh.proc.on(
    name as Signal,
    action === ""
      ? "ignore"
      : () => {
          sh.pending.push(name);
          for (const wake of sh.signalled.splice(0)) wake();
        },
  );
  sh.cancels.set(name, cancel);
}

export async function runExitTrap(sh: Shell, status: number): Promise<number> {
  const action = sh.traps.get("EXIT");
  if (!action) return status;
  sh.traps.delete("EXIT");
  sh.status = status;
  try {
    await runTrap(sh, action);
  } catch (error) {
    if (error instanceof Leave && error.how === "exit") return error.status;
    throw error;
  }
  return status;
}
