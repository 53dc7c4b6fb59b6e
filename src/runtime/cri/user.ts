import type { View } from "../files/view.ts";
import type { Credentials } from "../files/walk.ts";
import type { ContainerConfig } from "../types.ts";

export type User = Credentials & { readonly home: string };

/** Who a container runs as, and that user's home: `user` as in an image ("nginx", "101", "1000:1000") or a pod's. */
export function containerUser(view: View, image: string | undefined, wanted: ContainerConfig["user"]): User {
  const table = (path: string): string[][] =>
    view.exists(path)
      ? view
          .readText(path)
          .split("\n")
          .map((line) => line.split(":"))
      : [];
  const [name = "", group] = (wanted?.uid !== undefined ? String(wanted.uid) : (image ?? "")).split(":");
  const row = table("/etc/passwd").find((r) => r[0] === name || r[2] === (name === "" ? "0" : name));
  const uid = row ? Number(row[2]) : Number(name) || 0;
  const named = group === undefined ? undefined : (table("/etc/group").find((r) => r[0] === group)?.[2] ?? group);
  const gid = wanted?.gid ?? Number(named ?? row?.[3] ?? 0);
  const member =
    row && !wanted?.strictGroups
      ? table("/etc/group")
          .filter((r) => r[3]?.split(",").includes(row[0] as string))
          .map((r) => Number(r[2]))
      : [];
  const groups = [...new Set([gid, ...member, ...(wanted?.groups ?? [])])];
  return { uid, gid, groups, home: row?.[5] || (uid === 0 ? "/root" : "/") };
}
