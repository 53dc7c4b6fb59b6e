import { type Interface, interfaces, netmask } from "./interfaces.ts";
import type { Tool, Utility } from "./tool.ts";

export const ifconfig: Utility = {
  name: "ifconfig",
  usage: "[-a] [IFACE]",
  about: "Show network interfaces; traffic is not counted in Timonel",
  flags: { all: { short: "a", help: "Show all interfaces" } },
  async run(t) {
    const [name, ...settings] = t.args;
    if (settings.length > 0) return t.fail(t.busybox ? "SIOCSIFADDR: Operation not permitted" : "SIOCSIFADDR: Operation not permitted");
    const all = interfaces(t.proc);
    const chosen = name === undefined ? [...all].reverse() : all.filter((i) => i.name === name);
    if (chosen.length === 0) return complain(t, `${name}: error fetching interface information: Device not found`);
    for (const i of chosen) await t.out(t.busybox ? busybox(i) : netTools(i));
    return 0;
  },
};

/** Packets are not counted, so none are shown. */
function busybox(i: Interface): string {
  const loopback = i.name === "lo";
  return (
    `${i.name.padEnd(10)}Link encap:${loopback ? "Local Loopback  " : `Ethernet  HWaddr ${i.mac.toUpperCase()}  `}\n` +
    `          inet addr:${i.address}${i.broadcast ? `  Bcast:${i.broadcast}` : ""}  Mask:${netmask(i.prefix)}\n` +
    `          UP ${loopback ? "LOOPBACK RUNNING" : "BROADCAST RUNNING MULTICAST"}  MTU:${i.mtu}  Metric:1\n\n`
  );
}
function netTools(i: Interface): string {
  const loopback = i.name === "lo";
  return (
    `${i.name}: flags=${loopback ? "73<UP,LOOPBACK,RUNNING>" : "4163<UP,BROADCAST,RUNNING,MULTICAST>"}  mtu ${i.mtu}\n` +
    `        inet ${i.address}  netmask ${netmask(i.prefix)}${i.broadcast ? `  broadcast ${i.broadcast}` : ""}\n` +
    `        ${loopback ? "loop  txqueuelen 1000  (Local Loopback)" : `ether ${i.mac}  txqueuelen 0  (Ethernet)`}\n\n`
  );
}

/** net-tools' says it without its own name. */
async function complain(t: Tool, message: string): Promise<number> {
  if (t.busybox) return t.fail(message);
  await t.proc.stderr.write(`${message}\n`);
  return 1;
}
