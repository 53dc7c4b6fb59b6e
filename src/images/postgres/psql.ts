import type { ProcessContext, Program } from "../../runtime/index.ts";
import { Input, INTERRUPT } from "../database/prompt.ts";
import { splitStatements } from "../sql/lexer.ts";
import { describe } from "./backslash.ts";
import { Connection, ConnectionError, type Event, type Where } from "./connection.ts";
import { type Look, printed } from "./format.ts";
import { buildOf } from "./main.ts";
import { serverVersion } from "./versions.ts";

interface Options {
  where: Where;
  commands: string[];
  file: string | undefined;
  look: Look;
  quiet: boolean;
  stop: boolean;
  version: boolean;
  list: boolean;
  bad: string | undefined;
  /** -1: everything or nothing. */
  single: boolean;
  echo: "none" | "queries" | "all";
  variables: Record<string, string>;
}
const LONG: Readonly<Record<string, string>> = {
  host: "h",
  port: "p",
  username: "U",
  dbname: "d",
  command: "c",
  file: "f",
  "tuples-only": "t",
  "no-align": "A",
  quiet: "q",
  expanded: "x",
  version: "V",
  list: "l",
  set: "v",
  variable: "v",
  "no-password": "w",
  password: "W",
  "no-psqlrc": "X",
  "echo-queries": "e",
  "echo-all": "a",
  "single-transaction": "1",
  csv: "csv",
  "field-separator": "F",
};

export function options(proc: ProcessContext, args: readonly string[]): Options {
  const { env } = proc;
  const os = proc.uid === 0 ? "root" : "postgres";
  let where: Where = {
    host: env["PGHOST"] ?? "",
    port: Number(env["PGPORT"] ?? 5432),
    user: env["PGUSER"] ?? os,
    database: env["PGDATABASE"] ?? "",
    password: env["PGPASSWORD"],
  };
  const o: Options = {
    where,
    commands: [],
    file: undefined,
    look: { expanded: false, tuplesOnly: false, aligned: true, separator: "|", nothing: "" },
    quiet: false,
    stop: false,
    version: false,
    list: false,
    bad: undefined,
    single: false,
    echo: "none",
    variables: {},
  };
  const plain: string[] = [];
  const set = (c: string, next: () => string): void => {
    if (c === "h") where = { ...where, host: next() };
    else if (c === "p") where = { ...where, port: Number(next()) };
    else if (c === "U") where = { ...where, user: next() };
    else if (c === "d") plain.unshift(next());
    else if (c === "c") o.commands.push(next());
    else if (c === "f") o.file = next();
    else if (c === "t") o.look = { ...o.look, tuplesOnly: true };
    else if (c === "A") o.look = { ...o.look, aligned: false };
    else if (c === "F") o.look = { ...o.look, separator: next() };
    else if (c === "x") o.look = { ...o.look, expanded: true };
    else if (c === "q") o.quiet = true;
    else if (c === "V") o.version = true;
    else if (c === "l") o.list = true;
    else if (c === "v") {
      const [name = "", ...value] = next().split("=");
      o.variables[name] = value.join("=");
      if (name === "ON_ERROR_STOP" && /^(|1|on|true|yes)$/i.test(value.join("="))) o.stop = true;
    } else if (c === "1") o.single = true;
    else if (c === "e") o.echo = "queries";
    else if (c === "a") o.echo = "all";
    else if (!/^[wWXn]$/.test(c)) o.bad ??= `invalid option -- '${c}'`;
  };
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (word.startsWith("--")) {
      const [name = "", ...value] = word.slice(2).split("=");
      const c = LONG[name];
      if (c === undefined) o.bad ??= `unrecognized option '--${name}'`;
      else set(c, () => (value.length > 0 ? value.join("=") : (args[++i] ?? "")));
    } else if (word.startsWith("-") && word.length > 1) {
      for (let j = 1; j < word.length; j++) {
        let took = false;
        set(word[j] as string, () => {
          took = true;
          return word.slice(j + 1) || (args[++i] ?? "");
        });
        if (took) break;
      }
    } else plain.push(word);
  }
  const [database, user] = plain;
  const uri = /^postgres(?:ql)?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^:/]*)(?::(\d+))?(?:\/([^?]*))?/.exec(database ?? "");
  if (uri) {
    const [, name, password, host, port, db] = uri;
    where = {
      host: host || where.host,
      port: port === undefined ? where.port : Number(port),
      user: name || where.user,
      database: db || where.database,
      password: password === undefined ? where.password : decodeURIComponent(password),
    };
  } else if (database?.includes("=")) {
    const pairs = Object.fromEntries([...database.matchAll(/(\w+)\s*=\s*(\S+)/g)].map((m) => [m[1] as string, m[2] as string]));
    where = {
      host: pairs["host"] ?? where.host,
      port: Number(pairs["port"] ?? where.port),
      user: pairs["user"] ?? where.user,
      database: pairs["dbname"] ?? where.database,
      password: pairs["password"] ?? where.password,
    };
  } else where = { ...where, database: database ?? where.database, user: user ?? where.user };
  o.where = { ...where, database: where.database === "" ? where.user : where.database };
  return o;
}

