import type { ProcessContext } from "../../runtime/index.ts";
import { utcFields } from "../../sim/index.ts";
import { type Session, Sessions } from "../database/sessions.ts";
import { Timers } from "../database/timers.ts";
import type { Config } from "./config.ts";
import { dataCommands, type DataCommand } from "./commands/index.ts";
import { globMatcher } from "./commands/types.ts";
import { blocking, unblock } from "./blocking.ts";
import { Engine } from "./engine.ts";
import { Persistence } from "./persistence.ts";
import { parseDump } from "./rdb.ts";
import { Replication } from "./replication.ts";
import { bulks, error, parseRequest, QUEUED, RedisError, simple } from "./resp.ts";
import { serverCommands } from "./server-commands.ts";
import { type Client, newClient, type Stats, type Stored } from "./state.ts";
import { type Product, type RedisVersion, since } from "./versions.ts";

/** What a check needs to know of a command. */
interface Known {
  readonly arity: number;
  readonly write?: true;
  readonly grows?: true;
}

/** What an empty server of this age takes. */
const BASE_MEMORY = 915_000;
const ROOT_MEMORY = 9 * 1024 * 1024;
/** CPU milliseconds for a command and for a kilobyte of words. */
const COMMAND_CPU = 0.02;
const KILOBYTE_CPU = 0.004;

export interface Birth {
  readonly build: RedisVersion;
  readonly configFile: string;
  readonly started: number;
  readonly runId: string;
  readonly replId: string;
}

/** A running redis: connections, data, and what is kept of them. */
export class Server {
  readonly proc: ProcessContext;
  readonly config: Config;
  readonly version: string;
  readonly product: Product;
  readonly birth: Birth;
  readonly engine: Engine;
  readonly sessions: Sessions<Client>;
  readonly timers: Timers;
  readonly persistence: Persistence;
  readonly replication: Replication;
  readonly stats: Stats;
  /** Resolves with the reason to stop. */
  readonly stopped: Promise<"shutdown" | "nosave" | "save">;
  stop: (how: "shutdown" | "nosave" | "save") => void = () => {};
  stopping = false;
  #stallUntil: number;
  #base = "";
  #log = "";
  #running = false;
  #memory = 0;
  /** Clients that waited for what has come: they are served after the command that brought it. */
  readonly #ready = new Set<Session<Client>>();

  constructor(proc: ProcessContext, config: Config, birth: Birth, stored?: Stored) {
    this.proc = proc;
    this.config = config;
    this.birth = birth;
    this.version = birth.build.version;
    this.product = birth.build.product;
    this.stats = stored
      ? { ...stored.stats }
      : {
          connections: 0,
          commands: 0,
          input: 0,
          output: 0,
          hits: 0,
          misses: 0,
          evicted: 0,
          expired: 0,
          errors: {},
          saves: 0,
          fullSyncs: 0,
        };
    this.stopped = new Promise((resolve) => {
      this.stop = (how) => {
        this.stopping = true;
        resolve(how);
      };
    });
    this.timers = new Timers(proc, stored?.timers);
    this.#stallUntil = stored?.stallUntil ?? 0;
    this.engine = new Engine(
      {
        now: () => proc.clock.now(),
        random: proc.random,
        propagate: (text) => this.#propagated(text),
        touched: (db, key) => this.#touched(db, key),
      },
      config.number("databases"),
    );
    this.sessions = new Sessions<Client>(
      proc,
      {
        open: () => {
          this.stats.connections++;
          return newClient(config.get("requirepass") === "", proc.clock.now());
        },
        opened: (session) => this.#opened(session),
        data: (session, text) => this.#data(session, text),
        closed: (session) => this.replication.closed(session),
        idle: () => this.#idle(),
      },
      stored?.next ?? 1,
    );
    this.persistence = new Persistence(this, stored);
    this.replication = new Replication(this, stored);
    if (!stored) return;
    const loaded = stored.base === "" ? undefined : parseDump(stored.base);
    if (typeof loaded === "object") this.engine.load(loaded);
    this.#base = stored.base;
    this.#log = stored.log;
    this.engine.replay(stored.log, 0);
    this.engine.forgetSelected();
    this.engine.dirty = stored.dirty;
  }

  /** From now on connections are served and checkpoints made. */
  run(stored?: Stored): void {
    this.#running = true;
    if (stored) this.sessions.resume(stored.sessions);
    this.persistence.resume();
    this.replication.resume();
    for (const session of this.sessions.all) if (session.state.blocked) void this.#timeOut(session);
    this.#idle();
  }

  log(level: "*" | "#" | "-", text: string, pid = this.proc.pid, role = this.replication.master ? "S" : "M"): Promise<void> {
    return logLine(this.proc, level, text, role, pid);
  }
  /** Redis 7.2 calls notices what were warnings. */
  get notice(): "*" | "#" {
    return since(this.version, "7.2") ? "*" : "#";
  }

  get usedMemory(): number {
    return BASE_MEMORY + this.engine.bytes + this.sessions.all.length * 1_900;
  }

