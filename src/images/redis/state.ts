import type { StoredSession } from "../database/sessions.ts";

/** Who waits for an element of a list. */
export interface Blocked {
  readonly keys: readonly string[];
  /** Virtual milliseconds; undefined: for ever. */
  readonly until: number | undefined;
  readonly words: readonly string[];
}

/** What a connection is at: all that a thaw must find again. */
export interface Client {
  kind: "client" | "replica" | "master";
  db: number;
  authed: boolean;
  name: string;
  input: string;
  multi: readonly (readonly string[])[] | null;
  multiBad: boolean;
  /** Keys with their database, "0/key". */
  watched: readonly string[];
  /** One of them has been changed. */
  touched: boolean;
  channels: readonly string[];
  patterns: readonly string[];
  monitor: boolean;
  blocked: Blocked | null;
  last: string;
  at: number;
  /** Of a replica: the port it listens on, and since when it waits for its dump. */
  port: number;
  syncAt: number | null;
  online: boolean;
  /** Of the link to our master: how far the handshake is. */
  stage: "ping" | "auth" | "port" | "capa" | "psync" | "dump" | "stream";
}

export const newClient = (authed: boolean, at: number): Client => ({
  kind: "client",
  db: 0,
  authed,
  name: "",
  input: "",
  multi: null,
  multiBad: false,
  watched: [],
  touched: false,
  channels: [],
  patterns: [],
  monitor: false,
  blocked: null,
  last: "NULL",
  at,
  port: 0,
  syncAt: null,
  online: false,
  stage: "ping",
});

export interface Stats {
  connections: number;
  commands: number;
  input: number;
  output: number;
  hits: number;
  misses: number;
  evicted: number;
  expired: number;
  errors: Readonly<Record<string, number>>;
  saves: number;
  fullSyncs: number;
}

export interface Master {
  readonly host: string;
  readonly port: number;
  /** down: waits to try again. */
  readonly link: "connecting" | "handshake" | "up" | "down";
  readonly since: number;
}

/** A checkpoint. The data are a dump, and what has been done since. */
export interface Stored {
  readonly base: string;
  readonly log: string;
  readonly config: Readonly<Record<string, string>>;
  readonly renamed: Readonly<Record<string, string>>;
  readonly configFile: string;
  readonly started: number;
  readonly runId: string;
  readonly replId: string;
  readonly offset: number;
  readonly dirty: number;
  readonly lastSave: number;
  readonly saver: { readonly pid: number; readonly at: number; readonly dirty: number } | null;
  readonly saveAt: number | null;
  /** Of the append-only file's parts. */
  readonly sequence: number;
  readonly stats: Stats;
  readonly master: Master | null;
  readonly stallUntil: number;
  readonly sessions: readonly StoredSession<Client>[];
  readonly next: number;
  readonly timers: readonly number[];
}
