import type { Session } from "../database/sessions.ts";
import { dataCommands, type DataCommand } from "./commands/index.ts";
import { float, refuse } from "./commands/types.ts";
import { bulk, bulks } from "./resp.ts";
import type { Server } from "./server.ts";
import type { Blocked, Client } from "./state.ts";

interface Blocking {
  readonly arity: number;
  readonly write: true;
  /** Its reply, or undefined: it has to wait. */
  readonly run: (server: Server, db: number, args: readonly string[]) => string | undefined;
  readonly blocked: (args: readonly string[], now: number) => Blocked;
}

function until(text: string | undefined, now: number): number | undefined {
  const seconds = float(text, "ERR timeout is not a float or out of range");
  if (seconds < 0) refuse("ERR timeout is negative");
  return seconds === 0 ? undefined : now + seconds * 1000;
}

function popper(name: "lpop" | "rpop"): Blocking {
  return {
    arity: -3,
    write: true,
    run: (server, db, args) => {
      until(args.at(-1), 0);
      for (const key of args.slice(1, -1)) {
        const reply = server.engine.run(db, dataCommands.get(name) as DataCommand, [name, key]);
        if (reply !== "$-1\r\n") return `*2\r\n${bulk(key)}${reply}`;
      }
      return undefined;
    },
    blocked: (args, now) => ({ keys: args.slice(1, -1), until: until(args.at(-1), now), words: args }),
  };
}

function mover(arity: number, words: (args: readonly string[]) => readonly string[]): Blocking {
  return {
    arity,
    write: true,
    run: (server, db, args) => {
      until(args.at(-1), 0);
      const reply = server.engine.run(db, dataCommands.get("lmove") as DataCommand, words(args));
      return reply === "$-1\r\n" ? undefined : reply;
    },
    blocked: (args, now) => ({ keys: [args[1] as string], until: until(args.at(-1), now), words: args }),
  };
}

/** Commands that wait for an element. */
export const blocking: Readonly<Record<string, Blocking>> = {
  blpop: popper("lpop"),
  brpop: popper("rpop"),
  blmove: mover(6, ([, from = "", to = "", a = "", b = ""]) => ["lmove", from, to, a, b]),
  brpoplpush: mover(4, ([, from = "", to = ""]) => ["lmove", from, to, "RIGHT", "LEFT"]),
};

/** Tries again for a client that waits: whoever has waited longest was called first. */
export async function unblock(server: Server, session: Session<Client>): Promise<void> {
  const { blocked } = session.state;
  if (!blocked) return;
  const reply = blocking[blocked.words[0] as string]?.run(server, session.state.db, blocked.words);
  if (reply === undefined) return;
  session.state.blocked = null;
  server.push(session, reply);
  await server.drain(session);
}

export const subscribed = (kind: string, name: string | undefined, n: number): string =>
  `*3\r\n${bulks([kind, name]).replace(/^\*2\r\n/, "")}:${n}\r\n`;
