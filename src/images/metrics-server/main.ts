import { DurationError, parseDuration } from "../../machinery/index.ts";
import {
  dialError,
  header,
  hostPort,
  HttpError,
  httpRequest,
  NetError,
  type ServerRequest,
  type ServerResponse,
} from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { klog } from "../klog.ts";
import { goFlags } from "../go-flags.ts";
import { nextSignal, readIfThere, TOKEN_FILE } from "../process.ts";
import { goSecure } from "../secure-serving.ts";
import { HttpService } from "../serving.ts";
import { answer } from "./answers.ts";
import type { ClusterNode, ClusterObjects } from "./cluster.ts";
import { decode } from "./decode.ts";
import { type Batch, EMPTY, isReady, type Store, stored } from "./store.ts";

const FLAGS = {
  "cert-dir": "string",
  "secure-port": "string",
  "kubelet-preferred-address-types": "string",
  "kubelet-use-node-status-port": "bool",
  "kubelet-insecure-tls": "bool",
  "metric-resolution": "string",
  v: "string",
} as const;

const DEFAULT_PORT = 10250;
const TYPES = "Hostname,InternalDNS,InternalIP,ExternalDNS,ExternalIP";
/** What a round costs, and what it costs more for each node. */
const ROUND_CPU_MS = 20;
const NODE_CPU_MS = 5;
const MEMORY = 20 * 1024 * 1024;
const SYNC_POLL_MS = 100;

/** metrics-server: asks kubelets what their containers use and answers for metrics.k8s.io. */
export function metricsServer(objects: () => ClusterObjects | undefined): Program {
  return async (proc) => {
    const flags = goFlags(proc.argv, FLAGS);
    if ("error" in flags) {
      await proc.stderr.write(flags.error);
      return 1;
    }
    let resolution: number;
    try {
      resolution = parseDuration(flags.values["metric-resolution"] ?? "60s");
    } catch (error) {
      if (!(error instanceof DurationError)) throw error;
      await proc.stderr.write(`Error: invalid argument for "--metric-resolution" flag: ${error.message}\n`);
      return 1;
    }
    if (resolution < 10_000) {
      await proc.stderr.write(
        `panic: [metric-resolution should be a time duration at least 10s, but value ${flags.values["metric-resolution"]} provided]\n`,
      );
      return 2;
    }
    const types = (flags.values["kubelet-preferred-address-types"] ?? TYPES).split(",");
    const trusts = flags.values["kubelet-insecure-tls"] === "true";
    return new MetricsServer(proc, objects, { resolution, types, trusts, port: Number(flags.values["secure-port"] ?? DEFAULT_PORT) }).run();
  };
}

interface Settings {
  readonly resolution: number;
  /** Kinds of addresses of nodes, the preferred first. */
  readonly types: readonly string[];
  /** Whether a kubelet's own certificate will do. */
  readonly trusts: boolean;
  readonly port: number;
}

class MetricsServer {
  readonly #proc: ProcessContext;
  readonly #objects: () => ClusterObjects | undefined;
  readonly #settings: Settings;
  readonly #log: ReturnType<typeof klog>;
  readonly #service: HttpService;
  #store: Store;
  /** Between rounds, when only the next round and the next caller are waited for, the journal may be cut. */
  #busy: boolean;
  #lastRound: number;
  #next: number;
  #healthy: boolean;

  constructor(proc: ProcessContext, objects: () => ClusterObjects | undefined, settings: Settings) {
    this.#proc = proc;
    this.#objects = objects;
    this.#settings = settings;
    this.#log = klog(proc);
    const kept = proc.restored as
      | { readonly store: Store; readonly at: number; readonly next: number; readonly healthy: boolean }
      | undefined;
    this.#store = kept?.store ?? EMPTY;
    this.#busy = kept === undefined;
    this.#lastRound = kept?.at ?? proc.clock.now();
    this.#next = kept?.next ?? this.#lastRound;
    this.#healthy = kept?.healthy ?? true;
    this.#service = new HttpService((request) => this.#answer(request), { idle: () => this.#checkpoint() });
  }

