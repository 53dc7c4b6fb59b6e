import { base64Decode } from "../../machinery/index.ts";
import { header, type ServerRequest, type ServerResponse } from "../../network/index.ts";
import { AmqpError, type Queue, type User } from "./broker.ts";
import { hashOf, matches } from "./password.ts";
import { readable, utf8 } from "../database/binary.ts";
import { ends, type RabbitServer } from "./server.ts";
import { connections, definitions, exchangeJson, nodeJson, overview, queueJson, userJson } from "./views.ts";

type Json = Readonly<Record<string, unknown>>;
const decoder = new TextDecoder();

const json = (body: unknown, status = 200): ServerResponse => ({
  status,
  headers: [
    ["content-type", "application/json"],
    ["server", "Cowboy"],
  ],
  body: JSON.stringify(body),
});
const nothing = (status: number): ServerResponse => ({ status, headers: [["server", "Cowboy"]] });
const missing = json({ error: "Object Not Found", reason: "Not Found" }, 404);
const denied = (status = 401): ServerResponse => ({
  ...json({ error: "not_authorized", reason: status === 401 ? "Not_Authorized" : "Access refused." }, status),
  headers: [
    ["content-type", "application/json"],
    ["www-authenticate", 'Basic realm="RabbitMQ Management"'],
    ["server", "Cowboy"],
  ],
});
const bad = (reason: string): ServerResponse => json({ error: "bad_request", reason }, 400);

function who(server: RabbitServer, request: ServerRequest, remote: string): User | undefined {
  const [, encoded = ""] = /^Basic (.+)$/i.exec(header(request.headers, "authorization") ?? "") ?? [];
  const raw = base64Decode(encoded);
  if (typeof raw === "number") return undefined;
  const [name = "", password = ""] = decoder.decode(raw).split(/:(.*)/s);
  const user = server.broker.user(name);
  if (!user || !matches(password, user.hash)) {
    if (name !== "") server.log("warning", `HTTP access denied: user '${name}' - invalid credentials`);
    return undefined;
  }
  if (name === "guest" && !server.settings.guestEverywhere && remote !== "127.0.0.1") {
    server.log("warning", "HTTP access denied: user 'guest' - User can only log in via localhost");
    return undefined;
  }
  return user;
}
interface Asked {
  readonly server: RabbitServer;
  readonly method: string;
  readonly user: User;
  readonly body: Json;
  /** What stands in the path, decoded. */
  readonly parts: readonly string[];
}
type Handler = (asked: Asked) => ServerResponse;

