import { errno } from "../errno.ts";
import { capable } from "../files/capabilities.ts";
import { mayLookInto } from "../proc/process.ts";
import type { Entrance } from "../types.ts";
import type { Box, Process } from "./process.ts";

/**
 * A box with some namespaces of another's (setns(2)): what it uses is still charged to its own. Its id says what it is
 * made of, so that a thaw makes it again.
 */
function entered(own: Box, target: Box, kinds: string): Box {
  const has = (kind: string): boolean => kinds.split(",").includes(kind);
  const changed: Partial<Box> = {
    id: `${own.id}>${encodeURIComponent(target.id)}/${kinds}`,
    ...(has("pid") && { namespace: target.namespace }),
    ...(has("mnt") && { table: () => target.table() }),
    ...(has("net") && { stack: () => target.stack(), pod: target.pod ?? target.id }),
  };
  const holder = (key: PropertyKey): object => (key === "hostname" && has("uts") ? target : key in changed ? changed : own);
  return new Proxy(own, {
    get: (_, key) => Reflect.get(holder(key), key) as unknown,
    set: (_, key, value) => Reflect.set(holder(key), key, value),
  });
}

/** Where nsenter(1) leads. Throws ENOENT, EACCES, EPERM. */
export function enter(process: Process, { pid, kinds }: Entrance): Box {
  const target = process.box.namespace.find(pid);
  if (!target) throw errno("ENOENT");
  if (!mayLookInto(process.credentials, target)) throw errno("EACCES");
  if (!capable(process.credentials, "SYS_ADMIN")) throw errno("EPERM");
  return entered(process.box, target.box, kinds.join(","));
}

/** A box by its id, where it was put together, too. */
export function boxOf(id: string, box: (id: string) => Box | undefined): Box | undefined {
  const at = id.lastIndexOf(">");
  if (at < 0) return box(id);
  const [target = "", kinds = ""] = id.slice(at + 1).split("/");
  const [own, other] = [boxOf(id.slice(0, at), box), boxOf(decodeURIComponent(target), box)];
  return own && other && entered(own, other, kinds);
}
