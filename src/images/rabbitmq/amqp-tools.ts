import { NetError, type Socket } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { fromBinary, readable, toBinary, utf8 } from "../database/binary.ts";
import { type Frame, HEADER } from "./server.ts";

/** Options of each tool (amqp-tools 0.11): long name, letter, whether it takes a value. */
type Flag = readonly [long: string, short: string, value: boolean];
const CONNECTION: readonly Flag[] = [
  ["url", "u", true],
  ["server", "s", true],
  ["port", "", true],
  ["vhost", "", true],
  ["username", "", true],
  ["password", "", true],
  ["heartbeat", "", true],
  ["authfile", "", true],
  ["ssl", "", false],
  ["cacert", "", true],
  ["key", "", true],
  ["cert", "", true],
];
const TOOLS: Readonly<Record<string, readonly Flag[]>> = {
  "amqp-publish": [
    ["exchange", "e", true],
    ["routing-key", "r", true],
    ["persistent", "p", false],
    ["content-type", "C", true],
    ["reply-to", "t", true],
    ["line-buffered", "l", false],
    ["content-encoding", "E", true],
    ["header", "H", true],
    ["body", "b", true],
  ],
  "amqp-consume": [
    ["queue", "q", true],
    ["exchange", "e", true],
    ["routing-key", "r", true],
    ["declare", "d", false],
    ["exclusive", "x", false],
    ["no-ack", "A", false],
    ["count", "c", true],
    ["prefetch-count", "p", true],
  ],
  "amqp-get": [["queue", "q", true]],
  "amqp-declare-queue": [
    ["queue", "q", true],
    ["durable", "d", false],
  ],
  "amqp-delete-queue": [
    ["queue", "q", true],
    ["if-unused", "u", false],
    ["if-empty", "e", false],
  ],
};

class Failure extends Error {}
interface Given {
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
}

function read(name: string, words: readonly string[]): Given | string {
  const own = TOOLS[name] as readonly Flag[];
  const all = [
    ...own,
    ...CONNECTION.filter(([, short]) => short === "" || !own.some((o) => o[1] === short)),
    ...CONNECTION.map(([long, , v]): Flag => [long, "", v]),
  ];
  const flags = new Map<string, string[]>();
  const rest: string[] = [];
  const set = (flag: Flag, value: string): void => void flags.set(flag[0], [...(flags.get(flag[0]) ?? []), value]);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === "--" || (rest.length > 0 && name === "amqp-consume") || !word.startsWith("-") || word === "-") {
      // The rest is the command that gets the messages.
      rest.push(...(name === "amqp-consume" ? words.slice(word === "--" ? i + 1 : i) : [word]));
      if (name === "amqp-consume") break;
      continue;
    }
    if (word === "--help" || word === "-?" || word === "--usage") return "help";
    if (word.startsWith("--")) {
      const [long = "", inline] = word.slice(2).split(/=(.*)/s);
      const flag = all.find((f) => f[0] === long);
      if (!flag) return `${word}: unknown option`;
      if (!flag[2]) set(flag, "true");
      else {
        const value = inline ?? words[++i];
        if (value === undefined) return `${word}: missing argument`;
        set(flag, value);
      }
      continue;
    }
    for (let j = 1; j < word.length; j++) {
      const flag = all.find((f) => f[1] === word[j]);
      if (!flag) return `-${word[j]}: unknown option`;
      if (!flag[2]) {
        set(flag, "true");
        continue;
      }
      const value = word.slice(j + 1) || words[++i];
      if (value === undefined) return `-${word[j]}: missing argument`;
      set(flag, value.replace(/^=/, ""));
      break;
    }
  }
  return { flags, rest };
}

