import { base64Text } from "../../../machinery/index.ts";
import { hostPort, type Target } from "../http.ts";
import type { Tool } from "../tool.ts";

const encoder = new TextEncoder();

/** Data and method of a request, as the options give them. */
export interface Asked {
  method: string;
  body: Uint8Array | undefined;
  readonly query: string;
}

/** Reads what has to be read; throws Errno. */
export async function asked(t: Tool): Promise<Asked> {
  const file = async (name: string): Promise<Uint8Array> => (name === "-" ? t.all("-") : t.proc.fs.readFile(name));
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  const parts: string[] = [];
  let binary: Uint8Array | undefined;
  for (const flag of ["data", "ascii"])
    for (const d of t.values(flag)) parts.push(d.startsWith("@") ? text(await file(d.slice(1))).replace(/[\r\n]/g, "") : d);
  for (const d of t.values("binary")) {
    if (d.startsWith("@") && t.values("binary").length === 1) binary = await file(d.slice(1));
    else parts.push(d.startsWith("@") ? text(await file(d.slice(1))) : d);
  }
  parts.push(...t.values("raw"));
  for (const d of t.values("encode")) {
    const m = /^([^=@]*)(=?)([\s\S]*)$/.exec(d) as RegExpExecArray;
    parts.push(m[2] === "=" ? `${m[1] ? `${m[1]}=` : ""}${encodeURIComponent(m[3] as string)}` : encodeURIComponent(d));
  }
  const json = t.values("json").map((d) => d);
  for (const d of json) parts.push(d.startsWith("@") ? text(await file(d.slice(1))) : d);
  const joined = parts.join(json.length > 0 ? "" : "&");
  const uploaded = t.has("upload") ? await file(t.value("upload") as string) : undefined;
  const body = t.has("get") ? undefined : (uploaded ?? binary ?? (parts.length > 0 ? encoder.encode(joined) : undefined));
  const method = t.has("head") ? "HEAD" : uploaded ? "PUT" : body ? "POST" : "GET";
  return { method: t.value("method") ?? method, body, query: t.has("get") ? joined : "" };
}

/** Header lines in curl's order. */
export function headersOf(t: Tool, target: Target, a: Asked): readonly string[] {
  const given = t.values("header");
  const named = (n: string): boolean =>
    given.some((h) => h.toLowerCase().replace(/\s/g, "").startsWith(`${n}:`) || h.toLowerCase() === `${n};`);
  const json = t.has("json");
  const user = t.value("user");
  const own = given
    .filter((h) => /^[^:]+:\s*\S/.test(h) || h.endsWith(";"))
    .map((h) => (h.endsWith(";") && !h.includes(":") ? `${h.slice(0, -1)}:` : h));
  const host = own.find((h) => /^host:/i.test(h));
  return [
    host ?? `Host: ${hostPort(target)}`,
    ...(user !== undefined && !named("authorization")
      ? [`Authorization: Basic ${base64Text(user.includes(":") ? user : `${user}:`)}`]
      : []),
    ...(named("user-agent") ? [] : [`User-Agent: ${t.value("agent") ?? "curl/7.88.1"}`]),
    ...(json && !named("content-type") ? ["Content-Type: application/json"] : []),
    ...(named("accept") ? [] : [`Accept: ${json ? "application/json" : "*/*"}`]),
    ...(t.has("referer") ? [`Referer: ${t.value("referer")}`] : []),
    ...(t.has("cookie") ? [`Cookie: ${t.values("cookie").join("; ")}`] : []),
    ...own.filter((h) => h !== host),
    ...(a.body !== undefined
      ? [
          `Content-Length: ${a.body.length}`,
          ...(named("content-type") || json || t.has("upload") ? [] : ["Content-Type: application/x-www-form-urlencoded"]),
        ]
      : []),
  ];
}
