import { namedSockets, type NamedSocket } from "./sockets.ts";
import type { Utility } from "./tool.ts";

const NAMES: Readonly<Record<NamedSocket["state"], string>> = {
  LISTEN: "LISTEN",
  ESTABLISHED: "ESTAB",
  CLOSE_WAIT: "CLOSE-WAIT",
  FIN_WAIT2: "FIN-WAIT-2",
  UNCONN: "UNCONN",
};
/** As net.core.somaxconn: what a listener's queue holds. */
const BACKLOG = 4096;

export const ss: Utility = {
  name: "ss",
  usage: "[ OPTIONS ] [ FILTER ]",
  about: "Socket statistics",
  flags: {
    tcp: { short: "t", long: "tcp", help: "display only TCP sockets" },
    udp: { short: "u", long: "udp", help: "display only UDP sockets" },
    unix: { short: "x", long: "unix", help: "display only Unix domain sockets" },
    listening: { short: "l", long: "listening", help: "display listening sockets" },
    all: { short: "a", long: "all", help: "display all sockets" },
    numeric: { short: "n", long: "numeric", help: "don't resolve service names" },
    processes: { short: "p", long: "processes", help: "show process using socket" },
    summary: { short: "s", long: "summary", help: "show socket usage summary" },
    headerless: { short: "H", long: "no-header", help: "Suppress header line" },
    extended: { short: "e", long: "extended", help: "show detailed socket information" },
    info: { short: "i", long: "info", help: "show internal TCP information" },
    oneline: { short: "O", long: "oneline", help: "socket's data printed on a single line" },
    four: { short: "4", long: "ipv4", help: "display only IP version 4 sockets" },
  },
  async run(t) {
    const sockets = namedSockets(t.proc);
    if (t.has("summary")) {
      const tcp = sockets.filter((s) => s.protocol === "tcp");
      const udp = sockets.length - tcp.length;
      const established = tcp.filter((s) => s.state === "ESTABLISHED").length;
      const row = (name: string, n: number): string => `${name}\t  ${String(n).padEnd(9)} ${String(n).padEnd(9)} 0        \n`;
      await t.out(
        `Total: ${sockets.length}\nTCP:   ${tcp.length} (estab ${established}, closed 0, orphaned 0, timewait 0)\n\nTransport Total     IP        IPv6\n${row("RAW", 0)}${row("UDP", udp)}${row("TCP", tcp.length)}${row("INET", sockets.length)}${row("FRAG", 0)}\n`,
      );
      return 0;
    }
    const filter = filterOf(t.args);
    if (typeof filter === "string") return t.fail(filter, 255);
    const either = t.has("tcp") || t.has("udp");
    const chosen = sockets.filter((s) => {
      if (either ? !t.has(s.protocol) : t.has("unix")) return false;
      const server = s.state === "LISTEN" || s.state === "UNCONN";
      return (t.has("all") || (t.has("listening") ? server : !server)) && filter(s);
    });
    const netid = t.has("tcp") === t.has("udp");
    const rows = chosen.map((s) => [
      s.protocol,
      NAMES[s.state],
      String(s.waiting),
      String(s.state === "LISTEN" ? BACKLOG : 0),
      s.local.ip,
      String(s.local.port),
      s.remote?.ip ?? "0.0.0.0",
      s.remote === undefined ? "*" : String(s.remote.port),
      t.has("processes") && s.pid !== undefined ? ` users:(("${s.command}",pid=${s.pid}))` : "",
    ]);
    const head = ["Netid", "State", "Recv-Q", "Send-Q", "Local Address", "Port", "Peer Address", "Port", "Process"];
    const all = t.has("headerless") ? rows : [head, ...rows];
    const width = head.map((_, i) => Math.max(...all.map((r) => (r[i] as string).length)));
    const pad = (r: readonly string[], i: number): string => (r[i] as string).padEnd(width[i] as number);
    for (const r of all) {
      const pair = (i: number): string => `${(r[i] as string).padStart(width[i] as number)}:${pad(r, i + 1)}`;
      await t.out(
        `${netid ? `${pad(r, 0)} ` : ""}${pad(r, 1)} ${pad(r, 2)} ${pad(r, 3)} ${pair(4)} ${pair(6)}${(r[8] as string).padEnd(7)}\n`,
      );
    }
    return 0;
  },
};

/** `state NAME`, `sport = :80`, `dport = :443`, joined by and; a string is the complaint. */
function filterOf(words: readonly string[]): ((s: NamedSocket) => boolean) | string {
  const rest = words.join(" ").replace(/[()]/g, " ").trim().split(/\s+/).filter(Boolean);
  const tests: ((s: NamedSocket) => boolean)[] = [];
  while (rest.length > 0) {
    const word = rest.shift() as string;
    if (word === "and") continue;
    if (word === "state") {
      const name = (rest.shift() ?? "").toLowerCase();
      const wanted = Object.entries({
        established: "ESTABLISHED",
        listening: "LISTEN",
        listen: "LISTEN",
        "close-wait": "CLOSE_WAIT",
        "fin-wait-2": "FIN_WAIT2",
        unconnected: "UNCONN",
      }).find(([n]) => n === name)?.[1];
      if (name !== "all" && wanted === undefined) return `wrong state name: ${name}`;
      tests.push((s) => wanted === undefined || s.state === wanted);
    } else if (word === "sport" || word === "dport") {
      const operator = rest[0] === "=" || rest[0] === "==" || rest[0] === "eq" ? rest.shift() : undefined;
      const port = Number((rest.shift() ?? "").replace(/^:/, ""));
      if (operator === undefined && Number.isNaN(port)) return `an inet prefix is expected rather than "${word}".`;
      tests.push((s) => (word === "sport" ? s.local.port : s.remote?.port) === port);
    } else return `bogus filter: ${word} is not supported by this simulator`;
  }
  return (s) => tests.every((test) => test(s));
}
