import type { Clock } from "../sim/index.ts";
import { deliver, deliverEcho } from "./delivery.ts";
import { netError } from "./errors.ts";
import { WORKSTATION_IP } from "./ipam.ts";
import { ListeningSocket } from "./listener.ts";
import { Machine, type MachineHost, type MachineRecord } from "./machine.ts";
import { Connection, endedSocket, type EndRecord, type Wire } from "./socket.ts";
import { Stack, type StackHost } from "./stack.ts";
import type {
  Balancer,
  Echo,
  Listener,
  MachineNetwork,
  Network,
  NetworkStack,
  Place,
  Severs,
  Socket,
  SocketEntry,
  Verdict,
} from "./types.ts";

/** Virtual milliseconds one way: within a namespace, within a machine, between machines. */
const LATENCY = { loopback: 0.05, machine: 0.2, between: 0.5 } as const;

interface ListenerRecord {
  readonly place: string;
  readonly port: number;
  readonly address: string | undefined;
}
interface ConnectionRecord {
  readonly latency: number;
  readonly client: EndRecord;
  readonly server: EndRecord;
}

/** The one fabric of a simulated world: who is where, and what is between them. */
export class Fabric implements Network, Wire, StackHost, MachineHost {
  readonly name = "network";
  readonly clock: Clock;
  verdict: Verdict | undefined;
  balancerAt: (ip: string) => Balancer | undefined = () => undefined;
  isRouted: (machine: string) => boolean = () => true;
  daemonAt: (machine: string | undefined, port: number) => ((socket: Socket) => void) | undefined = () => undefined;
  #severs: Severs | undefined;
  readonly #machines = new Map<string, Machine>();
  /** Namespaces by key, and those that answer at an address. */
  readonly #stacks = new Map<string, Stack>();
  readonly #addresses = new Map<string, Stack>();
  readonly #connections = new Map<number, Connection>();
  readonly #listeners = new Map<number, ListeningSocket>();
  #nextConnection = 1;
  #nextListener = 1;
  /** Record keys to write at the next flush, with how to make them; undefined value: gone. */
  readonly #dirty = new Map<string, (() => unknown) | undefined>();
  readonly #persistent: boolean;

  /** Not persistent: nothing is remembered for a `drain` that never comes. */
  constructor(options: { readonly clock: Clock; readonly persistent?: boolean }) {
    this.clock = options.clock;
    this.#persistent = options.persistent ?? true;
  }
  #mark(key: string, make: (() => unknown) | undefined): void {
    if (this.#persistent) this.#dirty.set(key, make);
  }

