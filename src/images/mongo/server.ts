import { Errno, type ProcessContext } from "../../runtime/index.ts";
import { readable, utf8 } from "../database/binary.ts";
import { type Session, Sessions } from "../database/sessions.ts";
import { Timers } from "../database/timers.ts";
import { admin } from "./admin.ts";
import type { Commands } from "./call.ts";
import { Disk } from "./disk.ts";
import { logger, type Say } from "./log.ts";
import { reads } from "./reads.ts";
import { refusal, type Role, type User, userOf } from "./roles.ts";
import { type Client, newClient, type StoredServer } from "./state.ts";
import { type Change, Store } from "./store.ts";
import { type Doc, isDoc, MongoError, shown } from "./values.ts";
import { major, type MongoVersion } from "./versions.ts";
import { writes } from "./writes.ts";

const COMMANDS: Commands = { ...reads, ...writes, ...admin };
const ROOT_MEMORY = 95 * 1024 * 1024;
/** What WiredTiger writes by itself: a checkpoint this long after something was changed. */
const CHECKPOINT = 60_000;
const MAX_MESSAGE = 48_000_000;
const HTTP = "It looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n";
const COUNTED: Readonly<Record<string, string>> = {
  insert: "insert",
  find: "query",
  update: "update",
  delete: "delete",
  getMore: "getmore",
};

export interface Settings {
  readonly port: number;
  readonly addresses: readonly string[] | undefined;
  readonly dbPath: string;
  readonly auth: boolean;
}

/**
 * A running mongod. Between it and its clients (src/images/mongo/connection.ts) documents travel as lines of extended
 * JSON; BSON and OP_MSG are not simulated, and whoever speaks HTTP is told so as the real one tells it.
 */
export class MongoServer {
  readonly proc: ProcessContext;
  readonly version: MongoVersion;
  readonly settings: Settings;
  readonly parsed: Doc;
  readonly store = new Store();
  readonly disk: Disk;
  readonly sessions: Sessions<Client>;
  readonly timers: Timers;
  readonly say: Say;
  readonly started: number;
  readonly processId: string;
  readonly counts: Record<string, number>;
  /** Lines of the log, for who connects. */
  warnings: readonly string[];
  memory = 0;
  readonly stopped: Promise<void>;
  stop: () => void = () => {};
  stopping = false;
  #base: readonly Change[] = [];
  #log: Change[] = [];
  #checkpointAt: number | null;
  #cursors: number;
  #objects: number;
  #running = false;
  #cost = 0;

