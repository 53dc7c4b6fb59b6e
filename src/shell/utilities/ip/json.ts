import { type Interface, interfaces, neighbours } from "../interfaces.ts";
import type { Tool } from "../tool.ts";
import { flagsOf, isLoopback } from "./links.ts";

const FOREVER = 4_294_967_295;

/** `ip -j`: one line, its fields in iproute2's order. */
export async function json(
  t: Tool,
  what: "address" | "link" | "route" | "neigh",
  chosen: readonly { readonly link: Interface; readonly index: number }[],
): Promise<number> {
  const [, eth] = interfaces(t.proc);
  const link = ({ link: l, index }: (typeof chosen)[number]): Record<string, unknown> => ({
    ifindex: index,
    ...(isLoopback(l) ? {} : { link_index: 2 }),
    ifname: l.name,
    flags: flagsOf(l),
    mtu: l.mtu,
    qdisc: "noqueue",
    operstate: isLoopback(l) ? "UNKNOWN" : "UP",
    ...(what === "link" && { linkmode: "DEFAULT" }),
    group: "default",
    txqlen: 1000,
    link_type: isLoopback(l) ? "loopback" : "ether",
    address: l.mac,
    broadcast: isLoopback(l) ? "00:00:00:00:00:00" : "ff:ff:ff:ff:ff:ff",
    ...(isLoopback(l) ? {} : { link_netnsid: 0 }),
  });
  const inet = (l: Interface): Record<string, unknown> => ({
    family: "inet",
    local: l.address,
    prefixlen: l.prefix,
    ...(l.broadcast === undefined ? {} : { broadcast: l.broadcast }),
    scope: isLoopback(l) ? "host" : "global",
    label: l.name,
    valid_life_time: FOREVER,
    preferred_life_time: FOREVER,
  });
  const rows =
    what === "link"
      ? chosen.map(link)
      : what === "address"
        ? chosen.map((c) => ({ ...link(c), addr_info: [inet(c.link)] }))
        : what === "neigh"
          ? neighbours(t.proc).map((n) => ({ dst: n.ip, dev: "eth0", lladdr: n.mac, state: ["REACHABLE"] }))
          : [
              ...(eth.gateway === undefined ? [] : [{ dst: "default", gateway: eth.gateway, dev: "eth0", flags: [] }]),
              { dst: `${eth.network}/${eth.prefix}`, dev: "eth0", protocol: "kernel", scope: "link", prefsrc: eth.address, flags: [] },
            ];
  await t.out(`${JSON.stringify(rows)}\n`);
  return 0;
}
