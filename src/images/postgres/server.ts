import { Errno, type ProcessContext } from "../../runtime/index.ts";
import { readable, utf8 } from "../database/binary.ts";
import { type Session, Sessions } from "../database/sessions.ts";
import { Timers } from "../database/timers.ts";
import { timestampText } from "../sql/convert.ts";
import { Disk } from "../sql/disk.ts";
import { SqlError } from "../sql/errors.ts";
import { splitStatements } from "../sql/lexer.ts";
import { SqlSession } from "../sql/session.ts";
import { type Change, Store } from "../sql/store.ts";
import { databaseHolder, holds } from "./acl.ts";
import type { Activity } from "./catalog.ts";
import { copyIn, dumpRows } from "./copy.ts";
import { dialectOf } from "./dialect.ts";
import { layoutOf, logTime } from "./layout.ts";
import { perform } from "./perform.ts";
import { CANCEL_REQUEST, errorFields, i16, i32, message, PROTOCOL, readI32, readMessage, SSL_REQUEST } from "./packets.ts";
import { rowMessages } from "./rows.ts";
import { base64, challenge, proven, verifier } from "../database/scram.ts";
import { type Client, newState, type StoredServer } from "./state.ts";
import { fullVersion, type PostgresVersion, serverVersion } from "./versions.ts";

export class PostgresServer {
  readonly proc: ProcessContext;
  readonly version: PostgresVersion;
  readonly settings: Readonly<Record<string, string>>;
  readonly store: Store;
  readonly disk: Disk;
  readonly sessions: Sessions<Client>;
  readonly timers: Timers;
  readonly started: number;
  readonly #sql = new Map<number, SqlSession>();
  readonly #waits = new Map<number, number>();
  /** Whether those on this machine are believed without a password. */
  readonly #trust: (local: boolean) => boolean;
  #base: readonly Change[] = [];
  #log: Change[] = [];
  #running = false;
  /** Nobody new is let in. */
  refusing: string | undefined;
  stopping = false;
  emptied: () => void = () => {};

