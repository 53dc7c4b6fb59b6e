import type { Cancel, Persistent } from "../sim/index.ts";

/** A connected byte stream. One end; the other end is another Socket. */
export interface Socket {
  /** Stable within the sandbox: what a frozen process remembers it by. */
  readonly id: number;
  readonly local: { readonly ip: string; readonly port: number };
  readonly remote: { readonly ip: string; readonly port: number };
  /** Up to `max` bytes; null at end of stream. Rejects with NetError ECONNRESET. */
  read(max?: number): Promise<Uint8Array | null>;
  /** Resolves when the peer's buffer has room. Rejects with NetError EPIPE or ECONNRESET. */
  write(data: Uint8Array): Promise<void>;
  /** Sends end-of-stream; the other direction stays open. */
  end(): void;
  /** Resets both directions. */
  destroy(): void;
  /** As close(2) on the last descriptor: ends the stream, or resets when unread data waits; what the peer writes later is reset. */
  close?(): void;
}

export interface Listener {
  readonly id: number;
  readonly port: number;
  /** Rejects with NetError EINVAL once closed. */
  accept(): Promise<Socket>;
  close(): void;
}

export type NetErrorCode =
  | "ECONNREFUSED"
  | "ECONNRESET"
  | "EHOSTUNREACH"
  | "ENETUNREACH"
  | "ETIMEDOUT"
  | "EADDRINUSE"
  | "EPIPE"
  | "EINVAL"
  | "ENOTFOUND"
  | "EAI_AGAIN";

