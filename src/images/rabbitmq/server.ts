import { RE2JS } from "re2js";
import { Errno, type ProcessContext } from "../../runtime/index.ts";
import { rfc3339Micro } from "../../sim/index.ts";
import { readable, utf8 } from "../database/binary.ts";
import { type Session, Sessions } from "../database/sessions.ts";
import { Broker, AmqpError, type Message, type Queue } from "./broker.ts";
import { control } from "./control.ts";
import { Disk, type Entry } from "./disk.ts";
import { METHODS } from "./methods.ts";
import { matches } from "./password.ts";
import type { Settings } from "./settings.ts";
import { type Client, newClient, type StoredServer } from "./state.ts";
import type { RabbitVersion } from "./versions.ts";

export const HEADER = "AMQP\0\0\x09\x01";
const ROOT_MEMORY = 118 * 1024 * 1024;
const MAX_FRAME = 128 * 1024 * 1024;
export const CONTROL_PORT = 25_672;

export type Frame = Readonly<Record<string, unknown>>;

/**
 * A running node. After AMQP's own header, methods travel as lines of JSON between it and the clients here
 * (amqp-tools.ts): AMQP's binary frames are not simulated. Command line tools speak to it on the port of Erlang's
 * distribution, and have to know the cookie.
 */
export class RabbitServer {
  readonly proc: ProcessContext;
  readonly version: RabbitVersion;
  readonly settings: Settings;
  readonly node: string;
  readonly broker = new Broker();
  readonly disk: Disk;
  readonly sessions: Sessions<Client>;
  readonly started: number;
  readonly counts: Record<string, number>;
  readonly cookie: string;
  ports: readonly number[] = [];
  stopping = false;
  /** Whether connections of HTTP are open. */
  busy: () => boolean = () => false;
  stop: () => void = () => {};
  readonly stopped: Promise<void>;
  #pids: number;
  #entries: Entry[] = [];
  #running = false;
  #memory = 0;
  #pumping = false;

