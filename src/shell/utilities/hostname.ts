import type { Tool, Utility } from "./tool.ts";

/** The first name of the line of /etc/hosts that has the machine's own, as gethostbyname answers it. */
export function fullName({ proc }: Tool): string {
  const hosts = proc.fs.exists("/etc/hosts") ? proc.fs.readText("/etc/hosts") : "";
  for (const line of hosts.split("\n")) {
    const [, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (names.includes(proc.hostname)) return names[0] ?? proc.hostname;
  }
  return proc.hostname;
}

function shown(t: Tool): string {
  if (t.has("ip") || t.has("ips")) return t.proc.net.ip;
  if (t.has("full")) return fullName(t);
  return t.has("short") ? (t.proc.hostname.split(".")[0] ?? "") : t.proc.hostname;
}

export const hostname: Utility = {
  name: "hostname",
  usage: "[-sfi]",
  about: "Show hostname",
  flags: {
    short: { short: "s", help: "Short" },
    full: { short: "f", help: "FQDN" },
    ip: { short: "i", help: "Addresses" },
    ips: { short: "I", help: "All addresses" },
  },
  run: async (t) => {
    const [name] = t.args;
    if (name !== undefined) {
      if (!t.proc.capable("SYS_ADMIN"))
        return t.fail(t.busybox ? "sethostname: Operation not permitted" : "you must be root to change the host name");
      t.proc.setHostname(name);
      return 0;
    }
    await t.out(`${shown(t)}\n`);
    return 0;
  },
};
