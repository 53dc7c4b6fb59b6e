import { NetError, type Socket } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { fromBinary, toBinary, utf8 } from "../database/binary.ts";
import { Input, INTERRUPT } from "../database/prompt.ts";
import { csv, forTerminal, raw } from "./format.ts";
import { redisBuild } from "./main.ts";
import { bulks, parseReply, type Reply, splitArgs } from "./resp.ts";

interface Options {
  host: string;
  port: number;
  db: number;
  password: string | undefined;
  user: string | undefined;
  output: "auto" | "raw" | "tty" | "csv";
  repeat: number;
  interval: number;
  stdin: boolean;
  failing: boolean;
  warn: boolean;
  mode: "command" | "scan" | "pipe" | "version" | "help";
  pattern: string | undefined;
  command: readonly string[];
}

const VALUES = new Set(["-h", "-p", "-a", "-n", "-u", "-r", "-i", "--pass", "--user", "--pattern", "-t", "-D", "-d", "--count"]);
const REFUSED =
  /^--(bigkeys|memkeys|hotkeys|latency.*|stat|eval|ldb|rdb|replica|slave|cluster|tls|cert|key|cacert|intrinsic-latency|lru-test|functions-rdb|askpass|json)$/;

function options(args: readonly string[], env: Readonly<Record<string, string>>): Options | string {
  const o: Options = {
    host: "127.0.0.1",
    port: 6379,
    db: 0,
    password: env["VALKEYCLI_AUTH"] ?? env["REDISCLI_AUTH"],
    user: undefined,
    output: "auto",
    repeat: 1,
    interval: 0,
    stdin: false,
    failing: false,
    warn: true,
    mode: "command",
    pattern: undefined,
    command: [],
  };
  let i = 0;
  for (; i < args.length; i++) {
    const flag = args[i] as string;
    if (!flag.startsWith("-") || flag === "-") break;
    const value = args[i + 1];
    if (VALUES.has(flag)) {
      if (value === undefined) return `Unrecognized option or bad number of args for: '${flag}'`;
      i++;
      const wrong = setValue(o, flag, value);
      if (wrong !== undefined) return wrong;
    } else if (flag === "--raw") o.output = "raw";
    else if (flag === "--no-raw") o.output = "tty";
    else if (flag === "--csv") o.output = "csv";
    else if (flag === "-x") o.stdin = true;
    else if (flag === "-e") o.failing = true;
    else if (flag === "-c" || flag === "-2" || flag === "--verbose") continue;
    else if (flag === "--no-auth-warning") o.warn = false;
    else if (flag === "--scan") o.mode = "scan";
    else if (flag === "--pipe") o.mode = "pipe";
    else if (flag === "--version" || flag === "-v") o.mode = "version";
    else if (flag === "--help") o.mode = "help";
    else if (REFUSED.test(flag) || flag === "-3") return `redis-cli: ${flag} is not simulated by Timonel`;
    else return `Unrecognized option or bad number of args for: '${flag}'`;
  }
  o.command = args.slice(i);
  return o;
}

function setValue(o: Options, flag: string, value: string): string | undefined {
  if (flag === "-h") o.host = value;
  else if (flag === "-p") o.port = Number(value);
  else if (flag === "-n") o.db = Number(value);
  else if (flag === "-a" || flag === "--pass") o.password = value;
  else if (flag === "--user") o.user = value;
  else if (flag === "-r") o.repeat = Number(value) < 0 ? Infinity : Number(value);
  else if (flag === "-i") o.interval = Number(value) * 1000;
  else if (flag === "--pattern") o.pattern = value;
  else if (flag === "-u") {
    const [, user, password, host, port, db] = /^redis:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^:/]*)(?::(\d+))?(?:\/(\d+))?$/.exec(value) ?? [];
    if (host === undefined) return "Invalid URI scheme";
    if (host !== "") o.host = host;
    if (port !== undefined) o.port = Number(port);
    if (db !== undefined) o.db = Number(db);
    if (password !== undefined) {
      o.password = decodeURIComponent(password);
      if (user !== undefined && user !== "") o.user = user;
    } else if (user !== undefined) o.password = user;
  } else if (flag !== "-t" && flag !== "--count") return `redis-cli: ${flag} is not simulated by Timonel`;
  return undefined;
}

/** `redis-cli 7.4.7` */
function named(proc: ProcessContext): string {
  const { product, version } = redisBuild(proc);
  return `${product.toLowerCase()}-cli ${version}`;
}

