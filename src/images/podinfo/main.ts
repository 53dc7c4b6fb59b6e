import { header, type HttpHeaders, type ServerRequest, type ServerResponse } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { goAnswer, goHeaderMap, goJson } from "../go-http.ts";
import { readIfThere } from "../process.ts";
import { runServer } from "../run-server.ts";
import type { HttpService, Peer } from "../serving.ts";
import { isoTime } from "../times.ts";
import { exposition, observed, type RequestMetrics } from "./metrics.ts";

const REVISION = "e86405a8674ecab990d0a389824c7ebbd82973b5";
const GO = "go1.25.0";
const LEVELS = ["debug", "info", "warn", "error", "fatal", "panic"];
const BOOLEANS = new Set(["h2c", "random-delay", "random-error", "unhealthy", "unready"]);
const JSON_TYPE = ["Content-Type", "application/json; charset=utf-8"] as const;
/** How long it says that it is not ready before it stops answering (podinfo: signals/shutdown.go). */
const LAMEDUCK_MS = 3000;

interface Saved {
  readonly healthy: boolean;
  readonly ready: boolean;
  readonly metrics: RequestMetrics;
}

/** stefanprodan/podinfo: tells of itself, and fails when it is asked to. */
export const podinfo =
  (version: string): Program =>
  async (proc) => {
    const options = read(proc);
    if (typeof options === "string") {
      await proc.stderr.write(`unknown flag: ${options}\n`);
      return 2;
    }
    return new Podinfo(proc, version, options).run();
  };

/** Flags, and PODINFO_UI_COLOR and its like for those that were not given. */
function read({ argv, env }: ProcessContext): ((name: string, otherwise: string) => string) | string {
  const values = new Map<string, string>();
  for (let i = 1; i < argv.length; i++) {
    const match = /^--([\w-]+)(?:=(.*))?$/s.exec(argv[i] as string);
    if (!match) return argv[i] as string;
    const name = match[1] as string;
    values.set(name, match[2] ?? (BOOLEANS.has(name) ? "true" : (argv[++i] ?? "")));
  }
  return (name, otherwise) => values.get(name) ?? env[`PODINFO_${name.toUpperCase().replaceAll("-", "_")}`] ?? otherwise;
}

class Podinfo {
  readonly #proc: ProcessContext;
  readonly #version: string;
  readonly #option: (name: string, otherwise: string) => string;
  readonly #metrics: RequestMetrics;
  #healthy: boolean;
  #ready: boolean;

  constructor(proc: ProcessContext, version: string, option: (name: string, otherwise: string) => string) {
    const kept = proc.restored as Saved | undefined;
    this.#proc = proc;
    this.#version = version;
    this.#option = option;
    this.#metrics = { total: { ...kept?.metrics.total }, durations: { ...kept?.metrics.durations } };
    this.#healthy = kept?.healthy ?? option("unhealthy", "false") !== "true";
    this.#ready = kept?.ready ?? option("unready", "false") !== "true";
  }