  addMachine(name: string, options: { readonly ip: string; readonly podCidr?: string }): MachineNetwork {
    const machine = this.#machines.get(name) ?? this.#createMachine(name, options.ip);
    if (options.podCidr !== undefined) machine.setPodCidr(options.podCidr);
    this.changed(machine);
    return machine;
  }
  #createMachine(name: string, ip: string): Machine {
    const machine = new Machine(this, name, ip);
    this.#machines.set(name, machine);
    return machine;
  }
  machine(name: string): Machine | undefined {
    return this.#machines.get(name);
  }
  removeMachine(name: string): void {
    const machine = this.#machines.get(name);
    if (!machine) return;
    machine.power(false);
    machine.stack.close();
    this.#machines.delete(name);
    this.#mark(`machine/${name}`, undefined);
  }

  workstation(options: { readonly on?: string } = {}): NetworkStack {
    if (options.on !== undefined) {
      const machine = this.#machines.get(options.on);
      if (!machine) throw netError("ENETUNREACH");
      return machine.stack;
    }
    return this.#stacks.get("workstation") ?? this.#addStack(new Stack(this, "workstation", WORKSTATION_IP, undefined, undefined));
  }

  setVerdict(verdict: Verdict | undefined): void {
    this.verdict = verdict;
  }
  setBalancers(at: (ip: string) => Balancer | undefined): void {
    this.balancerAt = at;
  }
  setDaemons(at: (machine: string | undefined, port: number) => ((socket: Socket) => void) | undefined): void {
    this.daemonAt = at;
  }
  setRoutes(isRouted: (machine: string) => boolean): void {
    this.isRouted = isRouted;
  }

  partition(severs: Severs | undefined): void {
    const before = this.#severs;
    this.#severs = severs;
    // What could not get through has been sent again and again: it arrives.
    if (before)
      for (const { client, server } of this.#connections.values()) {
        client.resume();
        server.resume();
      }
  }
  severed(a: string | undefined, b: string | undefined): boolean {
    return a !== b && (this.#severs?.(a, b) ?? false);
  }
  holds({ client, server }: Connection): boolean {
    if (this.#severs === undefined) return false;
    return this.severed(this.#stacks.get(client.place)?.machine, this.#stacks.get(server.place)?.machine);
  }

  socket(id: number): Socket | undefined {
    if (id < 2 || id >= 2 * this.#nextConnection) return undefined;
    const connection = this.#connections.get(id >> 1);
    if (!connection) return endedSocket(id);
    const end = id & 1 ? connection.server : connection.client;
    end.claimed = true;
    return end;
  }
  listener(id: number): Listener | undefined {
    const listener = this.#listeners.get(id);
    if (listener) listener.claimed = true;
    return listener;
  }

  /** Ends what nobody asked for after a restore: call once every process is back. */
  resetUnclaimed(): void {
    for (const { client, server } of [...this.#connections.values()]) {
      if (!client.claimed) client.destroy();
      if (!server.claimed) server.destroy();
    }
    for (const listener of [...this.#listeners.values()]) if (!listener.claimed) listener.close();
  }

  // --- what namespaces and machines ask ---

  stack(machine: string, sandbox: string | undefined, ip: string): Stack {
    const key = sandbox === undefined ? machine : `${machine}/${sandbox}`;
    const stack = this.#addStack(new Stack(this, key, ip, machine, sandbox));
    if (sandbox !== undefined) this.#mark(`sandbox/${key}`, () => ({ machine, sandbox, ip }));
    return stack;
  }
  #addStack(stack: Stack): Stack {
    this.#stacks.set(stack.key, stack);
    this.#addresses.set(stack.ip, stack);
    return stack;
  }
  open(stack: Stack, port: number, address: string | undefined): ListeningSocket {
    return this.#newListener(this.#nextListener++, stack, port, address);
  }
  socketById(id: number): Socket | undefined {
    return this.socket(id);
  }
  listenerById(id: number): Listener | undefined {
    return this.listener(id);
  }
  closed(stack: Stack): void {
    for (const connection of [...this.#connections.values()]) {
      for (const end of [connection.client, connection.server]) if (end.place === stack.key) end.destroy();
    }
    this.#stacks.delete(stack.key);
    if (this.#addresses.get(stack.ip) === stack) this.#addresses.delete(stack.ip);
    if (stack.sandbox !== undefined) {
      this.#mark(`sandbox/${stack.key}`, undefined);
      if (stack.machine !== undefined) this.#machines.get(stack.machine)?.released(stack);
    }
  }

  async connect(from: Stack, ip: string, port: number, timeout: number, signal: AbortSignal | undefined): Promise<Socket> {
    signal?.throwIfAborted();
    const path = deliver(this, from, ip, port, "TCP");
    await this.#travel(path.delay, timeout, signal);
    if (path.error) throw netError(path.error);
    // Whether anything listens is known on arrival; so is whether the other side is still there.
    const to = this.#stacks.get(path.to.key) === path.to ? path.to : undefined;
    const listener = to?.hearing(path.ip, path.port);
    const daemon = to && !listener && to.sandbox === undefined ? this.daemonAt(to.machine, path.port) : undefined;
    if (!to || (!listener && !daemon) || listener?.full) throw netError(listener?.full ? "ETIMEDOUT" : "ECONNREFUSED");
    const local = { ip: from.owns(ip) ? ip : from.ip, port: from.ephemeral() };
    const connection = new Connection(
      this,
      this.#nextConnection++,
      path.delay,
      { place: from.key, local, remote: { ip, port } },
      { place: to.key, local: { ip: path.ip, port: path.port }, remote: { ip: path.source, port: local.port } },
    );
    this.#connections.set(connection.id, connection);
    if (listener) listener.offer(connection.server);
    else daemon?.(connection.server);
    this.changed(connection);
    return connection.client;
  }

  async query(from: Stack, ip: string, port: number, data: Uint8Array, timeout: number): Promise<Uint8Array> {
    const path = deliver(this, from, ip, port, "UDP");
    const started = this.clock.now();
    await this.#travel(path.delay, timeout, undefined);
    if (path.error) throw netError(path.error);
    const handler = path.to.handler(path.port);
    if (!handler) throw netError("ECONNREFUSED");
    return new Promise((resolve, reject) => {
      const cancel = this.clock.timer(Math.max(0, timeout - (this.clock.now() - started)), () => reject(netError("ETIMEDOUT")));
      const answered = (answer: Uint8Array | undefined): void => {
        // No answer, like an answer too late, is a timeout.
        if (answer) {
          this.clock.timer(path.delay, () => {
            cancel();
            resolve(answer);
          });
        }
      };
      handler(data, path.source).then(answered, () => {});
    });
  }

  async echo(from: Stack, ip: string, ttl: number, timeout: number): Promise<Echo> {
    const path = deliverEcho(this, from, ip, ttl);
    await this.#travel(path.delay, timeout, undefined);
    if (path.error) throw netError(path.error);
    return path.echo;
  }
  ends(stack: Stack): readonly SocketEntry[] {
    const found: SocketEntry[] = [];
    for (const { client, server } of this.#connections.values())
      for (const end of [client, server]) {
        const entry = end.place === stack.key ? end.entry : undefined;
        if (entry) found.push(entry);
      }
    return found;
  }

  /** Waits out the way there, or as long as the caller is prepared to. */
  async #travel(delay: number, timeout: number, signal: AbortSignal | undefined): Promise<void> {
    await this.clock.sleep(Math.min(delay, timeout), signal);
    if (timeout < delay) throw netError("ETIMEDOUT");
  }

  #newListener(id: number, stack: Stack, port: number, address: string | undefined): ListeningSocket {
    const listener = new ListeningSocket(id, port, address, {
      onClose: (l) => {
        stack.dropped(l);
        this.#listeners.delete(id);
        this.#mark(`listener/${id}`, undefined);
      },
      onAccept: (end) => {
        const connection = this.#connections.get(end.id >> 1);
        if (connection) this.changed(connection);
      },
    });
    this.#listeners.set(id, listener);
    this.#mark(`listener/${id}`, () => ({ place: stack.key, port, address: listener.address }));
    return listener;
  }

  lost(machine: Machine): void {
    for (const { client, server } of [...this.#connections.values()]) {
      for (const end of [client, server]) if (this.#stacks.get(end.place)?.machine === machine.name) end.fail("ETIMEDOUT");
    }
  }
  returned(machine: Machine): void {
    // The kernel that came back knows none of its old connections and resets them when it hears of them.
    for (const { client, server } of [...this.#connections.values()]) {
      for (const [end, peer] of [
        [client, server],
        [server, client],
      ] as const) {
        if (!end.open && end.place.split("/", 1)[0] === machine.name) peer.fail("ECONNRESET");
      }
    }
  }
  changed(what: Machine | Connection): void {
    if (what instanceof Machine) this.#mark(`machine/${what.name}`, () => what.save());
    else if (this.#connections.has(what.id)) {
      this.#mark(`connection/${what.id}`, () => ({ latency: what.latency, client: what.client.save(), server: what.server.save() }));
    }
  }
  forget(connection: Connection): void {
    if (this.#connections.delete(connection.id)) this.#mark(`connection/${connection.id}`, undefined);
  }

  stackAt(ip: string): Stack | undefined {
    return this.#addresses.get(ip);
  }
  machines(): Iterable<Machine> {
    return this.#machines.values();
  }
  latency(from: Stack, to: Stack): number {
    if (from === to) return LATENCY.loopback;
    return from.machine !== undefined && from.machine === to.machine ? LATENCY.machine : LATENCY.between;
  }
  place(stack: Stack): Place {
    return { ip: stack.ip, machine: stack.machine, sandbox: stack.sandbox };
  }

  // --- Persistent ---

  drain(): ReadonlyMap<string, unknown> {
    const records = new Map<string, unknown>();
    for (const [key, make] of this.#dirty) records.set(key, make?.());
    if (this.#dirty.size > 0) records.set("next", { connection: this.#nextConnection, listener: this.#nextListener });
    this.#dirty.clear();
    return records;
  }

  restore(records: ReadonlyMap<string, unknown>): void {
    const of = <T>(kind: string): [string, T][] =>
      [...records].filter(([key]) => key.startsWith(`${kind}/`)).map(([key, value]) => [key.slice(kind.length + 1), value as T]);
    for (const [name, record] of of<MachineRecord>("machine")) {
      const machine = this.#machines.get(name) ?? this.#createMachine(name, record.ip);
      machine.load(record);
    }
    for (const [, s] of of<{ machine: string; sandbox: string; ip: string }>("sandbox")) {
      this.#machines.get(s.machine)?.restoreSandbox(s.sandbox, s.ip);
    }
    this.workstation();
    for (const [id, record] of of<ListenerRecord>("listener")) {
      const stack = this.#stacks.get(record.place);
      if (!stack) continue;
      const listener = this.#newListener(Number(id), stack, record.port, record.address);
      listener.claimed = false;
      stack.adopt(listener);
    }
    for (const [id, record] of of<ConnectionRecord>("connection")) {
      const connection = new Connection(this, Number(id), record.latency, record.client, record.server);
      this.#connections.set(connection.id, connection);
      connection.client.load(record.client);
      connection.server.load(record.server);
      const { backlog } = record.server;
      if (backlog !== undefined) this.#listeners.get(backlog)?.offer(connection.server);
    }
    const next = records.get("next") as { connection: number; listener: number } | undefined;
    if (next) {
      this.#nextConnection = next.connection;
      this.#nextListener = next.listener;
    }
    this.#dirty.clear();
  }
}