/** One conversation with one server at a time. */
export class Psql {
  readonly proc: ProcessContext;
  readonly o: Options;
  look: Look;
  where: Where;
  connection: Connection | undefined;
  timing = false;
  /** The key of \restrict, while only \unrestrict is listened to. */
  restricted: string | undefined;
  variables: Readonly<Record<string, string>>;
  /** What follows COPY FROM STDIN, as it is typed. */
  typed: (() => Promise<string>) | undefined;
  readonly input: Input;

  constructor(proc: ProcessContext, o: Options) {
    this.proc = proc;
    this.o = o;
    this.look = o.look;
    this.where = o.where;
    this.variables = o.variables;
    this.input = new Input(proc);
  }
  get superuser(): boolean {
    return this.where.user === "postgres" || this.#superuser;
  }
  #superuser = false;

  async connect(where: Where): Promise<void> {
    let { password } = where;
    try {
      this.connection = await Connection.open(this.proc, where);
    } catch (error) {
      if (!(error instanceof ConnectionError && error.needsPassword && this.proc.stdin.tty)) throw error;
      await this.proc.stdout.write(`Password for user ${where.user}: `);
      this.proc.stdin.setRaw?.(true);
      let text = "";
      const decoder = new TextDecoder();
      while (!/[\r\n]/.test(text)) {
        const data = await this.proc.stdin.read();
        if (data === null) break;
        text += decoder.decode(data, { stream: true });
      }
      this.proc.stdin.setRaw?.(false);
      await this.proc.stdout.write("\n");
      password = text.replace(/[\r\n][\s\S]*$/, "");
      this.connection = await Connection.open(this.proc, { ...where, password });
    }
    this.where = { ...where, password };
    const rows = await this.rows("select rolsuper from pg_roles where rolname = current_user");
    this.#superuser = rows[0]?.[0] === "t";
  }
  async rows(sql: string): Promise<readonly (readonly (string | null)[])[]> {
    let found: readonly (readonly (string | null)[])[] = [];
    if (this.connection) for await (const event of this.connection.query(sql)) if (event.kind === "rows") found = event.rows;
    return found;
  }

