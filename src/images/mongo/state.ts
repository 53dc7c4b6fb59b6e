import type { StoredSession } from "../database/sessions.ts";
import type { Change } from "./store.ts";
import type { Doc } from "./values.ts";

interface Cursor {
  readonly id: number;
  readonly ns: string;
  readonly docs: readonly Doc[];
}
/** What a connection is at: plain, and replaced rather than changed within. */
export interface Client {
  input: string;
  /** "admin.root": who it has proved to be. */
  user: string | null;
  /** A conversation of SCRAM that has begun. */
  auth: { readonly user: string; readonly db: string; readonly text: string } | null;
  cursors: readonly Cursor[];
  application: string;
}
export const newClient = (): Client => ({ input: "", user: null, auth: null, cursors: [], application: "" });

/** A checkpoint. */
export interface StoredServer {
  readonly base: readonly Change[];
  readonly log: readonly Change[];
  readonly disk: { readonly dirty: readonly string[]; readonly journaled: number };
  readonly checkpointAt: number | null;
  readonly started: number;
  readonly cursors: number;
  readonly objects: number;
  readonly process: string;
  readonly warnings: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly sessions: readonly StoredSession<Client>[];
  readonly next: number;
  readonly timers: readonly number[];
}
