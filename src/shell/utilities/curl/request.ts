import { base64Text } from "../../../machinery/index.ts";
import { hostPort, type Target } from "../http.ts";
import type { Tool } from "../tool.ts";

const encoder = new TextEncoder();

/** Data and method of a request, as the options give them. */
export interface Asked {
  method: string;
  body: Uint8Array | undefined;
  readonly query: string;
  /** Of a multipart body. */
  readonly boundary?: string;
}

const TYPES: Readonly<Record<string, string>> = {
  gif: "image/gif",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain",
  htm: "text/html",
  html: "text/html",
  pdf: "application/pdf",
  xml: "application/xml",
};
/** The parts of -F, one after the other (RFC 7578). */
async function multipartOf(
  t: Tool,
  file: (name: string) => Promise<Uint8Array>,
): Promise<{ readonly body: Uint8Array; readonly boundary: string } | undefined> {
  const asked = [...t.values("form").map((text) => [text, true] as const), ...t.values("formString").map((text) => [text, false] as const)];
  if (asked.length === 0) return undefined;
  const boundary = `------------------------${Array.from(t.proc.random.bytes(8), (b) => b.toString(16).padStart(2, "0")).join("")}`;
  const pieces: Uint8Array[] = [];
  for (const [text, reads] of asked) {
    const [name = "", whole = ""] = text.split(/=([\s\S]*)/, 2);
    const from = reads ? /^([@<])([^;]*)/.exec(whole) : null;
    const setting = (key: string): string | undefined =>
      reads ? new RegExp(`;\\s*${key}=("[^"]*"|[^;]*)`).exec(whole)?.[1]?.replace(/^"(.*)"$/, "$1") : undefined;
    const path = from?.[2] ?? "";
    const content = from ? await file(path) : encoder.encode(reads ? whole.replace(/;\s*(type|filename)=.*$/, "") : whole);
    const filename = setting("filename") ?? (from?.[1] === "@" ? path.split("/").at(-1) : undefined);
    const type =
      setting("type") ?? (from?.[1] === "@" ? (TYPES[path.split(".").at(-1) as string] ?? "application/octet-stream") : undefined);
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? "" : `; filename="${filename}"`}\r\n${type === undefined ? "" : `Content-Type: ${type}\r\n`}\r\n`;
    pieces.push(encoder.encode(head), content, encoder.encode("\r\n"));
  }
  pieces.push(encoder.encode(`--${boundary}--\r\n`));
  const body = new Uint8Array(pieces.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const piece of pieces) {
    body.set(piece, at);
    at += piece.length;
  }
  return { body, boundary };
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
  const multipart = await multipartOf(t, file);
  const uploaded = t.has("upload") ? await file(t.value("upload") as string) : undefined;
  const body = t.has("get")
    ? undefined
    : (uploaded ?? multipart?.body ?? binary ?? (parts.length > 0 ? encoder.encode(joined) : undefined));
  const method = t.has("head") ? "HEAD" : uploaded ? "PUT" : body ? "POST" : "GET";
  return {
    method: t.value("method") ?? method,
    body,
    ...(multipart && { boundary: multipart.boundary }),
    query: t.has("get") ? joined : "",
  };
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
    ...(t.has("bearer") && user === undefined && !named("authorization") ? [`Authorization: Bearer ${t.value("bearer")}`] : []),
    ...(t.has("range") && !named("range") ? [`Range: bytes=${t.value("range")}`] : []),
    ...(named("user-agent") ? [] : [`User-Agent: ${t.value("agent") ?? "curl/7.88.1"}`]),
    ...(json && !named("content-type") ? ["Content-Type: application/json"] : []),
    ...(named("accept") ? [] : [`Accept: ${json ? "application/json" : "*/*"}`]),
    ...(t.has("compressed") && !named("accept-encoding") ? ["Accept-Encoding: deflate, gzip, br"] : []),
    ...(t.has("referer") ? [`Referer: ${t.value("referer")}`] : []),
    ...(t.has("cookie") ? [`Cookie: ${t.values("cookie").join("; ")}`] : []),
    ...own.filter((h) => h !== host),
    ...(a.body !== undefined
      ? [
          `Content-Length: ${a.body.length}`,
          ...(named("content-type") || json || t.has("upload")
            ? []
            : [
                `Content-Type: ${a.boundary === undefined ? "application/x-www-form-urlencoded" : `multipart/form-data; boundary=${a.boundary}`}`,
              ]),
        ]
      : []),
  ];
}
