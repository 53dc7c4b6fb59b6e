import { sha1 } from "@noble/hashes/legacy.js";
import { base64Encode } from "../../machinery/index.ts";
import { header, type ServerRequest, type ServerResponse } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { runServer } from "../run-server.ts";
import type { Peer } from "../serving.ts";
import { httpDate, isoTime } from "../times.ts";

/** ealen/echo-server: answers with the request and the environment as JSON, or as the request tells it to (Ealenn/Echo-Server). */
export const ealen: Program = async (proc) => {
  const option = (name: string): string | undefined => {
    const at = proc.argv.findIndex((a) => a === `--${name}` || a.startsWith(`--${name}=`));
    if (at >= 0) return proc.argv[at]?.includes("=") ? proc.argv[at].split("=")[1] : proc.argv[at + 1];
    return proc.env[name.toUpperCase().replaceAll(":", "__")];
  };
  const on = (name: string): boolean => option(name) !== "false";
  const port = Number(option("port") ?? 80);
  return runServer(proc, {
    ports: [port],
    sayKeepAlive: true,
    started: () => proc.stdout.write(`Listening on port ${port}.\n`),
    async handle(request, peer) {
      const facts = await factsOf(proc, request, peer, on);
      const now = proc.clock.now();
      const url = `${header(request.headers, "host") ?? ""}${request.target}`;
      if (request.target !== "/ping" || option("logs:ignore:ping") !== "true")
        await proc.stdout.write(
          `${JSON.stringify({ name: "echo-server", hostname: proc.hostname, pid: proc.pid, level: 30, ...facts, msg: `${httpDate(now)} | [${request.method}] - http://${url}`, time: isoTime(now), v: 0 })}\n`,
        );
      return answer(proc, request, facts);
    },
    // Node, as process 1, does not end on signals that nobody handles.
    stops: {},
  });
};

async function factsOf(proc: ProcessContext, request: ServerRequest, { socket }: Peer, on: (name: string) => boolean) {
  const text = await request.body.text();
  return {
    ...(on("enable:host") && {
      host: { hostname: (header(request.headers, "host") ?? "").replace(/:\d+$/, ""), ip: `::ffff:${socket.remote.ip}`, ips: [] },
    }),
    ...(on("enable:http") && { http: { method: request.method, baseUrl: "", originalUrl: request.target, protocol: "http" } }),
    ...(on("enable:request") && {
      request: {
        params: { "0": request.path },
        query: Object.fromEntries(new URLSearchParams(request.query)),
        cookies: cookies(header(request.headers, "cookie") ?? ""),
        body: bodyOf(text, header(request.headers, "content-type") ?? ""),
        headers: Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value])),
      },
    }),
    ...(on("enable:environment") && { environment: { ...proc.env } }),
  };
}

const cookies = (text: string): object =>
  Object.fromEntries(
    text
      .split(/;\s*/)
      .filter((part) => part.includes("="))
      .map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]),
  );

function bodyOf(text: string, type: string): unknown {
  if (type.startsWith("application/x-www-form-urlencoded")) return Object.fromEntries(new URLSearchParams(text));
  try {
    return type.startsWith("application/json") ? (JSON.parse(text) as unknown) : {};
  } catch {
    return {};
  }
}

/** What the request asks for by query (`echo_…`) or header (`x-echo-…`). */
async function answer(proc: ProcessContext, request: ServerRequest, facts: object): Promise<ServerResponse> {
  const query = new URLSearchParams(request.query);
  const asked = (name: string): string | undefined =>
    query.get(`echo_${name}`) ?? header(request.headers, `x-echo-${name.replaceAll("_", "-")}`);
  const wait = Number(asked("time") ?? 0);
  if (wait > 0 && wait <= 60_000) await proc.clock.sleep(wait);
  const codes = (asked("code") ?? "")
    .split("-")
    .map(Number)
    .filter((code) => code >= 200 && code <= 599);
  const status = codes.length > 1 ? (codes[proc.random.int(codes.length)] as number) : (codes[0] ?? 200);
  const custom = (asked("header") ?? "")
    .split(/,\s*/)
    .filter((part) => part.includes(":"))
    .map((part) => [part.slice(0, part.indexOf(":")).trim(), part.slice(part.indexOf(":") + 1).trim()] as const);
  const given = content(proc, asked);
  const body = JSON.stringify(given === undefined ? facts : given);
  const bytes = new TextEncoder().encode(body);
  return {
    status,
    headers: [
      ["X-Powered-By", "Express"],
      ...custom,
      ["Content-Type", "application/json; charset=utf-8"],
      ["Content-Length", String(bytes.length)],
      ["ETag", `W/"${bytes.length.toString(16)}-${base64Encode(sha1(bytes)).slice(0, 27)}"`],
      ["Date", httpDate(proc.clock.now())],
      ["Connection", ""],
      ["Keep-Alive", "timeout=5"],
    ],
    body: bytes,
  };
}

function content(proc: ProcessContext, asked: (name: string) => string | undefined): unknown {
  const text = asked("body");
  if (text !== undefined) return text;
  const variable = asked("env_body");
  if (variable !== undefined) return proc.env[variable] ?? "";
  const path = asked("file");
  if (path === undefined) return undefined;
  try {
    const stat = proc.fs.stat(path);
    return stat.type === "directory" ? proc.fs.readdir(path) : proc.fs.readText(path);
  } catch (error) {
    const { code = "EIO", message } = error as { readonly code?: string; readonly message: string };
    return {
      errno: code === "ENOENT" ? -2 : -13,
      code,
      syscall: "stat",
      path,
      message: `${code}: ${message.toLowerCase()}, stat '${path}'`,
    };
  }
}