  constructor(
    proc: ProcessContext,
    version: PostgresVersion,
    settings: Readonly<Record<string, string>>,
    trust: (local: boolean) => boolean,
    stored?: StoredServer,
  ) {
    this.proc = proc;
    this.version = version;
    this.settings = settings;
    this.#trust = trust;
    this.started = stored?.started ?? proc.clock.now();
    this.store = new Store((text) => text);
    this.disk = new Disk(
      proc,
      layoutOf(settings["data_directory"] as string),
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
        void this.log("PANIC", `could not write to file "pg_wal/xlogtemp.${proc.pid}": ${error.message}`);
      }
    };
    this.timers = new Timers(proc, stored?.timers);
    this.sessions = new Sessions<Client>(
      proc,
      {
        open: ({ socket }) => ({
          stage: "startup",
          input: "",
          local: socket.remote.ip === "127.0.0.1",
          sql: newState("", socket.remote.ip, ""),
          application: "",
          nonce: "",
          auth: "",
          query: "",
          busy: false,
          copying: "",
          copyInto: null,
        }),
        data: (session, data) => this.#data(session, data),
        closed: ({ id }) => {
          this.#sql.get(id)?.close();
          this.#sql.delete(id);
          if (this.sessions.all.length === 0) this.emptied();
        },
        idle: () => this.#idle(),
      },
      stored?.next ?? 60,
    );
  }

  run(stored?: StoredServer): void {
    this.#running = true;
    if (stored) this.sessions.resume(stored.sessions);
    this.#idle();
  }
  rebase(): void {
    this.#base = [...this.store.dump()];
    this.#log = [];
  }
  verifier(password: string): string {
    return password.startsWith("SCRAM-SHA-256$") ? password : verifier(password, String.fromCharCode(...this.proc.random.bytes(16)));
  }
  log(level: string, text: string, pid: number = this.proc.pid): Promise<void> {
    return this.proc.stderr.write(`${logTime(this.proc.clock.now())} [${pid}] ${level}:  ${text}\n`);
  }
  local(database: string, user = "postgres"): SqlSession {
    return new SqlSession(this.proc.pid, this.store, dialectOf(this), newState(user, "", database));
  }
  /** Everything is written to its place; the log begins anew. */
  checkpoint(): void {
    this.disk.flush();
  }
  /** Everybody who is in a database is cut off. */
  terminate(database: string): void {
    for (const session of this.sessions.all) {
      if (session.state.sql.database !== database) continue;
      this.#fatal(session, "57P01", "terminating connection due to administrator command");
      this.sessions.drop(session);
    }
  }
  activities(): readonly Activity[] {
    return this.sessions.all
      .filter((s) => s.state.stage === "ready" || s.state.stage === "copy")
      .map((s) => ({
        pid: s.id,
        user: s.state.sql.user,
        database: s.state.sql.database,
        address: s.state.local ? null : s.socket.remote.ip,
        state: s.state.busy ? "active" : this.#sql.get(s.id)?.inTransaction ? "idle in transaction" : "idle",
        query: s.state.query,
        started: `${timestampText(s.since, true)}+00`,
        application: s.state.application,
      }));
  }

  #idle(): void {
    if (!this.#running || this.stopping || this.store.open.size > 0) return;
    if (this.#log.length > Math.max(2000, this.#base.length)) this.rebase();
    this.proc.checkpoint({
      base: this.#base,
      log: [...this.#log],
      disk: this.disk.save(),
      sessions: this.sessions.save().map((s) => ({ ...s, state: { ...s.state, sql: { ...s.state.sql } } })),
      next: this.sessions.next,
      timers: this.timers.save(),
      started: this.started,
    } satisfies StoredServer);
  }

  // --- the protocol ---

  async #data(session: Session<Client>, data: string): Promise<void> {
    const client = session.state;
    client.input += data;
    let at = 0;
    for (;;) {
      const got = readMessage(client.input, at, client.stage === "startup");
      if (!got || session.closing || this.stopping) break;
      at = got.end;
      if (client.stage === "startup") this.#startup(session, got.body);
      else if (client.stage === "first" || client.stage === "final") this.#password(session, got.body);
      else await this.#command(session, got.type, got.body);
    }
    client.input = client.input.slice(at);
  }
  /** Refuses and hangs up, with a line in the log. */
  #fatal(session: Session<Client>, state: string, text: string, detail?: string): void {
    void this.log("FATAL", text, session.id);
    if (detail !== undefined) void this.log("DETAIL", detail, session.id);
    this.sessions.send(session, message("E", errorFields({ S: "FATAL", V: "FATAL", C: state, M: text })));
    this.sessions.end(session);
  }
  #startup(session: Session<Client>, body: string): void {
    const code = readI32(body, 0);
    if (code === SSL_REQUEST) return this.sessions.send(session, "N");
    if (code === CANCEL_REQUEST) return this.sessions.end(session);
    if (code !== PROTOCOL) return this.#fatal(session, "0A000", "unsupported frontend protocol");
    const words = readable(body.slice(4)).split("\0");
    const options: Record<string, string> = {};
    for (let i = 0; i + 1 < words.length; i += 2) if (words[i] !== "") options[words[i] as string] = words[i + 1] as string;
    const { state } = session;
    const user = options["user"] ?? "";
    state.sql = newState(user, state.sql.host, options["database"] ?? user);
    state.application = options["application_name"] ?? "";
    if (this.refusing !== undefined) return this.#fatal(session, "57P03", this.refusing);
    if (this.sessions.all.length > Number(this.settings["max_connections"]))
      return this.#fatal(session, "53300", "sorry, too many clients already");
    if (this.#trust(state.local)) return this.#enter(session);
    state.stage = "first";
    this.sessions.send(session, message("R", `${i32(10)}SCRAM-SHA-256\0\0`));
  }
  #password(session: Session<Client>, body: string): void {
    const { state } = session;
    const user = this.store.users.find((u) => u.user === state.sql.user);
    const failed = (): void =>
      this.#fatal(
        session,
        "28P01",
        `password authentication failed for user "${state.sql.user}"`,
        `${user ? (user.password === "" ? `User "${state.sql.user}" does not have a valid SCRAM secret.\n\t` : "") : `Role "${state.sql.user}" does not exist.\n\t`}Connection matched pg_hba.conf line ${HBA_LINE}: "host all all all scram-sha-256"`,
      );
    if (state.stage === "first") {
      const at = body.indexOf("\0") + 5;
      const first = body.slice(at);
      if (!first.startsWith("n,,")) return this.#fatal(session, "28000", "expected SCRAM without channel binding");
      const bare = first.slice(3);
      state.nonce = (/r=([^,]+)/.exec(bare)?.[1] ?? "") + base64(String.fromCharCode(...this.proc.random.bytes(18)));
      const reply = challenge(user?.password ?? "", state.nonce, String.fromCharCode(...this.proc.random.bytes(16)));
      state.auth = `${bare},${reply}`;
      state.stage = "final";
      return this.sessions.send(session, message("R", i32(11) + reply));
    }
    const [without = "", proof = ""] = body.split(",p=");
    const signature = user && user.attributes["login"] !== false ? proven(user.password, `${state.auth},${without}`, proof) : undefined;
    if (signature === undefined) return failed();
    this.sessions.send(session, message("R", `${i32(12)}v=${signature}`));
    this.#enter(session);
  }
  #enter(session: Session<Client>): void {
    const { state } = session;
    const user = this.store.users.find((u) => u.user === state.sql.user);
    if (!user) return this.#fatal(session, "28000", `role "${state.sql.user}" does not exist`);
    if (user.attributes["login"] === false) return this.#fatal(session, "28000", `role "${state.sql.user}" is not permitted to log in`);
    if (!this.store.databases.has(state.sql.database))
      return this.#fatal(session, "3D000", `database "${state.sql.database}" does not exist`);
    if (state.sql.database === "template0")
      return this.#fatal(session, "55000", 'database "template0" is not currently accepting connections');
    if (!user.attributes["superuser"] && !this.#mayConnect(session))
      return this.#fatal(
        session,
        "42501",
        `permission denied for database "${state.sql.database}"`,
        "User does not have CONNECT privilege.",
      );
    state.sql.settings = { ...user.settings };
    state.stage = "ready";
    const status = {
      server_version: serverVersion(this.version),
      server_encoding: "UTF8",
      client_encoding: "UTF8",
      DateStyle: "ISO, MDY",
      TimeZone: this.settings["timezone"] ?? "UTC",
      is_superuser: user.attributes["superuser"] ? "on" : "off",
      standard_conforming_strings: "on",
    };
    const parameters = Object.entries(status).map(([k, v]) => message("S", `${k}\0${v}\0`));
    this.sessions.send(
      session,
      message("R", i32(0)) + parameters.join("") + message("K", i32(session.id) + i32(session.id * 7919)) + this.#ready(session),
    );
  }
  #mayConnect(session: Session<Client>): boolean {
    const { store } = this;
    const { sql } = session.state;
    const database = store.databases.get(sql.database);
    return !database || holds({ store, session: sql, version: fullVersion(this.version) }, sql.user, databaseHolder(database), "c");
  }
  #ready(session: Session<Client>): string {
    const work = this.#sql.get(session.id);
    return message("Z", work?.failed ? "E" : work?.inTransaction ? "T" : "I");
  }
  #session(session: Session<Client>): SqlSession {
    let work = this.#sql.get(session.id);
    if (!work) this.#sql.set(session.id, (work = new SqlSession(session.id, this.store, dialectOf(this), session.state.sql)));
    return work;
  }

  async #command(session: Session<Client>, type: string, body: string): Promise<void> {
    const { state } = session;
    if (type === "X") return this.sessions.end(session);
    if (state.stage === "copy") return this.#copied(session, type, body);
    if (type === "Q") return this.#query(session, readable(body.replace(/\0$/, "")));
    if (type === "S") return this.sessions.send(session, this.#ready(session));
    if (/[PBDECH]/.test(type)) {
      if (type === "P") this.#fatal(session, "0A000", "the extended query protocol is not simulated by Timonel");
      return;
    }
    this.#fatal(session, "08P01", `invalid frontend message type ${type.charCodeAt(0)}`);
  }

  async #query(session: Session<Client>, sql: string): Promise<void> {
    const { state } = session;
    state.query = sql;
    state.busy = true;
    const work = this.#session(session);
    const { statements, rest } = splitStatements(sql, true);
    let out = "";
    let offset = 0;
    let any = false;
    for (const one of [...statements, rest]) {
      const at = offset;
      offset += one.length + 1;
      try {
        const statement = work.parse(one);
        if (!statement) continue;
        any = true;
        const outcome = await perform(this, this.#waits, work, statement, one.length);
        if (!this.sessions.get(session.id)) return;
        const least = work.state.settings["client_min_messages"] ?? "notice";
        for (const w of outcome.warnings.filter((x) => !/^(warning|error)$/.test(least) || (least === "warning" && x.level !== "Note")))
          out += message("N", utf8(errorFields({ S: w.level === "Note" ? "NOTICE" : "WARNING", V: "NOTICE", C: "00000", M: w.message })));
        if (outcome.copy) {
          if (outcome.copy.from) {
            state.stage = "copy";
            state.copying = "";
            state.copyInto = outcome.copy;
            return this.sessions.send(session, `${out}${message("G", `\0${i16(0)}`)}`);
          }
          const lines = dumpRows(work, outcome.copy);
          out +=
            message("H", `\0${i16(0)}`) +
            lines.map((l) => message("d", utf8(l))).join("") +
            message("c", "") +
            message("C", `COPY ${lines.length}\0`);
          continue;
        }
        if (outcome.rows) out += rowMessages(outcome.rows);
        out += message("C", `${outcome.tag}\0`);
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        out += this.#error(session, error, sql, error.at === undefined || error.at < 0 ? undefined : error.at + at);
        break;
      }
    }
    state.busy = false;
    if (!any && out === "") out = message("I", "");
    this.sessions.send(session, out + this.#ready(session));
  }
  #error(session: Session<Client>, error: SqlError, sql: string, at: number | undefined): string {
    void this.log("ERROR", `${error.message}${at === undefined ? "" : ` at character ${at + 1}`}`, session.id);
    if (error.detail !== undefined) void this.log("DETAIL", error.detail, session.id);
    if (error.hint !== undefined) void this.log("HINT", error.hint, session.id);
    void this.log("STATEMENT", sql.replaceAll("\n", "\n\t"), session.id);
    return message(
      "E",
      utf8(
        errorFields({
          S: "ERROR",
          V: "ERROR",
          C: error.state,
          M: error.message,
          D: error.detail,
          H: error.hint,
          P: at === undefined ? undefined : String([...sql.slice(0, at)].length + 1),
        }),
      ),
    );
  }
  async #copied(session: Session<Client>, type: string, body: string): Promise<void> {
    const { state } = session;
    if (type === "d") {
      state.copying += body;
      return;
    }
    if (type !== "c" && type !== "f") return;
    state.stage = "ready";
    const into = state.copyInto;
    state.copyInto = null;
    let out: string;
    try {
      if (type === "f" || !into) throw new SqlError(0, "57014", "COPY from stdin failed");
      const n = copyIn(this.#session(session), into, readable(state.copying));
      out = message("C", `COPY ${n}\0`);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      out = this.#error(session, error, state.query, undefined);
    }
    state.copying = "";
    state.busy = false;
    this.sessions.send(session, out + this.#ready(session));
  }
}

/** Where the image's pg_hba.conf ends. */
const HBA_LINE = 128;
