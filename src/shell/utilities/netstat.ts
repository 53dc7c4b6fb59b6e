import { routeTable } from "./route.ts";
import { hostNames, namedSockets, type NamedSocket } from "./sockets.ts";
import type { Utility } from "./tool.ts";

export const netstat: Utility = {
  name: "netstat",
  usage: "[-ral] [-tuwx] [-enWp]",
  about: "Display networking information",
  flags: {
    routes: { short: "r", long: "route", help: "Routing table" },
    all: { short: "a", long: "all", help: "All sockets" },
    listening: { short: "l", long: "listening", help: "Listening sockets" },
    tcp: { short: "t", long: "tcp", help: "TCP sockets" },
    udp: { short: "u", long: "udp", help: "UDP sockets" },
    raw: { short: "w", long: "raw", help: "Raw sockets" },
    unix: { short: "x", long: "unix", help: "Unix sockets" },
    numeric: { short: "n", long: "numeric", help: "Don't resolve names" },
    programs: { short: "p", long: "program", help: "Show PID/program name for sockets" },
    wide: { short: "W", long: "wide", help: "Wide display" },
    extended: { short: "e", long: "extend", help: "Other/more information" },
    four: { short: "4", help: "IPv4" },
  },
  async run(t) {
    if (t.has("routes")) {
      await t.out("Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n");
      for (const r of routeTable(t.proc)) {
        const named = t.has("numeric") ? r : { ...r, destination: r.destination === "0.0.0.0" ? "default" : r.destination };
        await t.out(
          `${named.destination.padEnd(15)} ${r.gateway.padEnd(15)} ${r.mask.padEnd(15)} ${r.flags.padEnd(5)} ${"0 0".padStart(7)}          0 ${r.device}\n`,
        );
      }
      return 0;
    }
    const kinds = ["tcp", "udp", "raw", "unix"].filter((k) => t.has(k));
    const every = kinds.length === 0;
    const shown = (s: NamedSocket): boolean => {
      if (!every && !t.has(s.protocol)) return false;
      const server = s.state === "LISTEN" || s.state === "UNCONN";
      return t.has("all") || (t.has("listening") ? server : !server);
    };
    const what = t.has("all") ? "servers and established" : t.has("listening") ? "only servers" : "w/o servers";
    const host = t.has("numeric") ? (ip: string) => ip : hostNames(t.proc);
    const address = (a: { readonly ip: string; readonly port: number } | undefined): string =>
      a === undefined ? "0.0.0.0:*" : `${host(a.ip)}:${a.port}`;
    const programs = t.has("programs");
    if (programs && !t.busybox && t.proc.uid !== 0)
      await t.proc.stderr.write(
        "(Not all processes could be identified, non-owned process info\n will not be shown, you would have to be root to see it all.)\n",
      );
    if (every || t.has("tcp") || t.has("udp") || t.has("raw")) {
      await t.out(
        `Active Internet connections (${what})\nProto Recv-Q Send-Q Local Address           Foreign Address         ${"State".padEnd(t.busybox || programs ? 12 : 11)}${programs ? "PID/Program name    " : ""}\n`,
      );
      for (const s of namedSockets(t.proc).filter(shown)) {
        const state = s.state === "UNCONN" ? "" : s.state;
        const owner = s.pid === undefined ? "-" : `${s.pid}/${s.command ?? ""}`;
        const cut = (text: string): string => (t.busybox && !t.has("wide") ? text.slice(0, 23) : text).padEnd(23);
        await t.out(
          `${s.protocol.padEnd(5)} ${String(s.waiting).padStart(6)} ${"0".padStart(6)} ${cut(address(s.local))} ${cut(address(s.remote))} ${state.padEnd(t.busybox || programs ? 12 : 11)}${programs ? (t.busybox ? owner.slice(0, 20) : owner.slice(0, 20).padEnd(20)) : ""}\n`,
        );
      }
    }
    if (every || t.has("unix"))
      await t.out(
        `Active UNIX domain sockets (${what})\n${t.busybox ? `Proto RefCnt Flags       Type       State         I-Node ${programs ? "PID/Program name    " : ""}Path` : `Proto RefCnt Flags       Type       State         I-Node   ${programs ? "PID/Program name     " : ""}Path`}\n`,
      );
    return 0;
  },
};
