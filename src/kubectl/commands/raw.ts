import type { Invocation, KubectlRequest } from "../types.ts";

/** What the server answers to a path as it was typed, as it answers it: `get --raw`, `create --raw`. */
export async function sendRaw(invocation: Invocation, method: KubectlRequest["method"], uri: string, sent?: unknown): Promise<number> {
  const url = new URL(uri, "http://server");
  const query: Record<string, string[]> = {};
  for (const [k, v] of url.searchParams) (query[k] ??= []).push(v);
  const { body, stream } = await invocation.session.request(method, url.pathname, { query, ...(sent === undefined ? {} : { body: sent }) });
  const { stdout } = invocation.proc;
  if (stream) for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) await stdout.write(chunk);
  else if (typeof body === "string" || body instanceof Uint8Array) await stdout.write(body);
  else await invocation.out(`${JSON.stringify(body ?? {})}\n`);
  return 0;
}
