import type { ProcessContext } from "../../runtime/index.ts";

export interface Interface {
  readonly name: string;
  readonly address: string;
  readonly prefix: number;
  readonly broadcast: string | undefined;
  readonly mac: string;
  readonly mtu: number;
  /** The router of the default route. */
  readonly gateway: string | undefined;
  /** Network address. */
  readonly network: string;
}

/**
 * The interfaces of a network namespace: lo and eth0. A pod's network is the /24 of its node, a machine's the /16 that
 * all machines share (kind's bridge).
 */
export function interfaces(proc: ProcessContext): readonly [Interface, Interface] {
  const { ip } = proc.net;
  const parts = ip.split(".").map(Number);
  const prefix = ip.startsWith("172.18.") ? 16 : 24;
  const keep = parts.slice(0, prefix / 8);
  const fill = (n: number): string => [...keep, ...Array.from({ length: 4 - keep.length }, () => n)].join(".");
  const gateway = [...keep, ...Array.from({ length: 3 - keep.length }, () => 0), 1].join(".");
  return [
    {
      name: "lo",
      address: "127.0.0.1",
      prefix: 8,
      broadcast: undefined,
      mac: "00:00:00:00:00:00",
      mtu: 65536,
      gateway: undefined,
      network: "127.0.0.0",
    },
    {
      name: "eth0",
      address: ip,
      prefix,
      broadcast: fill(255),
      mac: macOf(ip),
      mtu: 1500,
      gateway: gateway === ip ? undefined : gateway,
      network: fill(0),
    },
  ];
}

export function netmask(prefix: number): string {
  return [0, 1, 2, 3].map((i) => (prefix >= (i + 1) * 8 ? 255 : 0)).join(".");
}

/** CNI's bridge and ptp plugins make hardware addresses of the IP address. */
function macOf(ip: string): string {
  const bytes = ip.split(".").map((n) => Number(n).toString(16).padStart(2, "0"));
  return ["0a", "58", ...bytes].join(":");
}

/** Neighbours whose hardware address is in use: those that connections are open to, directly or by the router. */
export function neighbours(proc: ProcessContext): readonly { readonly ip: string; readonly mac: string }[] {
  const [, eth] = interfaces(proc);
  const prefix = eth.network
    .split(".")
    .slice(0, eth.prefix / 8)
    .join(".");
  const found = new Set<string>();
  for (const { remote } of proc.net.sockets()) {
    if (!remote || remote.ip === eth.address || remote.ip.startsWith("127.")) continue;
    if (remote.ip.startsWith(`${prefix}.`)) found.add(remote.ip);
    else if (eth.gateway !== undefined) found.add(eth.gateway);
  }
  return [...found].map((ip) => ({ ip, mac: macOf(ip) }));
}