/** A connection with its one channel. */
class Channel {
  readonly #proc: ProcessContext;
  readonly #socket: Socket;
  #text = "";
  readonly #waiting: Frame[] = [];
  private constructor(proc: ProcessContext, socket: Socket) {
    this.#proc = proc;
    this.#socket = socket;
  }
  /** Throws Failure. */
  static async open(proc: ProcessContext, flags: Given["flags"]): Promise<Channel> {
    const last = (name: string): string | undefined => flags.get(name)?.at(-1);
    const url = last("url");
    if (last("ssl") !== undefined || url?.startsWith("amqps:")) throw new Failure("TLS is not simulated by Timonel");
    if (last("authfile") !== undefined) throw new Failure("--authfile is not simulated by Timonel");
    const [, user, password, host, port, path] =
      url === undefined ? [] : (/^amqp:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^:/]*)(?::(\d+))?(?:\/(.*))?$/.exec(url) ?? []);
    if (url !== undefined && host === undefined) throw new Failure(`parsing URL '${url}'`);
    const to = last("server") ?? (host === undefined || host === "" ? "localhost" : host);
    const number = Number(last("port") ?? port ?? 5672);
    let socket: Socket;
    try {
      socket = await proc.net.connect(to, number, { timeout: 120_000 });
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      throw new Failure(`opening socket to ${to}:${number}`);
    }
    const channel = new Channel(proc, socket);
    await socket.write(fromBinary(HEADER));
    await channel.next("logging in to AMQP server");
    const login = {
      user: last("username") ?? decodeURIComponent(user ?? "guest"),
      password: last("password") ?? decodeURIComponent(password ?? "guest"),
      vhost: last("vhost") ?? (path === undefined || path === "" ? "/" : decodeURIComponent(path)),
    };
    await channel.call("logging in to AMQP server", { method: "connection.start-ok", ...login });
    return channel;
  }
  async send(frame: Frame): Promise<void> {
    await this.#proc.cpu(0.05);
    try {
      await this.#socket.write(fromBinary(utf8(`${JSON.stringify(frame)}\n`)));
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      throw new Failure(`${String(frame["method"])}: a socket error occurred`);
    }
  }
  async next(doing: string): Promise<Frame> {
    return this.#waiting.shift() ?? this.#read(doing);
  }
  async #read(doing: string): Promise<Frame> {
    try {
      for (;;) {
        const end = this.#text.indexOf("\n");
        if (end >= 0) {
          const frame = JSON.parse(readable(this.#text.slice(0, end))) as Frame;
          this.#text = this.#text.slice(end + 1);
          return this.#checked(doing, frame);
        }
        const data = await this.#socket.read();
        if (data === null) break;
        this.#text += toBinary(data);
        if (this.#text.startsWith("HTTP")) break;
      }
    } catch (error) {
      if (!(error instanceof NetError) && !(error instanceof SyntaxError)) throw error;
    }
    throw new Failure(`${doing}: unexpected connection close`.replace("unexpected connection close", "a socket error occurred"));
  }
  #checked(doing: string, frame: Frame): Frame {
    if (frame["method"] === "connection.close")
      throw new Failure(`${doing}: server connection error ${String(frame["code"])}, message: ${String(frame["text"])}`);
    if (frame["method"] === "channel.close")
      throw new Failure(`${doing}: server channel error ${String(frame["code"])}, message: ${String(frame["text"])}`);
    return frame;
  }
  async call(doing: string, frame: Frame): Promise<Frame> {
    await this.send(frame);
    for (;;) {
      const answer = await this.#read(doing);
      if (answer["method"] !== "basic.deliver") return answer;
      this.#waiting.push(answer);
    }
  }
  async close(): Promise<void> {
    await this.call("closing connection", { method: "connection.close" });
    this.#socket.end();
  }
}

async function all(proc: ProcessContext): Promise<string> {
  let text = "";
  for (let data = await proc.stdin.read(); data !== null && text.length < 64 * 1024 * 1024; data = await proc.stdin.read())
    text += toBinary(data);
  return text;
}
type Run = (proc: ProcessContext, given: Given, flag: (name: string) => string | undefined) => Promise<number>;

