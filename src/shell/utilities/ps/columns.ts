import type { ProcessInfo } from "../../../runtime/index.ts";
import { strftime } from "../../strftime.ts";
import { memoryInfo } from "../meminfo.ts";
import { owners } from "../paths.ts";
import { clockOf, commandName, groupOf } from "../process-text.ts";
import type { Tool } from "../tool.ts";

/** A column of procps' ps: how wide at least, and to which side. */
export interface Column {
  readonly header: string;
  readonly width: number;
  readonly left?: boolean;
  show(p: ProcessInfo): string;
  /** What --sort compares; without it the text. */
  value?(p: ProcessInfo): number;
}

const pad2 = (n: number): string => String(n).padStart(2, "0");
const fullClock = (ms: number): string => {
  const s = Math.floor(ms / 1000);
  const days = Math.floor(s / 86_400);
  return `${days > 0 ? `${days}-` : ""}${pad2(Math.floor(s / 3600) % 24)}:${pad2(Math.floor(s / 60) % 60)}:${pad2(s % 60)}`;
};
const elapsedText = (ms: number): string => {
  const s = Math.floor(ms / 1000);
  const [days, hours] = [Math.floor(s / 86_400), Math.floor(s / 3600) % 24];
  return `${days > 0 ? `${days}-` : ""}${days > 0 || hours > 0 ? `${pad2(hours)}:` : ""}${pad2(Math.floor(s / 60) % 60)}:${pad2(s % 60)}`;
};

/** `prefix` is what --forest puts before a command. */
export function columnsOf(t: Tool, prefix: (p: ProcessInfo) => string): Readonly<Record<string, Column>> {
  const now = t.proc.clock.now();
  const who = owners(t.proc);
  const total = memoryInfo(t.proc)("MemTotal");
  const own = t.proc.processes().find((p) => p.pid === t.proc.pid);
  const percent = (p: ProcessInfo): number => Math.min(999.9, (p.cpu * 100) / Math.max(1, now - p.started));
  const name = (p: ProcessInfo): string => prefix(p) + commandName(p) + (p.state === "Z" ? " <defunct>" : "");
  const line = (p: ProcessInfo): string =>
    prefix(p) + p.argv.join(" ").replace(/[\x00-\x1f]/g, "?") + (p.state === "Z" ? " <defunct>" : "");
  const num = (header: string, width: number, value: (p: ProcessInfo) => number): Column => ({
    header,
    width,
    value,
    show: (p) => String(value(p)),
  });
  const text = (header: string, width: number, show: (p: ProcessInfo) => string, left = true): Column => ({ header, width, left, show });
  const started = (p: ProcessInfo): string => strftime(now - p.started < 86_400_000 ? "%H:%M" : "%b%d", p.started);
  // A user's name that does not fit is shown as its number or cut (procps 4: with a +).
  const user = (p: ProcessInfo): string => {
    const known = who.user(p.uid);
    return known.length > 8 ? `${known.slice(0, 7)}+` : known;
  };
  // What the runtime started leads its session; what shares our terminal and group is in its foreground.
  const stat = (p: ProcessInfo): string => p.state + (p.ppid === 0 ? "s" : "") + (p.tty && own?.tty && p.group === own.group ? "+" : "");
  const tty = (p: ProcessInfo): string => (p.tty ? "pts/0" : "?");
  const rows: Record<string, Column> = {
    pid: num("PID", 7, (p) => p.pid),
    ppid: num("PPID", 7, (p) => p.ppid),
    pgid: num("PGID", 7, (p) => p.group),
    uid: num("UID", 5, (p) => p.uid),
    user: text("USER", 8, user),
    group: text("GROUP", 8, (p) => who.group(groupOf(t.proc, p))),
    comm: text("COMMAND", 15, name),
    args: text("COMMAND", 27, line),
    stat: text("STAT", 4, stat),
    s: text("S", 1, (p) => p.state),
    pcpu: { header: "%CPU", width: 4, show: (p) => percent(p).toFixed(1), value: percent },
    pmem: { header: "%MEM", width: 4, show: (p) => ((p.memory / 1024 / total) * 100).toFixed(1), value: (p) => p.memory },
    vsz: num("VSZ", 6, (p) => Math.round(p.memory / 1024)),
    rss: num("RSS", 5, (p) => Math.round(p.memory / 1024)),
    tty: text("TT", 8, tty),
    time: { header: "TIME", width: 8, show: (p) => fullClock(p.cpu), value: (p) => p.cpu },
    bsdtime: { header: "TIME", width: 6, show: (p) => clockOf(p.cpu), value: (p) => p.cpu },
    etime: { header: "ELAPSED", width: 11, show: (p) => elapsedText(now - p.started), value: (p) => now - p.started },
    etimes: num("ELAPSED", 7, (p) => Math.floor((now - p.started) / 1000)),
    stime: { header: "STIME", width: 5, show: started, value: (p) => p.started },
    start: { header: "STARTED", width: 8, show: (p) => strftime("%H:%M:%S", p.started), value: (p) => p.started },
    lstart: { header: "STARTED", width: 24, show: (p) => strftime("%a %b %e %H:%M:%S %Y", p.started), value: (p) => p.started },
    ni: num("NI", 3, () => 0),
    pri: num("PRI", 3, () => 19),
    nlwp: num("NLWP", 4, () => 1),
    c: num("C", 2, (p) => Math.min(99, Math.floor(percent(p)))),
  };
  const named = (column: string, header: string): Column => ({ ...(rows[column] as Column), header });
  return {
    ...rows,
    cmd: named("args", "CMD"),
    command: rows["args"] as Column,
    ucmd: named("comm", "CMD"),
    fname: named("comm", "COMMAND"),
    ucomm: rows["comm"] as Column,
    state: rows["s"] as Column,
    "%cpu": rows["pcpu"] as Column,
    "%mem": rows["pmem"] as Column,
    vsize: rows["vsz"] as Column,
    rssize: rows["rss"] as Column,
    tt: rows["tty"] as Column,
    tname: named("tty", "TTY"),
    cputime: rows["time"] as Column,
    start_time: named("stime", "START"),
    bsdstart: named("stime", "START"),
    nice: rows["ni"] as Column,
    thcount: named("nlwp", "THCNT"),
    euid: named("uid", "EUID"),
    ruid: named("uid", "RUID"),
    euser: named("user", "EUSER"),
    ruser: named("user", "RUSER"),
    uname: rows["user"] as Column,
    pgrp: named("pgid", "PGRP"),
  };
}
