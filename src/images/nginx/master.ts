import { header, NetError, type Listener, type ServerResponse } from "../../network/index.ts";
import type { Child, ProcessContext } from "../../runtime/index.ts";
import { readIfThere, retitle } from "../process.ts";
import { HttpService } from "../serving.ts";
import { httpDate } from "../times.ts";
import { beginExchange, errorPage, respond, type NginxState } from "./handle.ts";
import { fromSources, loadConfig, type Sources } from "./load.ts";
import { append, logError, type Level } from "./log.ts";
import type { Config } from "./model.ts";
import { ConfigError } from "./parse.ts";
import { Handshakes, refusal } from "./secure.ts";
import { logLine, type Exchange } from "./variables.ts";
import type { NginxVersion } from "./versions.ts";

/** What a checkpoint keeps: the configuration as loaded and the workers. */
interface Saved {
  readonly sources: Sources;
  readonly workers: readonly number[];
  readonly accepted: number;
  readonly requests: number;
}

export interface MasterOptions {
  readonly version: NginxVersion;
  readonly file: string;
  readonly globals: string;
  readonly title: string;
}

interface KernelChildren {
  child?(pid: number): Child | undefined;
}

/**
 * The master process. It also answers requests, in the name of its first worker; the workers are processes of their own
 * to `ps` and to signals, and are replaced when they die.
 */
export class Master {
  readonly #proc: ProcessContext;
  readonly #options: MasterOptions;
  #config: Config;
  #sources: Sources;
  readonly #listeners = new Map<string, Listener>();
  readonly #workers = new Map<number, Child>();
  #service: HttpService;
  readonly #handshakes: Handshakes;
  #accepted = 0;
  #requests = 0;
  #turn = 0;
  #stopping = false;
  #end: (code: number) => void = () => {};

