import { CliError } from "../errors.ts";
import { readStdin } from "../manifest/sources.ts";
import type { Invocation, KubectlRequest } from "../types.ts";

/** What the server answers to a path as it was typed, as it answers it: `get --raw`, `create --raw`. */
export async function sendRaw(invocation: Invocation, method: KubectlRequest["method"], uri: string, sent?: string): Promise<number> {
  const url = new URL(uri, "http://server");
  const query: Record<string, string[]> = {};
  for (const [k, v] of url.searchParams) (query[k] ??= []).push(v);
  const { body, stream } = await invocation.session.request(method, url.pathname, {
    query,
    raw: true,
    ...(sent === undefined ? {} : { body: sent, contentType: "application/json" }),
  });
  const { stdout } = invocation.proc;
  if (stream) for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) await stdout.write(chunk);
  else if (typeof body === "string" || body instanceof Uint8Array) await stdout.write(body);
  else {
    // An object begins with what it is, as the server writes it.
    const { kind, apiVersion, ...rest } = (body ?? {}) as { readonly kind?: unknown; readonly apiVersion?: unknown };
    await invocation.out(`${JSON.stringify({ kind, apiVersion, ...rest })}\n`);
  }
  return 0;
}

/** What --raw sends: one file's content, and no flag beside it that says more. */
export async function rawFile({ flags, proc }: Invocation): Promise<string> {
  const [file = "", another] = flags.list("filename");
  if (file === "" || another !== undefined) throw new CliError("--raw can only use a single local file or stdin");
  if (/^https?:/.test(file)) throw new CliError("--raw cannot read from a url");
  for (const [flag, name] of [
    ["recursive", "--recursive"],
    ["selector", "--selector (-l)"],
    ["output", "--output"],
  ] as const)
    if (flags.changed(flag)) throw new CliError(`--raw and ${name} are mutually exclusive`);
  if (file !== "-" && !proc.fs.exists(file)) throw new CliError(`open ${file}: no such file or directory`);
  return file === "-" ? readStdin(proc) : proc.fs.readText(file);
}
