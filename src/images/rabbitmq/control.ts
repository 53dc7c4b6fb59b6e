import { AmqpError } from "./broker.ts";
import { hashOf, matches } from "./password.ts";
import { type Frame, ends, type RabbitServer } from "./server.ts";

/** What a command line tool is told: rows, a text, or why not. */
type Answer = { readonly rows: readonly Frame[] } | { readonly text: string } | { readonly error: string; readonly code: number };
type Command = (server: RabbitServer, args: readonly string[], vhost: string) => Answer;

const USAGE = 64;
const NO_USER = 67;
const done: Answer = { text: "" };
const noUser = (name: string): Answer => ({ error: `User "${name}" does not exist`, code: NO_USER });
const noVhost = (name: string): Answer => ({ error: `Virtual host '${name}' does not exist`, code: 65 });
const salt = (server: RabbitServer): Uint8Array => server.proc.random.bytes(4);
const tagsText = (tags: readonly string[]): string => `[${tags.join(", ")}]`;

/** A queue as tools and the management API see it. */
export function queueRow(server: RabbitServer, name: string, vhost: string): Frame {
  const q = server.broker.queue(vhost, name);
  const bytes = q.ready.reduce((n, m) => n + m.body.length, 0);
  return {
    name: q.name,
    durable: q.durable,
    auto_delete: q.autoDelete,
    exclusive: q.exclusive !== undefined,
    arguments: "[]",
    pid: `<${server.node}.1.${q.name.length}.0>`,
    type: "classic",
    state: "running",
    messages_ready: q.ready.length,
    messages_unacknowledged: q.unacked,
    messages: q.ready.length + q.unacked,
    messages_persistent: q.ready.filter((m) => m.properties["delivery_mode"] === 2).length,
    message_bytes: bytes,
    consumers: server.consumers(q),
    memory: 14_000 + q.ready.length * 700 + bytes,
    vhost: q.vhost,
  };
}
const open = (server: RabbitServer): readonly Frame[] =>
  server.sessions.all
    .filter((s) => !s.state.control && s.state.stage === "open")
    .map((s) => ({
      user: s.state.user,
      peer_host: s.socket.remote.ip,
      peer_port: s.socket.remote.port,
      host: s.socket.local.ip,
      port: s.socket.local.port,
      name: ends(s),
      vhost: s.state.vhost,
      state: "running",
      channels: 1,
      protocol: "{0,9,1}",
      pid: server.pid(s.id),
      connected_at: Math.floor(s.since),
      messages_unacknowledged: s.state.unacked.length,
      consumer_count: s.state.consumers.length,
      prefetch_count: s.state.prefetch,
      number: 1,
    }));