  constructor(proc: ProcessContext, options: MasterOptions) {
    this.#proc = proc;
    this.#options = options;
    const saved = proc.restored as Saved | undefined;
    if (saved?.sources) {
      this.#sources = saved.sources;
      this.#config = fromSources(saved.sources, options.file, options.globals);
      this.#accepted = saved.accepted;
      this.#requests = saved.requests;
    } else {
      ({ config: this.#config, sources: this.#sources } = loadConfig(proc, options.file, options.globals));
    }
    this.#handshakes = new Handshakes(proc);
    this.#service = this.#newService();
  }

  async run(): Promise<number> {
    const proc = this.#proc;
    retitle(proc, this.#options.title);
    const ended = new Promise<number>((resolve) => (this.#end = resolve));
    proc.reap();
    proc.on("TERM", () => void this.#stop("15 (SIGTERM)", "exiting", false));
    proc.on("INT", () => void this.#stop("2 (SIGINT)", "exiting", false));
    proc.on("QUIT", () => void this.#stop("3 (SIGQUIT)", "shutting down", true));
    proc.on("HUP", () => void this.#reload());
    proc.on("USR1", () => void this.#log("notice", "signal 10 (SIGUSR1) received, reopening logs"));
    proc.on("WINCH", "ignore");
    const saved = proc.restored as Saved | undefined;
    const refused = (saved?.sources ? undefined : await this.#makeFolders()) ?? (await this.#listen());
    if (refused !== undefined) return refused;
    if (saved?.sources) {
      for (const pid of saved.workers) {
        const child = (proc as ProcessContext & KernelChildren).child?.(pid);
        if (child) this.#watch(child);
      }
    } else {
      const failed = await this.#begin();
      if (failed !== undefined) return failed;
    }
    this.#checkpoint();
    return ended;
  }

  /** As nginx does before it listens: folders for what it buffers (nginx: ngx_create_paths). */
  async #makeFolders(): Promise<number | undefined> {
    const { fs, uid } = this.#proc;
    const { user, temporary } = this.#config;
    if (user !== undefined && uid !== 0)
      await this.#tell(
        "warn",
        `the "user" directive makes sense only if the master process runs with super-user privileges, ignored ${user}`,
      );
    for (const path of temporary) {
      if (fs.exists(path)) continue;
      try {
        fs.mkdir(path, { mode: 0o700 });
        if (uid === 0 && user !== undefined) fs.chown(path, NGINX_UID, 0);
      } catch (error) {
        await this.#tell("emerg", `mkdir() "${path}" failed (${reason(error)})`);
        return 1;
      }
    }
    return undefined;
  }

  /** Into the log, and where whoever started it can see it. */
  async #tell(level: Level, message: string): Promise<void> {
    await this.#log(level, message);
    await this.#proc.stderr.write(`nginx: [${level}] ${message}\n`);
  }

  /** An exit code when it cannot. */
  async #begin(): Promise<number | undefined> {
    const proc = this.#proc;
    const { version } = this.#options;
    try {
      proc.fs.writeFile(this.#config.pid, `${proc.pid}\n`);
    } catch (error) {
      await this.#tell("emerg", `open() "${this.#config.pid}" failed (${reason(error)})`);
      return 1;
    }
    await this.#log("notice", 'using the "epoll" event method');
    await this.#log("notice", `nginx/${version.version}`);
    await this.#log("notice", `built by ${version.built} `);
    await this.#log(
      "notice",
      `OS: ${
        (readIfThere(proc, "/proc/version") ?? "")
          .split(" ")
          .filter((_, i) => i === 0 || i === 2)
          .join(" ") || "Linux"
      }`,
    );
    await this.#log("notice", "getrlimit(RLIMIT_NOFILE): 1048576:1048576");
    await this.#startWorkers();
    return undefined;
  }

  #log(level: Level, message: string, pid?: number): Promise<void> {
    return logError(this.#proc, this.#config.errorLog, level, message, pid);
  }

  // --- listening ---

  /** Opens what the configuration wants and closes what it does not; an exit code when an address is taken. */
  async #listen(): Promise<number | undefined> {
    const wanted = new Map<string, { readonly address: string | undefined; readonly port: number }>(
      this.#config.servers.flatMap((s) => s.listens.map((l) => [`${l.address ?? "0.0.0.0"}:${l.port}`, l] as const)),
    );
    for (const [key, listener] of this.#listeners) {
      if (wanted.has(key)) continue;
      listener.close();
      this.#listeners.delete(key);
    }
    for (const [key, { address, port }] of wanted) {
      if (this.#listeners.has(key) || (address !== undefined && wanted.has(`0.0.0.0:${port}`))) continue;
      try {
        const listener = await this.#proc.net.listen(port, address === undefined ? {} : { address });
        this.#listeners.set(key, listener);
        void this.#service.accept(listener, (socket) => this.#handshakes.secure(socket, this.#config, this.#sources));
      } catch (error) {
        if (!(error instanceof NetError)) throw error;
        const message = `bind() to ${key} failed (98: Address already in use)`;
        await this.#tell("emerg", message);
        return 1;
      }
    }
    return undefined;
  }

  // --- requests ---

  #newService(): HttpService {
    const exchanges = new WeakMap<object, Exchange>();
    return new HttpService(
      async (request, peer) => {
        this.#accepted = Math.max(this.#accepted, peer.connection);
        this.#requests++;
        const state = this.#state();
        const x = beginExchange(state, request, peer);
        if (!x) return { status: 444, close: true };
        exchanges.set(request, x);
        const refused = refusal(this.#config, peer, header(request.headers, "host") ?? "");
        if (refused !== undefined) return this.#bad(400, refused, x.server.base.settings.tokens);
        return respond(state, x);
      },
      {
        sayKeepAlive: true,
        idle: () => this.#checkpoint(),
        bad: (error) => this.#bad(error.status),
        sent: async (request, response, bytes) => {
          const x = exchanges.get(request);
          const log = x?.location.settings.accessLog;
          if (!x || !log) return;
          x.sent = bytes;
          x.status = response.status;
          await append(this.#proc, log.path, `${logLine(this.#config.formats.get(log.format) ?? "", x, this.#proc.clock.now())}\n`);
        },
      },
    );
  }

  #state(): NginxState {
    return {
      proc: this.#proc,
      config: this.#config,
      version: this.#options.version.version,
      counts: () => ({ active: this.#service.open, accepted: this.#accepted, requests: this.#requests }),
      next: (_, size) => this.#turn++ % size,
      error: (message, x) => {
        const host = x.request.headers.find(([n]) => n.toLowerCase() === "host")?.[1];
        const place = `client: ${x.peer.socket.remote.ip}, server: ${x.server.names[0] ?? ""}, request: "${x.request.line}"`;
        // An upstream stands between the request and the host.
        const [what, upstream] = message.split(/(?=, upstream: )/) as [string, string | undefined];
        return this.#log(
          "error",
          `*${x.peer.connection} ${what}, ${place}${upstream ?? ""}${host === undefined ? "" : `, host: "${host}"`}`,
          this.#workerPid(),
        );
      },
    };
  }

  #bad(code: number, why?: string, tokens = true): ServerResponse {
    const signature = tokens ? `nginx/${this.#options.version.version}` : "nginx";
    const page = errorPage(code, signature);
    const body =
      why === undefined
        ? page
        : page
            .replace("400 Bad Request</title>", `400 ${why}</title>`)
            .replace("</h1></center>", `</h1></center>\r\n<center>${why}</center>`);
    const status = code === 431 ? 400 : code;
    return {
      status,
      headers: [
        ["Server", signature],
        ["Date", httpDate(this.#proc.clock.now())],
        ["Content-Type", "text/html"],
      ],
      body,
      close: true,
    };
  }

  // --- workers ---

  #workerPid(): number {
    return this.#workers.keys().next().value ?? this.#proc.pid;
  }

  async #startWorkers(): Promise<void> {
    await this.#log("notice", "start worker processes");
    const cpus = (readIfThere(this.#proc, "/proc/cpuinfo") ?? "").match(/^processor\s*:/gm)?.length ?? 1;
    const count = this.#config.workers ?? Math.max(1, cpus);
    for (let i = 0; i < count; i++) await this.#startWorker();
  }
  async #startWorker(): Promise<void> {
    const child = await this.#proc.spawn({ argv: ["nginx: worker process"], program: { name: "nginx-worker", arguments: null } });
    await this.#log("notice", `start worker process ${child.pid}`);
    this.#watch(child);
  }
  #watch(child: Child): void {
    this.#workers.set(child.pid, child);
    void child.exited.then(async ({ code, signal }) => {
      if (!this.#workers.delete(child.pid)) return;
      await this.#log("notice", `signal 17 (SIGCHLD) received from ${child.pid}`);
      const how = signal ? `exited on signal ${SIGNAL_NUMBERS[signal] ?? code - 128}` : `exited with code ${code}`;
      await this.#log(signal ? "alert" : "notice", `worker process ${child.pid} ${how}`);
      if (!this.#stopping) await this.#startWorker();
      if (this.#service.open === 0) this.#checkpoint();
    });
  }
  /** Ends these workers, with what each writes to the log. */
  async #endWorkers(workers: readonly Child[], graceful: boolean): Promise<void> {
    for (const child of workers) {
      this.#workers.delete(child.pid);
      if (graceful) await this.#log("notice", "gracefully shutting down", child.pid);
      await this.#log("notice", "exiting", child.pid);
      await this.#log("notice", "exit", child.pid);
      try {
        child.kill(graceful ? "QUIT" : "TERM");
      } catch {
        // It has gone by itself.
      }
      const { code } = await child.exited;
      await this.#log("notice", `signal 17 (SIGCHLD) received from ${child.pid}`);
      await this.#log("notice", `worker process ${child.pid} exited with code ${code}`);
    }
  }

  // --- signals ---

  async #stop(signal: string, what: string, graceful: boolean): Promise<void> {
    await this.#log("notice", `signal ${signal} received, ${what}`);
    if (this.#stopping && graceful) return;
    this.#stopping = true;
    for (const listener of this.#listeners.values()) listener.close();
    this.#listeners.clear();
    if (graceful) await this.#service.drain();
    else this.#service.abort();
    await this.#endWorkers([...this.#workers.values()], graceful);
    try {
      this.#proc.fs.unlink(this.#config.pid);
    } catch {
      // It was not written, or somebody removed it.
    }
    await this.#log("notice", "exit");
    this.#end(0);
  }

  async #reload(): Promise<void> {
    if (this.#stopping) return;
    await this.#log("notice", "signal 1 (SIGHUP) received, reconfiguring");
    await this.#log("notice", "reconfiguring");
    try {
      ({ config: this.#config, sources: this.#sources } = loadConfig(this.#proc, this.#options.file, this.#options.globals));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return this.#log("emerg", error.message);
    }
    if ((await this.#listen()) !== undefined) return;
    await this.#log("notice", 'using the "epoll" event method');
    const old = [...this.#workers.values()];
    for (const child of old) this.#workers.delete(child.pid);
    await this.#startWorkers();
    await this.#endWorkers(old, true);
    if (this.#service.open === 0) this.#checkpoint();
  }

  #checkpoint(): void {
    if (this.#stopping) return;
    const saved: Saved = { sources: this.#sources, workers: [...this.#workers.keys()], accepted: this.#accepted, requests: this.#requests };
    this.#proc.checkpoint(saved);
  }
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = { HUP: 1, INT: 2, QUIT: 3, KILL: 9, TERM: 15 };

const NGINX_UID = 101;

/** `13: Permission denied`: a failed call as nginx words it. */
function reason(error: unknown): string {
  const { code = "", message = "" } = error as { readonly code?: string; readonly message?: string };
  return `${ERRNO[code] ?? 5}: ${message.replace(/:.*$/s, "")}`;
}
const ERRNO: Readonly<Record<string, number>> = { EPERM: 1, ENOENT: 2, EACCES: 13, ENOTDIR: 20, ENOSPC: 28, EROFS: 30 };
