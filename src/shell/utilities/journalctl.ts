import { parseDate } from "./date.ts";
import { showJournal } from "./systemctl/client.ts";
import type { Utility } from "./tool.ts";

const PRIORITIES = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];
const FORMATS = ["short", "short-iso", "short-precise", "short-full", "short-unix", "cat", "json"];
const OTHERS = [
  "short-iso-precise",
  "short-monotonic",
  "short-delta",
  "verbose",
  "export",
  "json-pretty",
  "json-sse",
  "json-seq",
  "with-unit",
];

/** What systemd.time(7) adds to GNU's dates: "today", "-1h", "10min ago". */
function timeOf(text: string, now: number): number {
  const day = Math.floor(now / 86_400_000) * 86_400_000;
  if (text === "today") return day;
  if (text === "yesterday") return day - 86_400_000;
  const span = /^(-?)((?:\d+\s*[a-z]+\s*)+?)(ago)?$/.exec(text.trim());
  if (span && (span[1] === "-" || span[3])) {
    let ms = 0;
    for (const [, n, unit = ""] of (span[2] ?? "").matchAll(/(\d+)\s*([a-z]+)/g)) {
      const size = UNITS[unit];
      if (size === undefined) return Number.NaN;
      ms += Number(n) * size;
    }
    return now - ms;
  }
  return parseDate(text, now);
}
const units = (names: string, ms: number): readonly (readonly [string, number])[] => names.split(" ").map((name) => [name, ms]);
const UNITS: Readonly<Record<string, number>> = Object.fromEntries([
  ...units("s sec second seconds", 1000),
  ...units("m min minute minutes", 60_000),
  ...units("h hr hour hours", 3_600_000),
  ...units("d day days", 86_400_000),
  ...units("w week weeks", 604_800_000),
]);

/** The machine's journal. What is printed comes from its keeper; nothing goes through a pager. */
export const journalctl: Utility = {
  name: "journalctl",
  usage: "[OPTIONS...] [MATCHES...]",
  about: "Query the journal.",
  number: "lines",
  flags: {
    unit: { short: "u", long: "unit", value: "UNIT", help: "Show logs from the specified unit" },
    identifier: { short: "t", long: "identifier", value: "STRING", help: "Show entries with the specified syslog identifier" },
    lines: { short: "n", long: "lines", value: "INTEGER", help: "Number of journal entries to show" },
    follow: { short: "f", long: "follow", help: "Follow the journal" },
    end: { short: "e", long: "pager-end", help: "Immediately jump to the end in the pager" },
    reverse: { short: "r", long: "reverse", help: "Show the newest entries first" },
    catalog: { short: "x", long: "catalog", help: "Add message explanations where available" },
    boot: { short: "b", long: "boot", value: "[ID]", help: "Show current boot" },
    dmesg: { short: "k", long: "dmesg", help: "Show kernel message log from the current boot" },
    since: { short: "S", long: "since", value: "DATE", help: "Show entries not older than the specified date" },
    until: { short: "U", long: "until", value: "DATE", help: "Show entries not newer than the specified date" },
    priority: { short: "p", long: "priority", value: "RANGE", help: "Show entries with the specified priority" },
    grep: { short: "g", long: "grep", value: "PATTERN", help: "Show entries with MESSAGE matching PATTERN" },
    output: { short: "o", long: "output", value: "STRING", help: "Change journal output mode" },
    full: { short: "l", long: "full", help: "Do not ellipsize fields" },
    quiet: { short: "q", long: "quiet", help: "Do not show info messages and privilege warning" },
    all: { short: "a", long: "all", help: "Show all fields, including long and unprintable" },
    hostname: { long: "no-hostname", help: "Suppress output of hostname field" },
    pager: { long: "no-pager", help: "Do not pipe output into a pager" },
  },
  async run(t) {
    const now = t.proc.clock.now();
    const complain = async (message: string): Promise<number> => {
      await t.proc.stderr.write(`${message}\n`);
      return 1;
    };
    if (t.args.length > 0) return complain(`Matches are not supported by this simulator: ${t.args[0]}`);
    if (t.has("dmesg")) return complain("The kernel's log is not kept by this simulator.");
    const times: Record<string, number> = {};
    for (const name of ["since", "until"] as const) {
      const text = t.value(name);
      if (text === undefined) continue;
      const at = timeOf(text, now);
      if (Number.isNaN(at)) return complain(`Failed to parse timestamp: ${text}`);
      times[name] = at;
    }
    const boot = t.value("boot");
    if (boot !== undefined && boot !== "" && boot !== "0")
      return complain(`Data from the specified boot (${boot}) is not available: No such boot ID in journal`);
    const output = t.value("output") ?? "short";
    if (!FORMATS.includes(output))
      return complain(
        OTHERS.includes(output) ? `Output format ${output} is not supported by this simulator.` : `Unknown output format '${output}'.`,
      );
    const level = t.value("priority");
    const priority = level === undefined ? undefined : /^[0-7]$/.test(level) ? Number(level) : PRIORITIES.indexOf(level);
    if (priority === -1) return complain(`Unknown log level ${level}`);
    const given = t.value("lines");
    if (given !== undefined && given !== "all" && !/^\d+$/.test(given)) return complain(`Failed to parse lines '${given}'`);
    const follow = t.has("follow");
    const lines = given === "all" ? undefined : given ? Number(given) : follow ? 10 : t.has("end") ? 1000 : undefined;
    const wanted = t.values("unit").map((unit) => (/\.[a-z]+$/.test(unit) ? unit : `${unit}.service`));
    const identifiers = t.values("identifier");
    return showJournal(t, {
      ...(wanted.length > 0 && { units: wanted }),
      ...(identifiers.length > 0 && { identifiers }),
      ...(lines !== undefined && { lines }),
      ...times,
      ...(priority !== undefined && { priority }),
      ...(t.has("grep") && { pattern: t.value("grep") }),
      ...(boot !== undefined && { boot: true }),
      follow,
      reverse: t.has("reverse"),
      explained: t.has("catalog"),
      nameless: t.has("hostname"),
      quiet: t.has("quiet"),
      output,
    });
  },
};
