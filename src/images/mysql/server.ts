import { Errno, type ProcessContext } from "../../runtime/index.ts";
import { readable } from "../database/binary.ts";
import { type Session, Sessions, type StoredSession } from "../database/sessions.ts";
import { Timers } from "../database/timers.ts";
import type { Statement } from "../sql/ast.ts";
import type { SessionState } from "../sql/context.ts";
import { timestampText } from "../sql/convert.ts";
import { Disk, type Layout } from "../sql/disk.ts";
import { LockWait, SqlError } from "../sql/errors.ts";
import { type Outcome, SqlSession } from "../sql/session.ts";
import { type Change, Store } from "../sql/store.ts";
import { mysqlWords } from "../sql/words.ts";
import { dialectOf } from "./dialect.ts";
import { CAPABILITIES, COMMANDS, lenenc, packet, Reader, readPacket, u16, u32, u8 } from "./packets.ts";
import { matches } from "./password.ts";
import { errorBody, okBody, rowsReply } from "./replies.ts";
import { accountFor, may } from "./users.ts";
import type { MysqlVersion } from "./versions.ts";

/** A connection: all that a thaw must find again. */
export interface Client {
  stage: "auth" | "command";
  scramble: string;
  input: string;
  sql: SessionState;
  command: string;
  at: number;
  info: string | undefined;
}

export interface StoredServer {
  readonly base: readonly Change[];
  readonly log: readonly Change[];
  readonly globals: Readonly<Record<string, string>>;
  readonly disk: ReturnType<Disk["save"]>;
  readonly sessions: readonly StoredSession<Client>[];
  readonly next: number;
  readonly timers: readonly number[];
  readonly started: number;
  readonly questions: number;
  readonly aborted: number;
}

export const layoutOf = (datadir: string): Layout => ({
  databases: datadir,
  folder: (name) => `${datadir}/${name}`,
  mark: "db.opt",
  table: (name) => [`${name}.ibd`, `${name}.frm`],
  log: `${datadir}/ib_logfile0`,
  users: `${datadir}/mysql/global_priv.MAD`,
});

/** Letters alike whatever their case and accents, and spaces at the end are nothing (utf8mb4_general_ci). */
const fold = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .trimEnd();

export class MysqlServer {
  readonly proc: ProcessContext;
  readonly version: MysqlVersion;
  readonly store: Store;
  readonly disk: Disk;
  readonly sessions: Sessions<Client>;
  readonly timers: Timers;
  readonly started: number;
  readonly globals: Record<string, string>;
  readonly #sql = new Map<number, SqlSession>();
  readonly #waits = new Map<number, number>();
  questions: number;
  aborted: number;
  #base: readonly Change[] = [];
  #log: Change[] = [];
  #running = false;
  stopping = false;
  /** Resolves when a client asks for the end. */
  readonly shutdown: Promise<string>;
  #stop: (who: string) => void = () => {};

