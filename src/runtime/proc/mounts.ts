import type { MountPoint, MountTable } from "../files/walk.ts";

const OPTIONS: Readonly<Record<string, string>> = {
  proc: "nosuid,nodev,noexec,relatime",
  sysfs: "nosuid,nodev,noexec,relatime",
  cgroup2: "nosuid,nodev,noexec,relatime",
  mqueue: "nosuid,nodev,noexec,relatime",
};
const SOURCES: Readonly<Record<string, string>> = { cgroup2: "cgroup", sysfs: "sysfs", ext4: "/dev/vda1" };

const sourceOf = (m: MountPoint): string => m.source ?? SOURCES[m.type] ?? m.type;
const optionsOf = (m: MountPoint): string => `${m.readOnly ? "ro" : "rw"},${m.options ?? OPTIONS[m.type] ?? "relatime"}`;
/** Spaces in paths, as getmntent(3) wants them. */
const escaped = (path: string): string => path.replace(/[ \t\n\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`);

const all = ({ root, mounts }: MountTable): readonly MountPoint[] => [root, ...mounts.values()];

/** /proc/PID/mounts. */
export function mountLines(table: MountTable): string {
  return all(table)
    .map((m) => `${sourceOf(m)} ${escaped(m.path)} ${m.type} ${optionsOf(m)} 0 0\n`)
    .join("");
}

/** proc_pid_mountinfo(5). */
export function mountInfo(table: MountTable): string {
  const mounts = all(table);
  return mounts
    .map((m, i) => {
      const parent = mounts.findLastIndex(
        (o, j) => j !== i && (o.path === "/" || m.path.startsWith(`${o.path}/`)) && o.path.length < m.path.length,
      );
      const root = m.rel.length === 0 ? "/" : `/${m.rel.join("/")}`;
      return `${500 + i} ${parent < 0 ? 400 : 500 + parent} 0:${40 + i} ${escaped(root)} ${escaped(m.path)} ${optionsOf(m)} - ${m.type} ${sourceOf(m)} ${m.readOnly ? "ro" : "rw"}\n`;
    })
    .join("");
}