const found = ({ server, parts: [vhost = "", name = ""] }: Asked): Queue | undefined => server.broker.vhosts.get(vhost)?.queues.get(name);
function queue(asked: Asked): ServerResponse {
  const { server, method, body, parts } = asked;
  const [vhost = "", name = ""] = parts;
  const q = found(asked);
  if (method === "PUT") {
    if (!server.broker.vhosts.has(vhost)) return missing;
    server.broker.declare(vhost, name, {
      durable: body["durable"] !== false,
      exclusive: undefined,
      autoDelete: body["auto_delete"] === true,
    });
    return nothing(q ? 204 : 201);
  }
  if (!q) return missing;
  if (method === "GET") return json(queueJson(server, q));
  server.dropQueue(q);
  return nothing(204);
}
function getMessages(asked: Asked): ServerResponse {
  const { server, body } = asked;
  const q = found(asked);
  if (!q) return missing;
  const mode = String(body["ackmode"] ?? "");
  if (mode === "" || body["count"] === undefined) return bad(`[{key_missing,<<"${mode === "" ? "ackmode" : "count"}">>}]`);
  const taken = [];
  for (let n = 0; n < Number(body["count"]) && q.ready.length > 0; n++) {
    const keep = mode.endsWith("requeue_true");
    const message = keep ? q.ready[n] : server.take(q, undefined, true)?.message;
    if (!message) break;
    taken.push({
      payload_bytes: message.body.length,
      redelivered: message.redelivered === true,
      exchange: message.exchange,
      routing_key: message.key,
      message_count: keep ? q.ready.length - n - 1 : q.ready.length,
      properties: message.properties,
      payload: readable(message.body),
      payload_encoding: "string",
    });
  }
  return json(taken);
}
function user({ server, method, body, parts: [name = ""] }: Asked): ServerResponse {
  const old = server.broker.user(name);
  if (method === "PUT") {
    const tags = Array.isArray(body["tags"])
      ? (body["tags"] as readonly string[])
      : String(body["tags"] ?? "")
          .split(",")
          .map((t) => t.trim())
          .filter(Boolean);
    const hash =
      typeof body["password"] === "string"
        ? hashOf(body["password"], server.proc.random.bytes(4))
        : typeof body["password_hash"] === "string"
          ? body["password_hash"]
          : undefined;
    if (hash === undefined) return bad("password or password_hash is required");
    server.broker.putUser({ name, hash, tags });
    return nothing(old ? 204 : 201);
  }
  if (!old) return missing;
  if (method === "GET") return json(userJson(old));
  server.broker.deleteUser(name);
  return nothing(204);
}
function permissions({ server, method, body, parts: [vhost = "", name = ""] }: Asked): ServerResponse {
  if (!server.broker.vhosts.has(vhost) || !server.broker.user(name)) return missing;
  const old = server.broker.permission(name, vhost);
  if (method === "PUT") {
    const [configure, write, read] = [body["configure"], body["write"], body["read"]];
    if (typeof configure !== "string" || typeof write !== "string" || typeof read !== "string")
      return bad("key_missing: configure, write and read are required");
    server.broker.permit({ user: name, vhost, configure, write, read });
    return nothing(old ? 204 : 201);
  }
  if (!old) return missing;
  if (method === "GET") return json(old);
  server.broker.permissions = server.broker.permissions.filter((p) => p !== old);
  return nothing(204);
}
function vhost({ server, method, user: by, parts: [name = ""] }: Asked): ServerResponse {
  const there = server.broker.vhosts.has(name);
  if (method === "PUT") {
    server.broker.addVhost(name);
    server.broker.permit({ user: by.name, vhost: name, configure: ".*", write: ".*", read: ".*" });
    return nothing(there ? 204 : 201);
  }
  if (!there) return missing;
  if (method === "GET") return json({ name });
  for (const q of server.broker.vhost(name).queues.values()) server.dropQueue(q);
  server.broker.vhosts.delete(name);
  return nothing(204);
}
function exchange({ server, method, body, parts: [vhost = "", name = ""] }: Asked): ServerResponse {
  const v = server.broker.vhosts.get(vhost);
  const e = v?.exchanges.get(name);
  if (!v) return missing;
  if (method === "PUT") {
    server.broker.declareExchange(vhost, name, String(body["type"] ?? "direct"), body["durable"] !== false);
    return nothing(e ? 204 : 201);
  }
  if (!e) return missing;
  if (method === "GET") return json(exchangeJson(vhost, e));
  server.broker.deleteExchange(vhost, name);
  return nothing(204);
}
const listed = <T>(asked: Asked, all: (vhost: string) => readonly T[]): ServerResponse => {
  const [only] = asked.parts;
  if (only !== undefined && !asked.server.broker.vhosts.has(only)) return missing;
  return json(only === undefined ? [...asked.server.broker.vhosts.keys()].flatMap(all) : all(only));
};
const bindings = (server: RabbitServer, name: string): readonly Json[] => {
  const v = server.broker.vhost(name);
  const row = (source: string, destination: string, key: string): Json => ({
    source,
    vhost: name,
    destination,
    destination_type: "queue",
    routing_key: key,
    arguments: {},
    properties_key: key,
  });
  return [...[...v.queues.keys()].map((q) => row("", q, q)), ...v.bindings.map((b) => row(b.exchange, b.queue, b.key))];
};

