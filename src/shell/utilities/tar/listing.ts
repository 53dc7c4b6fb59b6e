import { strftime } from "../../strftime.ts";
import type { Member } from "./header.ts";

/** GNU's column of owner and size. */
const WIDTH = 19;

/** A line of `tar tv`. */
export function listing(m: Member, mode: string, busybox: boolean, numeric: boolean): string {
  const user = numeric || m.user === "" ? String(m.uid) : m.user;
  const group = numeric || m.group === "" ? String(m.gid) : m.group;
  const date = strftime(busybox ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%d %H:%M", m.mtime * 1000);
  const target = m.type === "symlink" ? ` -> ${m.target}` : m.type === "link" ? (busybox ? ` -> ${m.target}` : ` link to ${m.target}`) : "";
  const owner = `${user}/${group}`;
  const size = String(m.size);
  const room = busybox ? 9 : Math.max(size.length, WIDTH - owner.length - 1);
  return `${mode} ${owner} ${size.padStart(room)} ${date} ${m.name}${target}`;
}
