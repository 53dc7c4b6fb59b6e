import type { ServerResponse } from "../../network/index.ts";
import { bytes, header, kv } from "./api.ts";
import type { EtcdBackend } from "./backend.ts";
import { refused } from "./gateway.ts";
import type { EtcdServer } from "./server.ts";
import type { WatchedEvent } from "./store.ts";

type Json = Readonly<Record<string, unknown>>;

/** What a watcher is told of one moment. */
export function eventsLine(server: EtcdBackend, events: readonly WatchedEvent[], previous: boolean): string {
  const shown = events.map((e) => ({
    ...(e.type === "DELETE" && { type: "DELETE" }),
    kv: kv(e.pair),
    ...(previous && e.before && { prev_kv: kv(e.before) }),
  }));
  return JSON.stringify({ result: { header: header(server), events: shown } });
}

/** Events that a watcher may be behind. */
const MAX_WAITING = 1000;
/** Events as they come, a line of JSON each. */
export function watched(server: EtcdServer, q: Json): ServerResponse {
  const create = q["create_request"] as Json | undefined;
  if (!create) return refused(3, 400, "a watch without create_request is not simulated by Timonel");
  const [key, end, from] = [bytes(create["key"]), bytes(create["range_end"]), Number(create["start_revision"] ?? 0)];
  const lines = [JSON.stringify({ result: { header: header(server), created: true } })];
  let wake: (() => void) | undefined;
  const tell = (events: readonly WatchedEvent[]): void => {
    lines.push(eventsLine(server, events, create["prev_kv"] === true));
    wake?.();
    wake = undefined;
  };
  if (from > 0 && from < server.store.compacted)
    lines.push(JSON.stringify({ result: { header: header(server), canceled: true, compact_revision: String(server.store.compacted) } }));
  else if (from > 0) {
    const past = server.store.since(key, end, from);
    if (past.length > 0) tell(past);
  }
  const unwatch = server.watch({
    key,
    end,
    events: (events) => {
      tell(events);
      // Whoever does not take what it asked for has gone.
      if (lines.length > MAX_WAITING) unwatch();
    },
  });
  return {
    status: 200,
    headers: [["Content-Type", "application/json"]],
    body: async () => {
      if (lines.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return new TextEncoder().encode(`${lines.splice(0).join("\n")}\n`);
    },
  };
}