  constructor(
    proc: ProcessContext,
    version: RabbitVersion,
    settings: Settings,
    node: string,
    folder: string,
    cookie: string,
    stored?: StoredServer,
  ) {
    this.proc = proc;
    this.version = version;
    this.settings = settings;
    this.node = node;
    this.cookie = cookie;
    this.started = stored?.started ?? proc.clock.now();
    this.#pids = stored?.pids ?? 600 + proc.random.int(200);
    this.counts = { publish: 0, deliver: 0, ack: 0, get: 0, connections: 0, channels: 0, ...stored?.counts };
    this.disk = new Disk(proc, folder, stored?.diskBytes);
    this.stopped = new Promise((resolve) => {
      this.stop = resolve;
    });
    if (stored) {
      this.broker.load(stored.definitions);
      this.broker.nextMessage = stored.nextMessage;
      for (const [vhost, name, ready, unacked] of stored.messages) {
        const queue = this.broker.vhosts.get(vhost)?.queues.get(name);
        if (queue) [queue.ready, queue.unacked] = [[...ready], unacked];
      }
    }
    this.sessions = new Sessions<Client>(
      proc,
      {
        open: (session) => {
          const own = session.socket.local.port === CONTROL_PORT;
          if (!own) {
            this.counts["connections"] = (this.counts["connections"] ?? 0) + 1;
            this.log("info", `accepting AMQP connection ${ends(session)}`, this.pid(session.id));
          }
          return newClient(own, proc.clock.now());
        },
        data: (session, data) => this.#data(session, data),
        closed: (session) => this.#closed(session),
        idle: () => this.idle(),
      },
      stored?.next ?? 1,
    );
  }
  run(stored?: StoredServer): void {
    this.#running = true;
    if (stored) this.sessions.resume(stored.sessions);
    this.#weigh();
    this.idle();
  }
  /** The name of an Erlang process of this node: one a connection. */
  pid(id: number): string {
    return `<0.${this.#pids + id * 9}.0>`;
  }
  log(level: string, text: string, pid = `<0.${this.#pids}.0>`): void {
    const time = rfc3339Micro(this.proc.clock.now()).slice(0, 26).replace("T", " ");
    void this.proc.stdout.write(
      text
        .split("\n")
        .map((line) => `${time}+00:00 [${level}] ${pid} ${line}\n`)
        .join(""),
    );
  }
  idle(): void {
    if (!this.#running || this.stopping || this.busy()) return;
    this.proc.checkpoint({
      definitions: this.broker.define(false),
      messages: this.broker.queues.map((q) => [q.vhost, q.name, [...q.ready], q.unacked] as const),
      nextMessage: this.broker.nextMessage,
      diskBytes: this.disk.bytes,
      started: this.started,
      pids: this.#pids,
      counts: { ...this.counts },
      sessions: this.sessions.save(),
      next: this.sessions.next,
    } satisfies StoredServer);
  }
  /** After something was asked: messages go to who waits for them, and what has to be kept is written. */
  settle(): void {
    this.#deliver();
    try {
      this.disk.define(this.broker);
      this.disk.write(this.#entries, () => this.#all());
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      this.log("error", `Message store: cannot write: ${error.code}`);
    }
    this.#entries = [];
    this.#weigh();
  }
  #all(): Entry[] {
    const kept: Entry[] = [];
    for (const q of this.broker.queues) for (const m of this.#waiting(q)) if (keeps(q, m)) kept.push(["put", q.vhost, q.name, m]);
    return kept;
  }
  #waiting(q: Queue): readonly Message[] {
    const out = this.sessions.all.flatMap((s) =>
      s.state.unacked.filter((u) => u.queue === q.name && u.vhost === q.vhost).map((u) => u.message),
    );
    return [...out, ...q.ready];
  }
  #weigh(): void {
    let bytes = ROOT_MEMORY;
    for (const q of this.broker.queues) {
      bytes += 30_000;
      for (const m of q.ready) bytes += 700 + m.body.length;
    }
    bytes += this.sessions.all.length * 150_000;
    bytes = Math.ceil(bytes / 2 ** 18) * 2 ** 18;
    if (bytes !== this.#memory) this.proc.memory((this.#memory = bytes));
  }
  get memory(): number {
    return this.#memory;
  }

  // --- messages ---

  /** How many queues it went to. Throws AmqpError. */
  publish(vhost: string, exchange: string, key: string, body: string, properties: Readonly<Record<string, unknown>>): number {
    const queues = this.broker.route(vhost, exchange, key);
    const message: Message = { id: this.broker.nextMessage++, exchange, key, body, properties };
    this.counts["publish"] = (this.counts["publish"] ?? 0) + 1;
    for (const q of queues) {
      q.ready.push(message);
      if (keeps(q, message)) this.#entries.push(["put", vhost, q.name, message]);
    }
    return queues.length;
  }
  #gone(q: Queue, m: Message): void {
    if (keeps(q, m)) this.#entries.push(["ack", q.vhost, q.name, m.id]);
  }
  acknowledge(vhost: string, queue: string, message: Message): void {
    const q = this.broker.vhosts.get(vhost)?.queues.get(queue);
    if (!q) return;
    q.unacked--;
    this.counts["ack"] = (this.counts["ack"] ?? 0) + 1;
    this.#gone(q, message);
  }
  purge(q: Queue): number {
    const n = q.ready.length;
    for (const m of q.ready) this.#gone(q, m);
    q.ready = [];
    return n;
  }
  dropQueue(q: Queue): number {
    this.#entries.push(["drop", q.vhost, q.name]);
    for (const { state } of this.sessions.all) state.consumers = state.consumers.filter((c) => c.queue !== q.name || c.vhost !== q.vhost);
    return this.broker.deleteQueue(q.vhost, q.name);
  }
  consumers(q: Queue): number {
    return this.sessions.all.reduce((n, s) => n + s.state.consumers.filter((c) => c.queue === q.name && c.vhost === q.vhost).length, 0);
  }
  take(
    q: Queue,
    session: Session<Client> | undefined,
    noAck: boolean,
  ): { readonly message: Message; readonly delivery: number } | undefined {
    const message = q.ready.shift();
    if (!message) return undefined;
    if (noAck || !session) {
      this.#gone(q, message);
      return { message, delivery: session ? ++session.state.deliveries : 0 };
    }
    const delivery = ++session.state.deliveries;
    q.unacked++;
    session.state.unacked = [...session.state.unacked, { delivery, vhost: q.vhost, queue: q.name, message }];
    return { message, delivery };
  }
  /** Round and round among who waits, as long as they may have more. */
  #deliver(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    for (const q of this.broker.queues) {
      let again = true;
      while (again && q.ready.length > 0) {
        again = false;
        for (const session of this.sessions.all) {
          const { state } = session;
          const consumer = state.consumers.find((c) => c.queue === q.name && c.vhost === q.vhost);
          if (!consumer || session.closing) continue;
          if (!consumer.noAck && state.prefetch > 0 && state.unacked.length >= state.prefetch) continue;
          const got = this.take(q, session, consumer.noAck);
          if (!got) break;
          again = true;
          this.counts["deliver"] = (this.counts["deliver"] ?? 0) + 1;
          this.send(session, { method: "basic.deliver", consumer: consumer.tag, delivery: got.delivery, ...content(got.message) });
        }
      }
    }
    this.#pumping = false;
  }
  send(session: Session<Client>, frame: Frame): void {
    this.sessions.send(session, utf8(`${JSON.stringify(frame)}\n`));
  }

  // --- connections ---

  async #data(session: Session<Client>, data: string): Promise<void> {
    const { state } = session;
    state.input += data;
    if (state.input.length > MAX_FRAME) return this.sessions.drop(session);
    if (state.stage === "header") {
      if (state.input.length < HEADER.length && HEADER.startsWith(state.input)) return;
      if (!state.input.startsWith(HEADER)) {
        const got = state.input.slice(0, 8);
        this.log(
          "error",
          `closing AMQP connection ${this.pid(session.id)} (${ends(session)}):\n{bad_header,<<${[...got].map((c) => c.charCodeAt(0)).join(",")}>>}`,
          this.pid(session.id),
        );
        this.sessions.send(session, HEADER);
        return this.sessions.end(session);
      }
      state.input = state.input.slice(HEADER.length);
      state.stage = "start";
      this.send(session, { method: "connection.start", mechanisms: "PLAIN AMQPLAIN", version: this.version.version });
    }
    for (let end = state.input.indexOf("\n"); end >= 0 && !session.closing && !this.stopping; end = state.input.indexOf("\n")) {
      const line = state.input.slice(0, end);
      state.input = state.input.slice(end + 1);
      let frame: Frame;
      try {
        frame = JSON.parse(readable(line)) as Frame;
      } catch {
        return this.sessions.drop(session);
      }
      await this.proc.cpu(0.05 + line.length / 400_000);
      if (state.control) this.send(session, control(this, frame));
      else this.#method(session, frame);
      this.settle();
    }
  }
  #method(session: Session<Client>, frame: Frame): void {
    try {
      const reply =
        session.state.stage === "start" ? this.#login(session, frame) : METHODS[String(frame["method"])]?.(this, session, frame);
      if (reply) this.send(session, reply);
    } catch (error) {
      if (!(error instanceof AmqpError)) throw error;
      const { vhost, user } = session.state;
      const where = `Channel error on connection ${this.pid(session.id)} (${ends(session)}, vhost: '${vhost}', user: '${user}'), channel 1:`;
      if (session.state.stage === "open")
        this.log(
          "error",
          `${where}\noperation ${String(frame["method"])} caused a channel exception ${words(error.code)}: ${error.message.replace(/^[A-Z_]+ - /, "")}`,
          this.pid(session.id),
        );
      this.send(session, { method: error.hard ? "connection.close" : "channel.close", code: error.code, text: error.message });
      if (error.hard) this.sessions.end(session);
      else this.#forget(session);
    }
  }
  #login(session: Session<Client>, frame: Frame): Frame {
    const [name, password, vhost] = [String(frame["user"]), String(frame["password"]), String(frame["vhost"])];
    const user = this.broker.user(name);
    const refused = (why: string): AmqpError => {
      this.log(
        "error",
        `Error on AMQP connection ${this.pid(session.id)} (${ends(session)}, state: starting):\nPLAIN login refused: ${why}`,
        this.pid(session.id),
      );
      return new AmqpError(
        403,
        "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.",
        true,
      );
    };
    if (!user || !matches(password, user.hash)) throw refused(`user '${name}' - invalid credentials`);
    if (name === "guest" && !this.settings.guestEverywhere && session.socket.remote.ip !== "127.0.0.1")
      throw refused("user 'guest' can only connect via localhost");
    if (!this.broker.vhosts.has(vhost)) throw new AmqpError(530, `NOT_ALLOWED - vhost ${vhost} not found`, true);
    if (!this.broker.permission(name, vhost))
      throw new AmqpError(530, `NOT_ALLOWED - access to vhost '${vhost}' refused for user '${name}'`, true);
    Object.assign(session.state, { stage: "open", user: name, vhost, name: ends(session) });
    this.counts["channels"] = (this.counts["channels"] ?? 0) + 1;
    this.log(
      "info",
      `connection ${this.pid(session.id)} (${ends(session)}): user '${name}' authenticated and granted access to vhost '${vhost}'`,
      this.pid(session.id),
    );
    return { method: "connection.open-ok" };
  }
  /** What a channel held goes back, and what waits no longer waits. */
  #forget(session: Session<Client>): void {
    const { state } = session;
    for (const u of [...state.unacked].reverse()) {
      const queue = this.broker.vhosts.get(u.vhost)?.queues.get(u.queue);
      if (!queue) continue;
      queue.unacked--;
      queue.ready.unshift({ ...u.message, redelivered: true });
    }
    const had = state.consumers;
    [state.unacked, state.consumers] = [[], []];
    for (const c of had) {
      const q = this.broker.vhosts.get(c.vhost)?.queues.get(c.queue);
      if (q?.autoDelete && this.consumers(q) === 0) this.dropQueue(q);
    }
  }
  #closed(session: Session<Client>): void {
    if (session.state.control) return;
    const { stage, vhost, user } = session.state;
    this.#forget(session);
    for (const q of this.broker.queues) if (q.exclusive === session.id) this.dropQueue(q);
    if (stage === "open" && session.closing)
      this.log(
        "info",
        `closing AMQP connection ${this.pid(session.id)} (${ends(session)}, vhost: '${vhost}', user: '${user}')`,
        this.pid(session.id),
      );
    else if (stage === "open")
      this.log(
        "warning",
        `closing AMQP connection ${this.pid(session.id)} (${ends(session)}, vhost: '${vhost}', user: '${user}'):\nclient unexpectedly closed TCP connection`,
        this.pid(session.id),
      );
    void this.sessions.work(() => this.settle());
  }
  /** Whether somebody may. Throws AmqpError. */
  may(session: Session<Client>, what: "configure" | "write" | "read", kind: "queue" | "exchange", name: string): void {
    const { user, vhost } = session.state;
    const pattern = this.broker.permission(user, vhost)?.[what] ?? "^$";
    if (allowed(pattern, name === "" && kind === "exchange" ? "amq.default" : name)) return;
    throw new AmqpError(403, `ACCESS_REFUSED - ${what} access to ${kind} '${name}' in vhost '${vhost}' refused for user '${user}'`);
  }
}

/** A permission's pattern. */
function allowed(pattern: string, name: string): boolean {
  try {
    return RE2JS.compile(pattern).matcher(name).find();
  } catch {
    return false;
  }
}
const keeps = (q: Queue, m: Message): boolean => q.durable && q.exclusive === undefined && m.properties["delivery_mode"] === 2;
export const ends = ({ socket: { local, remote } }: Pick<Session<Client>, "socket">): string =>
  `${remote.ip}:${remote.port} -> ${local.ip}:${local.port}`;
const words = (code: number): string =>
  ({ 403: "access_refused", 404: "not_found", 405: "resource_locked", 406: "precondition_failed" })[code] ?? "internal_error";
export const content = (m: Message): Frame => ({
  exchange: m.exchange,
  key: m.key,
  body: m.body,
  properties: m.properties,
  redelivered: m.redelivered === true,
});
