import type { Session } from "../database/sessions.ts";
import type { MongoServer } from "./server.ts";
import type { Client } from "./state.ts";
import type { Doc } from "./values.ts";

/** One command as it is carried out. */
export interface Call {
  readonly server: MongoServer;
  readonly session: Session<Client>;
  readonly name: string;
  readonly db: string;
  readonly args: Doc;
  readonly now: number;
  /** So many documents were looked at. */
  readonly cost: (documents: number) => void;
}
export type Commands = Readonly<Record<string, (call: Call) => Doc>>;
