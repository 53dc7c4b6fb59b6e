import { NoResourceMatch } from "../errors.ts";
import { klogHead } from "../klog.ts";
import type { KubectlProcess } from "../types.ts";

/** Nobody answers there: its words are printed as they are. */
export class Unreached extends NoResourceMatch {
  /** As Go's client says it: `dial tcp 127.0.0.1:8080: connect: connection refused`. */
  readonly reason: string;
  constructor(server: string, reason: string) {
    const host = server.replace(/^https?:\/\//, "");
    super(
      reason.endsWith("connection refused")
        ? `The connection to the server ${host} was refused - did you specify the right host or port?`
        : `Unable to connect to the server: ${reason}`,
    );
    this.reason = reason;
  }
}

/** How often a command asks a server for its groups that it has never heard of before it gives up: seen of kubectl 1.36.4. */
const TRIES: Readonly<Record<string, number>> = {
  ...{ logs: 4, exec: 4, drain: 4, "can-i": 2, run: 1, explain: 1, "api-resources": 1, "api-versions": 1 },
  ...{ create: 0, apply: 0, events: 0, top: 0, version: 0 },
};

/** What client-go says of each try (k8s: client-go/discovery/cached/memory/memcache.go). */
export async function tellTries(proc: KubectlProcess, command: string, server: string, reason: string): Promise<void> {
  const said = `couldn't get current server API group list: Get "${server}/api?timeout=32s": ${reason}`;
  for (let n = TRIES[command] ?? 5; n > 0; n--) {
    const head = klogHead("E", proc.clock.now(), proc.pid);
    await proc.stderr.write(`${head} memcache.go:265] "Unhandled Error" err=${JSON.stringify(said)}\n`);
  }
}