  constructor(proc: ProcessContext, version: MongoVersion, settings: Settings, parsed: Doc, stored?: StoredServer) {
    this.proc = proc;
    this.version = version;
    this.settings = settings;
    this.parsed = parsed;
    this.say = logger(proc);
    this.started = stored?.started ?? proc.clock.now();
    this.#cursors = stored?.cursors ?? 1 + proc.random.int(2 ** 30);
    this.#objects = stored?.objects ?? proc.random.int(2 ** 24);
    this.processId = stored?.process ?? `${seconds(proc)}${hex(proc.random.bytes(8))}`;
    this.warnings = stored?.warnings ?? [];
    this.counts = { insert: 0, query: 0, update: 0, delete: 0, getmore: 0, command: 0, ...stored?.counts };
    this.#checkpointAt = stored?.checkpointAt ?? null;
    this.stopped = new Promise((resolve) => {
      this.stop = resolve;
    });
    if (stored) {
      for (const change of [...stored.base, ...stored.log]) this.store.apply(change);
      [this.#base, this.#log] = [stored.base, [...stored.log]];
    }
    this.disk = new Disk(proc, this.store, settings.dbPath, stored?.disk);
    this.store.committed = (changes) => this.#committed(changes);
    this.timers = new Timers(proc, stored?.timers);
    this.sessions = new Sessions<Client>(
      proc,
      {
        open: (session) => {
          const { ip, port } = session.socket.remote;
          this.say("NETWORK", 22_943, "listener", "Connection accepted", {
            remote: `${ip}:${port}`,
            connectionId: session.id,
            connectionCount: this.sessions.all.length + 1,
          });
          return newClient();
        },
        data: (session, data) => this.#data(session, data),
        closed: ({ id, socket }) => {
          const { ip, port } = socket.remote;
          this.say("NETWORK", 22_944, `conn${id}`, "Connection ended", {
            remote: `${ip}:${port}`,
            connectionId: id,
            connectionCount: this.sessions.all.length,
          });
        },
        idle: () => this.#idle(),
      },
      stored?.next ?? 1,
    );
  }

  run(stored?: StoredServer): void {
    this.#running = true;
    if (stored) this.sessions.resume(stored.sessions);
    if (this.#checkpointAt !== null) this.#arm(this.#checkpointAt);
    this.#weigh();
    this.#idle();
  }
  rebase(): void {
    this.#base = this.store.dump();
    this.#log = [];
  }
  nextCursor(): number {
    return (this.#cursors += 7919);
  }
  /** Of a document that came without one. */
  objectId(): Doc {
    this.#objects = (this.#objects + 1) % 2 ** 24;
    return { $oid: seconds(this.proc) + this.processId.slice(8, 18) + this.#objects.toString(16).padStart(6, "0") };
  }
  user(id: string): User | undefined {
    return userOf(this.store.collection("admin", "system.users")?.docs.get(JSON.stringify(id)));
  }
  /** What somebody may; undefined where everybody may everything. */
  rolesOf(session: Session<Client>): readonly Role[] | undefined {
    if (!this.settings.auth) return undefined;
    return session.state.user === null ? [] : (this.user(session.state.user)?.roles ?? []);
  }
  authenticated(
    session: Session<Client>,
    who: { readonly user: string; readonly db: string },
    user: User | undefined,
    right: boolean,
  ): void {
    const modern = major(this.version) >= 7;
    const remote = `${session.socket.remote.ip}:${session.socket.remote.port}`;
    const about = modern
      ? { client: remote, isSpeculative: false, isClusterMember: false, mechanism: "SCRAM-SHA-256", user: who.user, db: who.db }
      : { mechanism: "SCRAM-SHA-256", speculative: false, principalName: who.user, authenticationDatabase: who.db, remote, extraInfo: {} };
    if (right)
      this.say(
        "ACCESS",
        modern ? 5_286_306 : 20_250,
        `conn${session.id}`,
        modern ? "Successfully authenticated" : "Authentication succeeded",
        { ...about, ...(modern && { result: 0 }) },
      );
    else {
      const error = user
        ? "AuthenticationFailed: SCRAM authentication failed, storedKey mismatch"
        : `UserNotFound: Could not find user "${who.user}" for db "${who.db}"`;
      this.say("ACCESS", modern ? 5_286_307 : 20_249, `conn${session.id}`, modern ? "Failed to authenticate" : "Authentication failed", {
        ...about,
        ...(modern ? { result: user ? 18 : 11, error } : { error }),
      });
    }
  }

  #committed(changes: readonly Change[]): void {
    this.#log.push(...changes);
    try {
      this.disk.commit(changes);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      this.say(
        "STORAGE",
        22_435,
        "JournalFlusher",
        "WiredTiger error message",
        { error: 28, message: { msg: `WiredTigerLog: ${error.message}` } },
        "E",
      );
    }
    if (this.#checkpointAt !== null || !this.disk.dirty) return;
    this.#checkpointAt = this.proc.clock.now() + CHECKPOINT;
    if (this.#running) this.#arm(this.#checkpointAt);
  }
  #arm(at: number): void {
    this.timers.at(at, () => {
      void this.sessions.work(() => {
        this.#checkpointAt = null;
        if (this.stopping) return;
        try {
          this.disk.checkpoint();
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
        }
      });
    });
  }
  #weigh(): void {
    const bytes = ROOT_MEMORY + Math.ceil((this.store.bytes * 1.3 + this.sessions.all.length * 200_000) / 2 ** 18) * 2 ** 18;
    if (bytes === this.memory) return;
    this.memory = bytes;
    this.proc.memory(bytes);
  }
  #idle(): void {
    if (!this.#running || this.stopping) return;
    if (this.#log.length > Math.max(2000, this.#base.length)) this.rebase();
    this.proc.checkpoint({
      base: this.#base,
      log: [...this.#log],
      disk: this.disk.save(),
      checkpointAt: this.#checkpointAt,
      started: this.started,
      cursors: this.#cursors,
      objects: this.#objects,
      process: this.processId,
      warnings: this.warnings,
      counts: { ...this.counts },
      sessions: this.sessions.save(),
      next: this.sessions.next,
      timers: this.timers.save(),
    } satisfies StoredServer);
  }

  async #data(session: Session<Client>, data: string): Promise<void> {
    const { state } = session;
    state.input += data;
    if (state.input.length > MAX_MESSAGE) return this.sessions.drop(session);
    if (/^(GET|POST|HEAD|PUT) /.test(state.input)) {
      this.sessions.send(
        session,
        `HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${HTTP.length}\r\n\r\n${HTTP}`,
      );
      return this.sessions.end(session);
    }
    for (let end = state.input.indexOf("\n"); end >= 0 && !session.closing && !this.stopping; end = state.input.indexOf("\n")) {
      const line = state.input.slice(0, end);
      state.input = state.input.slice(end + 1);
      const reply = await this.#answer(session, line);
      if (!reply) return this.sessions.drop(session);
      this.sessions.send(session, utf8(`${JSON.stringify(reply)}\n`));
    }
    this.#weigh();
  }
  async #answer(session: Session<Client>, line: string): Promise<Doc | undefined> {
    let args: unknown;
    try {
      args = JSON.parse(readable(line));
    } catch {
      return undefined;
    }
    if (!isDoc(args as Doc)) return undefined;
    this.#cost = 0;
    const reply = this.perform(session, args as Doc);
    await this.proc.cpu(
      0.08 + this.#cost * 0.0004 + line.length / 200_000 + (String(Object.keys(args as Doc)[0]).startsWith("sasl") ? 8 : 0),
    );
    return reply;
  }
  /** One command: what it answers, an error as a document. */
  perform(session: Session<Client>, args: Doc): Doc {
    const [name = ""] = Object.keys(args);
    const db = typeof args["$db"] === "string" ? args["$db"] : "admin";
    try {
      const command = COMMANDS[name];
      if (!command) throw new MongoError(59, "CommandNotFound", `no such command: '${name}'`);
      this.#allow(session, name, db, args);
      const kind = COUNTED[name] ?? "command";
      this.counts[kind] = (this.counts[kind] ?? 0) + 1;
      if (name === "hello" && isDoc(args["client"])) this.#introduced(session, args["client"]);
      const reply = command({ server: this, session, name, db, args, now: this.proc.clock.now(), cost: (n) => (this.#cost += n) });
      this.store.commit();
      return reply;
    } catch (error) {
      if (!(error instanceof MongoError)) throw error;
      this.store.commit();
      return { ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName, ...error.more };
    }
  }
  #allow(session: Session<Client>, name: string, db: string, args: Doc): void {
    const roles = this.rolesOf(session);
    if (!roles) return;
    const local = session.socket.remote.ip === "127.0.0.1";
    const users = this.store.collection("admin", "system.users")?.docs.size ?? 0;
    // The localhost exception: the first user is made by whoever is on this machine.
    if (local && users === 0 && db === "admin" && name === "createUser") return;
    const refused = refusal(name, db, shown(args), session.state.user === null ? undefined : roles, major(this.version) >= 7);
    if (refused) throw refused;
  }
  #introduced(session: Session<Client>, client: Doc): void {
    const { ip, port } = session.socket.remote;
    this.say("NETWORK", 51_800, `conn${session.id}`, "client metadata", {
      remote: `${ip}:${port}`,
      client: `conn${session.id}`,
      doc: client,
    });
  }
}

export const hex = (bytes: Uint8Array): string => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
const seconds = (proc: ProcessContext): string =>
  Math.floor(proc.clock.now() / 1000)
    .toString(16)
    .padStart(8, "0");