  async run(): Promise<number> {
    const proc = this.#proc;
    const port = this.#option("port", "9898");
    const more = Number(this.#option("port-metrics", "0"));
    if (proc.restored === undefined) {
      await proc.cpu(20);
      proc.memory(14 * 1024 * 1024);
      await this.#log("info", "podinfo/main.go:153", "Starting podinfo", { version: this.#version, revision: REVISION, port });
    }
    const stop = async (service: HttpService): Promise<number> => {
      await this.#log("info", "signals/shutdown.go:36", "Shutting down HTTP/HTTPS server", { timeout: 5 });
      this.#healthy = false;
      this.#ready = false;
      await proc.clock.sleep(LAMEDUCK_MS);
      await service.drain();
      return 0;
    };
    return runServer(proc, {
      ports: more > 0 ? [Number(port), more] : [Number(port)],
      state: (): Saved & Record<string, unknown> => ({
        healthy: this.#healthy,
        ready: this.#ready,
        metrics: { total: { ...this.#metrics.total }, durations: copied(this.#metrics.durations) },
      }),
      started: () => this.#log("info", "http/server.go:224", "Starting HTTP Server.", { addr: `:${port}` }),
      handle: (request, peer, exit) => this.#handle(request, peer, exit),
      stops: { TERM: stop, INT: stop },
    });
  }

  /** As zap writes JSON. */
  async #log(level: string, caller: string, msg: string, more: object): Promise<void> {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(this.#option("level", "info"))) return;
    await this.#proc.stderr.write(`${JSON.stringify({ level, ts: isoTime(this.#proc.clock.now()), caller, msg, ...more })}\n`);
  }

  async #handle(request: ServerRequest, { socket }: Peer, exit: (code: number) => void): Promise<ServerResponse> {
    const proc = this.#proc;
    const started = proc.clock.now();
    await this.#log("debug", "http/logging.go:33", "request started", {
      proto: `HTTP/${request.version}`,
      uri: request.target,
      method: request.method,
      remote: `${socket.remote.ip}:${socket.remote.port}`,
      "user-agent": header(request.headers, "user-agent") ?? "",
    });
    await this.#delay();
    const response = (await this.#fault()) ?? (await this.#route(request, exit));
    observed(this.#metrics, request.method, labelOf(request.path), response.status, proc.clock.now() - started);
    return response;
  }

  async #delay(): Promise<void> {
    if (this.#option("random-delay", "false") !== "true") return;
    const [least, most] = [Number(this.#option("random-delay-min", "0")), Number(this.#option("random-delay-max", "5"))];
    const unit = this.#option("random-delay-unit", "s") === "ms" ? 1 : 1000;
    await this.#proc.clock.sleep((least + this.#proc.random.int(Math.max(1, most - least))) * unit);
  }

  async #fault(): Promise<ServerResponse | undefined> {
    const { random, clock } = this.#proc;
    if (this.#option("random-error", "false") !== "true" || random.int(3) !== 0) return undefined;
    return goAnswer(clock.now(), "", { status: [500, 400, 409][random.int(3)] ?? 500 });
  }

  async #route(request: ServerRequest, exit: (code: number) => void): Promise<ServerResponse> {
    const { method, path } = request;
    const proc = this.#proc;
    const [, first = "", second = ""] = path.split("/");
    const is = (...methods: readonly string[]): boolean => methods.includes(method);
    const status = { status: "OK" };
    switch (first === "api" ? second : first) {
      case "":
      case "info":
        return is("GET") ? this.#json(this.#info()) : this.#notFound();
      case "version":
        return this.#json({ commit: REVISION, version: this.#version });
      case "healthz":
        return this.#healthy ? this.#json(status) : goAnswer(proc.clock.now(), "", { status: 503 });
      case "readyz":
        if (second === "enable" || second === "disable") {
          if (!is("POST")) return goAnswer(proc.clock.now(), "", { status: 405 });
          this.#ready = second === "enable";
          return this.#json(status, 202);
        }
        return this.#ready ? this.#json(status) : goAnswer(proc.clock.now(), "", { status: 503 });
      case "env":
        return this.#json(Object.entries(proc.env).map(([name, value]) => `${name}=${value}`));
      case "headers":
        return this.#json(goHeaderMap(request));
      case "delay":
        await proc.clock.sleep(Number(second) * 1000 || 0);
        return this.#json({ delay: Number(second) || 0 });
      case "status":
        return this.#json({ status: Number(second) || 0 }, Number(second) || 500);
      case "echo":
        return this.#echo(await request.body.text());
      case "panic":
        await this.#log("panic", "http/panic.go:19", "Panic command received", {});
        exit(255);
        return this.#notFound();
      case "configs":
        return this.#json(this.#configs());
      case "cache":
        if (this.#option("cache-server", "") === "") return this.#json({ code: 400, message: "Redis is offline" });
        return goAnswer(proc.clock.now(), "podinfo: --cache-server is not simulated by Timonel\n", { status: 501 });
      case "metrics": {
        const { own } = proc.usage();
        const { memory = 0, started = 0 } = proc.processes().find((p) => p.pid === proc.pid) ?? {};
        const type = [["Content-Type", "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"]] as const;
        return goAnswer(proc.clock.now(), exposition(this.#metrics, { cpu: own, memory, started }), { headers: type });
      }
      case "chunked":
      case "store":
      case "swagger":
      case "swagger.json":
      case "token":
      case "ws":
        return goAnswer(proc.clock.now(), `podinfo: ${path} is not simulated by Timonel\n`, { status: 501 });
      default:
        return this.#notFound();
    }
  }

  #info(): object {
    const message = this.#option("ui-message", `greetings from podinfo v${this.#version}`);
    const cpus = (readIfThere(this.#proc, "/proc/cpuinfo") ?? "").match(/^processor\s*:/gm)?.length ?? 1;
    return {
      hostname: this.#option("hostname", this.#proc.hostname),
      version: this.#version,
      revision: REVISION,
      color: this.#option("ui-color", "#34577c"),
      logo: this.#option("ui-logo", "https://raw.githubusercontent.com/stefanprodan/podinfo/gh-pages/cuddle_clap.gif"),
      message,
      goos: "linux",
      goarch: "amd64",
      runtime: GO,
      num_goroutine: "8",
      num_cpu: String(cpus),
    };
  }

  /** To its back ends, if it has some, and back. */
  #echo(body: string): ServerResponse {
    if (this.#option("backend-url", "") !== "")
      return goAnswer(this.#proc.clock.now(), "podinfo: --backend-url is not simulated by Timonel\n", { status: 501 });
    return goAnswer(this.#proc.clock.now(), body, { status: 202, headers: [["X-Color", this.#option("ui-color", "#34577c")]] });
  }

  #configs(): Readonly<Record<string, string>> {
    const folder = this.#option("config-path", "");
    const { fs } = this.#proc;
    if (folder === "" || !fs.exists(folder)) return {};
    const names = fs.readdir(folder).filter((name) => !name.startsWith(".") && fs.stat(`${folder}/${name}`).type === "file");
    return Object.fromEntries(names.map((name) => [name, fs.readText(`${folder}/${name}`)]));
  }

  #json(value: unknown, status = 200): ServerResponse {
    const headers: HttpHeaders = [JSON_TYPE, ["X-Content-Type-Options", "nosniff"]];
    return goAnswer(this.#proc.clock.now(), goJson(value, 2), { status, headers });
  }
  #notFound(): ServerResponse {
    const headers: HttpHeaders = [
      ["Content-Type", "text/plain; charset=utf-8"],
      ["X-Content-Type-Options", "nosniff"],
    ];
    return goAnswer(this.#proc.clock.now(), "404 page not found\n", { status: 404, headers });
  }
}

const copied = (durations: RequestMetrics["durations"]): RequestMetrics["durations"] =>
  Object.fromEntries(Object.entries(durations).map(([key, d]) => [key, { ...d, buckets: [...d.buckets] }]));

/** `/delay/3` counts as delay, `/` as root (podinfo: http/metrics.go getRouteName). */
function labelOf(path: string): string {
  const named = /^\/(delay|status|store|cache)\//.exec(path)?.[1];
  return (
    named ??
    (path
      .replace(/[^a-zA-Z0-9]+/g, "_")
      .replace(/^_|_$/g, "")
      .toLowerCase() ||
      "root")
  );
}