  async run(): Promise<number> {
    const proc = this.#proc;
    const stop = nextSignal(proc, ["TERM", "INT"]);
    const fresh = proc.restored === undefined;
    // Its informers start now, also after a reload.
    this.#objects()?.synced();
    if (fresh) {
      await proc.cpu(60);
      proc.memory(MEMORY);
      await this.#log("I", "serving.go:380", "Generated self-signed cert (/tmp/apiserver.crt, /tmp/apiserver.key)");
    }
    void this.#service.accept(await proc.net.listen(this.#settings.port), goSecure(proc, { name: `${proc.hostname}@1`, alsoPlain: true }));
    if (fresh) await this.#log("I", "secure_serving.go:211", `Serving securely on [::]:${this.#settings.port}`);
    // From here on it does nothing by itself until the next round: a thaw begins here, and not before the first.
    this.#busy = false;
    // What may be pending when the journal is cut has to be asked for before this place is reached again.
    void this.#rounds();
    this.#checkpoint();
    await stop;
    return 0;
  }

  async #rounds(): Promise<void> {
    for (;;) {
      await this.#proc.clock.sleep(Math.max(0, this.#next - this.#proc.clock.now()));
      if (this.#synced()) await this.#round();
      else {
        this.#next = this.#proc.clock.now() + SYNC_POLL_MS;
        this.#checkpoint();
      }
    }
  }