/** Methods, a path with `*` for what stands there, and who answers (https://www.rabbitmq.com/docs/http-api-reference). */
const ROUTES: readonly (readonly [methods: string, path: string, handler: Handler])[] = [
  ["GET", "overview", ({ server }) => json(overview(server))],
  ["GET", "whoami", ({ user: u }) => json({ name: u.name, tags: u.tags, is_internal_user: true })],
  ["GET", "nodes", ({ server }) => json([nodeJson(server)])],
  ["GET", "nodes/*", (asked) => (asked.parts[0] === asked.server.node ? json(nodeJson(asked.server)) : missing)],
  [
    "GET",
    "queues",
    (asked) => listed(asked, (v) => asked.server.broker.queues.filter((q) => q.vhost === v).map((q) => queueJson(asked.server, q))),
  ],
  [
    "GET",
    "queues/*",
    (asked) => listed(asked, (v) => asked.server.broker.queues.filter((q) => q.vhost === v).map((q) => queueJson(asked.server, q))),
  ],
  ["GET PUT DELETE", "queues/*/*", queue],
  [
    "DELETE",
    "queues/*/*/contents",
    (asked) => {
      const q = found(asked);
      if (!q) return missing;
      asked.server.purge(q);
      return nothing(204);
    },
  ],
  ["POST", "queues/*/*/get", getMessages],
  [
    "GET",
    "exchanges",
    (asked) => listed(asked, (v) => [...asked.server.broker.vhost(v).exchanges.values()].map((e) => exchangeJson(v, e))),
  ],
  [
    "GET",
    "exchanges/*",
    (asked) => listed(asked, (v) => [...asked.server.broker.vhost(v).exchanges.values()].map((e) => exchangeJson(v, e))),
  ],
  ["GET PUT DELETE", "exchanges/*/*", exchange],
  [
    "POST",
    "exchanges/*/*/publish",
    ({ server, body, parts: [v = "", name = ""] }) => {
      const payload = body["payload"];
      if (typeof payload !== "string" || typeof body["routing_key"] !== "string") return bad('[{key_missing,<<"payload">>}]');
      const raw = body["payload_encoding"] === "base64" ? base64Decode(payload) : undefined;
      const content = raw !== undefined && typeof raw !== "number" ? String.fromCharCode(...raw) : utf8(payload);
      const n = server.publish(v, name === "amq.default" ? "" : name, body["routing_key"], content, (body["properties"] ?? {}) as Json);
      return json({ routed: n > 0 });
    },
  ],
  ["GET", "bindings", (asked) => listed(asked, (v) => bindings(asked.server, v))],
  ["GET", "bindings/*", (asked) => listed(asked, (v) => bindings(asked.server, v))],
  [
    "POST",
    "bindings/*/e/*/q/*",
    ({ server, body, parts: [v = "", e = "", q = ""] }) => {
      server.broker.bind(v, e, q, String(body["routing_key"] ?? ""));
      return nothing(201);
    },
  ],
  ["GET", "users", ({ server }) => json(server.broker.users.map(userJson))],
  ["GET PUT DELETE", "users/*", user],
  ["GET", "vhosts", ({ server }) => json([...server.broker.vhosts.keys()].map((name) => ({ name })))],
  ["GET PUT DELETE", "vhosts/*", vhost],
  ["GET", "permissions", ({ server }) => json(server.broker.permissions)],
  ["GET PUT DELETE", "permissions/*/*", permissions],
  [
    "GET",
    "connections",
    ({ server }) =>
      json(
        connections(server).map((s) => ({
          name: ends(s),
          user: s.state.user,
          vhost: s.state.vhost,
          state: "running",
          protocol: "AMQP 0-9-1",
          node: server.node,
          connected_at: Math.floor(s.since),
        })),
      ),
  ],
  [
    "GET",
    "channels",
    ({ server }) =>
      json(
        connections(server).map((s) => ({
          name: `${ends(s)} (1)`,
          user: s.state.user,
          vhost: s.state.vhost,
          number: 1,
          prefetch_count: s.state.prefetch,
          messages_unacknowledged: s.state.unacked.length,
        })),
      ),
  ],
  [
    "GET",
    "consumers",
    ({ server }) =>
      json(
        server.sessions.all.flatMap((s) =>
          s.state.consumers.map((c) => ({
            consumer_tag: c.tag,
            queue: { name: c.queue, vhost: c.vhost },
            ack_required: !c.noAck,
            prefetch_count: s.state.prefetch,
          })),
        ),
      ),
  ],
  ["GET", "definitions", ({ server }) => json({ rabbitmq_version: server.version.version, ...definitions(server) })],
  ["GET", "aliveness-test/*", ({ server, parts: [v = ""] }) => (server.broker.vhosts.has(v) ? json({ status: "ok" }) : missing)],
  ["GET", "health/checks/alarms", () => json({ status: "ok" })],
  ["GET", "health/checks/local-alarms", () => json({ status: "ok" })],
  ["GET", "health/checks/virtual-hosts", () => json({ status: "ok" })],
  ["GET", "health/checks/node-is-quorum-critical", () => json({ status: "ok" })],
  [
    "GET",
    "health/checks/port-listener/*",
    ({ server, parts: [port = ""] }) =>
      server.ports.includes(Number(port))
        ? json({ status: "ok", port: Number(port) })
        : json({ status: "failed", reason: "No active listener", missing: Number(port), ports: server.ports }, 503),
  ],
];
/** The management plugin's HTTP API. Its pages are not simulated. */
export async function management(server: RabbitServer, request: ServerRequest, remote: string): Promise<ServerResponse> {
  if (!request.path.startsWith("/api")) {
    if (request.path !== "/") return { status: 404, headers: [["server", "Cowboy"]] };
    return {
      status: 501,
      headers: [
        ["content-type", "text/plain"],
        ["server", "Cowboy"],
      ],
      body: "The pages of RabbitMQ Management are not simulated by Timonel; its HTTP API is, under /api\n",
    };
  }
  const by = who(server, request, remote);
  if (!by) return denied();
  if (!by.tags.some((t) => /^(administrator|monitoring|policymaker|management)$/.test(t))) return denied();
  const given = request.target
    .split("?")[0]
    ?.replace(/^\/api\/?/, "")
    .split("/")
    .map((p) => decodeURIComponent(p)) as readonly string[];
  for (const [methods, path, handler] of ROUTES) {
    const wanted = path.split("/");
    if (wanted.length !== given.length || !wanted.every((w, i) => w === "*" || w === given[i])) continue;
    if (!methods.split(" ").includes(request.method)) return nothing(405);
    if (request.method !== "GET" && /^(users|vhosts|permissions)/.test(path) && !by.tags.includes("administrator")) return denied(401);
    let body: unknown = {};
    try {
      const text = await request.body.text();
      if (text.trim() !== "") body = JSON.parse(text);
    } catch {
      return bad("not_json");
    }
    await server.proc.cpu(1);
    try {
      const response = handler({
        server,
        method: request.method,
        user: by,
        body: body as Json,
        parts: given.filter((_, i) => wanted[i] === "*"),
      });
      server.settle();
      return response;
    } catch (error) {
      if (!(error instanceof AmqpError)) throw error;
      return error.code === 404 ? missing : bad(error.message);
    }
  }
  return missing;
}
