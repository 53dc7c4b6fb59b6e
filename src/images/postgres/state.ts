import type { StoredSession } from "../database/sessions.ts";
import type { Statement } from "../sql/ast.ts";
import type { SessionState } from "../sql/context.ts";
import type { Disk } from "../sql/disk.ts";
import type { Change } from "../sql/store.ts";

export interface Client {
  stage: "startup" | "first" | "final" | "ready" | "copy";
  input: string;
  sql: SessionState;
  local: boolean;
  application: string;
  /** Of a SCRAM exchange. */
  nonce: string;
  auth: string;
  query: string;
  busy: boolean;
  copying: string;
  copyInto: (Statement & { readonly kind: "copy" }) | null;
}

export interface StoredServer {
  readonly base: readonly Change[];
  readonly log: readonly Change[];
  readonly disk: ReturnType<Disk["save"]>;
  readonly sessions: readonly StoredSession<Client>[];
  readonly next: number;
  readonly timers: readonly number[];
  readonly started: number;
}

export const newState = (user: string, host: string, database: string): SessionState => ({
  user,
  host,
  database,
  variables: {},
  settings: {},
  lastInsertId: 0,
  warnings: [],
  rowCount: 0,
});
