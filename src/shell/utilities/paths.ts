import type { ProcessContext, Stat } from "../../runtime/index.ts";

export function joinPath(dir: string, name: string): string {
  return dir === "" || dir === "." ? name : dir.endsWith("/") ? dir + name : `${dir}/${name}`;
}
export function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  return trimmed === "" ? (path === "" ? "" : "/") : (trimmed.split("/").at(-1) as string);
}
/** drwxr-xr-x */
export function modeString(stat: Stat): string {
  const type = { file: "-", directory: "d", symlink: "l", device: "c", fifo: "p" }[stat.type];
  let out = type;
  for (const shift of [6, 3, 0]) {
    const bits = (stat.mode >> shift) & 7;
    const special = (shift === 6 && stat.mode & 0o4000) || (shift === 3 && stat.mode & 0o2000) || (shift === 0 && stat.mode & 0o1000);
    out += (bits & 4 ? "r" : "-") + (bits & 2 ? "w" : "-");
    out += special ? (shift === 0 ? (bits & 1 ? "t" : "T") : bits & 1 ? "s" : "S") : bits & 1 ? "x" : "-";
  }
  return out;
}
/** Names of users and groups by number, from /etc/passwd and /etc/group. */
export function owners(proc: ProcessContext): {
  user(id: number): string;
  group(id: number): string;
  userId(name: string): number | undefined;
  groupId(name: string): number | undefined;
} {
  const load = (path: string): [number, string][] => {
    try {
      return proc.fs
        .readText(path)
        .split("\n")
        .filter(Boolean)
        .map((l) => l.split(":"))
        .map((f) => [Number(f[2]), f[0] as string]);
    } catch {
      return [];
    }
  };
  const [users, groups] = [load("/etc/passwd"), load("/etc/group")];
  const name = (list: [number, string][], id: number): string => list.find(([n]) => n === id)?.[1] ?? String(id);
  const number = (list: [number, string][], text: string): number | undefined =>
    /^\d+$/.test(text) ? Number(text) : list.find(([, n]) => n === text)?.[0];
  return {
    user: (id) => name(users, id),
    group: (id) => name(groups, id),
    userId: (n) => number(users, n),
    groupId: (n) => number(groups, n),
  };
}
/** 1.5K, as ls -h. */
export function humanSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  let value = bytes;
  for (const unit of "KMGTP") {
    value /= 1024;
    if (value < 1024) return value < 10 ? `${(Math.ceil(value * 10) / 10).toFixed(1)}${unit}` : `${Math.ceil(value)}${unit}`;
  }
  return `${Math.ceil(value)}E`;
}
/** 1.5K, as BusyBox has it: one place behind the point, whatever it is. */
export function humanBusybox(bytes: number): string {
  let value = bytes;
  for (const unit of " KMGTPE") {
    if (value < 1024) return unit === " " ? String(value) : `${value.toFixed(1)}${unit}`;
    value /= 1024;
  }
  return `${value.toFixed(1)}Z`;
}
/** 10, 4k, 1M, 512b: bytes; NaN when it is none. */
export function parseSize(text: string): number {
  const m = /^(\d+)([bkKmMgG]?)B?$/.exec(text);
  if (!m) return Number.NaN;
  return Number(m[1]) * ({ "": 1, b: 512, k: 1024, K: 1024, m: 1 << 20, M: 1 << 20, g: 1 << 30, G: 1 << 30 }[m[2] as string] ?? 1);
}
