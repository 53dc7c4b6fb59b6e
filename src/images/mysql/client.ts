import type { ProcessContext, Program } from "../../runtime/index.ts";
import { Input, INTERRUPT } from "../database/prompt.ts";
import { splitStatements } from "../sql/lexer.ts";
import { askPassword, clientOptions, type ClientOptions } from "./client-options.ts";
import { Connection, type Result, ServerError } from "./connection.ts";
import { table, tabs, vertical } from "./format.ts";
import { buildOf } from "./main.ts";
import { since, type MysqlVersion } from "./versions.ts";

const nameOf = (proc: ProcessContext): string => (proc.argv[0] as string).replace(/^.*\//, "");

class Shell {
  readonly proc: ProcessContext;
  readonly o: ClientOptions;
  readonly v: MysqlVersion;
  connection: Connection | undefined;
  database: string;
  delimiter = ";";
  readonly interactive: boolean;

  constructor(proc: ProcessContext, o: ClientOptions, v: MysqlVersion, interactive: boolean) {
    this.proc = proc;
    this.o = o;
    this.v = v;
    this.database = o.where.database;
    this.interactive = interactive;
  }
  get prompt(): string {
    return this.v.maria ? `MariaDB [${this.database === "" ? "(none)" : this.database}]> ` : "mysql> ";
  }

  /** One statement. False: it failed. `line`: where it stands in a script. */
  async run(sql: string, down: boolean, line?: number): Promise<boolean> {
    const { proc, o } = this;
    const started = proc.clock.now();
    const [, used] = /^\s*(?:use|\\u)\s+[`'"]?([^`'";\s]+)/i.exec(sql) ?? [];
    if (o.verbose > 0 && used === undefined) await proc.stdout.write(`--------------\n${sql.trim()}\n--------------\n\n`);
    let result: Result;
    try {
      if (!this.connection) throw new ServerError(2006, "HY000", "Server has gone away");
      result = await this.connection.query(sql.trim());
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      await proc.stderr.write(
        `ERROR ${error.code} (${error.state})${line === undefined ? "" : ` at line ${line}`}: ${error.message}\n${this.interactive ? "" : ""}`,
      );
      return false;
    }
    if (used !== undefined) {
      this.database = used;
      if (this.interactive) await proc.stdout.write("Database changed\n");
      return true;
    }
    await this.#show(result, down, (proc.clock.now() - started) / 1000);
    return true;
  }
  async #show(result: Result, down: boolean, seconds: number): Promise<void> {
    const { proc, o } = this;
    const chatty = this.interactive || o.verbose > 1;
    const took = this.interactive || o.verbose > 2 ? ` (${seconds < 0.0005 ? "0.000" : seconds.toFixed(3)} sec)` : "";
    const time = this.v.maria ? took : took === "" ? "" : ` (${seconds.toFixed(2)} sec)`;
    const warnings = result.warnings > 0 ? `, ${result.warnings} warning${result.warnings === 1 ? "" : "s"}` : "";
    if (result.columns) {
      const boxed = o.table || this.interactive || (proc.stdout.tty && !o.batch);
      if (result.rows.length === 0) {
        if (chatty) await proc.stdout.write(`Empty set${warnings}${time}\n\n`);
        return;
      }
      await proc.stdout.write(
        down || o.vertical
          ? vertical(result, o.names)
          : boxed && o.silent === 0
            ? table(result, o.names)
            : boxed && o.table
              ? table(result, o.names)
              : tabs(result, o.names && o.silent < 2),
      );
      if (chatty) await proc.stdout.write(`${result.rows.length} row${result.rows.length === 1 ? "" : "s"} in set${warnings}${time}\n\n`);
      return;
    }
    if (!chatty) return;
    await proc.stdout.write(
      `Query OK, ${result.affected} row${result.affected === 1 ? "" : "s"} affected${warnings}${time}\n${result.info === "" ? "" : `${result.info}\n`}\n`,
    );
  }

  /** A client's own word. True: it was one. "end": it was the last. */
  async command(line: string): Promise<boolean | "end"> {
    const word = line.trim().replace(/;$/, "").trim();
    if (/^(exit|quit|\\q)$/i.test(word)) return "end";
    const [, delimiter] = /^delimiter\s+(\S+)/i.exec(word === "" ? line : line.trim()) ?? [];
    if (delimiter !== undefined) {
      this.delimiter = delimiter;
      return true;
    }
    if (/^(status|\\s)$/i.test(word)) {
      await this.#status();
      return true;
    }
    if (/^(help|\\h|\?|\\\?)$/i.test(word)) {
      await this.proc.stdout.write(
        "\nGeneral information about MariaDB can be found at\nhttp://mariadb.org\n\nList of all client commands:\nNote that all text commands must be first on line and end with ';'\n",
      );
      return true;
    }
    const [, file] = /^(?:source|\\\.)\s+(\S+)/i.exec(word) ?? [];
    if (file !== undefined) {
      let text: string;
      try {
        text = this.proc.fs.readText(file);
      } catch (error) {
        await this.proc.stderr.write(
          `ERROR: \nFailed to open file '${file}', error: ${(error as { readonly code?: string }).code === "ENOENT" ? 2 : 13}\n`,
        );
        return true;
      }
      await this.script(text);
      return true;
    }
    const [, shell] = /^(?:system|\\!)\s+(.+)/i.exec(word) ?? [];
    if (shell !== undefined) {
      await (
        await this.proc.spawn({ argv: ["sh", "-c", shell] })
      ).exited;
      return true;
    }
    return false;
  }
  async #status(): Promise<void> {
    const { proc, connection, v, o } = this;
    const { rows } = (await connection?.query("select current_user()")) ?? { rows: [] };
    const words = (await connection?.statistics()) ?? "";
    const local = !o.where.tcp && (o.where.host === "" || o.where.host === "localhost");
    const up = Number(/Uptime: (\d+)/.exec(words)?.[1] ?? 0);
    const uptime = `${up >= 3600 ? `${Math.floor(up / 3600)} hours ` : ""}${up >= 60 ? `${Math.floor(up / 60) % 60} min ` : ""}${up % 60} sec`;
    await proc.stdout.write(
      `--------------\n${await versionLine(proc, v)}\nConnection id:\t\t${connection?.id ?? 0}\nCurrent database:\t${this.database}\nCurrent user:\t\t${rows[0]?.[0] ?? ""}\nSSL:\t\t\tNot in use\nCurrent pager:\t\tstdout\nUsing outfile:\t\t''\nUsing delimiter:\t${this.delimiter}\nServer${v.maria ? `:\t\t\t${"MariaDB"}\nServer` : ""} version:\t\t${connection?.version ?? ""} ${v.comment}\nProtocol version:\t10\nConnection:\t\t${local ? "Localhost via UNIX socket" : `${o.where.host} via TCP/IP`}\nServer characterset:\tutf8mb4\nDb     characterset:\tutf8mb4\nClient characterset:\tutf8mb4\nConn.  characterset:\tutf8mb4\n${local ? `UNIX socket:\t\t${o.where.socket}` : `TCP port:\t\t${o.where.port}`}\nUptime:\t\t\t${uptime}\n\n${words.replace("Uptime: ", "").replace(/^\d+\s+/, "")}\n--------------\n\n`,
    );
  }

  /** A script from a file, a pipe or -e: stops at the first error unless forced. */
  async script(text: string): Promise<number> {
    let rest = text;
    let line = 1;
    let code = 0;
    while (rest.trim() !== "") {
      const { delimiter } = this;
      const blank = /^(?:\s+|--(?:[ \t][^\n]*)?(?:\n|$)|#[^\n]*(?:\n|$))*/.exec(rest)?.[0] ?? "";
      line += blank.split("\n").length - 1;
      rest = rest.slice(blank.length);
      const own = /^(delimiter\b|source\b|\\\.|use\s+\w+\s*$|exit\b|quit\b)[^\n;]*;?/im.exec(rest);
      if (own && own.index === 0 && !/^use/i.test(own[0])) {
        if ((await this.command(own[0])) === "end") return code;
        rest = rest.slice(own[0].length);
        continue;
      }
      const end = ended(rest, delimiter);
      const sql = rest.slice(0, end.at);
      const fine = sql.trim() === "" || (await this.run(sql, end.down, line));
      line += rest.slice(0, end.next).split("\n").length - 1;
      rest = rest.slice(end.next);
      if (fine) continue;
      code = 1;
      if (!this.o.force) return 1;
    }
    return this.o.force ? 0 : code;
  }
}

/** Where a statement ends: at the delimiter, \g or \G. */
function ended(text: string, delimiter: string): { readonly at: number; readonly next: number; readonly down: boolean } {
  const { statements } = splitStatements(text, false, delimiter);
  const plain = statements[0]?.length ?? text.length;
  const special = splitStatements(text.slice(0, plain), false, "\\G").statements[0];
  if (special !== undefined)
    return {
      at: special.length,
      next: special.length + 2 + (text.startsWith(delimiter, special.length + 2) ? delimiter.length : 0),
      down: true,
    };
  const go = splitStatements(text.slice(0, plain), false, "\\g").statements[0];
  if (go !== undefined) return { at: go.length, next: go.length + 2, down: false };
  return { at: plain, next: plain + (statements.length > 0 ? delimiter.length : 0), down: false };
}

async function versionLine(proc: ProcessContext, v: MysqlVersion): Promise<string> {
  const name = nameOf(proc);
  if (!v.maria) return `${name}  Ver ${v.version} for Linux on x86_64 (${v.comment})`;
  return since(v.version, "11.0")
    ? `${name} from ${v.full}, client 15.2 for debian-linux-gnu (x86_64) using  EditLine wrapper`
    : `${name}  Ver 15.1 Distrib ${v.full.split("-1:")[0]}, for debian-linux-gnu (x86_64) using readline 5.2`;
}

/** Says the warning and the complaint of all clients. False: it must not go on. */
export async function ready(proc: ProcessContext, o: ClientOptions, v: MysqlVersion): Promise<boolean> {
  const name = nameOf(proc);
  if (o.unknown !== undefined) {
    await proc.stderr.write(
      v.maria ? `${name}: ${o.unknown}\n` : `${name}: [ERROR] ${o.unknown.replace("unknown option", "unknown option")}.\n`,
    );
    return false;
  }
  if (o.exposed && !v.maria)
    await proc.stderr.write(`${name}: [Warning] Using a password on the command line interface can be insecure.\n`);
  await askPassword(proc, o);
  return true;
}

async function readAll(proc: ProcessContext): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let data = await proc.stdin.read(); data !== null; data = await proc.stdin.read()) text += decoder.decode(data, { stream: true });
  return text;
}

