import type { ProcessContext, Program } from "../../runtime/index.ts";
import { Input, INTERRUPT } from "../database/prompt.ts";
import { unlatin1 } from "../javascript/bytes.ts";
import { proofOf, base64 } from "../database/scram.ts";
import { readIfThere } from "../process.ts";
import { ConnectError, Connection, parseUri, type Target } from "./connection.ts";
import { buildOf } from "./main.ts";
import { hex } from "./server.ts";
import { interpreter, ShellEngine } from "./shell-engine.ts";
import type { Doc } from "./values.ts";

/** What Node and the shell take before anything is asked. */
const STARTING = 420;
const RESIDENT = 110 * 1024 * 1024;

interface Options {
  readonly target: Target;
  readonly shown: string;
  readonly evals: readonly string[];
  readonly files: readonly string[];
  readonly quiet: boolean;
  readonly json: boolean;
  readonly stay: boolean;
  readonly nodb: boolean;
  readonly ask: boolean;
}
const VALUES: Readonly<Record<string, string>> = {
  "--host": "host",
  "--port": "port",
  "-u": "user",
  "--username": "user",
  "-p": "password",
  "--password": "password",
  "--authenticationDatabase": "source",
  "--authenticationMechanism": "mechanism",
  "--eval": "eval",
  "-f": "file",
  "--file": "file",
};