const publish: Run = async (proc, given, flag) => {
  if (flag("exchange") === undefined && flag("routing-key") === undefined) throw new Failure("neither exchange nor routing key specified");
  const headers = Object.fromEntries((given.flags.get("header") ?? []).map((h) => h.split(/:\s*(.*)/s) as [string, string]));
  const properties = {
    delivery_mode: flag("persistent") === undefined ? 1 : 2,
    ...(flag("content-type") !== undefined && { content_type: flag("content-type") }),
    ...(flag("content-encoding") !== undefined && { content_encoding: flag("content-encoding") }),
    ...(flag("reply-to") !== undefined && { reply_to: flag("reply-to") }),
    ...(Object.keys(headers).length > 0 && { headers }),
  };
  const channel = await Channel.open(proc, given.flags);
  const body = flag("body");
  const text = body === undefined ? await all(proc) : utf8(body);
  const bodies =
    body === undefined && flag("line-buffered") !== undefined ? text.split("\n").slice(0, text.endsWith("\n") ? -1 : undefined) : [text];
  for (const one of bodies)
    await channel.send({
      method: "basic.publish",
      exchange: flag("exchange") ?? "",
      key: flag("routing-key") ?? "",
      body: one,
      properties,
    });
  await channel.close();
  return 0;
};
/** Runs the command with a message on its standard input: whether it liked it. */
async function feed(proc: ProcessContext, command: readonly string[], body: string): Promise<boolean> {
  const pipe = proc.pipe();
  const child = await proc.spawn({ argv: command, fds: { 0: pipe.read } });
  proc.close(pipe.read);
  await pipe.write.write(fromBinary(body)).catch(() => {});
  proc.close(pipe.write);
  return (await child.exited).code === 0;
}
const consume: Run = async (proc, given, flag) => {
  if (given.rest.length === 0) throw new Failure("consuming command not specified");
  if (flag("queue") === undefined && flag("exchange") === undefined) throw new Failure("neither queue nor exchange specified");
  const channel = await Channel.open(proc, given.flags);
  let queue = flag("queue") ?? "";
  const exclusive = flag("exclusive") !== undefined || flag("declare") !== undefined || queue === "";
  if (exclusive) {
    const declared = await channel.call("queue.declare", { method: "queue.declare", queue, exclusive: true, autoDelete: true });
    if (queue === "") await proc.stderr.write(`Server provided queue name: ${String(declared["queue"])}\n`);
    queue = String(declared["queue"]);
  }
  const exchange = flag("exchange");
  if (exchange !== undefined) {
    if (flag("routing-key") === undefined && queue === "") throw new Failure("--routing-key is required");
    await channel.call("queue.bind", { method: "queue.bind", queue, exchange, key: flag("routing-key") ?? "" });
  }
  const count = Number(flag("count") ?? -1);
  const noAck = flag("no-ack") !== undefined;
  const prefetch = Number(flag("prefetch-count") ?? 0) || (count > 0 ? count : 0);
  if (prefetch > 0) await channel.call("basic.qos", { method: "basic.qos", prefetch });
  await channel.call("basic.consume", { method: "basic.consume", queue, noAck });
  for (let n = 0; count < 0 || n < count; n++) {
    const message = await channel.next("waiting for header frame");
    if (message["method"] !== "basic.deliver") continue;
    const fine = await feed(proc, given.rest, String(message["body"]));
    if (fine && !noAck) await channel.send({ method: "basic.ack", delivery: message["delivery"] });
  }
  await channel.close();
  return 0;
};
const get: Run = async (proc, given, flag) => {
  const queue = flag("queue");
  if (queue === undefined) throw new Failure("queue not specified");
  const channel = await Channel.open(proc, given.flags);
  const got = await channel.call("basic.get", { method: "basic.get", queue, noAck: true });
  if (got["method"] === "basic.get-ok") await proc.stdout.write(fromBinary(String(got["body"])));
  await channel.close();
  return got["method"] === "basic.get-ok" ? 0 : 2;
};
const declareQueue: Run = async (proc, given, flag) => {
  const queue = flag("queue");
  if (queue === undefined) throw new Failure("queue name not specified");
  const channel = await Channel.open(proc, given.flags);
  const declared = await channel.call("queue.declare", { method: "queue.declare", queue, durable: flag("durable") !== undefined });
  await proc.stdout.write(`${String(declared["queue"])}\n`);
  await channel.close();
  return 0;
};
const deleteQueue: Run = async (proc, given, flag) => {
  const queue = flag("queue") ?? "";
  if (queue === "") throw new Failure("queue name not specified");
  const channel = await Channel.open(proc, given.flags);
  const o = { ifUnused: flag("if-unused") !== undefined, ifEmpty: flag("if-empty") !== undefined };
  const deleted = await channel.call("queue.delete", { method: "queue.delete", queue, ...o });
  await proc.stdout.write(`${String(deleted["messages"])}\n`);
  await channel.close();
  return 0;
};
const RUNS: Readonly<Record<string, Run>> = {
  "amqp-publish": publish,
  "amqp-consume": consume,
  "amqp-get": get,
  "amqp-declare-queue": declareQueue,
  "amqp-delete-queue": deleteQueue,
};

/** amqp-publish, -consume, -get, -declare-queue and -delete-queue: by the name it is called. */
export const amqpTool: Program = async (proc) => {
  await proc.cpu(1.5);
  const name = (proc.argv[0] as string).replace(/^.*\//, "");
  const run = RUNS[name] as Run;
  const given = read(name, proc.argv.slice(1));
  const usage = `Usage: ${name} [OPTIONS]...${name === "amqp-consume" ? " <command> <args>" : ""}\n`;
  if (given === "help") {
    const own = (TOOLS[name] as readonly Flag[]).concat(CONNECTION);
    await proc.stdout.write(
      usage + own.map(([long, short, value]) => `  ${short === "" ? "    " : `-${short}, `}--${long}${value ? `=${long}` : ""}\n`).join(""),
    );
    return 0;
  }
  try {
    if (typeof given === "string") throw new Failure(given);
    return await run(proc, given, (flag) => given.flags.get(flag)?.at(-1));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await proc.stderr.write(
      `${error.message}\n${/unknown option|missing argument|not specified/.test(error.message) && !error.message.startsWith("queue") ? usage : ""}`,
    );
    return 1;
  }
};