/** mysql and mariadb. */
export const mysqlClient: Program = async (proc) => {
  await proc.cpu(3);
  const v = buildOf(proc);
  const o = clientOptions(proc, v, ["client", "mysql", ...(v.maria ? ["client-server", "client-mariadb", "mariadb-client"] : [])]);
  if (o.version) {
    await proc.stdout.write(`${await versionLine(proc, v)}\n`);
    return 0;
  }
  if (!(await ready(proc, o, v))) return v.maria ? 7 : 2;
  if (o.rest[0] !== undefined) o.where = { ...o.where, database: o.rest[0] };
  const interactive = o.execute === undefined && proc.stdin.tty && !o.batch;
  const shell = new Shell(proc, o, v, interactive);
  try {
    shell.connection = await Connection.open(proc, v, o.where);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    await proc.stderr.write(`${error.line}\n`);
    return 1;
  }
  if (!interactive) {
    const code = await shell.script(o.execute ?? (await readAll(proc)));
    if (o.verbose > 1) await proc.stdout.write("Bye\n");
    await shell.connection.close();
    return code;
  }
  return converse(shell);
};

async function converse(shell: Shell): Promise<number> {
  const { proc, v, connection } = shell;
  const product = v.maria ? "MariaDB" : "MySQL";
  await proc.stdout.write(
    `Welcome to the ${product} monitor.  Commands end with ; or \\g.\nYour ${product} connection id is ${connection?.id ?? 0}\nServer version: ${connection?.version ?? ""} ${v.comment}\n\nCopyright (c) 2000, ${v.maria ? "2018, Oracle, MariaDB Corporation Ab and others" : "2025, Oracle and/or its affiliates"}.\n\n${v.maria ? "" : "Oracle is a registered trademark of Oracle Corporation and/or its\naffiliates. Other names may be trademarks of their respective\nowners.\n\n"}Type 'help;' or '\\h' for help. Type '\\c' to clear the current input statement.\n\n`,
  );
  const input = new Input(proc);
  let text = "";
  for (;;) {
    const line = await input.next(text === "" ? shell.prompt : "    -> ");
    if (line === undefined) {
      await proc.stdout.write("Bye\n");
      return 0;
    }
    if (line === INTERRUPT) {
      await proc.stdout.write("^C\n");
      text = "";
      continue;
    }
    if (text === "" && line.trim() === "") continue;
    if (text === "") {
      const done = await shell.command(line);
      if (done === "end") {
        await proc.stdout.write("Bye\n");
        await connection?.close();
        return 0;
      }
      if (done) continue;
    }
    if (/\\c\s*$/.test(line)) {
      text = "";
      continue;
    }
    text += (text === "" ? "" : "\n") + line;
    for (;;) {
      const end = ended(text, shell.delimiter);
      const bare = /^\s*use\s+\S+\s*$/i.test(text);
      if (end.next === end.at && !bare) break;
      const sql = text.slice(0, end.at);
      text = text.slice(end.next).replace(/^\s+/, "");
      if (bare) text = "";
      if (sql.trim() === "") await proc.stdout.write("ERROR: No query specified\n\n");
      else if (!(await shell.run(sql, end.down))) await proc.stdout.write("");
      if (text === "") break;
    }
  }
}
