import type { ProcessContext } from "../../runtime/index.ts";
import { commandName } from "./process-text.ts";

type Entry = ReturnType<ProcessContext["net"]["sockets"]>[number];

/** A socket with the name of its process, where that may be known. */
export type NamedSocket = Entry & { readonly command: string | undefined };

export function namedSockets(proc: ProcessContext): readonly NamedSocket[] {
  const names = new Map(proc.processes().map((p) => [p.pid, commandName(p)]));
  return proc.net.sockets().map((s) => ({ ...s, command: s.pid === undefined ? undefined : names.get(s.pid) }));
}

/** Names of addresses as /etc/hosts has them; the first of a line. */
export function hostNames(proc: ProcessContext): (ip: string) => string {
  const names = new Map<string, string>();
  if (proc.fs.exists("/etc/hosts"))
    for (const line of proc.fs.readText("/etc/hosts").split("\n")) {
      const [ip, name] = line.replace(/#.*/, "").trim().split(/\s+/);
      if (ip && name && !names.has(ip)) names.set(ip, name);
    }
  return (ip) => names.get(ip) ?? ip;
}
