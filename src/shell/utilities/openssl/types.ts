import type { loadKeyTools } from "../../../pki/index.ts";
import { Errno } from "../../../runtime/index.ts";
import type { Tool } from "../tool.ts";

export type KeyTools = Awaited<ReturnType<typeof loadKeyTools>>;

export interface Order {
  readonly name: string;
  readonly args: readonly string[];
  readonly tools: KeyTools;
}
export type Command = (t: Tool, order: Order) => Promise<number>;

/** Options by name without the dash, those of `valued` with what follows; and the operands. */
export function optionsOf(args: readonly string[], valued: readonly string[]) {
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (!word.startsWith("-") || word === "-") {
      operands.push(word);
      continue;
    }
    const name = word.replace(/^--?/, "");
    values.set(name, [...(values.get(name) ?? []), valued.includes(name) ? (args[++i] ?? "") : ""]);
  }
  return {
    operands,
    names: [...values.keys()],
    has: (name: string): boolean => values.has(name),
    value: (name: string): string | undefined => values.get(name)?.at(-1),
    all: (name: string): readonly string[] => values.get(name) ?? [],
  };
}

/** -in, or standard input. Throws Errno with the path. */
export async function input(t: Tool, path: string | undefined): Promise<Uint8Array> {
  if (path === undefined) return t.all("-");
  try {
    return t.proc.fs.readFile(path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw new Errno(error.code, error.message, path);
  }
}
export const inputText = async (t: Tool, path: string | undefined): Promise<string> => new TextDecoder().decode(await input(t, path));

/** -out, or standard output. */
export async function output(t: Tool, path: string | undefined, text: string | Uint8Array, mode = 0o644): Promise<void> {
  if (path !== undefined) t.proc.fs.writeFile(path, text, { mode });
  else if (typeof text === "string") await t.out(text);
  else await t.bytes(text);
}

/** Bytes of the process's own chance. */
export const entropy = (t: Tool) => (length: number) => Uint8Array.from({ length }, () => t.proc.random.int(256));

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

/** What an option that is none is told. */
export async function unknown(t: Tool, order: Order, option: string): Promise<number> {
  await t.proc.stderr.write(`${order.name}: Unknown option or cipher: ${option}\n${order.name}: Use -help for summary.\n`);
  return 1;
}