function options(args: readonly string[], shell: string): Options | string {
  const given: Record<string, string> = {};
  const [evals, files, rest]: [string[], string[], string[]] = [[], [], []];
  let [quiet, json, stay, nodb] = [false, false, false, false];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    const [flag = "", inline] = word.startsWith("--")
      ? word.split(/=(.*)/s)
      : /^-[up]./.test(word)
        ? [word.slice(0, 2), word.slice(2)]
        : [word];
    const name = VALUES[flag];
    if (name !== undefined) {
      const next = args[i + 1];
      if (name === "password" && inline === undefined && (next === undefined || next.startsWith("-"))) {
        given["password"] = "";
        continue;
      }
      const value = inline ?? next;
      if (value === undefined) return `Error parsing command line: ${flag} needs a value`;
      if (inline === undefined) i++;
      if (name === "eval") evals.push(value);
      else if (name === "file") files.push(value);
      else given[name] = value;
    } else if (flag === "--quiet") quiet = true;
    else if (flag === "--json") {
      if (inline !== undefined && inline !== "relaxed") return `--json=${inline} is not simulated by Timonel`;
      json = true;
    } else if (flag === "--shell") stay = true;
    else if (flag === "--nodb") nodb = true;
    else if (flag === "--norc" || flag === "--retryWrites") continue;
    else if (/^--(tls|ssl|aws|gssapi|sspi|oidc|keyVault|kms|api|browser|jsContext|skipStartupWarnings|perfTests|build-info)/.test(flag))
      return `${flag} is not simulated by Timonel`;
    else if (word.startsWith("-") && word !== "-") return `\nError parsing command line: unrecognized option: ${word}\n`;
    else rest.push(word);
  }
  let uri: string | undefined;
  for (const word of rest) {
    if (/^mongodb(\+srv)?:\/\//.test(word)) uri = word;
    else if (/\.(js|mongodb)$/.test(word)) files.push(word);
    else uri = uri ?? addressed(word, given);
  }
  const hostPort = given["host"]?.replace(/^[^/]*\//, "").split(",")[0];
  const base = parseUri(
    uri ?? `mongodb://${hostPort === undefined ? "127.0.0.1" : hostPort}${hostPort?.includes(":") ? "" : `:${given["port"] ?? 27_017}`}/`,
  );
  if (typeof base === "string") return `MongoParseError: ${base}`;
  const port = uri !== undefined || hostPort?.includes(":") ? base.port : Number(given["port"] ?? base.port);
  const user = given["user"] ?? base.user;
  const plain = /^(127\.0\.0\.1|localhost)$/.test(base.host);
  const target: Target = {
    ...base,
    port,
    user,
    password: given["password"] ?? base.password,
    source: given["source"] ?? base.source,
    patience: uri?.includes("serverSelectionTimeoutMS") ? base.patience : plain ? 2000 : 30_000,
  };
  const credentials = user === undefined ? "" : "<credentials>@";
  const database = uri === undefined ? (base.database === "test" ? "" : base.database) : (/^[^/]*\/\/[^/?]*\/([^?]*)/.exec(uri)?.[1] ?? "");
  const extra = [
    "directConnection=true",
    ...(plain ? ["serverSelectionTimeoutMS=2000"] : []),
    ...(given["source"] === undefined ? [] : [`authSource=${given["source"]}`]),
    `appName=mongosh+${shell}`,
  ];
  const shown = `mongodb://${credentials}${target.host}:${target.port}/${database}?${extra.join("&")}`;
  return { target, shown, evals, files, quiet, json, stay, nodb, ask: user !== undefined && (target.password ?? "") === "" };
}
/** `host:port/db`, `host/db` or a database of this machine. */
function addressed(word: string, given: Readonly<Record<string, string>>): string {
  if (word.includes("/") || word.includes(".") || word.includes(":")) return `mongodb://${word}`;
  const host = given["host"] ?? "127.0.0.1";
  return `mongodb://${host}${host.includes(":") ? "" : `:${given["port"] ?? 27_017}`}/${word}`;
}

class Shell {
  readonly #proc: ProcessContext;
  readonly #options: Options;
  readonly #version: string;
  readonly #connection: Connection;
  #engine: ShellEngine | undefined;
  #quit: number | undefined;
  /** It is mongo, the shell before mongosh. */
  readonly #old: boolean;
  #objects: number;
  readonly #unique: string;
  #after: Promise<void> = Promise.resolve();

  constructor(proc: ProcessContext, o: Options, version: string, old: boolean) {
    this.#old = old;
    this.#proc = proc;
    this.#options = o;
    this.#version = version;
    this.#connection = new Connection(proc, o.target);
    this.#unique = hex(proc.random.bytes(5));
    this.#objects = proc.random.int(2 ** 24);
  }
  async run(): Promise<number> {
    const { quiet, nodb, shown, evals, files, stay } = this.#options;
    const log = this.#objectId();
    const say = (text: string): Promise<void> => this.#proc.stdout.write(text);
    if (!quiet && this.#old)
      await say(
        `MongoDB shell version v${this.#version}\n${nodb ? "" : `connecting to: ${shown.split("?")[0]}?compressors=disabled&gssapiServiceName=mongodb\n`}`,
      );
    else if (!quiet) {
      await say(`Current Mongosh Log ID:\t${log}\n`);
      if (!nodb) await say(`Connecting to:\t\t${shown}\n`);
    }
    let warnings: readonly string[] = [];
    if (!nodb) {
      try {
        const name = `mongosh ${this.#version}`;
        await this.#connection.open({
          application: { name },
          driver: { name: "nodejs|mongosh", version: `6.16.0|${this.#version}` },
          platform: "Node.js v20.19.5, LE",
          os: { name: "linux", architecture: "x64", version: "6.1.0-timonel", type: "Linux" },
        });
        if (!quiet) {
          const info = await this.#connection.ask({ buildInfo: 1, $db: "admin" });
          await say(`${this.#old ? "MongoDB server version: " : "Using MongoDB:\t\t"}${String(info["version"])}\n`);
          const found = await this.#connection.ask({ getLog: "startupWarnings", $db: "admin" });
          warnings = Array.isArray(found["log"]) ? (found["log"] as readonly string[]) : [];
        }
      } catch (error) {
        if (!(error instanceof ConnectError)) throw error;
        await say(this.#old ? complaint(this.#options.target, error) : `${error.kind}: ${error.message}\n`);
        return 1;
      }
    }
    if (!quiet && !this.#old)
      await say(`Using Mongosh:\t\t${this.#version}\n\nFor mongosh info see: https://www.mongodb.com/docs/mongodb-shell/\n\n`);
    const scripted = evals.length + files.length > 0;
    if (warnings.length > 0 && !(this.#old && scripted)) await say(banner(warnings, this.#old));
    this.#engine = new ShellEngine(
      await this.#proc.code(interpreter()),
      (op, args) => this.#ask(op, args),
      (op, args) => this.#call(op, args),
    );
    this.#proc.memory(RESIDENT);
    const code = (await this.#scripts(evals, files)) ?? (scripted && !stay ? 0 : await this.#converse());
    await this.#after;
    this.#engine.dispose();
    this.#connection.close();
    return this.#quit ?? code;
  }

  async #scripts(evals: readonly string[], files: readonly string[]): Promise<number | undefined> {
    let last = "";
    for (const source of evals) {
      const done = await this.#evaluate(this.#options.json ? `EJSON.stringify((${source}), null, 2)` : source, "repl");
      if (this.#quit !== undefined) return this.#quit;
      if (done.failed) {
        await this.#print(done.text);
        return 1;
      }
      last = done.text;
    }
    if (last !== "") await this.#print(last);
    for (const file of files) {
      const text = readIfThere(this.#proc, file);
      if (!this.#options.quiet) await this.#print(`Loading file: ${file}`);
      if (text === undefined) {
        await this.#print(`Error: ENOENT: no such file or directory, open '${file.startsWith("/") ? file : `${this.#proc.cwd}/${file}`}'`);
        return 1;
      }
      const done = await this.#evaluate(text, file);
      if (this.#quit !== undefined) return this.#quit;
      if (!done.failed) continue;
      await this.#print(done.text);
      return 1;
    }
    return undefined;
  }
  async #converse(): Promise<number> {
    const input = new Input(this.#proc);
    let text = "";
    for (;;) {
      const prompt = text === "" ? `${await this.#prompt()}> ` : "... ";
      // Where there is no terminal the prompt is written all the same: it is Node's REPL, on a pipe.
      if (!input.interactive) await this.#proc.stdout.write(prompt);
      const line = await input.next(prompt);
      if (line === INTERRUPT) {
        if (text === "" && this.#engine?.broken) return 1;
        text = "";
        continue;
      }
      if (line === undefined) return 0;
      text = text === "" ? line : `${text}\n${line}`;
      if (text.trim() === "") {
        text = "";
        continue;
      }
      if (/^\s*(exit|quit|\.exit)\s*;?\s*$/.test(text)) return 0;
      if (this.#engine?.unfinished(words(text) ?? text)) continue;
      const done = await this.#evaluate(text, "REPL1");
      text = "";
      if (this.#quit !== undefined) return this.#quit;
      if (done.text !== "") await this.#print(done.text);
      if (this.#engine?.broken) return 1;
      if (done.failed && !input.interactive && this.#options.evals.length > 0) return 1;
    }
  }
  async #prompt(): Promise<string> {
    if (this.#options.nodb) return "";
    return (await this.#engine?.evaluate("__prompt()", "mongosh:prompt"))?.text ?? "";
  }
  async #evaluate(text: string, file: string) {
    const engine = this.#engine as ShellEngine;
    const done = await engine.evaluate(words(text) ?? text, file);
    const ms = engine.spent();
    await this.#proc.cpu(2 + ms);
    await this.#after;
    return done;
  }
  async #print(text: string): Promise<void> {
    await this.#after;
    await this.#proc.stdout.write(`${text}\n`);
  }
  #objectId(): string {
    this.#objects = (this.#objects + 1) % 2 ** 24;
    const seconds = Math.floor(this.#proc.clock.now() / 1000).toString(16);
    return seconds.padStart(8, "0") + this.#unique + this.#objects.toString(16).padStart(6, "0");
  }

  async #ask(op: string, args: readonly unknown[]): Promise<string | undefined> {
    await this.#after;
    if (op === "sleep") {
      await this.#proc.clock.sleep(Math.max(0, Number(args[0]) || 0));
      return undefined;
    }
    if (this.#options.nodb) return JSON.stringify({ $failed: "[SHAPI-10004] No connected database", kind: "MongoshInvalidInputError" });
    try {
      if (op === "auth") return await this.#auth(String(args[0]), String(args[1]), String(args[2]));
      return JSON.stringify(await this.#connection.ask(JSON.parse(String(args[0])) as Doc));
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      return op === "auth" ? error.message : JSON.stringify({ $failed: error.message, kind: error.kind });
    }
  }
  async #auth(database: string, user: string, password: string): Promise<string | undefined> {
    const first = `n=${user},r=${base64(String.fromCharCode(...this.#proc.random.bytes(24)))}`;
    const start = await this.#connection.ask({ saslStart: 1, mechanism: "SCRAM-SHA-256", payload: `n,,${first}`, $db: database });
    const proof = start["ok"] === 1 ? proofOf(password, first, String(start["payload"])) : undefined;
    const done = proof ? await this.#connection.ask({ saslContinue: 1, conversationId: 1, payload: proof.final, $db: database }) : start;
    return done["ok"] === 1 ? undefined : String(done["errmsg"]);
  }
  #call(op: string, args: readonly unknown[]): string | number | undefined {
    const proc = this.#proc;
    switch (op) {
      case "info":
        return JSON.stringify({ argv: [], env: {}, hostname: proc.hostname, pid: proc.pid, tty: [] });
      case "now":
        return proc.clock.now();
      case "random":
        return proc.random.next();
      case "objectid":
        return this.#objectId();
      case "legacy":
        return this.#old ? 1 : 0;
      case "database":
        return this.#options.target.database;
      case "uri":
        return this.#options.shown;
      case "version":
        return this.#version;
      case "write": {
        const to = args[0] === 2 ? proc.stderr : proc.stdout;
        const bytes = unlatin1(String(args[1]));
        this.#after = this.#after.then(() => to.write(bytes)).catch(() => {});
        return undefined;
      }
      case "file":
        return readIfThere(proc, String(args[0])) ?? `\u0001ENOENT: no such file or directory, open '${String(args[0])}'`;
      case "quit":
        this.#quit = Number(args[0]) & 255;
        return undefined;
      default:
        return undefined;
    }
  }
}

/** `use x`, `show dbs`, `it`: words, and not JavaScript. */
function words(text: string): string | undefined {
  const [, verb, rest] = /^\s*(use|show)\s+([^\s;(]+)\s*;?\s*$/.exec(text) ?? [];
  if (verb !== undefined) return `${verb}(${JSON.stringify(rest)})`;
  const [, alone] = /^\s*(it|cls)\s*;?\s*$/.exec(text) ?? [];
  if (alone !== undefined) return `${alone}()`;
  // What begins with a brace is an object, as in Node's REPL.
  return /^\s*\{[^]*\}\s*$/.test(text) && !/^\s*\{\s*(var|let|const|if|for|while|print|db)\b/.test(text) ? `(${text})` : undefined;
}
function banner(warnings: readonly string[], old: boolean): string {
  const indent = old ? "        " : "   ";
  const lines = warnings.map((line) => {
    const { t, msg } = JSON.parse(line) as { readonly t: { readonly $date: string }; readonly msg: string };
    return `${indent}${t.$date}: ${msg}\n`;
  });
  if (old) return `---\nThe server generated these startup warnings when booting: \n${lines.join("")}---\n`;
  return `------\n   The server generated these startup warnings when booting\n${lines.join("")}------\n\n`;
}

/** Why the old shell could not connect. */
function complaint({ host, port }: Target, { message, kind }: ConnectError): string {
  const why =
    kind === "MongoServerError"
      ? message
      : `couldn't connect to server ${host}:${port}, connection attempt failed: SocketException: Error connecting to ${host}:${port} :: caused by :: ${message.includes("REFUSED") ? "Connection refused" : message}`;
  return `Error: ${why} :\nconnect@src/mongo/shell/mongo.js:374:17\n@(connect):2:6\nexception: connect failed\nexiting with code 1\n`;
}

/** The shell before mongosh: C++, quicker to start, and with words of its own. */
export const mongoShell: Program = (proc) => start(proc, buildOf(proc).version, true);
export const mongosh: Program = (proc) => start(proc, buildOf(proc).shell ?? "", false);

async function start(proc: ProcessContext, shell: string, old: boolean): Promise<number> {
  const args = proc.argv.slice(1);
  await proc.cpu(old ? 60 : STARTING);
  if (args.includes("--version")) {
    await proc.stdout.write(old ? `MongoDB shell version v${shell}\n` : `${shell}\n`);
    return 0;
  }
  const o = options(args, shell);
  if (typeof o === "string") {
    await proc.stderr.write(`${o}\n`);
    return 1;
  }
  proc.memory(RESIDENT / 2);
  if (!o.ask) return new Shell(proc, o, shell, old).run();
  await proc.stdout.write("Enter password: ");
  const password = await secret(proc);
  await proc.stdout.write("\n");
  return new Shell(proc, { ...o, target: { ...o.target, password } }, shell, old).run();
}
/** A line that is not shown. */
async function secret(proc: ProcessContext): Promise<string> {
  proc.stdin.setRaw?.(true);
  let text = "";
  const decoder = new TextDecoder();
  for (let data = await proc.stdin.read(); data !== null; data = await proc.stdin.read()) {
    text += decoder.decode(data);
    if (/[\r\n\x03]/.test(text)) break;
  }
  proc.stdin.setRaw?.(false);
  return text.replace(/[\r\n\x03][^]*$/, "");
}