  /** Sends it and shows what comes back. False: there was an error. */
  async run(given: string, copy?: () => Promise<string>, where = "", out?: (text: string) => void, look?: Look): Promise<boolean> {
    const { proc, connection } = this;
    const sql = substituted(given, this.variables);
    if (this.o.echo === "queries" && !this.input.interactive) await proc.stdout.write(`${sql.trim()}\n`);
    if (!connection) {
      await proc.stderr.write("You are currently not connected to a database.\n");
      return false;
    }
    const started = proc.clock.now();
    let fine = true;
    for await (const event of connection.query(sql, copy)) {
      if (event.kind === "error") fine = false;
      if (event.kind === "lost") {
        await proc.stderr.write(
          "server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.\n",
        );
        this.connection = undefined;
        return false;
      }
      if (event.kind === "copy out" && out) out(event.text);
      else await this.#show(event, sql, where, look ?? this.look);
    }
    if (this.timing) await proc.stdout.write(`Time: ${(proc.clock.now() - started).toFixed(3)} ms\n`);
    return fine;
  }
  async #show(event: Event, sql: string, where: string, look: Look): Promise<void> {
    const { proc } = this;
    if (event.kind === "error" || event.kind === "notice") await proc.stderr.write(where + complaint(event.fields, sql));
    else if (event.kind === "rows") {
      await proc.stdout.write(printed(event, look));
      if (!event.tag.startsWith("SELECT") && !event.tag.startsWith("SHOW") && !this.o.quiet) await proc.stdout.write(`${event.tag}\n`);
    } else if (event.kind === "copy out") await proc.stdout.write(event.text);
    else if (event.kind === "tag" && !this.o.quiet && !(event.tag.startsWith("COPY") && /\bto\s+stdout/i.test(sql)))
      await proc.stdout.write(`${event.tag}\n`);
  }

  prompt(open: boolean): string {
    const state = this.connection?.status === "T" ? "*" : this.connection?.status === "E" ? "!" : "";
    return `${this.connection ? this.where.database : "!"}${open ? "-" : "="}${state}${this.superuser ? "#" : ">"} `;
  }

  /** Statements and backslash commands from a text or a terminal. The exit code. */
  async script(next: (open: boolean) => Promise<string | typeof INTERRUPT | undefined>, name = ""): Promise<number> {
    let text = "";
    let number = 0;
    for (;;) {
      const line = await next(text.trim() !== "");
      number++;
      if (line === undefined) break;
      if (this.o.echo === "all" && typeof line === "string" && !this.input.interactive) await this.proc.stdout.write(`${line}\n`);
      if (line === INTERRUPT) {
        text = "";
        continue;
      }
      text = withoutComments(text);
      if (text === "" && line.trimStart().startsWith("\\")) {
        this.typed = async () => {
          let data = "";
          for (let row = await next(false); typeof row === "string" && row !== "\\."; row = await next(false)) data += `${row}\n`;
          return data;
        };
        const done = await describe(this, line.trim());
        if (done === "quit") return 0;
        if (done === "failed" && (this.o.stop || !this.input.interactive)) {
          if (this.o.stop) return 3;
          if (!this.connection) return 2;
        }
        continue;
      }
      if (text.trim() === "" && this.input.interactive && /^\s*(quit|exit)\s*;?\s*$/i.test(line)) return 0;
      text += `${text === "" ? "" : "\n"}${line}`;
      const special = /^([\s\S]*?)\\(g|gx)\s*$/.exec(text);
      const look = special?.[2] === "gx" ? { ...this.look, expanded: true } : this.look;
      const { statements, rest } = special ? { statements: [special[1] as string], rest: "" } : splitStatements(text, true);
      text = rest.trim() === "" ? "" : rest.replace(/^\s*\n/, "");
      for (const sql of statements) {
        if (sql.trim() === "") continue;
        const copy = async (): Promise<string> => {
          let data = "";
          if (this.input.interactive)
            await this.proc.stdout.write(
              "Enter data to be copied followed by a newline.\nEnd with a backslash and a period on a line by itself, or an EOF signal.\n",
            );
          for (let row = await next(false); typeof row === "string" && row !== "\\."; row = await next(false)) data += `${row}\n`;
          return data;
        };
        const at = name === "" ? "" : `psql:${name}:${number}: `;
        const fine = await this.run(`${withoutComments(sql)};`, copy, at, undefined, look);
        if (!fine && this.o.stop) return 3;
        if (!this.connection) return 2;
      }
    }
    if (text.trim() !== "" && !(await this.run(text)) && this.o.stop) return 3;
    return 0;
  }
}

/** Comments before a statement are not sent with it. */
const withoutComments = (text: string): string => text.replace(/^(?:\s+|--[^\n]*(?:\n|$))+/, "");

