/** A message as it is kept: `body` is a binary string. */
export interface Message {
  readonly id: number;
  readonly exchange: string;
  readonly key: string;
  readonly body: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly redelivered?: boolean;
}
export interface Queue {
  readonly name: string;
  readonly vhost: string;
  readonly durable: boolean;
  readonly exclusive: number | undefined;
  readonly autoDelete: boolean;
  /** Ready, oldest first. */
  ready: Message[];
  unacked: number;
}
interface Exchange {
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
}
interface Binding {
  readonly exchange: string;
  readonly queue: string;
  readonly key: string;
}
export interface User {
  readonly name: string;
  /** SHA-256 with a salt, as the management API gives it. */
  readonly hash: string;
  readonly tags: readonly string[];
}
export interface Permission {
  readonly user: string;
  readonly vhost: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}
interface Vhost {
  readonly name: string;
  readonly exchanges: Map<string, Exchange>;
  readonly queues: Map<string, Queue>;
  bindings: readonly Binding[];
}
/** What is kept of a broker beside its messages. */
export interface Definitions {
  readonly users: readonly User[];
  readonly permissions: readonly Permission[];
  readonly vhosts: readonly {
    readonly name: string;
    readonly exchanges: readonly Exchange[];
    readonly queues: readonly Omit<Queue, "ready" | "unacked">[];
    readonly bindings: readonly Binding[];
  }[];
}

/** An AMQP error: a code and words (https://www.rabbitmq.com/amqp-0-9-1-reference). */
export class AmqpError extends Error {
  readonly code: number;
  /** It ends the connection, and not only the channel. */
  readonly hard: boolean;
  constructor(code: number, message: string, hard = false) {
    super(message);
    this.code = code;
    this.hard = hard;
  }
}
const TYPES = ["direct", "fanout", "headers", "match", "topic"];
const BUILT_IN: readonly Exchange[] = [
  { name: "", type: "direct", durable: true },
  { name: "amq.direct", type: "direct", durable: true },
  { name: "amq.fanout", type: "fanout", durable: true },
  { name: "amq.headers", type: "headers", durable: true },
  { name: "amq.match", type: "headers", durable: true },
  { name: "amq.rabbitmq.trace", type: "topic", durable: true },
  { name: "amq.topic", type: "topic", durable: true },
];

function topicMatches(pattern: readonly string[], words: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return words.length === 0;
  if (first === "#") return topicMatches(rest, words) || (words.length > 0 && topicMatches(pattern, words.slice(1)));
  return words.length > 0 && (first === "*" || first === words[0]) && topicMatches(rest, words.slice(1));
}

/** Virtual hosts with what is in them; who may do what. */
export class Broker {
  readonly vhosts = new Map<string, Vhost>();
  users: readonly User[] = [];
  permissions: readonly Permission[] = [];
  nextMessage = 1;

