import { type Description, Errno } from "../../runtime/index.ts";
import type { Tool } from "./tool.ts";

interface How {
  readonly env?: Record<string, string>;
  readonly fds?: Readonly<Record<number, Description>>;
  readonly root?: string;
}

/** Runs a command with our descriptors; 126 or 127 after a complaint when it cannot start. */
export async function runChild(t: Tool, argv: readonly string[], options: How = {}): Promise<number> {
  return start(t, argv, async () => (await (await t.proc.spawn({ argv, ...options })).exited).code);
}

/** Becomes a command; 126 or 127 after a complaint when it cannot. */
export function execChild(t: Tool, argv: readonly string[], options: How = {}): Promise<number> {
  return start(t, argv, () => t.proc.exec(argv, options));
}

async function start(t: Tool, argv: readonly string[], run: () => Promise<number>): Promise<number> {
  await t.flush();
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await t.warn(wording(t, argv[0] ?? "", error.message));
    return error.code === "ENOENT" ? 127 : 126;
  }
}

function wording(t: Tool, name: string, message: string): string {
  if (t.busybox) return `can't execute '${name}': ${message}`;
  if (t.name === "xargs") return `${name}: ${message}`;
  if (t.name === "timeout" || t.name === "nohup") return `failed to run command ‘${name}’: ${message}`;
  return `‘${name}’: ${message}`;
}