export const COMMANDS: Readonly<Record<string, Command>> = {
  ping: () => done,
  status: (server) => ({ rows: [statusOf(server)] }),
  stop: (server) => {
    server.stop();
    return done;
  },
  list_queues: (server, _, vhost) =>
    server.broker.vhosts.has(vhost)
      ? { rows: server.broker.queues.filter((q) => q.vhost === vhost).map((q) => queueRow(server, q.name, vhost)) }
      : noVhost(vhost),
  list_exchanges: (server, _, vhost) =>
    server.broker.vhosts.has(vhost)
      ? {
          rows: [...server.broker.vhost(vhost).exchanges.values()].map((e) => ({
            ...e,
            auto_delete: false,
            internal: e.name === "amq.rabbitmq.trace",
            arguments: "[]",
          })),
        }
      : noVhost(vhost),
  list_bindings: (server, _, vhost) => {
    if (!server.broker.vhosts.has(vhost)) return noVhost(vhost);
    const v = server.broker.vhost(vhost);
    const row = (source: string, queue: string, key: string): Frame => ({
      source_name: source,
      source_kind: "exchange",
      destination_name: queue,
      destination_kind: "queue",
      routing_key: key,
      arguments: "[]",
    });
    return { rows: [...[...v.queues.keys()].map((q) => row("", q, q)), ...v.bindings.map((b) => row(b.exchange, b.queue, b.key))] };
  },
  list_consumers: (server, _, vhost) => ({
    rows: server.sessions.all.flatMap((s) =>
      s.state.consumers
        .filter((c) => c.vhost === vhost)
        .map((c) => ({
          queue_name: c.queue,
          channel_pid: server.pid(s.id),
          consumer_tag: c.tag,
          ack_required: !c.noAck,
          prefetch_count: s.state.prefetch,
          active: true,
          arguments: "[]",
        })),
    ),
  }),
  list_connections: (server) => ({ rows: open(server) }),
  list_channels: (server) => ({ rows: open(server) }),
  list_users: (server) => ({ rows: server.broker.users.map((u) => ({ user: u.name, tags: tagsText(u.tags) })) }),
  list_vhosts: (server) => ({
    rows: [...server.broker.vhosts.keys()].map((name) => ({
      name,
      tracing: false,
      description: name === "/" ? "Default virtual host" : "",
    })),
  }),
  list_permissions: (server, _, vhost) =>
    server.broker.vhosts.has(vhost)
      ? { rows: server.broker.permissions.filter((p) => p.vhost === vhost).map((p) => ({ ...p })) }
      : noVhost(vhost),
  list_user_permissions: (server, [name = ""]) =>
    server.broker.user(name) ? { rows: server.broker.permissions.filter((p) => p.user === name).map((p) => ({ ...p })) } : noUser(name),
  add_user: (server, [name = "", password = ""]) => {
    if (server.broker.user(name)) return { error: `User "${name}" already exists`, code: 70 };
    server.broker.putUser({ name, hash: hashOf(password, salt(server)), tags: [] });
    server.log("info", `Created user '${name}'`);
    return done;
  },
  delete_user: (server, [name = ""]) => {
    if (!server.broker.user(name)) return noUser(name);
    server.broker.deleteUser(name);
    server.log("info", `Deleted user '${name}'`);
    return done;
  },
  change_password: (server, [name = "", password = ""]) => {
    const user = server.broker.user(name);
    if (!user) return noUser(name);
    server.broker.putUser({ ...user, hash: hashOf(password, salt(server)) });
    server.log("info", `Successfully changed password for user '${name}'`);
    return done;
  },
  authenticate_user: (server, [name = "", password = ""]) => {
    const user = server.broker.user(name);
    return user && matches(password, user.hash)
      ? { text: "Success" }
      : { error: `failed to authenticate user "${name}"\nuser '${name}' - invalid credentials`, code: NO_USER };
  },
  set_user_tags: (server, [name = "", ...tags]) => {
    const user = server.broker.user(name);
    if (!user) return noUser(name);
    server.broker.putUser({ ...user, tags });
    server.log("info", `Successfully set user tags for user '${name}' to ${JSON.stringify(tags).replaceAll('"', "")}`);
    return done;
  },
  set_permissions: (server, [user = "", configure = "", write = "", read = ""], vhost) => {
    if (!server.broker.user(user)) return noUser(user);
    if (!server.broker.vhosts.has(vhost)) return noVhost(vhost);
    server.broker.permit({ user, vhost, configure, write, read });
    server.log(
      "info",
      `Successfully set permissions for user '${user}' in virtual host '${vhost}' to '${configure}', '${write}', '${read}'`,
    );
    return done;
  },
  clear_permissions: (server, [user = ""], vhost) => {
    if (!server.broker.user(user)) return noUser(user);
    server.broker.permissions = server.broker.permissions.filter((p) => p.user !== user || p.vhost !== vhost);
    return done;
  },
  add_vhost: (server, [name = ""]) => {
    server.broker.addVhost(name);
    server.log("info", `Adding vhost '${name}' (description: '', tags: [])`);
    return done;
  },
  delete_vhost: (server, [name = ""]) => {
    if (!server.broker.vhosts.has(name)) return noVhost(name);
    for (const q of server.broker.vhost(name).queues.values()) server.dropQueue(q);
    server.broker.vhosts.delete(name);
    server.broker.permissions = server.broker.permissions.filter((p) => p.vhost !== name);
    server.log("info", `Deleting vhost '${name}'`);
    return done;
  },
  delete_queue: (server, [name = ""], vhost) => {
    const q = server.broker.vhosts.get(vhost)?.queues.get(name);
    if (!q) return { error: `No such queue was found`, code: 69 };
    return { text: `Queue was successfully deleted with ${server.dropQueue(q)} ready messages` };
  },
  purge_queue: (server, [name = ""], vhost) => {
    const q = server.broker.vhosts.get(vhost)?.queues.get(name);
    if (!q) return { error: `No such queue was found`, code: 69 };
    server.purge(q);
    return done;
  },
};
export function statusOf(server: RabbitServer): Frame {
  const { version, settings, node, started, proc, memory } = server;
  return {
    node,
    version: version.version,
    erlang: version.erlang,
    pid: proc.pid,
    uptime: Math.floor((proc.clock.now() - started) / 1000),
    plugins: settings.plugins,
    files: settings.files,
    ports: server.ports,
    memory,
    connections: open(server).length,
    queues: server.broker.queues.length,
    vhosts: server.broker.vhosts.size,
  };
}

/** One command, from who knows the cookie. */
export function control(server: RabbitServer, frame: Frame): Frame {
  if (frame["cookie"] !== server.cookie) return { refused: true };
  const command = COMMANDS[String(frame["command"])];
  if (!command) return { error: `Command '${String(frame["command"])}' is not simulated by Timonel`, code: USAGE };
  try {
    return command(server, (frame["args"] ?? []) as readonly string[], String(frame["vhost"] ?? "/"));
  } catch (error) {
    if (!(error instanceof AmqpError)) throw error;
    return { error: error.message, code: 70 };
  }
}
