import { isNetworkError } from "../network-error.ts";
import { askDaemon, carryOn } from "../session.ts";
import type { Tool } from "../tool.ts";

const PORT = 10_011;

/** The manager's refusal, and the exit code that goes with it. */
export class ManagerError extends Error {
  readonly code: number;
  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}
/** What is said where no systemd is process 1. */
const NOT_BOOTED = "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down";

/** One question to the machine's manager. Throws ManagerError. */
export async function ask<T>(t: Tool, method: string, more: object = {}): Promise<T> {
  try {
    const got = await askDaemon(await t.proc.net.connect("127.0.0.1", PORT), { method, ...more });
    if (typeof got !== "string") return got.answer as T;
    const { message, code } = JSON.parse(got) as { message: string; code: number };
    throw new ManagerError(message, code);
  } catch (error) {
    if (!isNetworkError(error)) throw error;
    throw new ManagerError(NOT_BOOTED, 1);
  }
}

/** Lines of the journal, to our output until there are no more. */
export async function showJournal(t: Tool, request: object): Promise<number> {
  await t.flush();
  try {
    const socket = await t.proc.net.connect("127.0.0.1", PORT);
    const end = await carryOn(t, socket, { method: "Journal", ...request }, { tty: false, stdin: false });
    if (typeof end === "number") return end;
    const { message } = JSON.parse(end) as { message: string };
    await t.proc.stderr.write(`${message}\n`);
    return 1;
  } catch (error) {
    if (!isNetworkError(error)) throw error;
    await t.proc.stderr.write("No journal files were found.\n");
    await t.out("-- No entries --\n");
    await t.flush();
    return 1;
  }
}
