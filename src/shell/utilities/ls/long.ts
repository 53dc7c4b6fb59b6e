import { strftime } from "../../strftime.ts";
import { baseName, humanBusybox, humanSize, modeString, owners } from "../paths.ts";
import type { Tool } from "../tool.ts";
import type { Entry } from "./entry.ts";

/** Devices' numbers, as Linux gives them (Documentation/admin-guide/devices.txt). */
const DEVICES: Readonly<Record<string, readonly [number, number]>> = {
  null: [1, 3],
  zero: [1, 5],
  full: [1, 7],
  random: [1, 8],
  urandom: [1, 9],
  tty: [5, 0],
  console: [5, 1],
  ptmx: [5, 2],
};
const numbers = (e: Entry): readonly [number, number] => DEVICES[baseName(e.path)] ?? [136, Number(baseName(e.path)) || 0];

/** Half a year: older files show their year. */
const RECENT = 15_778_476_000;

/** The lines of -l, without their names: `label` writes these. */
export function longLines(t: Tool, list: readonly Entry[], label: (e: Entry) => string): readonly string[] {
  const who = owners(t.proc);
  const now = t.proc.clock.now();
  const human = t.has("human");
  const [noOwner, noGroup] = [t.has("ownerless"), t.has("groupless") || (!t.busybox && t.has("nogroup"))];
  const rows = list.map(({ path, name, stat, target }) => {
    const e = { path, name, stat, ...(target !== undefined && { target }) };
    const [major, minor] = stat.type === "device" ? numbers(e) : [0, 0];
    return {
      mode: modeString(stat),
      links: String(stat.nlink),
      user: t.has("numeric") ? String(stat.uid) : who.user(stat.uid),
      group: t.has("numeric") ? String(stat.gid) : who.group(stat.gid),
      size: human ? (t.busybox ? humanBusybox(stat.size) : humanSize(stat.size)) : String(stat.size),
      device: stat.type === "device" ? ([major, minor] as const) : undefined,
      date: dateOf(t, stat.mtime, now),
    };
  });
  const width = (pick: (r: (typeof rows)[number]) => string): number => Math.max(0, ...rows.map((r) => pick(r).length));
  if (t.busybox)
    return rows.map((r, i) => {
      const size = r.device ? `${String(r.device[0]).padStart(4)}, ${String(r.device[1]).padStart(3)}` : r.size.padStart(human ? 7 : 9);
      const owner = noOwner ? "" : `${r.user.padEnd(8)} `;
      const group = `${r.group.padEnd(8)} `;
      return `${r.mode} ${r.links.padStart(4)} ${owner}${group}${size} ${r.date} ${label(list[i] as Entry)}`;
    });
  const [links, user, group] = [width((r) => r.links), width((r) => r.user), width((r) => r.group)];
  const [major, minor] = [width((r) => (r.device ? String(r.device[0]) : "")), width((r) => (r.device ? String(r.device[1]) : ""))];
  const plain = Math.max(0, ...rows.map((r) => (r.device ? 0 : r.size.length)));
  const size = Math.max(plain, major > 0 ? major + 2 + minor : 0);
  return rows.map((r, i) => {
    const shown = r.device ? `${String(r.device[0]).padStart(major)}, ${String(r.device[1]).padStart(minor)}` : r.size;
    return [
      r.mode,
      r.links.padStart(links),
      ...(noOwner ? [] : [r.user.padEnd(user)]),
      ...(noGroup ? [] : [r.group.padEnd(group)]),
      shown.padStart(size),
      r.date,
      label(list[i] as Entry),
    ].join(" ");
  });
}

function dateOf(t: Tool, ms: number, now: number): string {
  const style = t.value("style");
  if (t.has("full") || style === "full-iso") return strftime(t.busybox ? "%Y-%m-%d %H:%M:%S %z" : "%Y-%m-%d %H:%M:%S.%N %z", ms);
  if (style === "long-iso") return strftime("%Y-%m-%d %H:%M", ms);
  if (style?.startsWith("+")) return strftime(style.slice(1), ms);
  const recent = now - ms < RECENT && ms - now < (t.busybox ? 900_000 : 1000);
  if (style === "iso") return strftime(recent ? "%m-%d %H:%M" : "%Y-%m-%d ", ms);
  return strftime(recent ? "%b %e %H:%M" : "%b %e  %Y", ms);
}
