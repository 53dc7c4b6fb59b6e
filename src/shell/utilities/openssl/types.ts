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

/** Ends a command: what it says on standard error. */
export class Complaint extends Error {
  readonly code: number;
  constructor(text: string, code = 1) {
    super(text);
    this.code = code;
  }
}

/** As the library's queue of errors is printed: a thread, then where and what. */
export const trace = (...errors: readonly string[]): string => errors.map((e) => `\n4007C7A2B57F0000:error:${e}`).join("");

export interface Accepted {
  /** Options with a value, and those without. */
  readonly valued: readonly string[];
  readonly flags: readonly string[];
  /** Of the real one, and not here. */
  readonly missing?: readonly string[];
  /** As the real one words an option that is none. */
  readonly unknown?: "option" | "cipher" | "digest";
}
export type Options = ReturnType<typeof optionsOf>;

const DIGESTS = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];

/** Options by name without the dash, and the operands. Throws Complaint at one that is not there. */
export function optionsOf({ name: tool, args }: Pick<Order, "name" | "args">, { valued, flags, missing = [], unknown }: Accepted) {
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (!word.startsWith("-") || word === "-") {
      operands.push(word);
      continue;
    }
    const name = word.replace(/^--?/, "");
    if (valued.includes(name)) {
      const value = args[++i];
      if (value === undefined) throw new Complaint(`${tool}: Option -${name} needs a value\n${tool}: Use -help for summary.`);
      values.set(name, [...(values.get(name) ?? []), value]);
    } else if (flags.includes(name) || (unknown === "digest" && DIGESTS.includes(name)))
      values.set(name, [...(values.get(name) ?? []), ""]);
    else if (missing.includes(name)) throw new Complaint(`${tool}: -${name} is not supported by this simulator`);
    else if (unknown === undefined || unknown === "option")
      throw new Complaint(`${tool}: Unknown option: -${name}\n${tool}: Use -help for summary.`);
    else
      throw new Complaint(
        `${tool}: Unknown option or ${unknown === "cipher" ? "cipher" : "message digest"}: ${name}\n${tool}: Use -help for summary.`,
      );
  }
  return {
    operands,
    names: [...values.keys()],
    has: (name: string): boolean => values.has(name),
    value: (name: string): string | undefined => values.get(name)?.at(-1),
    all: (name: string): readonly string[] => values.get(name) ?? [],
  };
}

const STORE = (path: string): string =>
  trace(
    "16000069:STORE routines:ossl_store_get0_loader_int:unregistered scheme:../crypto/store/store_register.c:237:scheme=file",
    `80000002:system library:file_open:No such file or directory:../providers/implementations/storemgmt/file_store.c:266:calling stat(${path})`,
  );
const BIO = (path: string): string =>
  trace(
    `80000002:system library:BIO_new_file:No such file or directory:../crypto/bio/bss_file.c:67:calling fopen(${path}, r)`,
    "10000080:BIO routines:BIO_new_file:no such file:../crypto/bio/bss_file.c:75:",
  );

/** A file that is loaded as `what` ("certificate"); without it one that is just opened. Throws Complaint. */
export async function input(t: Tool, path: string | undefined, what?: string, last?: string): Promise<Uint8Array> {
  if (path === undefined) return t.all("-");
  try {
    return t.proc.fs.readFile(path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const end = last === undefined ? "" : `\n${last}`;
    throw new Complaint(
      what === undefined
        ? `Can't open "${path}" for reading, ${error.message}${BIO(path)}${end}`
        : `Could not open file or uri for loading ${what} from ${path}${STORE(path)}${end}`,
    );
  }
}
export const inputText = async (t: Tool, path: string | undefined, what?: string, last?: string): Promise<string> =>
  new TextDecoder().decode(await input(t, path, what, last));

/** -out, or standard output. */
export async function output(t: Tool, path: string | undefined, text: string | Uint8Array, mode = 0o644): Promise<void> {
  if (path !== undefined) t.proc.fs.writeFile(path, text, { mode });
  else if (typeof text === "string") await t.out(text);
  else await t.bytes(text);
}

/** Bytes of the process's own chance. */
export const entropy = (t: Tool) => (length: number) => Uint8Array.from({ length }, () => t.proc.random.int(256));

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

/** The key in a file. Throws Complaint. */
export async function keyIn(t: Tool, tools: KeyTools, path: string | undefined, what = "private key") {
  const text = await inputText(t, path, what);
  if (/ENCRYPTED/.test(text)) throw new Complaint("encrypted private keys are not supported by this simulator");
  const key = tools.readPrivateKey(text);
  if (!key) throw new Complaint(`Could not read ${what} from ${path ?? "<stdin>"}`);
  return key;
}
