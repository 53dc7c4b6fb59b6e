import type { ServerResponse } from "../../network/index.ts";
import type { Queue, User } from "./broker.ts";
import { queueRow, statusOf } from "./control.ts";
import type { RabbitServer } from "./server.ts";

/** What the management API shows of a node, and what Prometheus reads of it. */
type Json = Readonly<Record<string, unknown>>;

export const queueJson = (server: RabbitServer, q: Queue): Json => ({
  ...queueRow(server, q.name, q.vhost),
  arguments: {},
  node: server.node,
});
export const exchangeJson = (vhost: string, e: { readonly name: string; readonly type: string; readonly durable: boolean }): Json => ({
  name: e.name,
  vhost,
  type: e.type,
  durable: e.durable,
  auto_delete: false,
  internal: e.name === "amq.rabbitmq.trace",
  arguments: {},
});
export const userJson = (u: User): Json => ({
  name: u.name,
  password_hash: u.hash,
  hashing_algorithm: "rabbit_password_hashing_sha256",
  tags: u.tags,
  limits: {},
});

export function overview(server: RabbitServer): Json {
  const { version, broker } = server;
  const ready = broker.queues.reduce((n, q) => n + q.ready.length, 0);
  const unacked = broker.queues.reduce((n, q) => n + q.unacked, 0);
  const { publish = 0, deliver = 0, ack = 0, get = 0 } = server.counts;
  return {
    management_version: version.version,
    rabbitmq_version: version.version,
    product_version: version.version,
    product_name: "RabbitMQ",
    cluster_name: server.node,
    erlang_version: version.erlang.split(".")[0],
    erlang_full_version: version.erlang,
    message_stats: { publish, deliver, ack, get },
    queue_totals: { messages: ready + unacked, messages_ready: ready, messages_unacknowledged: unacked },
    object_totals: {
      channels: connections(server).length,
      connections: connections(server).length,
      consumers: broker.queues.reduce((n, q) => n + server.consumers(q), 0),
      exchanges: [...broker.vhosts.values()].reduce((n, v) => n + v.exchanges.size, 0),
      queues: broker.queues.length,
    },
    node: server.node,
    listeners: listeners(server),
  };
}
export const connections = (server: RabbitServer) => server.sessions.all.filter((s) => !s.state.control && s.state.stage === "open");
const PROTOCOLS = (server: RabbitServer): Readonly<Record<number, string>> => ({
  [server.settings.port]: "amqp",
  [server.settings.managementPort]: "http",
  [server.settings.prometheusPort]: "http/prometheus",
  25_672: "clustering",
});
const listeners = (server: RabbitServer): readonly Json[] =>
  server.ports.map((port) => ({ node: server.node, protocol: PROTOCOLS(server)[port], ip_address: "::", port }));

export function definitions(server: RabbitServer): Json {
  const all = server.broker.define(true);
  return {
    users: server.broker.users.map(userJson),
    vhosts: all.vhosts.map((v) => ({ name: v.name })),
    permissions: all.permissions,
    queues: all.vhosts.flatMap((v) =>
      v.queues.map((q) => ({ name: q.name, vhost: v.name, durable: q.durable, auto_delete: q.autoDelete, arguments: {} })),
    ),
    exchanges: all.vhosts.flatMap((v) => v.exchanges.map((e) => exchangeJson(v.name, e))),
    bindings: all.vhosts.flatMap((v) =>
      v.bindings.map((b) => ({
        source: b.exchange,
        vhost: v.name,
        destination: b.queue,
        destination_type: "queue",
        routing_key: b.key,
        arguments: {},
      })),
    ),
  };
}
export function nodeJson(server: RabbitServer): Json {
  const s = statusOf(server);
  return {
    name: server.node,
    type: "disc",
    running: true,
    uptime: Number(s["uptime"]) * 1000,
    os_pid: String(server.proc.pid),
    mem_used: server.memory,
    mem_alarm: false,
    disk_free_alarm: false,
    partitions: [],
    enabled_plugins: server.settings.plugins,
  };
}

/** The prometheus plugin's page. */
export function metrics(server: RabbitServer): ServerResponse {
  const { broker, version, counts } = server;
  const sum = (f: (q: Queue) => number): number => broker.queues.reduce((n, q) => n + f(q), 0);
  const rows: readonly (readonly [string, string, string, number])[] = [
    ["rabbitmq_connections", "gauge", "Connections currently open", connections(server).length],
    ["rabbitmq_channels", "gauge", "Channels currently open", connections(server).length],
    ["rabbitmq_consumers", "gauge", "Consumers currently connected", sum((q) => server.consumers(q))],
    ["rabbitmq_queues", "gauge", "Queues available", broker.queues.length],
    ["rabbitmq_queue_messages_ready", "gauge", "Messages ready to be delivered to consumers", sum((q) => q.ready.length)],
    ["rabbitmq_queue_messages_unacked", "gauge", "Messages delivered to consumers but not yet acknowledged", sum((q) => q.unacked)],
    [
      "rabbitmq_queue_messages",
      "gauge",
      "Sum of ready and unacknowledged messages - total queue depth",
      sum((q) => q.ready.length + q.unacked),
    ],
    ["rabbitmq_connections_opened_total", "counter", "Total number of connections opened", counts["connections"] ?? 0],
    ["rabbitmq_channels_opened_total", "counter", "Total number of channels opened", counts["channels"] ?? 0],
    ["rabbitmq_global_messages_received_total", "counter", "Total number of messages received from publishers", counts["publish"] ?? 0],
    ["rabbitmq_global_messages_acknowledged_total", "counter", "Total number of messages acknowledged by consumers", counts["ack"] ?? 0],
    ["rabbitmq_process_resident_memory_bytes", "gauge", "Memory used in bytes", server.memory],
  ];
  const about = `# TYPE rabbitmq_identity_info untyped\n# HELP rabbitmq_identity_info RabbitMQ node & cluster identity info\nrabbitmq_identity_info{rabbitmq_node="${server.node}",rabbitmq_cluster="${server.node}"} 1\n# TYPE rabbitmq_build_info untyped\n# HELP rabbitmq_build_info RabbitMQ & Erlang/OTP version info\nrabbitmq_build_info{rabbitmq_version="${version.version}",erlang_version="${version.erlang}",product_name="RabbitMQ",product_version="${version.version}"} 1\n`;
  return {
    status: 200,
    headers: [["content-type", "text/plain; version=0.0.4"]],
    body: about + rows.map(([name, type, help, n]) => `# TYPE ${name} ${type}\n# HELP ${name} ${help}\n${name} ${n}\n`).join(""),
  };
}
