import { isNetworkError } from "./network-error.ts";
import type { Tool, Utility } from "./tool.ts";

/** The two repositories of an Alpine release. */
function repositories(t: Tool): readonly string[] {
  const version = t.proc.fs.exists("/etc/alpine-release") ? t.proc.fs.readText("/etc/alpine-release").trim() : "3.22";
  const branch = version.split(".").slice(0, 2).join(".");
  return ["main", "community"].map((part) => `https://dl-cdn.alpinelinux.org/alpine/v${branch}/${part}`);
}

/** Why the mirror cannot be reached. */
async function reason(t: Tool): Promise<string> {
  try {
    const [ip] = await t.proc.net.lookup("dl-cdn.alpinelinux.org");
    await t.proc.net.connect(ip as string, 443, { timeout: 60_000 });
    return "network error (check Internet connection and firewall)";
  } catch (error) {
    if (!isNetworkError(error)) throw error;
    if (error.code === "EAI_AGAIN") return "temporary error (try again later)";
    return error.code === "ENOTFOUND" ? "DNS lookup error" : "network error (check Internet connection and firewall)";
  }
}

async function fetchIndices(t: Tool): Promise<number> {
  const why = await reason(t);
  const all = repositories(t);
  for (const url of all) {
    await t.out(`fetch ${url}/x86_64/APKINDEX.tar.gz\n`);
    await t.flush();
    await t.proc.stderr.write(`WARNING: updating and opening ${url}: ${why}\n`);
  }
  return all.length;
}

export const apk: Utility = {
  name: "apk",
  usage: "[OPTIONS...] COMMAND [ARGUMENTS...]",
  about: "Packages come from the internet, which a sandbox has not: names are looked up, and that is as far as it goes",
  flags: {},
  parse: "raw",
  async run(t) {
    const words = t.args.filter((a) => !a.startsWith("-"));
    const [verb, ...names] = words;
    const root = t.proc.uid === 0;
    const locked = async (): Promise<number> => {
      await t.proc.stderr.write(
        "ERROR: Unable to lock database: Permission denied\nERROR: Failed to open apk database: Permission denied\n",
      );
      return 99;
    };
    switch (verb) {
      case undefined:
        await t.out("apk-tools 2.14.9, compiled for x86_64.\n\nusage: apk [<OPTIONS>...] COMMAND [<ARGUMENTS>...]\n");
        return 1;
      case "update": {
        if (!root) return locked();
        const missing = await fetchIndices(t);
        await t.out(`${missing} unavailable, 0 stale; ${installed(t).length} distinct packages available\n`);
        return missing;
      }
      case "add": {
        if (!root) return locked();
        await fetchIndices(t);
        const unknown = names.filter((n) => !installed(t).includes(n)).sort();
        if (unknown.length === 0) return 0;
        await t.flush();
        await t.proc.stderr.write(
          `ERROR: unable to select packages:\n${unknown.map((n) => `  ${n} (no such package):\n    required by: world[${n}]\n`).join("")}`,
        );
        return unknown.length;
      }
      case "info":
      case "list":
        for (const name of installed(t)) await t.out(`${name}\n`);
        return 0;
      case "del":
      case "upgrade":
      case "search":
      case "cache":
      case "fix":
        return t.fail(`${verb} is not supported by this simulator`);
      default:
        await t.proc.stderr.write(`apk: '${verb}' is not an apk command. See 'apk --help'.\n`);
        return 1;
    }
  },
};

/** What its database names, where the image has one. */
function installed(t: Tool): readonly string[] {
  const path = "/lib/apk/db/installed";
  if (!t.proc.fs.exists(path)) return [];
  return [...t.proc.fs.readText(path).matchAll(/^P:(.+)$/gm)].map((m) => m[1] as string);
}
