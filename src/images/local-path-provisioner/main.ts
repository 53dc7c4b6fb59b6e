import { parse } from "yaml";
import { rfc3339 } from "../../sim/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { goFlags } from "../go-flags.ts";
import { goHeaders } from "../go-http.ts";
import type { ProvisionerLink } from "../local-path-provisioner.ts";
import { keptFile, nextSignal, TOKEN_FILE } from "../process.ts";
import { HttpService } from "../serving.ts";

const VERSION = "v0.0.37";

const FLAGS = {
  config: "string",
  provisioner: "string",
  namespace: "string",
  "helper-image": "string",
  "configmap-name": "string",
  "service-account-name": "string",
  "helper-pod-file": "string",
  "health-port": "string",
} as const;

type Level = "debug" | "info" | "warning" | "error" | "fatal";

/** rancher/local-path-provisioner: gives claims of its class a directory on the node of their first pod. */
export const localPathProvisioner =
  (link: ProvisionerLink | undefined): Program =>
  async (proc) => {
    const global = goFlags(proc.argv, { debug: "bool", d: "bool", version: "bool", v: "bool" });
    if ("error" in global) return usage(proc, global.error);
    if (global.values["version"] ?? global.values["v"]) {
      await proc.stdout.write(`local-path-provisioner version ${VERSION}\n`);
      return 0;
    }
    const [command, ...rest] = global.rest;
    if (command !== "start") return usage(proc, `unrecognized command: ${command ?? ""}\n`);
    const flags = goFlags([command, ...rest], FLAGS);
    if ("error" in flags) return usage(proc, flags.error);
    return new Daemon(proc, flags.values, (global.values["debug"] ?? global.values["d"]) === "true").run(link);
  };

async function usage(proc: ProcessContext, text: string): Promise<number> {
  await proc.stderr.write(text);
  return 2;
}

class Daemon {
  readonly #proc: ProcessContext;
  readonly #flags: Readonly<Record<string, string>>;
  readonly #debug: boolean;
  readonly #identity: string;
  readonly #fresh: boolean;
  readonly #services: HttpService[] = [];
  readonly #files = new Map<string, () => string | undefined>();
  #writing = 0;
  #ended = false;

  constructor(proc: ProcessContext, flags: Readonly<Record<string, string>>, debug: boolean) {
    const kept = proc.restored as { readonly identity?: string } | undefined;
    this.#proc = proc;
    this.#flags = flags;
    this.#debug = debug;
    this.#fresh = kept?.identity === undefined;
    this.#identity = kept?.identity ?? `${proc.hostname}_${proc.random.uuid()}`;
  }

  async run(link: ProvisionerLink | undefined): Promise<number> {
    const { env, net } = this.#proc;
    const stop = nextSignal(this.#proc, ["TERM", "INT"]);
    const problem = this.#problem(link);
    if (problem !== undefined || !link) {
      await this.#write("fatal", `Error starting daemon: ${problem}`);
      return 1;
    }
    const port = Number(this.#flags["health-port"] ?? env["HEALTH_PORT"] ?? 8080);
    if (this.#fresh) {
      await this.#proc.cpu(40);
      this.#proc.memory(18 * 1024 * 1024);
      await this.#write("info", `Health server started on :${port}`);
      await this.#write("debug", `Applied config: ${JSON.stringify(this.#config())}`);
      await this.#write("debug", "Provisioner started");
    }
    const loop = link.start({
      provisioner: this.#flags["provisioner"] ?? env["PROVISIONER_NAME"] ?? "rancher.io/local-path",
      identity: this.#identity,
      namespace: this.#flags["namespace"] ?? env["POD_NAMESPACE"] ?? "local-path-storage",
      serviceAccount: this.#flags["service-account-name"] ?? env["SERVICE_ACCOUNT_NAME"] ?? "local-path-provisioner-service-account",
      configMap: this.#flags["configmap-name"] ?? "local-path-config",
      config: () => this.#config(),
      helperPod: () => this.#helperPod(),
      token: () => this.#read(TOKEN_FILE)?.trim() ?? "",
      log: (level, message) => {
        if (!this.#ended) void this.#write(level, message);
      },
    });
    const end = (): void => {
      this.#ended = true;
      loop.stop();
    };
    this.#proc.signal.addEventListener("abort", end, { once: true });
    const health = new HttpService(
      ({ path }) => {
        const { status, body } = answer(path, loop.ready());
        return { status, body, headers: goHeaders(this.#proc.clock.now()) };
      },
      { idle: () => this.#checkpoint() },
    );
    this.#services.push(health);
    void health.accept(await net.listen(port));
    this.#checkpoint();
    const signal = await stop;
    end();
    await this.#proc.stderr.write(`Receive ${signal === "INT" ? "interrupt" : "terminated"} to exit\n`);
    return 0;
  }

  /** Why it cannot start. */
  #problem(link: ProvisionerLink | undefined): string | undefined {
    if (!link || this.#read(TOKEN_FILE) === undefined) return "unable to get client config: unable to load in-cluster configuration";
    try {
      this.#config();
      this.#helperPod();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #config(): unknown {
    const path = this.#flags["config"];
    if (!path) throw new Error("invalid empty flag config");
    try {
      return JSON.parse(this.#text(path)) as unknown;
    } catch (error) {
      throw new Error(`fail to load config file ${path}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** From the ConfigMap that is mounted, where upstream asks the API for it first. */
  #helperPod(): unknown {
    const mount = this.#proc.env["CONFIG_MOUNT_PATH"] ?? "/etc/config/";
    return parse(this.#text(this.#flags["helper-pod-file"] ?? `${mount.replace(/\/$/, "")}/helperPod.yaml`)) as unknown;
  }

  #read(path: string): string | undefined {
    const known = this.#files.get(path) ?? keptFile(this.#proc, path, () => this.#checkpoint());
    this.#files.set(path, known);
    return known();
  }

  /** Of a file that must be there. */
  #text(path: string): string {
    return this.#read(path) ?? this.#proc.fs.readText(path);
  }

  /** As logrus writes where there is no terminal. */
  async #write(level: Level, message: string): Promise<void> {
    if (level === "debug" && !this.#debug) return;
    this.#writing++;
    const time = rfc3339(this.#proc.clock.now());
    await this.#proc.stderr.write(`time="${time}" level=${level} msg=${quoted(message)}\n`);
    this.#writing--;
    this.#checkpoint();
  }

  #checkpoint(): void {
    if (this.#services.length === 0 || this.#writing > 0 || this.#services.some((s) => s.open > 0)) return;
    this.#proc.checkpoint({ identity: this.#identity });
  }
}

function answer(path: string, ready: boolean): { readonly status: number; readonly body: string } {
  if (path === "/health") return { status: 200, body: "OK" };
  if (path !== "/ready") return { status: 404, body: "404 page not found\n" };
  return ready ? { status: 200, body: "Ready" } : { status: 503, body: "not ready\n" };
}

/** logrus quotes what is not plain. */
const quoted = (text: string): string => (/^[\w./@^+-]+$/.test(text) ? text : JSON.stringify(text));
