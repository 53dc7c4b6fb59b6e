import { isNetworkError } from "./network-error.ts";
import { hostNames } from "./sockets.ts";
import type { Tool, Utility } from "./tool.ts";

const FILES: Readonly<Record<string, { readonly path: string; readonly keys: readonly number[] }>> = {
  passwd: { path: "/etc/passwd", keys: [0, 2] },
  group: { path: "/etc/group", keys: [0, 2] },
  shadow: { path: "/etc/shadow", keys: [0] },
};

export const getent: Utility = {
  name: "getent",
  usage: "database [key ...]",
  about: "Get entries from administrative database.",
  flags: { service: { short: "s", value: "CONFIG", help: "Service configuration to be used" } },
  async run(t) {
    const [database, ...keys] = t.args;
    if (database === undefined) {
      await t.proc.stderr.write("getent: wrong number of arguments\nTry `getent --help' or `getent --usage' for more information.\n");
      return 1;
    }
    if (["hosts", "ahosts", "ahostsv4"].includes(database)) return hosts(t, database, keys);
    const file = FILES[database];
    if (!file) {
      await t.proc.stderr.write(`Unknown database: ${database}\n`);
      await t.out("Try `getent --help' or `getent --usage' for more information.\n");
      return 1;
    }
    const lines = t.proc.fs.exists(file.path) ? t.proc.fs.readText(file.path).split("\n").filter(Boolean) : [];
    if (keys.length === 0) for (const line of lines) await t.out(`${line}\n`);
    let status = 0;
    for (const key of keys) {
      const line = lines.find((l) => file.keys.some((n) => l.split(":")[n] === key));
      if (line === undefined) status = 2;
      else await t.out(`${line}\n`);
    }
    return status;
  },
};

async function hosts(t: Tool, database: string, keys: readonly string[]): Promise<number> {
  if (keys.length === 0) {
    for (const line of t.proc.fs.readText("/etc/hosts").split("\n")) {
      const [ip, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
      if (ip) await t.out(`${ip.padEnd(15)} ${names.join(" ")}\n`);
    }
    return 0;
  }
  let status = 0;
  const names = hostNames(t.proc);
  for (const key of keys) {
    if (database === "hosts" && /^\d+(\.\d+){3}$/.test(key)) {
      // An address is looked up the other way round.
      if (names(key) === key) status = 2;
      else await t.out(`${key.padEnd(15)} ${names(key)}\n`);
      continue;
    }
    try {
      const found = await t.proc.net.lookup(key);
      if (database === "hosts") for (const ip of found) await t.out(`${ip.padEnd(15)} ${key}\n`);
      else
        for (const ip of found)
          for (const [i, kind] of ["STREAM", "DGRAM", "RAW"].entries())
            await t.out(`${ip.padEnd(15)} ${kind}${i === 0 ? ` ${key}` : ""}\n`);
    } catch (error) {
      if (!isNetworkError(error)) throw error;
      status = 2;
    }
  }
  return status;
}