  addVhost(name: string): void {
    if (!this.vhosts.has(name))
      this.vhosts.set(name, { name, exchanges: new Map(BUILT_IN.map((e) => [e.name, e])), queues: new Map(), bindings: [] });
  }
  vhost(name: string): Vhost {
    const found = this.vhosts.get(name);
    if (!found) throw new AmqpError(530, `NOT_ALLOWED - vhost ${name} not found`, true);
    return found;
  }
  queue(vhost: string, name: string): Queue {
    const found = this.vhost(vhost).queues.get(name);
    if (!found) throw new AmqpError(404, `NOT_FOUND - no queue '${name}' in vhost '${vhost}'`);
    return found;
  }
  get queues(): readonly Queue[] {
    return [...this.vhosts.values()].flatMap((v) => [...v.queues.values()]);
  }
  declare(
    vhost: string,
    name: string,
    o: { readonly durable: boolean; readonly exclusive: number | undefined; readonly autoDelete: boolean },
  ): Queue {
    const old = this.vhost(vhost).queues.get(name);
    if (!old) {
      if (name.startsWith("amq.") && !name.startsWith("amq.gen-"))
        throw new AmqpError(403, `ACCESS_REFUSED - queue name '${name}' contains reserved prefix 'amq.*'`);
      const queue: Queue = { name, vhost, ...o, ready: [], unacked: 0 };
      this.vhost(vhost).queues.set(name, queue);
      return queue;
    }
    if (old.exclusive !== undefined && old.exclusive !== o.exclusive)
      throw new AmqpError(
        405,
        `RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '${name}' in vhost '${vhost}'. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.`,
      );
    for (const [field, label] of [
      ["durable", "durable"],
      ["autoDelete", "auto_delete"],
    ] as const)
      if (old[field] !== o[field])
        throw new AmqpError(
          406,
          `PRECONDITION_FAILED - inequivalent arg '${label}' for queue '${name}' in vhost '${vhost}': received '${o[field]}' but current is '${old[field]}'`,
        );
    return old;
  }
  deleteQueue(vhost: string, name: string): number {
    const v = this.vhost(vhost);
    const n = v.queues.get(name)?.ready.length ?? 0;
    v.queues.delete(name);
    v.bindings = v.bindings.filter((b) => b.queue !== name);
    return n;
  }
  declareExchange(vhost: string, name: string, type: string, durable: boolean): void {
    const v = this.vhost(vhost);
    if (!TYPES.includes(type)) throw new AmqpError(503, `COMMAND_INVALID - unknown exchange type '${type}'`, true);
    const old = v.exchanges.get(name);
    if (old && old.type !== type)
      throw new AmqpError(
        406,
        `PRECONDITION_FAILED - inequivalent arg 'type' for exchange '${name}' in vhost '${vhost}': received '${type}' but current is '${old.type}'`,
      );
    if (!old) v.exchanges.set(name, { name, type, durable });
  }
  deleteExchange(vhost: string, name: string): void {
    const v = this.vhost(vhost);
    if (name === "" || name.startsWith("amq."))
      throw new AmqpError(403, "ACCESS_REFUSED - operation not permitted on the default exchange");
    v.exchanges.delete(name);
    v.bindings = v.bindings.filter((b) => b.exchange !== name);
  }
  bind(vhost: string, exchange: string, queue: string, key: string): void {
    const v = this.vhost(vhost);
    if (exchange === "") throw new AmqpError(403, "ACCESS_REFUSED - operation not permitted on the default exchange");
    if (!v.exchanges.has(exchange)) throw new AmqpError(404, `NOT_FOUND - no exchange '${exchange}' in vhost '${vhost}'`);
    this.queue(vhost, queue);
    if (!v.bindings.some((b) => b.exchange === exchange && b.queue === queue && b.key === key))
      v.bindings = [...v.bindings, { exchange, queue, key }];
  }
  /** Queues that a message goes to. */
  route(vhost: string, exchange: string, key: string): readonly Queue[] {
    const v = this.vhost(vhost);
    const e = v.exchanges.get(exchange);
    if (!e) throw new AmqpError(404, `NOT_FOUND - no exchange '${exchange}' in vhost '${vhost}'`);
    if (exchange === "") return [v.queues.get(key)].filter((q) => q !== undefined);
    const fits = (b: Binding): boolean =>
      b.exchange === exchange &&
      (e.type === "fanout" || (e.type === "topic" ? topicMatches(b.key.split("."), key.split(".")) : e.type === "direct" && b.key === key));
    const names = new Set(v.bindings.filter(fits).map((b) => b.queue));
    return [...names].map((n) => v.queues.get(n)).filter((q) => q !== undefined);
  }

  // --- who may do what ---

  user(name: string): User | undefined {
    return this.users.find((u) => u.name === name);
  }
  putUser(user: User): void {
    this.users = [...this.users.filter((u) => u.name !== user.name), user].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  deleteUser(name: string): void {
    this.users = this.users.filter((u) => u.name !== name);
    this.permissions = this.permissions.filter((p) => p.user !== name);
  }
  permission(user: string, vhost: string): Permission | undefined {
    return this.permissions.find((p) => p.user === user && p.vhost === vhost);
  }
  permit(permission: Permission): void {
    this.permissions = [...this.permissions.filter((p) => p.user !== permission.user || p.vhost !== permission.vhost), permission];
  }

  /** All, or only what outlives the broker. */
  define(durable: boolean): Definitions {
    return {
      users: this.users,
      permissions: this.permissions,
      vhosts: [...this.vhosts.values()].map((v) => {
        const queues = [...v.queues.values()].filter((q) => !durable || (q.durable && q.exclusive === undefined));
        return {
          name: v.name,
          exchanges: [...v.exchanges.values()].filter((e) => !BUILT_IN.includes(e) && (!durable || e.durable)),
          queues: queues.map(({ ready: _ready, unacked: _unacked, ...q }) => q),
          bindings: v.bindings.filter((b) => queues.some((q) => q.name === b.queue)),
        };
      }),
    };
  }
  load(d: Definitions): void {
    this.users = d.users;
    this.permissions = d.permissions;
    for (const { name, exchanges, queues, bindings } of d.vhosts) {
      this.addVhost(name);
      const v = this.vhost(name);
      for (const e of exchanges) v.exchanges.set(e.name, e);
      for (const q of queues) v.queues.set(q.name, { ...q, ready: [], unacked: 0 });
      v.bindings = bindings;
    }
  }
}
