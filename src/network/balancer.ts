import type { Random } from "../sim/index.ts";
import { formatIp, parseCidr, parseIp } from "./ip.ts";
import type { Balancer, Protocol } from "./types.ts";

/** Where addresses of load balancers come from: a range that documentation may show and nobody has (RFC 5737). */
const PUBLIC = parseCidr("203.0.113.0/24");

/** A load balancer of the cloud, which passes flows on as they are to a machine that says it can take them. */
export interface BalancerRecord {
  readonly ip: string;
  /** `namespace/name` of the Service whose kube-proxy rules take over on the machine. */
  readonly service: string;
  readonly ports: readonly { readonly protocol: Protocol; readonly port: number }[];
  readonly machines: readonly string[];
  /** Only machines that have endpoints say they are healthy (externalTrafficPolicy Local). */
  readonly local: boolean;
  /** A client comes back to its machine (sessionAffinity ClientIP). */
  readonly sticky: boolean;
}

/** The lowest address that is free; undefined: there is none. */
export function freeAddress(taken: ReadonlySet<string>): string | undefined {
  for (let i = 1; i < PUBLIC.size - 1; i++) {
    const ip = formatIp(PUBLIC.base + i);
    if (!taken.has(ip)) return ip;
  }
  return undefined;
}

export function isBalancerAddress(text: string): boolean {
  const ip = parseIp(text);
  return ip !== undefined && ip > PUBLIC.base && ip < PUBLIC.base + PUBLIC.size - 1;
}

/** How a load balancer chooses. `healthy`: what the machine answers to its health checks. */
export function balancerOf(record: BalancerRecord, healthy: (machine: string) => boolean, random: Pick<Random, "int">): Balancer {
  return {
    choose({ client, port, protocol }) {
      if (!record.ports.some((p) => p.port === port && p.protocol === protocol)) return undefined;
      const able = record.machines.filter(healthy);
      if (able.length === 0) return undefined;
      return record.sticky ? preferred(client, able) : able[random.int(able.length)];
    },
  };
}

/** Each client has an order of its own of all machines, of which it takes the first that is able (rendezvous hashing). */
function preferred(client: string, machines: readonly string[]): string | undefined {
  let best: { readonly machine: string; readonly rank: number } | undefined;
  for (const machine of machines) {
    let rank = 0x811c9dc5;
    for (const c of `${client} ${machine}`) rank = Math.imul(rank ^ (c.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    if (!best || rank > best.rank) best = { machine, rank };
  }
  return best?.machine;
}