  /** A client that an event has something to say to. */
  push(session: Session<Client>, text: string): void {
    this.stats.output += text.length;
    this.sessions.send(session, text);
  }

  /** One command's reply; undefined: it has none, or later. */
  async execute(session: Session<Client>, args: readonly string[]): Promise<string | undefined> {
    const client = session.state;
    const word = (args[0] as string).toLowerCase();
    const name = this.config.renamed.has(word) ? "" : ([...this.config.renamed].find(([, to]) => to === word)?.[0] ?? word);
    client.last = word;
    client.at = this.proc.clock.now();
    const own = serverCommands[name];
    const data = dataCommands.get(name) ?? blocking[name];
    const refused = this.#refusal(client, name, args, own ?? data);
    if (refused !== undefined) {
      if (client.multi && !/^(multi|watch)$/.test(name)) client.multiBad = true;
      return this.#failed(refused);
    }
    if (client.multi && !/^(exec|discard|multi|watch|quit|reset)$/.test(name)) {
      client.multi = [...client.multi, [name, ...args.slice(1)]];
      return QUEUED;
    }
    try {
      return await this.perform(session, [name, ...args.slice(1)]);
    } catch (thrown) {
      if (!(thrown instanceof RedisError)) throw thrown;
      return this.#failed(thrown.message);
    }
  }
  #failed(message: string): string {
    const code = message.split(" ")[0] as string;
    this.stats.errors = { ...this.stats.errors, [code]: (this.stats.errors[code] ?? 0) + 1 };
    return error(message);
  }

  /** After all checks. Throws RedisError. */
  async perform(session: Session<Client>, args: readonly string[], inMulti = false): Promise<string | undefined> {
    const name = args[0] as string;
    this.stats.commands++;
    this.#monitored(session, args);
    const own = serverCommands[name];
    if (own) return own.run(this, session, args.slice(1), inMulti);
    const wait = blocking[name];
    if (wait) {
      const reply = wait.run(this, session.state.db, args);
      if (reply !== undefined || inMulti) return reply ?? "*-1\r\n";
      session.state.blocked = wait.blocked(args, this.proc.clock.now());
      void this.#timeOut(session);
      return undefined;
    }
    const command = dataCommands.get(name) as DataCommand;
    const reply = this.engine.run(session.state.db, command, args);
    if (command === dataCommands.get("get")) this.stats[reply === "$-1\r\n" ? "misses" : "hits"]++;
    return reply;
  }

  #refusal(client: Client, name: string, args: readonly string[], command: Known | undefined): string | undefined {
    if (!command) {
      const rest = args.slice(1);
      return since(this.version, "7.0")
        ? `ERR unknown command '${args[0]?.slice(0, 128)}', with args beginning with: ${rest
            .map((a) => `'${a}' `)
            .join("")
            .slice(0, 128)}`
        : `ERR unknown command \`${args[0]?.slice(0, 128)}\`, with args beginning with: ${rest
            .map((a) => `\`${a}\`, `)
            .join("")
            .slice(0, 128)}`;
    }
    if (command.arity > 0 ? args.length !== command.arity : args.length < -command.arity)
      return `ERR wrong number of arguments for '${name}' command`;
    const write = command.write === true;
    if (!client.authed && !/^(auth|hello|quit|reset)$/.test(name)) return "NOAUTH Authentication required.";
    if (command.grows && !this.makeRoom()) return "OOM command not allowed when used memory > 'maxmemory'.";
    if (write && this.persistence.failed && this.config.is("stop-writes-on-bgsave-error") && this.config.saves.length > 0)
      return `MISCONF ${this.product} is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.`;
    if (write && this.config.number("min-replicas-to-write") > this.replication.online.length)
      return "NOREPLICAS Not enough good replicas to write.";
    if (write && this.replication.master && this.config.is("replica-read-only"))
      return "READONLY You can't write against a read only replica.";
    if (client.channels.length + client.patterns.length > 0 && !/^(p|s)?(un)?subscribe$|^(ping|quit|reset)$/.test(name))
      return `ERR Can't execute '${name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`;
    return undefined;
  }

  makeRoom(): boolean {
    return this.engine.evict(
      this.config.number("maxmemory"),
      this.usedMemory - this.engine.bytes,
      this.config.get("maxmemory-policy"),
      () => {
        this.stats.evicted++;
      },
    );
  }

  #monitored(from: Session<Client>, args: readonly string[]): void {
    const watching = this.sessions.all.filter((s) => s.state.monitor && s !== from);
    if (watching.length === 0) return;
    const now = this.proc.clock.now();
    const { remote } = from.socket;
    const words = args.map((a) => JSON.stringify(a)).join(" ");
    const line = simple(
      `${Math.floor(now / 1000)}.${String(Math.round((now % 1000) * 1000)).padStart(6, "0")} [${from.state.db} ${remote.ip}:${remote.port}] ${words}`,
    );
    for (const session of watching) this.push(session, line);
  }

  async #opened(session: Session<Client>): Promise<void> {
    if (this.sessions.all.length <= this.config.number("maxclients")) return;
    this.sessions.send(session, error("ERR max number of clients reached"));
    this.sessions.end(session);
  }

  async #data(session: Session<Client>, text: string): Promise<void> {
    const client = session.state;
    this.stats.input += text.length;
    if (client.kind === "master") return this.replication.received(session, text);
    client.input += text;
    if (client.input.length > 1024 * 1024 * 1024) return this.sessions.drop(session);
    await this.drain(session);
  }
  /** Answers what has been asked. */
  async drain(session: Session<Client>): Promise<void> {
    const client = session.state;
    let at = 0;
    while (!client.blocked && !session.closing && !this.stopping) {
      const request = parseRequest(client.input, at);
      if (!request) break;
      if ("refused" in request) {
        this.push(session, error(request.refused));
        this.sessions.end(session);
        break;
      }
      const taken = request.end - at;
      at = request.end;
      if (request.args.length === 0) continue;
      if (this.#stallUntil > this.proc.clock.now()) await this.timers.until(this.#stallUntil);
      await this.proc.cpu(COMMAND_CPU + (taken / 1024) * KILOBYTE_CPU);
      const reply = await this.execute(session, request.args);
      if (reply !== undefined) this.push(session, reply);
      for (const waiting of this.#ready) {
        this.#ready.delete(waiting);
        await unblock(this, waiting);
      }
    }
    client.input = client.input.slice(at);
    this.#weigh();
    this.persistence.written();
  }
  /** DEBUG SLEEP: nobody is answered for so long. */
  async stall(ms: number): Promise<void> {
    this.#stallUntil = this.proc.clock.now() + ms;
    await this.timers.until(this.#stallUntil);
  }

  #weigh(): void {
    const bytes = ROOT_MEMORY + Math.ceil((this.engine.bytes * 1.1) / 65_536) * 65_536;
    if (bytes === this.#memory) return;
    this.#memory = bytes;
    this.proc.memory(bytes);
  }

  #propagated(text: string): void {
    if (this.replication.master && !this.replication.applying) return;
    this.#log += text;
    this.persistence.append(text);
    this.replication.feed(text);
  }
  /** What the master said goes on to the file and to replicas of our own. */
  pass(text: string): void {
    this.#propagated(text);
  }
  #touched(db: number, key: string): void {
    const name = `${db}/${key}`;
    for (const { state } of this.sessions.all) if (state.watched.includes(name)) state.touched = true;
    for (const session of this.sessions.all) {
      if (!session.state.blocked?.keys.includes(key) || session.state.db !== db) continue;
      this.#ready.add(session);
    }
  }
  async #timeOut(session: Session<Client>): Promise<void> {
    const { blocked } = session.state;
    if (blocked?.until === undefined) return;
    await this.timers.until(blocked.until);
    if (session.state.blocked !== blocked) return;
    await this.sessions.work(async () => {
      session.state.blocked = null;
      this.push(session, /^(bl|br)pop$/.test(blocked.words[0] as string) ? "*-1\r\n" : "$-1\r\n");
      await this.drain(session);
    });
  }

  publish(channel: string, message: string): number {
    let n = 0;
    for (const session of this.sessions.all) {
      if (session.state.channels.includes(channel)) {
        n++;
        this.push(session, bulks(["message", channel, message]));
      }
      for (const pattern of session.state.patterns)
        if (globMatcher(pattern)(channel)) {
          n++;
          this.push(session, bulks(["pmessage", pattern, channel, message]));
        }
    }
    return n;
  }

  /** A dump that replaces the log of a checkpoint: when all data came at once. */
  rebase(): void {
    this.#base = this.engine.dump({});
    this.#log = "";
    this.engine.forgetSelected();
  }

  #idle(): void {
    if (!this.#running || this.stopping) return;
    if (this.#log.length > Math.max(65_536, this.#base.length)) this.rebase();
    this.proc.checkpoint({
      base: this.#base,
      log: this.#log,
      config: this.config.changed(),
      renamed: Object.fromEntries(this.config.renamed),
      configFile: this.birth.configFile,
      started: this.birth.started,
      runId: this.birth.runId,
      ...this.replication.save(),
      ...this.persistence.save(),
      dirty: this.engine.dirty,
      stats: { ...this.stats },
      stallUntil: this.#stallUntil,
      sessions: this.sessions.save(),
      next: this.sessions.next,
      timers: this.timers.save(),
    } satisfies Stored);
  }
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `1:M 20 Nov 2026 19:12:43.496 * Ready to accept connections` */
export function logLine(proc: ProcessContext, level: string, text: string, role: string, pid = proc.pid): Promise<void> {
  const t = utcFields(proc.clock.now());
  const two = (n: number): string => String(n).padStart(2, "0");
  const time = `${two(t.day)} ${MONTHS[t.month - 1]} ${t.year} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}.${String(Math.floor(t.millisecond)).padStart(3, "0")}`;
  return proc.stdout.write(`${pid}:${role} ${time} ${level} ${text}\n`);
}
