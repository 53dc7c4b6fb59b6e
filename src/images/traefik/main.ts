import { header, httpRequest, NetError, type ServerRequest, type ServerResponse } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { goAnswer, goError } from "../go-http.ts";
import { readIfThere } from "../process.ts";
import { runServer } from "../run-server.ts";
import type { HttpService, Peer } from "../serving.ts";
import { accessTime } from "../times.ts";
import { dynamicConfig, type Dynamic, matchesRule, staticConfig } from "./config.ts";

const VERSION = "3.5.3";
/** Parts of the static configuration that do something here. */
const DONE =
  /^(entrypoints\.[^.]+\.address|ping(\.entrypoint)?|log\.(level|format)|accesslog(\.format)?|providers\.file\.filename|configfile|global\.\w+)$/;

interface Saved {
  readonly text: string;
}

/** Traefik as a proxy: entry points, ping, access log, and routers and services from a file; other providers are refused by name. */
export const traefik: Program = async (proc) => {
  if (proc.argv[1] === "version") {
    await proc.stdout.write(`Version:      ${VERSION}\nCodename:     chabichou\nOS/Arch:      linux/amd64\n`);
    return 0;
  }
  const settings = staticConfig(proc);
  const log = (level: string, text: string): Promise<void> => proc.stdout.write(`${rfc3339(proc.clock.now())} ${level} ${text}\n`);
  const provider = [...settings.keys()].find((key) => /^providers\.(?!file\.filename$)/.test(key));
  if (provider !== undefined) {
    await log("ERR", `error="${provider} is not simulated by Timonel" command traefik`);
    return 1;
  }
  if (proc.restored === undefined)
    for (const key of settings.keys()) if (!DONE.test(key)) await log("WRN", `${key} is not simulated by Timonel`);
  const entryPoints = [...settings].flatMap(([key, value]) => {
    const name = /^entrypoints\.([^.]+)\.address$/.exec(key)?.[1];
    return name === undefined ? [] : [{ name, port: Number(/:(\d+)/.exec(value)?.[1] ?? 80) }];
  });
  if (entryPoints.length === 0) entryPoints.push({ name: "http", port: 80 });
  const pings = settings.has("ping") || settings.has("ping.entrypoint");
  const pinged = settings.get("ping.entrypoint") ?? "traefik";
  if (pings && !entryPoints.some((e) => e.name === pinged)) entryPoints.push({ name: pinged, port: 8080 });
  const file = settings.get("providers.file.filename");
  const text = (proc.restored as Saved | undefined)?.text ?? (file === undefined ? "" : (readIfThere(proc, file) ?? ""));
  const refused: string[] = [];
  const dynamic = dynamicConfig(text, (what) => refused.push(what));
  const began = new WeakMap<object, { at: number; router: string; url: string }>();
  let requests = 0;
  const end = async (service: HttpService): Promise<number> => {
    await log("INF", "I have to go...");
    await log("INF", "Stopping server gracefully");
    await service.drain();
    await log("INF", "Server stopped");
    return 0;
  };
  return runServer(proc, {
    ports: [...new Set(entryPoints.map((e) => e.port))],
    state: () => ({ text }),
    async started() {
      await proc.cpu(40);
      proc.memory(30 * 1024 * 1024);
      await log("INF", `Traefik version ${VERSION} built on 2025-09-26T09:20:14Z version=${VERSION}`);
      for (const what of refused) await log("WRN", `${what} not simulated by Timonel`);
      await log("INF", "Starting provider aggregator *aggregator.ProviderAggregator");
    },
    async handle(request, peer) {
      const trace = { at: proc.clock.now(), router: "-", url: "-" };
      began.set(request, trace);
      const here = entryPoints.filter((e) => e.port === peer.socket.local.port).map((e) => e.name);
      if (pings && request.path === "/ping" && here.includes(pinged)) return goAnswer(proc.clock.now(), "OK");
      return route(proc, dynamic, here, request, peer, trace, requests);
    },
    async sent(request, response, bytes, { socket }) {
      requests++;
      if (!settings.has("accesslog") && !settings.has("accesslog.format")) return;
      const { at, router, url } = began.get(request) ?? { at: proc.clock.now(), router: "-", url: "-" };
      const quote = (value: string): string => (value === "-" ? '"-"' : `"${value}"`);
      await proc.stdout.write(
        `${socket.remote.ip} - - [${accessTime(proc.clock.now())}] "${request.line}" ${response.status} ${bytes} "${header(request.headers, "referer") ?? "-"}" "${header(request.headers, "user-agent") ?? "-"}" ${requests} ${quote(router)} ${quote(url)} ${Math.round(proc.clock.now() - at)}ms\n`,
      );
    },
    stops: { TERM: end, INT: end },
  });
};

async function route(
  proc: ProcessContext,
  { routers, services }: Dynamic,
  here: readonly string[],
  request: ServerRequest,
  { socket }: Peer,
  trace: { router: string; url: string },
  turn: number,
): Promise<ServerResponse> {
  const now = (): number => proc.clock.now();
  const asked = header(request.headers, "host") ?? "";
  const host = asked.replace(/:\d+$/, "").toLowerCase();
  const router = routers.find(
    (r) =>
      (r.entryPoints.length === 0 || r.entryPoints.some((e) => here.includes(e))) &&
      matchesRule(r.rule, host, request.path, request.method) === true,
  );
  if (!router) return goError(now(), 404, "404 page not found");
  const urls = services[router.service.replace(/@file$/, "")] ?? [];
  trace.router = `${router.name}@file`;
  const url = urls[turn % Math.max(1, urls.length)];
  if (url === undefined) return goAnswer(now(), "no available server", { status: 503 });
  trace.url = url;
  const [, name = "", port = "80", base = ""] = /^https?:\/\/([^:/]+)(?::(\d+))?(.*)$/.exec(url) ?? [];
  const body = await request.body.bytes();
  const skipped = new Set(["host", "connection", "content-length", "transfer-encoding"]);
  try {
    const upstream = await proc.net.connect(name, Number(port), { timeout: 30_000 });
    const response = await httpRequest(upstream, {
      method: request.method,
      target: base.replace(/\/$/, "") + request.target,
      host: asked,
      headers: [
        ...request.headers.filter(([n]) => !skipped.has(n.toLowerCase())),
        ["X-Forwarded-For", socket.remote.ip],
        ["X-Forwarded-Host", asked],
        ["X-Forwarded-Port", String(socket.local.port)],
        ["X-Forwarded-Proto", "http"],
        ["X-Forwarded-Server", proc.hostname],
        ["X-Real-Ip", socket.remote.ip],
        ["Connection", "close"],
      ],
      ...(body.length > 0 && { body }),
    });
    const data = await response.body.bytes();
    upstream.end();
    return { status: response.status, headers: response.headers.filter(([n]) => !skipped.has(n.toLowerCase())), body: data };
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    return error.code === "ETIMEDOUT"
      ? goAnswer(now(), "Gateway Timeout", { status: 504 })
      : goAnswer(now(), "Bad Gateway", { status: 502 });
  }
}