  #synced(): boolean {
    return this.#proc.outside("synced", () => this.#objects()?.synced() ?? false);
  }

  async #round(): Promise<void> {
    this.#busy = true;
    this.#lastRound = this.#proc.clock.now();
    const nodes = this.#proc.outside("nodes", () => this.#objects()?.nodes().map(asScraped) ?? []);
    await this.#proc.cpu(ROUND_CPU_MS + NODE_CPU_MS * nodes.length);
    const batches = await Promise.all(nodes.map((node) => this.#scrape(node)));
    const found = batches.filter((b) => b !== undefined);
    this.#healthy = found.length > 0 || nodes.length === 0;
    const batch: Batch = {
      nodes: Object.assign({}, ...found.map((b) => b.nodes)) as Batch["nodes"],
      pods: Object.assign({}, ...found.map((b) => b.pods)) as Batch["pods"],
    };
    this.#store = stored(this.#store, batch, this.#settings.resolution);
    this.#next = this.#proc.clock.now() + this.#settings.resolution;
    this.#busy = false;
    this.#checkpoint();
  }

  /** What one kubelet says; undefined when it says nothing (k8s-sigs/metrics-server: scraper/scraper.go collectNode). */
  async #scrape(node: ClusterNode): Promise<Batch | undefined> {
    const name = node.metadata?.name ?? "";
    const fail = (err: string): Promise<undefined> =>
      this.#log("E", "scraper.go:149", `"Failed to scrape node" err=${JSON.stringify(err)} node="${name}"`).then(() => undefined);
    const { addresses = [], daemonEndpoints } = node.status ?? {};
    const [ip] = this.#settings.types.flatMap((type) => addresses.filter((a) => a.type === type).map((a) => a.address));
    if (ip === undefined) return fail(`no address matched types [${this.#settings.types.join(" ")}]`);
    const port = daemonEndpoints?.kubeletEndpoint?.Port ?? DEFAULT_PORT;
    const url = `https://${hostPort(ip, port)}/metrics/resource`;
    if (!this.#settings.trusts)
      return fail(
        `Get "${url}": tls: failed to verify certificate: x509: cannot validate certificate for ${ip} because it doesn't contain any IP SANs`,
      );
    try {
      const answered = await this.#get(ip, port, "/metrics/resource");
      if (answered.status !== 200) return await fail(`request failed, status: "${answered.status} ${answered.reason}"`);
      return decode(answered.text, name);
    } catch (error) {
      if (error instanceof HttpError) return fail(`Get "${url}": EOF`);
      if (error instanceof NetError) return fail(`Get "${url}": ${dialError(ip, port, error)}`);
      throw error;
    }
  }

  async #get(
    ip: string,
    port: number,
    target: string,
  ): Promise<{ readonly status: number; readonly reason: string; readonly text: string }> {
    const token = readIfThere(this.#proc, TOKEN_FILE) ?? "";
    const socket = await this.#proc.net.connect(ip, port, { timeout: this.#settings.resolution });
    try {
      const headers = [
        ["Authorization", `Bearer ${token}`],
        ["Connection", "close"],
      ] as const;
      const { status, reason, body } = await httpRequest(socket, { target, host: hostPort(ip, port), headers });
      const decoder = new TextDecoder();
      let text = "";
      for (let piece = await body.read(); piece !== null; piece = await body.read()) text += decoder.decode(piece, { stream: true });
      return { status, reason, text: text + decoder.decode() };
    } finally {
      socket.destroy();
    }
  }

  #answer({ method, path, query, headers }: ServerRequest): ServerResponse {
    const now = this.#proc.clock.now();
    const checks = CHECKS[path];
    if (checks) return this.#health(path, checks);
    if (header(headers, "x-remote-user") === undefined && header(headers, "authorization") === undefined)
      return json(403, {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: `forbidden: User "system:anonymous" cannot ${method.toLowerCase()} path "${path}"`,
        reason: "Forbidden",
        details: {},
        code: 403,
      });
    const asked = { method, path, query: new URLSearchParams(query), accept: header(headers, "accept") ?? "" };
    const answered = this.#proc.outside("metrics", () => {
      const objects = this.#objects();
      return objects && answer(asked, this.#store, objects, now);
    });
    return answered ? json(answered.status, answered.body) : plain(404, "404 page not found\n");
  }

  #health(path: string, checks: readonly Check[]): ServerResponse {
    const passes: Readonly<Record<Check, () => boolean>> = {
      ping: () => true,
      "metadata-informer-sync": () => this.#synced(),
      // A round that is late by a tenth is stuck.
      "metric-collection-timely": () => this.#proc.clock.now() - this.#lastRound <= 1.1 * this.#settings.resolution,
      "metric-storage-ready": () => this.#healthy && isReady(this.#store),
    };
    const lines = checks.map((check) => (passes[check]() ? `[+]${check} ok` : `[-]${check} failed: reason withheld`));
    if (lines.every((line) => line.startsWith("[+]"))) return plain(200, "ok");
    return plain(500, `${lines.join("\n")}\n${path.slice(1)} check failed\n`);
  }

  #checkpoint(): void {
    if (this.#busy || this.#service.open > 0) return;
    this.#proc.checkpoint({ store: this.#store, at: this.#lastRound, next: this.#next, healthy: this.#healthy });
  }
}

/** What of a node says how its kubelet is reached. */
const asScraped = ({ metadata, status }: ClusterNode): ClusterNode => {
  const { addresses = [], daemonEndpoints } = status ?? {};
  return { metadata: { name: metadata?.name ?? "" }, status: { addresses, ...(daemonEndpoints && { daemonEndpoints }) } };
};

type Check = "ping" | "metadata-informer-sync" | "metric-collection-timely" | "metric-storage-ready";
const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  "/livez": ["ping", "metric-collection-timely"],
  "/readyz": ["ping", "metadata-informer-sync", "metric-storage-ready"],
  "/healthz": ["ping"],
};

const json = (status: number, body: object): ServerResponse => ({
  status,
  headers: [["Content-Type", "application/json"]],
  body: JSON.stringify(body),
});
const plain = (status: number, body: string): ServerResponse => ({
  status,
  headers: [["Content-Type", "text/plain; charset=utf-8"]],
  body,
});
