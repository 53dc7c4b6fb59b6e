import type { ProcessContext } from "../../runtime/index.ts";
import { interfaces, netmask } from "./interfaces.ts";
import type { Utility } from "./tool.ts";

export interface Route {
  readonly destination: string;
  readonly gateway: string;
  readonly mask: string;
  readonly flags: string;
  readonly device: string;
}

/** The routing table of the namespace, as /proc/net/route would have it. */
export function routeTable(proc: ProcessContext): readonly Route[] {
  const [, eth] = interfaces(proc);
  const local = { destination: eth.network, gateway: "0.0.0.0", mask: netmask(eth.prefix), flags: "U", device: "eth0" };
  return eth.gateway === undefined
    ? [local]
    : [{ destination: "0.0.0.0", gateway: eth.gateway, mask: "0.0.0.0", flags: "UG", device: "eth0" }, local];
}

export const route: Utility = {
  name: "route",
  usage: "[{add|del|delete}]",
  about: "Show the kernel's routing table; it cannot be edited in a container",
  flags: { numeric: { short: "n", help: "Don't resolve names" }, extended: { short: "e", help: "Display other/more information" } },
  async run(t) {
    if (t.args.length > 0)
      return t.fail(t.busybox ? "SIOCADDRT: Operation not permitted" : "SIOCADDRT: Operation not permitted", t.busybox ? 1 : 7);
    await t.out("Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n");
    for (const r of routeTable(t.proc)) {
      const destination = !t.has("numeric") && r.destination === "0.0.0.0" ? "default" : r.destination;
      const gateway = !t.has("numeric") && t.busybox && r.gateway === "0.0.0.0" ? "*" : r.gateway;
      await t.out(
        `${destination.padEnd(15)} ${gateway.padEnd(15)} ${r.mask.padEnd(15)} ${r.flags.padEnd(5)} 0      0        0 ${r.device}\n`,
      );
    }
    return 0;
  },
};
