import { httpRequest, type ServerRequest, type ServerResponse } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { goAnswer, goError } from "../go-http.ts";
import { readIfThere } from "../process.ts";
import { CONTENT_TYPE, exposed } from "../prometheus-text.ts";
import { runServer } from "../run-server.ts";
import { isoTime } from "../times.ts";
import { ConfigError, readConfig, type Settings, type Target } from "./config.ts";
import { parseExposition, parseSelector, type Sample } from "./samples.ts";

const VERSION = "3.5.0";
const SCRAPE_CPU_MS = 2;
/** How old a sample may be to be an answer. */
const LOOKBACK_MS = 300_000;

/** The newest scrape of a target. */
interface Scrape {
  readonly at: number;
  readonly took: number;
  readonly samples: readonly Sample[];
  readonly error: string;
}
interface Saved {
  readonly config: string;
  readonly scrapes: Readonly<Record<string, Scrape>>;
  /** When each target is due. */
  readonly next: Readonly<Record<string, number>>;
}

/** Prometheus as far as it goes here: static targets are scraped, and plain selectors answered from the newest samples. */
export const prometheus: Program = async (proc) => {
  const flag = (name: string, otherwise: string): string =>
    proc.argv.find((a) => a.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;
  const file = flag("config.file", "prometheus.yml");
  const kept = proc.restored as Saved | undefined;
  const config = kept?.config ?? readIfThere(proc, file);
  const log = (level: string, source: string, rest: string): Promise<void> =>
    proc.stderr.write(`time=${isoTime(proc.clock.now())} level=${level} source=${source} ${rest}\n`);
  let settings: Settings;
  try {
    if (config === undefined) throw new ConfigError(`open ${file}: no such file or directory`);
    settings = readConfig(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    await log(
      "ERROR",
      "main.go:626",
      `msg="Error loading config (--config.file=${file})" file=${file} err=${JSON.stringify(error.message)}`,
    );
    return 2;
  }
  return new Prometheus(proc, config, settings, kept, log).run(flag("web.listen-address", "0.0.0.0:9090"), file);
};

type Log = (level: string, source: string, rest: string) => Promise<void>;

class Prometheus {
  readonly #proc: ProcessContext;
  readonly #config: string;
  readonly #settings: Settings;
  readonly #scrapes: Record<string, Scrape>;
  readonly #next: Record<string, number>;
  readonly #log: Log;
  /** Scrapes under way. */
  #busy = 0;
  #cut: () => void = () => {};

  constructor(proc: ProcessContext, config: string, settings: Settings, kept: Saved | undefined, log: Log) {
    this.#proc = proc;
    this.#config = config;
    this.#settings = settings;
    this.#scrapes = { ...kept?.scrapes };
    this.#next = { ...kept?.next };
    this.#log = log;
  }

  async run(address: string, file: string): Promise<number> {
    const proc = this.#proc;
    const end = async (): Promise<number> => {
      await this.#log("WARN", "main.go:1019", 'msg="Received an OS signal, exiting gracefully..." signal=terminated');
      await this.#log("INFO", "main.go:1338", 'msg="See you next time!"');
      return 0;
    };
    const state = () => ({ config: this.#config, scrapes: { ...this.#scrapes }, next: { ...this.#next } });
    return runServer(proc, {
      ports: [Number(address.slice(address.lastIndexOf(":") + 1))],
      state,
      quiet: () => this.#busy === 0,
      cuts: (cut) => (this.#cut = cut),
      started: async () => {
        await proc.cpu(80);
        proc.memory(40 * 1024 * 1024);
        await this.#log("INFO", "main.go:687", `msg="Starting Prometheus Server" mode=server version="(version=${VERSION}, branch=HEAD)"`);
        for (const key of this.#settings.refused)
          await this.#log("WARN", "main.go:690", `msg="not simulated by Timonel" setting=${JSON.stringify(key)}`);
        await this.#log("INFO", "main.go:1528", `msg="Completed loading of configuration file" filename=${file}`);
        await this.#log("INFO", "main.go:1288", 'msg="Server is ready to receive web requests."');
      },
      begins: () => {
        for (const target of this.#settings.targets) void this.#follow(target);
      },
      handle: (request) => this.#answer(request),
      stops: { TERM: end, INT: end },
    });
  }

  async #follow(target: Target): Promise<void> {
    const { clock } = this.#proc;
    const key = `${target.job} ${target.address}`;
    for (;;) {
      const due = (this.#next[key] ??= clock.now() + Math.min(target.interval, 1000));
      await clock.sleep(Math.max(0, due - clock.now()));
      const at = clock.now();
      this.#busy++;
      await this.#proc.cpu(SCRAPE_CPU_MS);
      const outcome = await this.#scrape(target);
      this.#scrapes[key] = { at, took: clock.now() - at, ...outcome };
      this.#next[key] = due + target.interval;
      this.#busy--;
      this.#cut();
    }
  }

  async #scrape({ address, path, timeout }: Target): Promise<{ readonly samples: readonly Sample[]; readonly error: string }> {
    const [, host = "", port = "80"] = /^(.*?)(?::(\d+))?$/.exec(address) ?? [];
    try {
      const socket = await this.#proc.net.connect(host, Number(port), { timeout });
      const response = await httpRequest(socket, {
        target: path,
        host: address,
        headers: [
          ["User-Agent", `Prometheus/${VERSION}`],
          ["Accept", CONTENT_TYPE],
          ["Connection", "close"],
        ],
      });
      const text = await response.body.text();
      socket.end();
      if (response.status !== 200) return { samples: [], error: `server returned HTTP status ${response.status} ${response.reason}` };
      const samples = parseExposition(text);
      return samples ? { samples, error: "" } : { samples: [], error: "expected a valid start token" };
    } catch (error) {
      return { samples: [], error: `Get "http://${address}${path}": ${(error as Error).message.toLowerCase()}` };
    }
  }

  /** What there is to ask for: the samples with their target's labels, and what Prometheus knows of each target itself. */
  #series(): readonly { readonly sample: Sample; readonly at: number }[] {
    const now = this.#proc.clock.now();
    return this.#settings.targets.flatMap((target) => {
      const scrape = this.#scrapes[`${target.job} ${target.address}`];
      if (!scrape || now - scrape.at > LOOKBACK_MS) return [];
      const own = { ...target.labels, instance: target.address, job: target.job };
      const about = (name: string, value: number): Sample => ({ labels: { __name__: name, ...own }, value });
      const all = [
        about("up", scrape.error === "" ? 1 : 0),
        about("scrape_duration_seconds", scrape.took / 1000),
        about("scrape_samples_scraped", scrape.samples.length),
        ...scrape.samples.map(({ labels, value }) => ({ labels: { ...exported(labels), ...own }, value })),
      ];
      return all.map((sample) => ({ sample, at: scrape.at }));
    });
  }

  async #answer(request: ServerRequest): Promise<ServerResponse> {
    const now = this.#proc.clock.now();
    switch (request.path) {
      case "/-/healthy":
        return goAnswer(now, "Prometheus Server is Healthy.\n");
      case "/-/ready":
        return goAnswer(now, "Prometheus Server is Ready.\n");
      case "/metrics":
        return goAnswer(now, this.#own(), { headers: [["Content-Type", CONTENT_TYPE]] });
      case "/api/v1/query":
        return this.#query(new URLSearchParams(request.method === "POST" ? await request.body.text() : request.query).get("query") ?? "");
      case "/api/v1/targets":
        return this.#json({
          status: "success",
          data: { activeTargets: this.#settings.targets.map((t) => this.#told(t)), droppedTargets: [] },
        });
      case "/api/v1/status/config":
        return this.#json({ status: "success", data: { yaml: this.#config } });
      case "/api/v1/label/__name__/values": {
        const names = new Set(this.#series().map(({ sample }) => sample.labels["__name__"]));
        return this.#json({ status: "success", data: [...names].toSorted((a = "", b = "") => (a < b ? -1 : 1)) });
      }
      case "/":
        return goAnswer(now, '<a href="/query">Found</a>.\n\n', {
          status: 302,
          headers: [
            ["Location", "/query"],
            ["Content-Type", "text/html; charset=utf-8"],
          ],
        });
      default:
        return request.path === "/query" || request.path === "/graph" || request.path.startsWith("/api/")
          ? goError(now, 501, `prometheus: ${request.path} is not simulated by Timonel`)
          : goError(now, 404, "404 page not found");
    }
  }

  #query(query: string): ServerResponse {
    const selector = parseSelector(query);
    if (typeof selector === "string")
      return this.#json({ status: "error", errorType: "bad_data", error: `invalid parameter "query": ${selector}` }, 400);
    const now = this.#proc.clock.now() / 1000;
    const result = this.#series()
      .filter(({ sample }) => selector(sample.labels))
      .map(({ sample }) => ({ metric: sample.labels, value: [now, String(sample.value).replace("Infinity", "+Inf")] }));
    return this.#json({ status: "success", data: { resultType: "vector", result } });
  }

  #told({ job, address, path, interval, timeout, labels }: Target): object {
    const scrape = this.#scrapes[`${job} ${address}`];
    return {
      labels: { ...labels, instance: address, job },
      scrapePool: job,
      scrapeUrl: `http://${address}${path}`,
      lastError: scrape?.error ?? "",
      lastScrape: scrape ? isoTime(scrape.at) : "0001-01-01T00:00:00Z",
      lastScrapeDuration: (scrape?.took ?? 0) / 1000,
      health: scrape ? (scrape.error === "" ? "up" : "down") : "unknown",
      scrapeInterval: `${interval / 1000}s`,
      scrapeTimeout: `${timeout / 1000}s`,
    };
  }

  #own(): string {
    const { memory = 0, started = 0 } = this.#proc.processes().find((p) => p.pid === this.#proc.pid) ?? {};
    const gauge = (name: string, help: string, value: number, labels = {}) => ({
      name,
      type: "gauge" as const,
      help,
      samples: [[labels, value] as const],
    });
    const info = "A metric with a constant '1' value labeled by version and branch from which prometheus was built.";
    return exposed([
      gauge("prometheus_build_info", info, 1, { branch: "HEAD", version: VERSION }),
      gauge("prometheus_ready", "Whether Prometheus startup was fully completed and the server is ready for normal operation.", 1),
      gauge("prometheus_tsdb_head_series", "Total number of series in the head block.", this.#series().length),
      gauge("process_resident_memory_bytes", "Resident memory size in bytes.", memory),
      gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", started / 1000),
    ]);
  }

  #json(value: unknown, status = 200): ServerResponse {
    return goAnswer(this.#proc.clock.now(), JSON.stringify(value), { status, headers: [["Content-Type", "application/json"]] });
  }
}

/** A target's own `job` and `instance` step aside. */
const exported = (labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name === "job" || name === "instance" ? `exported_${name}` : name, value]),
  );