  constructor(proc: ProcessContext, version: MysqlVersion, settings: Readonly<Record<string, string>>, stored?: StoredServer) {
    this.proc = proc;
    this.version = version;
    this.started = stored?.started ?? proc.clock.now();
    this.questions = stored?.questions ?? 0;
    this.aborted = stored?.aborted ?? 0;
    this.globals = { ...settings, hostname: proc.hostname, ...stored?.globals };
    this.shutdown = new Promise((resolve) => (this.#stop = resolve));
    this.store = new Store(fold);
    this.disk = new Disk(
      proc,
      layoutOf(this.setting("datadir").replace(/\/$/, "")),
      this.store,
      stored?.disk.lsn,
      stored?.disk.logged,
      stored?.disk.dirty,
    );
    if (stored) {
      for (const change of [...stored.base, ...stored.log]) this.store.apply(change);
      [this.#base, this.#log] = [stored.base, [...stored.log]];
    }
    this.store.committed = (changes) => {
      this.#log.push(...changes);
      try {
        this.disk.commit(changes);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        void this.say("ERROR", `InnoDB: Write to file ./ib_logfile0 failed: ${error.message}`);
      }
    };
    this.timers = new Timers(proc, stored?.timers);
    this.sessions = new Sessions<Client>(
      proc,
      {
        open: ({ socket }) => {
          const here = socket.remote.ip === "127.0.0.1" || socket.remote.ip === socket.local.ip;
          const scramble = Array.from({ length: 20 }, () => String.fromCharCode(33 + proc.random.int(90))).join("");
          return {
            stage: "auth",
            scramble,
            input: "",
            command: "Connect",
            at: proc.clock.now(),
            info: undefined,
            sql: newState("", here ? "localhost" : socket.remote.ip),
          };
        },
        opened: (session) => this.#greet(session),
        data: (session, data) => this.#data(session, data),
        closed: ({ id, state }) => {
          this.#sql.get(id)?.close();
          this.#sql.delete(id);
          if (state.stage === "auth") this.aborted++;
        },
        idle: () => this.#idle(),
      },
      stored?.next ?? 3,
    );
  }

  setting(name: string): string {
    return this.globals[name] ?? "";
  }
  run(stored?: StoredServer): void {
    this.#running = true;
    if (stored) this.sessions.resume(stored.sessions);
    this.#idle();
  }
  /** Everything is there from now on: what a checkpoint begins with. */
  rebase(): void {
    this.#base = [...this.store.dump()];
    this.#log = [];
  }

  say(level: "Note" | "Warning" | "ERROR", text: string): Promise<void> {
    return this.proc.stderr.write(`${logTime(this.proc.clock.now())} 0 [${level}] ${text}\n`);
  }

  /** A session of the server's own: root on this machine. */
  local(database = ""): SqlSession {
    const session = new SqlSession(1, this.store, dialectOf(this), newState("root", "localhost"));
    session.state.database = database;
    return session;
  }

  #idle(): void {
    if (!this.#running || this.stopping || this.store.open.size > 0) return;
    if (this.#log.length > Math.max(2000, this.#base.length)) this.rebase();
    this.proc.checkpoint({
      base: this.#base,
      log: [...this.#log],
      globals: { ...this.globals },
      disk: this.disk.save(),
      sessions: this.sessions.save().map((s) => ({ ...s, state: { ...s.state, sql: { ...s.state.sql } } })),
      next: this.sessions.next,
      timers: this.timers.save(),
      started: this.started,
      questions: this.questions,
      aborted: this.aborted,
    } satisfies StoredServer);
  }

  // --- the protocol ---

  #greet(session: Session<Client>): void {
    const { scramble } = session.state;
    if (this.sessions.all.length > Number(this.setting("max_connections")) + 1) {
      this.sessions.send(session, packet(0, errorBody(1040, "08004", "Too many connections")));
      return this.sessions.end(session);
    }
    const name =
      this.version.maria && !this.version.version.startsWith("11") && !this.version.version.startsWith("12")
        ? `5.5.5-${this.version.full}`
        : this.version.full;
    const plugin = "mysql_native_password";
    this.sessions.send(
      session,
      packet(
        0,
        `\x0a${name}\0${u32(session.id)}${scramble.slice(0, 8)}\0${u16(CAPABILITIES)}${u8(45)}${u16(2)}${u16(CAPABILITIES >>> 16)}${u8(21)}${"\0".repeat(10)}${scramble.slice(8)}\0${plugin}\0`,
      ),
    );
  }
  async #data(session: Session<Client>, data: string): Promise<void> {
    const client = session.state;
    client.input += data;
    let at = 0;
    for (;;) {
      const got = readPacket(client.input, at);
      if (!got || session.closing || this.stopping) break;
      at = got.end;
      if (client.stage === "auth") this.#authenticate(session, got.body, got.sequence);
      else await this.#command(session, got.body);
    }
    client.input = client.input.slice(at);
  }
  #authenticate(session: Session<Client>, body: string, sequence: number): void {
    const reader = new Reader(body);
    const flags = reader.int(4);
    reader.at += 28;
    const user = readable(reader.zero());
    const given = reader.bytes(reader.int(1));
    const database = flags & 8 && !reader.done ? readable(reader.zero()) : "";
    const { state } = session;
    state.sql = newState(user, state.sql.host);
    const account = accountFor(this.store, user, state.sql.host);
    const refuse = (error: SqlError): void => {
      this.aborted++;
      if (error.code === 1045 && this.version.maria)
        void this.proc.stderr.write(`${logTime(this.proc.clock.now())} ${session.id} [Warning] ${error.message}\n`);
      this.sessions.send(session, packet(sequence + 1, errorBody(error.code, error.state, error.message)));
      this.sessions.end(session);
    };
    if (!account || !matches(account.password, given, state.scramble))
      return refuse(
        new SqlError(
          1045,
          "28000",
          `Access denied for user '${user}'@'${state.sql.host}' (using password: ${given === "" ? "NO" : "YES"})`,
        ),
      );
    if (database !== "") {
      try {
        this.#use(account, user, database);
        state.sql.database = database;
      } catch (error) {
        return refuse(error as SqlError);
      }
    }
    state.stage = "command";
    state.command = "Sleep";
    this.sessions.send(session, packet(sequence + 1, `\0${lenenc(0)}${lenenc(0)}${u16(2)}${u16(0)}`));
  }
  #use(account: Parameters<typeof may>[0], user: string, database: string): void {
    const system = /^(information_schema|mysql|performance_schema|sys)$/i.test(database);
    if (!system && !this.store.databases.has(database)) {
      if (!may(account, "any", "*"))
        throw new SqlError(1044, "42000", `Access denied for user '${user}'@'${account?.host ?? "%"}' to database '${database}'`);
      throw mysqlWords.unknownDatabase(database);
    }
    if (!may(account, "any", database) && !/^information_schema$/i.test(database))
      throw new SqlError(1044, "42000", `Access denied for user '${user}'@'${account?.host ?? "%"}' to database '${database}'`);
  }

  async #command(session: Session<Client>, body: string): Promise<void> {
    const { state } = session;
    const command = body.charCodeAt(0);
    const rest = readable(body.slice(1));
    state.at = this.proc.clock.now();
    const answer = (text: string): void => this.sessions.send(session, packet(1, text));
    if (command !== COMMANDS.statistics && command !== COMMANDS.ping && command !== COMMANDS.quit) this.questions++;
    switch (command) {
      case COMMANDS.quit:
        return this.sessions.end(session);
      case COMMANDS.ping:
        return answer(okBody({ affected: 0 }, this.#status(session)));
      case COMMANDS.statistics: {
        const up = Math.floor((this.proc.clock.now() - this.started) / 1000);
        return answer(
          `Uptime: ${up}  Threads: ${this.sessions.all.length}  Questions: ${this.questions}  Slow queries: 0  Opens: ${this.tableCount + 17}  Open tables: ${this.tableCount + 10}  Queries per second avg: ${(this.questions / Math.max(1, up)).toFixed(3)}`,
        );
      }
      case COMMANDS.shutdown:
        answer(okBody({ affected: 0 }, 2));
        return this.#stop(`${state.sql.user}[${state.sql.user}] @ ${state.sql.host} []`);
      case COMMANDS.database:
        return this.#query(session, `use \`${rest.replaceAll("`", "``")}\``);
      case COMMANDS.query:
        return this.#query(session, rest);
      default:
        answer(errorBody(1047, "08S01", "Unknown command"));
    }
  }
  get tableCount(): number {
    return [...this.store.databases.values()].reduce((n, d) => n + d.tables.size, 0);
  }
  #status(session: Session<Client>): number {
    return (this.#sql.get(session.id)?.inTransaction ? 1 : 0) | 2;
  }

  async #query(session: Session<Client>, sql: string): Promise<void> {
    const { state } = session;
    state.command = "Query";
    state.info = sql;
    const work = this.#session(session);
    let reply: string;
    try {
      const statement = work.parse(sql);
      if (!statement) throw new SqlError(1065, "42000", "Query was empty");
      const outcome = await this.#performed(work, statement, sql.length);
      if (!this.sessions.get(session.id)) return;
      reply = outcome.rows ? rowsReply(outcome, this.#status(session)) : packet(1, okBody(outcome, this.#status(session)));
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      reply = packet(1, errorBody(error.code, error.state, error.message));
    }
    state.command = "Sleep";
    state.info = undefined;
    this.sessions.send(session, reply);
  }
  #session(session: Session<Client>): SqlSession {
    let work = this.#sql.get(session.id);
    if (!work) this.#sql.set(session.id, (work = new SqlSession(session.id, this.store, dialectOf(this), session.state.sql)));
    return work;
  }
  /** Runs it, as often as it has to wait for others' locks. */
  async #performed(work: SqlSession, statement: Statement, length: number): Promise<Outcome> {
    const started = this.proc.clock.now();
    const deadline = started + Number(work.state.settings["innodb_lock_wait_timeout"] ?? this.setting("innodb_lock_wait_timeout")) * 1000;
    await this.proc.cpu(0.08 + length / 20_000);
    for (;;) {
      try {
        const outcome = work.run(statement);
        await this.proc.cpu(outcome.steps * 0.0005);
        if (outcome.sleep > 0) await this.timers.until(this.proc.clock.now() + outcome.sleep);
        return outcome;
      } catch (error) {
        if (!(error instanceof LockWait)) throw error;
        await this.#wait(
          work,
          error.holder,
          error.table ? started + Number(work.state.settings["lock_wait_timeout"] ?? this.setting("lock_wait_timeout")) * 1000 : deadline,
        );
      }
    }
  }
  async #wait(work: SqlSession, holder: number, deadline: number): Promise<void> {
    const own = work.transaction;
    if (own !== undefined) {
      for (let at: number | undefined = holder; at !== undefined; at = this.#waits.get(at))
        if (at === own) {
          work.abort();
          throw new SqlError(1213, "40001", "Deadlock found when trying to get lock; try restarting transaction");
        }
      this.#waits.set(own, holder);
    }
    let late = false;
    await Promise.race([this.store.ended(holder), this.timers.until(deadline).then(() => (late = true))]);
    if (own !== undefined) this.#waits.delete(own);
    if (late) throw new SqlError(1205, "HY000", "Lock wait timeout exceeded; try restarting transaction");
  }
}

export const newState = (user: string, host: string): SessionState => ({
  user,
  host,
  database: "",
  variables: {},
  settings: {},
  lastInsertId: 0,
  warnings: [],
  rowCount: -1,
});

/** "2026-01-02 03:04:05": the error log's time. */
export function logTime(ms: number): string {
  return timestampText(ms, false);
}