export class NetError extends Error {
  override readonly name = "NetError";
  readonly code: NetErrorCode;
  constructor(code: NetErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What became of an ICMP echo request: who said what. */
export interface Echo {
  readonly kind: "reply" | "exceeded" | "host unreachable" | "port unreachable";
  readonly from: string;
  /** Of the answer as it arrives: routers on the way have taken theirs off 64. */
  readonly ttl: number;
}

/** A socket as ss(8) lists it. */
export interface SocketEntry {
  /** Of the socket, or of the listener: they are numbered apart. */
  readonly id: number;
  readonly protocol: "tcp" | "udp";
  readonly state: "LISTEN" | "ESTABLISHED" | "CLOSE_WAIT" | "FIN_WAIT2" | "UNCONN";
  readonly local: { readonly ip: string; readonly port: number };
  /** Undefined where it is not connected. */
  readonly remote: { readonly ip: string; readonly port: number } | undefined;
  /** Bytes that wait to be read; connections that wait to be accepted. */
  readonly waiting: number;
}

/** One network namespace: a pod's, a machine's, or the learner's workstation's. */
export interface NetworkStack {
  readonly ip: string;
  listen(port: number, options?: { readonly address?: string }): Listener;
  /** By address only; a Service's cluster IP is translated by this machine's kube-proxy rules. `timeout` in virtual ms, default 127 s as Linux gives up SYNs. */
  connect(ip: string, port: number, options?: { readonly timeout?: number; readonly signal?: AbortSignal }): Promise<Socket>;
  /** A datagram and its answer (DNS). Rejects ETIMEDOUT after `timeout` ms, ECONNREFUSED when nothing is bound. */
  query(ip: string, port: number, data: Uint8Array, timeout: number): Promise<Uint8Array>;
  /** Answers datagrams on a port. */
  bind(port: number, answer: (data: Uint8Array, from: string) => Promise<Uint8Array | undefined>): Cancel;
  /** An ICMP echo request. Rejects ETIMEDOUT when nothing comes back within `timeout` ms. */
  echo?(ip: string, options: { readonly ttl: number; readonly timeout: number }): Promise<Echo>;
  /** What is open in it, listeners first, each in the order they were opened. */
  sockets?(): readonly SocketEntry[];
  /** A connection's end or a listener of the fabric by id: what a thawed process re-attaches to. */
  socket?(id: number): Socket | undefined;
  listener?(id: number): Listener | undefined;
  /** Closes everything, as when a sandbox is removed, and gives a pod's address back. */
  close(): void;
}

/** A place that sends or receives, as NetworkPolicy will judge it. */
export interface Place {
  readonly ip: string;
  /** The machine it is on; undefined: the workstation or nowhere we know. */
  readonly machine: string | undefined;
  /** The sandbox id of a pod; undefined: a host. */
  readonly sandbox: string | undefined;
}

export type Protocol = "TCP" | "UDP";

/** The hook for NetworkPolicy: what happens to a new flow after kube-proxy has chosen its destination. */
export type Verdict = (from: Place, to: Place, port: number, protocol: Protocol | "ICMP") => "allow" | "drop" | "reject";

/** Whether packets between two machines are lost, both ways; undefined: the workstation. */
export type Severs = (a: string | undefined, b: string | undefined) => boolean;

/** What kube-proxy says of a destination: translate it, refuse it, lose it; undefined: not a Service's address. */
export type Route =
  | { readonly to: "endpoint"; readonly ip: string; readonly port: number; readonly masquerade: boolean }
  | { readonly to: "reject" }
  | { readonly to: "drop" };

/** A load balancer's address, which no machine has: who sends there is passed on to one, unchanged. */
export interface Balancer {
  /** The machine that gets this flow; undefined: nobody answers. */
  choose(flow: { readonly client: string; readonly port: number; readonly protocol: Protocol }): string | undefined;
}

/** One node's kube-proxy rules, as its kernel would apply them to a new flow. */
export interface ServiceRules {
  /** For a flow that starts on, or comes by, this node. `local`: `ip` is one of its own addresses; `host`: so is `client`. */
  route(flow: {
    readonly client: string;
    readonly ip: string;
    readonly port: number;
    readonly protocol: Protocol;
    readonly local: boolean;
    readonly host?: boolean;
  }): Route | undefined;
}

/** The network side of one machine: its own namespace and its pods'. */
export interface MachineNetwork {
  readonly name: string;
  readonly ip: string;
  /** "10.244.0.0/24"; undefined until set. */
  readonly podCidr: string | undefined;
  readonly on: boolean;
  /** The machine's own namespace: kubelet, kube-proxy, hostNetwork pods. */
  readonly stack: NetworkStack;
  /** Names the range that later sandboxes take their addresses from. */
  setPodCidr(cidr: string): void;
  /** A pod's namespace, with the next free address. The same id gives the same one. Throws AddressesExhausted. */
  createSandbox(id: string): NetworkStack;
  /** A sandbox's namespace, also after restore. */
  sandbox(id: string): NetworkStack | undefined;
  /** Off: nothing reaches it, its connections are lost, its namespaces are gone but for the machine's own. */
  power(on: boolean): void;
  /** kube-proxy's rules of this machine; none: Services' addresses lead nowhere. */
  setRules(rules: ServiceRules | undefined): void;
}

/** The fabric that joins all namespaces of a sandbox (the simulator's). */
export interface Network extends Persistent {
  /** Idempotent by name; a restored machine is found again with its sandboxes. */
  addMachine(name: string, options: { readonly ip: string; readonly podCidr?: string }): MachineNetwork;
  machine(name: string): MachineNetwork | undefined;
  removeMachine(name: string): void;
  /** The learner's computer, at 172.18.0.1; with `on`, it shares that machine's namespace (preset reference-node). */
  workstation(options?: { readonly on?: string }): NetworkStack;
  /** A connection's end or a listener by id: what a thawed process re-attaches to. */
  socket(id: number): Socket | undefined;
  listener(id: number): Listener | undefined;
  setVerdict(verdict: Verdict | undefined): void;
  /** Who answers for addresses that no machine has. */
  setBalancers(at: (ip: string) => Balancer | undefined): void;
  /** Who answers on a machine's own port where nothing listens: what belongs to it and is no process of the runtime. */
  setDaemons(at: (machine: string | undefined, port: number) => ((socket: Socket) => void) | undefined): void;
  /** Whether a machine's pods can be reached from other machines; without this all can. */
  setRoutes(isRouted: (machine: string) => boolean): void;
  /** Cuts the network in parts; undefined: it is whole again, and what was on its way on open connections arrives. */
  partition(severs: Severs | undefined): void;
  severed(a: string | undefined, b: string | undefined): boolean;
  /** Resets connections and closes listeners that nobody asked for after a restore: call once every process is back. */
  resetUnclaimed(): void;
}
