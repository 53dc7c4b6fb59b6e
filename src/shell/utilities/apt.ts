import { isNetworkError } from "./network-error.ts";
import type { Tool, Utility } from "./tool.ts";

const about = "Packages come from the internet, which a sandbox has not: names are looked up, and that is as far as it goes";
const WARNING = "\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n";

/** Archives by distribution. */
function sources(t: Tool): readonly { readonly url: string; readonly suite: string }[] {
  const release = t.proc.fs.exists("/etc/os-release") ? t.proc.fs.readText("/etc/os-release") : "";
  const codename = /^VERSION_CODENAME=(\w+)/m.exec(release)?.[1] ?? "bookworm";
  if (/^ID=ubuntu/m.test(release))
    return [
      ...["", "-updates", "-backports"].map((s) => ({ url: "http://archive.ubuntu.com/ubuntu", suite: `${codename}${s}` })),
      { url: "http://security.ubuntu.com/ubuntu", suite: `${codename}-security` },
    ];
  return [
    { url: "http://deb.debian.org/debian", suite: codename },
    { url: "http://deb.debian.org/debian", suite: `${codename}-updates` },
    { url: "http://deb.debian.org/debian-security", suite: `${codename}-security` },
  ];
}

/** Why a name cannot be reached, in apt's words. */
async function reason(t: Tool, host: string): Promise<string> {
  try {
    const [ip] = await t.proc.net.lookup(host);
    await t.proc.net.connect(ip as string, 80, { timeout: 30_000 });
    return `Unable to connect to ${host}:http:`;
  } catch (error) {
    if (!isNetworkError(error)) throw error;
    if (error.code === "EAI_AGAIN") return `Temporary failure resolving '${host}'`;
    if (error.code === "ENOTFOUND") return `Could not resolve '${host}'`;
    return error.code === "ETIMEDOUT" ? `Could not connect to ${host}:80, connection timed out` : `Unable to connect to ${host}:http:`;
  }
}

async function update(t: Tool): Promise<number> {
  if (t.proc.uid !== 0) {
    await t.proc.stderr.write(
      "E: Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)\nE: Unable to lock directory /var/lib/apt/lists/\n",
    );
    return 100;
  }
  const all = sources(t);
  const reasons = new Map<string, string>();
  for (const { url } of all) {
    const host = url.split("/")[2] as string;
    if (!reasons.has(host)) reasons.set(host, await reason(t, host));
  }
  const why = (url: string): string => reasons.get(url.split("/")[2] as string) as string;
  // Each is tried four times before it is given up (APT's Acquire::Retries).
  for (let round = 0; round < 3; round++) for (const [i, s] of all.entries()) await t.out(`Ign:${i + 1} ${s.url} ${s.suite} InRelease\n`);
  for (const [i, s] of all.entries()) await t.out(`Err:${i + 1} ${s.url} ${s.suite} InRelease\n  ${why(s.url)}\n`);
  await t.out("Reading package lists...\n");
  await t.flush();
  for (const s of all) await t.proc.stderr.write(`W: Failed to fetch ${s.url}/dists/${s.suite}/InRelease  ${why(s.url)}\n`);
  await t.proc.stderr.write("W: Some index files failed to download. They have been ignored, or old ones used instead.\n");
  return 0;
}

async function change(t: Tool, verb: string, names: readonly string[]): Promise<number> {
  if (t.proc.uid !== 0) {
    await t.proc.stderr.write(
      "E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?\n",
    );
    return 100;
  }
  await t.out("Reading package lists...\nBuilding dependency tree...\nReading state information...\n");
  await t.flush();
  if (verb !== "install") {
    for (const name of names) await t.out(`Package '${name}' is not installed, so not removed\n`);
    await t.out("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n");
    return 0;
  }
  for (const name of names) await t.proc.stderr.write(`E: Unable to locate package ${name}\n`);
  if (names.length > 0) return 100;
  await t.out("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n");
  return 0;
}

const make = (name: "apt" | "apt-get"): Utility => ({
  name,
  usage: "[options] command",
  about,
  flags: {},
  parse: "raw",
  async run(t) {
    const [verb, ...names] = t.args.filter((a) => !a.startsWith("-"));
    if (verb === undefined) {
      await t.out(`${name} 2.6.1 (amd64)\nUsage: ${name} [options] command\n`);
      return name === "apt" ? 1 : 0;
    }
    if (name === "apt" && !t.proc.stdout.tty) await t.proc.stderr.write(WARNING);
    switch (verb) {
      case "update":
        return update(t);
      case "install":
      case "remove":
      case "purge":
        return change(t, verb, names);
      case "upgrade":
      case "dist-upgrade":
      case "full-upgrade":
      case "autoremove":
        return change(t, "install", []);
      case "clean":
      case "autoclean":
        return 0;
      default:
        await t.proc.stderr.write(`E: Invalid operation ${verb}\n`);
        return 100;
    }
  },
});

export const apt = make("apt");
export const aptGet = make("apt-get");
