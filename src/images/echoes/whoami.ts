import { parseDuration } from "../../machinery/index.ts";
import { header, type ServerRequest, type ServerResponse } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { goFlags } from "../go-flags.ts";
import { canonical, goAnswer, goError, goHeaderMap, goJson } from "../go-http.ts";
import { runServer } from "../run-server.ts";
import { accessTime, logTime } from "../times.ts";

const FLAGS = {
  "allowed-origins": "string",
  cacert: "string",
  cert: "string",
  key: "string",
  name: "string",
  port: "string",
  verbose: "bool",
} as const;
const UNITS: Readonly<Record<string, number>> = { kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30, tb: 2 ** 40 };
/** The most of /data that is sent: a real one would send terabytes. */
const MOST_DATA = 64 * 2 ** 20;

/** traefik/whoami: says who answers and what it was asked (traefik/whoami: app.go). */
export const whoami: Program = async (proc) => {
  const flags = goFlags(proc.argv, FLAGS);
  if ("error" in flags) {
    await proc.stderr.write(flags.error);
    return 2;
  }
  const { cert, key, verbose } = flags.values;
  const port = flags.values["port"] ?? (proc.env["WHOAMI_PORT_NUMBER"] || "80");
  const log = (text: string): Promise<void> => proc.stderr.write(`${logTime(proc.clock.now())} ${text}\n`);
  if (cert && key) {
    await log("whoami: -cert and -key are not simulated by Timonel: there is no TLS in here");
    return 1;
  }
  const name = flags.values["name"] ?? proc.env["WHOAMI_NAME"] ?? "";
  let health = (proc.restored as { readonly health?: number } | undefined)?.health ?? 200;
  return runServer(proc, {
    ports: [Number(port)],
    state: () => ({ health }),
    started: () => log(`Starting up on port ${port}`),
    taken: async () => {
      await log(`listen tcp :${port}: bind: address already in use`);
      return 1;
    },
    sent: async ({ method, path, version }, _, __, { socket }) => {
      const now = proc.clock.now();
      const { ip, port: from } = socket.remote;
      if (verbose === "true") await log(`${ip}:${from} - - [${accessTime(now)}] "${method} ${path} HTTP/${version}" - -`);
    },
    async handle(request, { socket }) {
      const now = proc.clock.now();
      const query = new URLSearchParams(request.query);
      const remote = `${socket.remote.ip}:${socket.remote.port}`;
      switch (request.path) {
        case "/health": {
          if (request.method !== "POST") return goAnswer(now, "", { status: health });
          const code: unknown = parsed(await request.body.text());
          if (typeof code !== "number") return goError(now, 400, "json: cannot unmarshal into Go value of type int");
          health = code;
          await proc.stdout.write(`Update health check status code [${code}]\n`);
          return goAnswer(now, "");
        }
        case "/api": {
          const origins = flags.values["allowed-origins"] ?? (proc.env["WHOAMI_ALLOWED_ORIGINS"] || "*");
          const headers = [
            ["Access-Control-Allow-Origin", origins],
            ["Access-Control-Allow-Methods", "*"],
            ["Content-Type", "application/json"],
          ] as const;
          return goAnswer(now, `${goJson(facts(proc, request, name, remote, isTrue(query.get("env"))))}\n`, { headers });
        }
        case "/bench":
          return goAnswer(now, "1", { headers: [["Content-Type", "text/plain"]] });
        case "/data":
          return data(now, query);
        case "/echo":
          return goError(now, 400, "Bad Request");
        default:
          return who(proc, request, name, remote, query);
      }
    },
  });
};

const isTrue = (text: string | null): boolean => /^(1|t|T|TRUE|true|True)$/.test(text ?? "");

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const addresses = (proc: ProcessContext): readonly string[] => ["127.0.0.1", ...(proc.net.ip === "" ? [] : [proc.net.ip])];

function facts(proc: ProcessContext, request: ServerRequest, name: string, remote: string, env: boolean): object {
  const environ = env ? Object.fromEntries(Object.entries(proc.env).toSorted(([a], [b]) => (a < b ? -1 : 1))) : {};
  return {
    hostname: proc.hostname,
    ip: addresses(proc),
    headers: goHeaderMap(request),
    url: request.target,
    host: header(request.headers, "host") ?? "",
    method: request.method,
    ...(name !== "" && { name }),
    remoteAddr: remote,
    ...(Object.keys(environ).length > 0 && { environ }),
  };
}

async function who(
  proc: ProcessContext,
  request: ServerRequest,
  name: string,
  remote: string,
  query: URLSearchParams,
): Promise<ServerResponse> {
  await pause(proc, query.get("wait") ?? "");
  const lines = [
    ...(name === "" ? [] : [`Name: ${name}\n`]),
    `Hostname: ${proc.hostname}\n`,
    ...addresses(proc).map((ip) => `IP: ${ip}\n`),
    `RemoteAddr: ${remote}\n`,
    await asSent(request),
    ...(isTrue(query.get("env")) ? Object.entries(proc.env).map(([key, value]) => `${key}=${value}\n`) : []),
  ];
  return goAnswer(proc.clock.now(), lines.join(""));
}

async function pause(proc: ProcessContext, wait: string): Promise<void> {
  if (wait === "") return;
  let ms = 0;
  try {
    ms = parseDuration(wait);
  } catch {
    return;
  }
  await proc.clock.sleep(ms);
}

/** The request as Go would send it on (go: net/http Request.write). */
async function asSent(request: ServerRequest): Promise<string> {
  const left = new Set(["Host", "User-Agent", "Content-Length", "Transfer-Encoding", "Connection"]);
  const body = await request.body.text();
  const lines = [
    `${request.method} ${request.target} HTTP/1.1`,
    `Host: ${header(request.headers, "host") ?? ""}`,
    `User-Agent: ${header(request.headers, "user-agent") ?? "Go-http-client/1.1"}`,
    ...(header(request.headers, "connection")?.toLowerCase() === "close" ? ["Connection: close"] : []),
    ...(body === "" ? [] : [`Content-Length: ${new TextEncoder().encode(body).length}`]),
    ...Object.entries(goHeaderMap(request))
      .filter(([name]) => !left.has(canonical(name)))
      .flatMap(([name, values]) => values.map((value) => `${name}: ${value}`)),
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

function data(now: number, query: URLSearchParams): ServerResponse {
  const text = query.get("size") ?? "";
  const count = /^-?\d+$/.test(text) ? Math.max(0, Number(text)) : 1;
  const size = count * (UNITS[(query.get("unit") ?? "").toLowerCase()] ?? 1);
  if (size > MOST_DATA) return goError(now, 500, `whoami: more than ${MOST_DATA} bytes of data are not simulated by Timonel`);
  const headers = isTrue(query.get("attachment")) ? ([["Content-Disposition", "Attachment"]] as const) : [];
  return goAnswer(now, dataText(size), { headers });
}

/** `|ABC…-ABC…|`: what content-reader makes of a size. */
function dataText(size: number): string {
  if (size === 0) return "";
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-";
  const inner = alphabet.repeat(Math.ceil(size / alphabet.length)).slice(0, Math.max(0, size - 2));
  return size === 1 ? "|" : `|${inner}|`;
}
