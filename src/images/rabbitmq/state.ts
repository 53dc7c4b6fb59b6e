import type { StoredSession } from "../database/sessions.ts";
import type { Definitions, Message } from "./broker.ts";

/** One that waits for messages of a queue. */
export interface Consumer {
  readonly tag: string;
  readonly vhost: string;
  readonly queue: string;
  readonly noAck: boolean;
}
interface Unacked {
  readonly delivery: number;
  readonly vhost: string;
  readonly queue: string;
  readonly message: Message;
}
/** What a connection is at: plain, and replaced rather than changed within. Each has one channel. */
export interface Client {
  input: string;
  stage: "header" | "start" | "open";
  user: string;
  vhost: string;
  name: string;
  prefetch: number;
  deliveries: number;
  consumers: readonly Consumer[];
  unacked: readonly Unacked[];
  /** Commands of the command line tools, and not AMQP. */
  control: boolean;
  since: number;
}
export const newClient = (control: boolean, since: number): Client => ({
  input: "",
  stage: control ? "open" : "header",
  user: "",
  vhost: "/",
  name: "",
  prefetch: 0,
  deliveries: 0,
  consumers: [],
  unacked: [],
  control,
  since,
});

/** A checkpoint. */
export interface StoredServer {
  readonly definitions: Definitions;
  readonly messages: readonly (readonly [vhost: string, queue: string, ready: readonly Message[], unacked: number])[];
  readonly nextMessage: number;
  readonly diskBytes: number;
  readonly started: number;
  readonly pids: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly sessions: readonly StoredSession<Client>[];
  readonly next: number;
}
