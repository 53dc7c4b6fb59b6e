import { base64Decode, base64Encode, base64Text } from "../../machinery/index.ts";
import type { ProcessContext } from "../../runtime/index.ts";
import { isoTime } from "../times.ts";
import type { Asked } from "./options.ts";
import { fields, hexId, numbered, plain } from "./print.ts";
import { call, type Caller, type Json, type Outcome } from "./remote.ts";

const encoder = new TextEncoder();
/** The key after all that begin with this. */
export function prefixEnd(text: string): string {
  const bytes = [...encoder.encode(text)];
  for (let i = bytes.length - 1; i >= 0; i--)
    if ((bytes[i] as number) < 255) return base64Encode(Uint8Array.from([...bytes.slice(0, i), (bytes[i] as number) + 1]));
  return base64Text("\0");
}
const duration = (text: string): number | undefined => {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((n, [, v, u]) => n + Number(v) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[u as "s"] ?? 0), 0);
};

/** One run of etcdctl: its flags, and the endpoints that it asks. */
export class Tool {
  readonly proc: ProcessContext;
  readonly asked: Asked;
  readonly version: string;
  readonly endpoints: readonly string[];
  readonly timeout: number;
  readonly output: string;
  readonly tls: Caller["tls"];
  constructor(proc: ProcessContext, asked: Asked, version: string) {
    this.proc = proc;
    this.asked = asked;
    this.version = version;
    this.endpoints = (asked.flags.get("endpoints") ?? "127.0.0.1:2379").split(",").map((e) => e.trim());
    this.timeout = duration(asked.flags.get("command-timeout") ?? "5s") ?? 5000;
    this.output = asked.flags.get("write-out") ?? "simple";
    const [certificate, key, authority] = ["cert", "key", "cacert"].map((name) => asked.flags.get(name));
    const believe = this.has("insecure-skip-tls-verify");
    if (certificate !== undefined || key !== undefined || authority !== undefined || believe)
      this.tls = { certificate, key, authority, believe };
  }
  has(flag: string): boolean {
    return this.asked.flags.get(flag) === "true";
  }
  out(text: string): Promise<void> {
    return this.proc.stdout.write(text);
  }
  async fail(message: string, code = 1): Promise<number> {
    await this.proc.stderr.write(`Error: ${message}\n`);
    return code;
  }
  warn(endpoint: string, error: string): Promise<void> {
    const at = `${endpoint.replace(/^\w+:\/\//, "")}`;
    return this.proc.stderr.write(
      `${JSON.stringify({ level: "warn", ts: isoTime(this.proc.clock.now()), logger: "etcd-client", caller: `v3@v${this.version}/retry_interceptor.go:63`, msg: "retrying of unary invoker failed", target: `etcd-endpoints://${at}`, attempt: 0, error })}\n`,
    );
  }
  /** At the first endpoint that answers. */
  async ask(path: string, body: Json): Promise<Json | { readonly $failed: string }> {
    const each = this.timeout / this.endpoints.length;
    let last: Outcome | undefined;
    for (const endpoint of this.endpoints) {
      last = await call(this, endpoint, path, body, each);
      if ("ok" in last) return last.ok;
      const text =
        "refused" in last
          ? `rpc error: code = ${last.code === 5 ? "NotFound" : last.code === 11 ? "OutOfRange" : "Unknown"} desc = ${last.refused}`
          : last.silent;
      await this.warn(endpoint, text);
      if ("refused" in last) return { $failed: last.refused };
    }
    return { $failed: "context deadline exceeded" };
  }
  /** Prints in the wanted way. Undefined: it is for the command's own. */
  async shown(json: Json): Promise<boolean> {
    if (this.output === "json") return (await this.out(`${numbered(json)}\n`), true);
    if (this.output === "fields") return (await this.out(fields(json)), true);
    return false;
  }
}
export const failure = (json: Json | { readonly $failed: string }): string | undefined =>
  typeof json["$failed"] === "string" ? json["$failed"] : undefined;

export async function printPairs(
  t: Tool,
  kvs: readonly Json[],
  how: { readonly keys?: boolean; readonly values?: boolean },
): Promise<void> {
  const show = (v: unknown): string => {
    if (!t.has("hex")) return plain(v);
    const raw = base64Decode(String(v ?? ""));
    return typeof raw === "number" ? "" : [...raw].map((b) => `\\x${b.toString(16).padStart(2, "0")}`).join("");
  };
  for (const kv of kvs) {
    if (how.values !== true) await t.out(`${show(kv["key"])}\n`);
    await t.out(how.keys === true ? "\n" : `${show(kv["value"])}\n`);
  }
}
/** `key [end]` with --prefix and --from-key. */
export function range(t: Tool): Json | string {
  const [key = "", end] = t.asked.args;
  if (t.has("prefix") && t.has("from-key")) return "`--prefix` and `--from-key` cannot be set at the same time, choose one";
  if (end !== undefined && (t.has("prefix") || t.has("from-key")))
    return "too many arguments, only accept one argument when `--prefix` or `--from-key` is set";
  if (t.has("prefix"))
    return key === "" ? { key: base64Text("\0"), range_end: base64Text("\0") } : { key: base64Text(key), range_end: prefixEnd(key) };
  if (t.has("from-key")) return { key: base64Text(key === "" ? "\0" : key), range_end: base64Text("\0") };
  return { key: base64Text(key), ...(end !== undefined && { range_end: base64Text(end) }) };
}
export async function all(proc: ProcessContext): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let data = await proc.stdin.read(); data !== null && text.length < 2_000_000; data = await proc.stdin.read())
    text += decoder.decode(data, { stream: true });
  return text;
}
export const leaseId = (text: string): string | undefined => (/^[0-9a-f]+$/i.test(text) ? BigInt(`0x${text}`).toString() : undefined);
export const lease16 = (decimal: unknown): string => hexId(decimal).padStart(16, "0");