/** A connection that is asked and answers. */
class Connection {
  readonly #socket: Socket;
  #text = "";
  constructor(socket: Socket) {
    this.#socket = socket;
  }
  async send(args: readonly string[]): Promise<void> {
    await this.#socket.write(fromBinary(bulks(args)));
  }
  async sendRaw(text: string): Promise<void> {
    await this.#socket.write(fromBinary(text));
  }
  /** Undefined: the server has closed the connection. */
  async reply(): Promise<Reply | undefined> {
    for (;;) {
      const parsed = parseReply(this.#text);
      if (parsed) {
        this.#text = this.#text.slice(parsed.end);
        return parsed.reply;
      }
      const data = await this.#socket.read();
      if (data === null) return undefined;
      this.#text += toBinary(data);
    }
  }
  close(): void {
    this.#socket.end();
  }
}

class Client {
  readonly proc: ProcessContext;
  readonly o: Options;
  db: number;
  inMulti = false;
  connection: Connection | undefined;

  constructor(proc: ProcessContext, o: Options) {
    this.proc = proc;
    this.o = o;
    this.db = o.db;
  }
  get prompt(): string {
    if (!this.connection) return "not connected> ";
    return `${this.o.host}:${this.o.port}${this.db === 0 ? "" : `[${this.db}]`}${this.inMulti ? "(TX)" : ""}> `;
  }

  async connect(): Promise<boolean> {
    try {
      this.connection = new Connection(await this.proc.net.connect(this.o.host, this.o.port));
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      await this.proc.stderr.write(
        `Could not connect to ${redisBuild(this.proc).product} at ${this.o.host}:${this.o.port}: ${error.message}\n`,
      );
      return false;
    }
    const { user, password } = this.o;
    if (password !== undefined) {
      await this.connection.send(["AUTH", ...(user === undefined ? [] : [utf8(user)]), utf8(password)]);
      const reply = await this.connection.reply();
      if (reply?.type === "error") await this.proc.stderr.write(`AUTH failed: ${reply.text}\n`);
    }
    if (this.db !== 0) {
      await this.connection.send(["SELECT", String(this.db)]);
      const reply = await this.connection.reply();
      if (reply?.type === "error") await this.proc.stderr.write(`SELECT ${this.db} failed: ${reply.text}\n`);
    }
    return true;
  }

  async print(reply: Reply): Promise<void> {
    const { output } = this.o;
    const terminal = output === "tty" || (output === "auto" && this.proc.stdout.tty);
    await this.proc.stdout.write(fromBinary(output === "csv" ? `${csv(reply)}\n` : terminal ? forTerminal(reply) : `${raw(reply)}\n`));
  }