/** :name, :'name' and :"name" outside of quotes stand for what \set and -v have said. */
export function substituted(sql: string, variables: Readonly<Record<string, string>>): string {
  if (Object.keys(variables).length === 0) return sql;
  return sql.replace(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|::|:(?:'(\w+)'|"(\w+)"|([A-Za-z_]\w*))/g,
    (whole: string, text?: string, name?: string, plain?: string) => {
      const value = variables[text ?? name ?? plain ?? ""];
      if (value === undefined) return whole;
      return text !== undefined ? `'${value.replaceAll("'", "''")}'` : name !== undefined ? `"${value.replaceAll('"', '""')}"` : value;
    },
  );
}

/** ERROR, the line it is in with a mark below, DETAIL and HINT. */
function complaint(fields: Readonly<Record<string, string>>, sql: string): string {
  let text = `${fields["S"] ?? "ERROR"}:  ${fields["M"] ?? ""}\n`;
  const position = Number(fields["P"]);
  if (position > 0) {
    const before = [...sql].slice(0, position - 1).join("");
    const number = before.split("\n").length;
    const line = sql.split("\n")[number - 1] ?? "";
    const head = `LINE ${number}: `;
    const column = before.length - (before.lastIndexOf("\n") + 1);
    text += `${head}${line}\n${" ".repeat(head.length + column)}^\n`;
  }
  if (fields["D"] !== undefined) text += `DETAIL:  ${fields["D"]}\n`;
  if (fields["H"] !== undefined) text += `HINT:  ${fields["H"]}\n`;
  return text;
}

export const psql: Program = async (proc) => {
  await proc.cpu(3);
  const v = buildOf(proc);
  const o = options(proc, proc.argv.slice(1));
  if (o.version) {
    await proc.stdout.write(`psql (PostgreSQL) ${serverVersion(v)}\n`);
    return 0;
  }
  if (o.bad !== undefined) {
    await proc.stderr.write(`psql: ${o.bad}\nTry "psql --help" for more information.\n`);
    return 1;
  }
  const shell = new Psql(proc, o);
  try {
    await shell.connect(o.list ? { ...o.where, database: "postgres" } : o.where);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    await proc.stderr.write(`psql: error: ${error.message}\n`);
    return 2;
  }
  if (o.single) await shell.rows("begin");
  const code = await work(shell);
  if (o.single) await shell.rows(code === 0 ? "commit" : "rollback");
  await shell.connection?.close();
  return code;
};

async function work(shell: Psql): Promise<number> {
  const { proc, o } = shell;
  if (o.list) return (await describe(shell, "\\l")) === "failed" ? 1 : 0;
  if (o.commands.length > 0) {
    let fine = true;
    for (const command of o.commands) {
      fine = command.startsWith("\\") ? (await describe(shell, command)) !== "failed" : await shell.run(command);
      if (!fine && o.stop) return 1;
    }
    return fine ? 0 : 1;
  }
  if (o.file !== undefined && o.file !== "-") {
    let lines: string[];
    try {
      lines = proc.fs.readText(o.file).split("\n");
    } catch (error) {
      await proc.stderr.write(`psql: error: ${o.file}: ${(error as Error).message}\n`);
      return 1;
    }
    return shell.script(async () => lines.shift(), o.file);
  }
  if (shell.input.interactive && !o.quiet) await proc.stdout.write(`psql (${serverVersion(buildOf(proc))})\nType "help" for help.\n\n`);
  return shell.script((open) => shell.input.next(shell.prompt(open)));
}

/** pg_isready: 0 it accepts connections, 1 it refuses them, 2 it does not answer. */
export const pgIsReady: Program = async (proc) => {
  await proc.cpu(1);
  const o = options(
    proc,
    proc.argv.slice(1).filter((a) => !/^(-t|--timeout)/.test(a)),
  );
  const { host, port } = o.where;
  const name = host === "" ? `/var/run/postgresql:${port}` : `${host}:${port}`;
  const say = (text: string): Promise<void> => (o.quiet ? Promise.resolve() : proc.stdout.write(`${name} - ${text}\n`));
  try {
    await (await Connection.open(proc, o.where)).close();
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    if (/the database system is/.test(error.message)) {
      await say("rejecting connections");
      return 1;
    }
    if (!/FATAL|no password supplied/.test(error.message)) {
      await say("no response");
      return 2;
    }
  }
  await say("accepting connections");
  return 0;
};
