import type { Session } from "../database/sessions.ts";
import { AmqpError } from "./broker.ts";
import { content, type Frame, type RabbitServer } from "./server.ts";
import type { Client } from "./state.ts";

type Method = (server: RabbitServer, session: Session<Client>, frame: Frame) => Frame | undefined;
const text = (v: unknown): string => (typeof v === "string" ? v : "");
/** What a client may ask on its channel, by AMQP's names. Throws AmqpError. */
export const METHODS: Readonly<Record<string, Method>> = {
  "connection.close": (server, session) => {
    server.send(session, { method: "connection.close-ok" });
    server.sessions.end(session);
    return undefined;
  },
  "queue.declare": (server, session, f) => {
    const { vhost } = session.state;
    const name = text(f["queue"]) || `amq.gen-${server.proc.random.suffix(22)}`;
    if (f["passive"] === true) {
      const q = server.broker.queue(vhost, name);
      return { method: "queue.declare-ok", queue: name, messages: q.ready.length, consumers: server.consumers(q) };
    }
    server.may(session, "configure", "queue", name);
    const o = {
      durable: f["durable"] === true,
      exclusive: f["exclusive"] === true ? session.id : undefined,
      autoDelete: f["autoDelete"] === true,
    };
    const q = server.broker.declare(vhost, name, o);
    return { method: "queue.declare-ok", queue: name, messages: q.ready.length, consumers: server.consumers(q) };
  },
  "queue.delete": (server, session, f) => {
    const q = server.broker.vhost(session.state.vhost).queues.get(text(f["queue"]));
    if (!q) return { method: "queue.delete-ok", messages: 0 };
    server.may(session, "configure", "queue", q.name);
    if (f["ifEmpty"] === true && q.ready.length > 0)
      throw new AmqpError(406, `PRECONDITION_FAILED - queue '${q.name}' in vhost '${q.vhost}' in use`);
    if (f["ifUnused"] === true && server.consumers(q) > 0)
      throw new AmqpError(406, `PRECONDITION_FAILED - queue '${q.name}' in vhost '${q.vhost}' in use`);
    return { method: "queue.delete-ok", messages: server.dropQueue(q) };
  },
  "queue.bind": (server, session, f) => {
    server.may(session, "write", "queue", text(f["queue"]));
    server.may(session, "read", "exchange", text(f["exchange"]));
    server.broker.bind(session.state.vhost, text(f["exchange"]), text(f["queue"]), text(f["key"]));
    return { method: "queue.bind-ok" };
  },
  "basic.publish": (server, session, f) => {
    server.may(session, "write", "exchange", text(f["exchange"]));
    server.publish(session.state.vhost, text(f["exchange"]), text(f["key"]), text(f["body"]), (f["properties"] ?? {}) as Frame);
    return undefined;
  },
  "basic.get": (server, session, f) => {
    const q = server.broker.queue(session.state.vhost, text(f["queue"]));
    server.may(session, "read", "queue", q.name);
    const got = server.take(q, session, f["noAck"] === true);
    server.counts["get"] = (server.counts["get"] ?? 0) + 1;
    return got
      ? { method: "basic.get-ok", delivery: got.delivery, ...content(got.message), left: q.ready.length }
      : { method: "basic.get-empty" };
  },
  "basic.qos": (_, session, f) => {
    session.state.prefetch = Number(f["prefetch"] ?? 0);
    return { method: "basic.qos-ok" };
  },
  "basic.consume": (server, session, f) => {
    const q = server.broker.queue(session.state.vhost, text(f["queue"]));
    server.may(session, "read", "queue", q.name);
    if (q.exclusive !== undefined && q.exclusive !== session.id)
      throw new AmqpError(405, `RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '${q.name}' in vhost '${q.vhost}'`);
    const tag = `amq.ctag-${server.proc.random.suffix(22)}`;
    session.state.consumers = [...session.state.consumers, { tag, vhost: q.vhost, queue: q.name, noAck: f["noAck"] === true }];
    return { method: "basic.consume-ok", consumer: tag };
  },
  "basic.ack": (server, session, f) => {
    const { state } = session;
    const u = state.unacked.find((x) => x.delivery === f["delivery"]);
    if (!u) throw new AmqpError(406, `PRECONDITION_FAILED - unknown delivery tag ${String(f["delivery"])}`);
    state.unacked = state.unacked.filter((x) => x !== u);
    server.acknowledge(u.vhost, u.queue, u.message);
    return undefined;
  },
};