  /** Asks once. False: it was an error, or nobody answered. */
  async ask(args: readonly string[], retry: boolean): Promise<boolean> {
    const name = (args[0] as string).toLowerCase();
    for (let attempt = 0; ; attempt++) {
      if (!this.connection && !(await this.connect())) return false;
      let reply: Reply | undefined;
      try {
        await this.connection?.send(args);
        reply = await this.connection?.reply();
      } catch (error) {
        if (!(error instanceof NetError)) throw error;
      }
      if (!reply) {
        this.connection = undefined;
        if (name === "shutdown" || name === "quit") return true;
        if (retry && attempt === 0) continue;
        await this.proc.stderr.write("Error: Server closed the connection\n");
        return false;
      }
      return this.answered(name, args, reply);
    }
  }
  async answered(name: string, args: readonly string[], first: Reply): Promise<boolean> {
    // INFO and friends are for reading, not for quoting.
    const listens = /^p?subscribe$/.test(name) || name === "monitor";
    const terminal = this.o.output === "tty" || (this.o.output === "auto" && this.proc.stdout.tty);
    if (listens && terminal && name !== "monitor") await this.proc.stdout.write("Reading messages... (press Ctrl-C to quit)\n");
    const verbatim =
      first.type === "bulk" && /^(info|lolwut)$|^client (list|info)$/.test(name === "client" ? `client ${args[1]?.toLowerCase()}` : name);
    if (verbatim)
      await this.proc.stdout.write(
        fromBinary(
          this.o.output === "csv" ? `${csv(first)}\n` : `${first.text}${this.proc.stdout.tty && first.text.endsWith("\n") ? "" : "\n"}`,
        ),
      );
    else await this.print(first);
    if (first.type !== "error") {
      if (name === "select") this.db = Number(args[1]);
      if (name === "multi") this.inMulti = true;
    }
    if (name === "exec" || name === "discard") this.inMulti = false;
    if (listens) {
      if (first.type === "error") return false;
      for (let reply = await this.connection?.reply(); reply; reply = await this.connection?.reply()) await this.print(reply);
      return true;
    }
    return first.type !== "error";
  }
}

async function repeated(client: Client, args: readonly string[]): Promise<number> {
  const { o, proc } = client;
  for (let n = 0; n < o.repeat; n++) {
    const fine = await client.ask(args, false);
    if (!fine && (o.failing || !client.connection)) return 1;
    if (o.interval > 0 && n + 1 < o.repeat) await proc.clock.sleep(o.interval);
  }
  return 0;
}

const help = (product: string): string => `To get help about ${product} commands type:
      "help @<group>" to get a list of commands in <group>
      "help <command>" for help on <command>
      "help <tab>" to get a list of possible help topics
      "quit" to exit

To set ${product.toLowerCase()}-cli preferences:
      ":set hints" enable online hints
      ":set nohints" disable online hints
Set your preferences in ~/.${product.toLowerCase()}clirc
`;

async function converse(client: Client): Promise<number> {
  const input = new Input(client.proc);
  const connected = await client.connect();
  if (!connected && !input.interactive) return 1;
  for (;;) {
    const line = await input.next(client.prompt);
    if (line === undefined || line === INTERRUPT) return 0;
    const args = splitArgs(utf8(line));
    if (!args) {
      await client.proc.stdout.write("Invalid argument(s)\n");
      continue;
    }
    const [word = ""] = args;
    if (word === "") continue;
    if (/^(quit|exit)$/i.test(word)) return 0;
    if (/^clear$/i.test(word) && input.interactive) await client.proc.stdout.write("\x1b[H\x1b[2J");
    else if (/^(help|\?)$/i.test(word)) {
      await client.proc.stdout.write(
        args.length > 1
          ? "redis-cli: help on single commands is not simulated by Timonel\n"
          : `${named(client.proc)}\n${help(redisBuild(client.proc).product)}`,
      );
    } else if (/^[1-9]\d*$/.test(word) && args.length > 1)
      for (let n = Math.min(Number(word), 100_000); n > 0; n--) await client.ask(args.slice(1), true);
    else await client.ask(args, input.interactive);
  }
}

async function all(proc: ProcessContext): Promise<string> {
  let text = "";
  for (let data = await proc.stdin.read(); data !== null; data = await proc.stdin.read()) text += toBinary(data);
  return text;
}

/** --pipe: everything from the standard input is sent as it is. */
async function pipe(client: Client): Promise<number> {
  if (!(await client.connect())) return 1;
  const marker = `timonel-${client.proc.pid}`;
  await client.connection?.sendRaw((await all(client.proc)).replace(/\r?\n/g, "\r\n") + bulks(["ECHO", marker]));
  let [errors, replies] = [0, 0];
  await client.proc.stdout.write("All data transferred. Waiting for the last reply...\n");
  for (let reply = await client.connection?.reply(); reply; reply = await client.connection?.reply()) {
    if (reply.type === "bulk" && reply.text === marker) break;
    replies++;
    if (reply.type !== "error") continue;
    errors++;
    await client.proc.stderr.write(`${reply.text}\n`);
  }
  await client.proc.stdout.write(`Last reply received from server.\nerrors: ${errors}, replies: ${replies}\n`);
  return errors > 0 ? 1 : 0;
}

async function scan(client: Client): Promise<number> {
  if (!(await client.connect())) return 1;
  let cursor = "0";
  do {
    await client.connection?.send(["SCAN", cursor, ...(client.o.pattern === undefined ? [] : ["MATCH", utf8(client.o.pattern)])]);
    const reply = await client.connection?.reply();
    if (reply?.type !== "array") {
      await client.proc.stderr.write(`ERROR: ${reply?.type === "error" ? reply.text : "Server closed the connection"}\n`);
      return 1;
    }
    const [next, keys] = reply.items;
    cursor = next?.type === "bulk" ? next.text : "0";
    for (const key of keys?.type === "array" ? keys.items : [])
      if (key.type === "bulk") await client.proc.stdout.write(fromBinary(client.proc.stdout.tty ? forTerminal(key) : `${key.text}\n`));
  } while (cursor !== "0");
  return 0;
}

export const redisCli: Program = async (proc) => {
  await proc.cpu(1);
  const o = options(proc.argv.slice(1), proc.env);
  if (typeof o === "string") {
    await proc.stderr.write(`${o.replace(/^redis/, redisBuild(proc).product.toLowerCase())}\n`);
    return 1;
  }
  if (o.mode === "version") {
    await proc.stdout.write(`${named(proc)}\n`);
    return 0;
  }
  if (o.mode === "help") {
    await proc.stdout.write(`${named(proc)}\n\nUsage: ${redisBuild(proc).product.toLowerCase()}-cli [OPTIONS] [cmd [arg [arg ...]]]\n`);
    return 0;
  }
  const given = proc.argv.some((a) => a === "-a" || a === "--pass" || a === "-u");
  if (given && o.warn && o.password !== undefined)
    await proc.stderr.write("Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\n");
  const client = new Client(proc, o);
  if (o.mode === "pipe") return pipe(client);
  if (o.mode === "scan") return scan(client);
  if (o.command.length === 0) return converse(client);
  if (!(await client.connect())) return 1;
  const args = o.command.map(utf8);
  const code = await repeated(client, o.stdin ? [...args, await all(proc)] : args);
  client.connection?.close();
  return code;
};
