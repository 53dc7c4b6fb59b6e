import type { ProcessContext, Program } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import { PATCHES, RELEASE } from "./release.ts";

const REPOSITORY = "https://pkgs.k8s.io/core:/stable:/v1.36/deb";
const DOWNLOAD = "https://prod-cdn.packages.k8s.io/repositories/isv:/kubernetes:/core:/stable:/v1.36/deb";
const REVISION = "-1.1";
/** Megabytes to fetch. */
const PACKAGES: Readonly<Record<string, number>> = { kubeadm: 12.4, kubectl: 11.3, kubelet: 12.9 };
const HELD = "/var/lib/apt/extended_holds";
const versionFile = (name: string): string => `/usr/local/lib/kubernetes/${name}`;
const installed = (proc: ProcessContext, name: string): string => readIfThere(proc, versionFile(name))?.trim() ?? RELEASE;
const held = (proc: ProcessContext): readonly string[] => readIfThere(proc, HELD)?.split("\n").filter(Boolean) ?? [];
const READING = "Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n";

/** The package archive of Kubernetes that a machine's apt knows: patches of this one minor release. Others it cannot reach. */
const madison = (name: string): string =>
  PATCHES.toReversed()
    .map((version) => `   ${name} | ${version}${REVISION} | ${REPOSITORY}  Packages\n`)
    .join("");

/** 1.36.4-1.1, 1.36.4, 1.36.4-*, 1.36.* */
function matching(pattern: string | undefined): string | undefined {
  if (pattern === undefined || pattern === "*") return PATCHES.at(-1);
  const [head = "", tail] = pattern.split("*", 2);
  const fits = (version: string): boolean =>
    tail === undefined ? pattern === version : version.startsWith(head) && version.endsWith(tail);
  return PATCHES.findLast((version) => fits(`${version}${REVISION}`));
}

async function install(proc: ProcessContext, args: readonly string[], names: readonly string[], onlyUpgrade: boolean): Promise<number> {
  const say = (text: string): Promise<void> => proc.stdout.write(text);
  const fail = async (text: string): Promise<number> => (await proc.stderr.write(text), 100);
  if (proc.uid !== 0)
    return fail(
      "E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?\n",
    );
  await say(READING);
  const wanted: (readonly [name: string, version: string])[] = [];
  for (const word of names) {
    const [name = "", pattern] = word.split("=", 2);
    if (!(name in PACKAGES)) return fail(`E: Unable to locate package ${name}\n`);
    const version = matching(pattern);
    if (version === undefined) return fail(`E: Version '${pattern}' for '${name}' was not found\n`);
    wanted.push([name, version]);
  }
  const changes = wanted.filter(([name, version]) => installed(proc, name) !== version);
  for (const [name, version] of wanted)
    if (installed(proc, name) === version) await say(`${name} is already the newest version (${version}${REVISION}).\n`);
  const blocked = changes.filter(([name]) => held(proc).includes(name));
  const older = (a: string, b: string): boolean => PATCHES.indexOf(a) < PATCHES.indexOf(b);
  const down = changes.filter(([name, version]) => older(version, installed(proc, name)));
  const group = async (title: string, list: typeof changes): Promise<void> => {
    if (list.length > 0) await say(`${title}\n  ${list.map(([name]) => name).join(" ")}\n`);
  };
  await group("The following held packages will be changed:", blocked);
  await group("The following packages will be DOWNGRADED:", down);
  const up = changes.filter((c) => !down.includes(c));
  await group("The following packages will be upgraded:", up);
  await say(
    `${up.length} upgraded, 0 newly installed, ${down.length > 0 ? `${down.length} downgraded, ` : ""}0 to remove and 0 not upgraded.\n`,
  );
  if (changes.length === 0) return 0;
  if (blocked.length > 0 && !args.includes("--allow-change-held-packages"))
    return fail("E: Held packages were changed and -y was used without --allow-change-held-packages.\n");
  if (down.length > 0 && !args.includes("--allow-downgrades"))
    return fail("E: Packages were downgraded and -y was used without --allow-downgrades.\n");
  const size = changes.reduce((n, [name]) => n + (PACKAGES[name] ?? 0), 0).toFixed(1);
  await say(`Need to get ${size} MB of archives.\nAfter this operation, 0 B of additional disk space will be used.\n`);
  if (!args.some((a) => /^-[a-z]*y|^--yes$|^--assume-yes$/.test(a)) && !onlyUpgrade && !(await agreed(proc)))
    return (await say("Abort.\n"), 1);
  for (const [i, [name, version]] of changes.entries())
    await say(`Get:${i + 1} ${DOWNLOAD}  ${name} ${version}${REVISION} [${PACKAGES[name]} MB]\n`);
  await proc.clock.sleep(600);
  await say(`Fetched ${size} MB in 1s (21.4 MB/s)\n(Reading database ... 20567 files and directories currently installed.)\n`);
  for (const [name, version] of changes) {
    await say(
      `Preparing to unpack .../${name}_${version}${REVISION}_amd64.deb ...\nUnpacking ${name} (${version}${REVISION}) over (${installed(proc, name)}${REVISION}) ...\n`,
    );
    proc.fs.writeFile(versionFile(name), `${version}\n`);
  }
  for (const [name, version] of changes) await say(`Setting up ${name} (${version}${REVISION}) ...\n`);
  return 0;
}

async function agreed(proc: ProcessContext): Promise<boolean> {
  await proc.stdout.write("Do you want to continue? [Y/n] ");
  const data = await proc.stdin.read();
  return data !== null && /^(y|yes)?$/i.test(new TextDecoder().decode(data).trim());
}

/** apt-get and apt, as far as Kubernetes' packages go. */
export const machineApt: Program = async (proc) => {
  const args = proc.argv.slice(1);
  const [verb, ...names] = args.filter((word) => !word.startsWith("-"));
  await proc.cpu(60);
  if (verb === "update") {
    if (proc.uid !== 0) {
      await proc.stderr.write(
        "E: Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)\nE: Unable to lock directory /var/lib/apt/lists/\n",
      );
      return 100;
    }
    await proc.stdout.write(`Hit:1 ${DOWNLOAD}  InRelease\nReading package lists... Done\n`);
    return 0;
  }
  if (verb === "install") return install(proc, args, names, false);
  if (verb === "upgrade") {
    const names = Object.keys(PACKAGES).filter((name) => !held(proc).includes(name));
    return install(proc, args, names, false);
  }
  if (verb === "list" || verb === "policy") {
    for (const name of names.filter((n) => n in PACKAGES))
      await proc.stdout.write(`${name}/unknown,now ${installed(proc, name)}${REVISION} amd64 [installed]\n`);
    return 0;
  }
  await proc.stderr.write(verb === undefined ? "apt 2.6.1 (amd64)\nUsage: apt-get [options] command\n" : `E: Invalid operation ${verb}\n`);
  return verb === undefined ? 0 : 100;
};

export const aptCache: Program = async (proc) => {
  const [verb, ...names] = proc.argv.slice(1).filter((word) => !word.startsWith("-"));
  if (verb !== "madison" && verb !== "policy") {
    await proc.stderr.write(`E: Invalid operation ${verb ?? ""}\n`);
    return 100;
  }
  for (const name of names) {
    if (!(name in PACKAGES)) await proc.stderr.write(verb === "madison" ? `N: Unable to locate package ${name}\n` : "");
    else if (verb === "madison") await proc.stdout.write(madison(name));
    else
      await proc.stdout.write(
        `${name}:\n  Installed: ${installed(proc, name)}${REVISION}\n  Candidate: ${PATCHES.at(-1)}${REVISION}\n  Version table:\n${PATCHES.toReversed()
          .map((v) => ` ${v === installed(proc, name) ? "***" : "   "} ${v}${REVISION} 500\n        500 ${REPOSITORY}  Packages\n`)
          .join("")}`,
      );
  }
  return 0;
};

export const aptMark: Program = async (proc) => {
  const [verb, ...names] = proc.argv.slice(1);
  const now = held(proc);
  if (verb === "showhold") {
    await proc.stdout.write(now.map((name) => `${name}\n`).join(""));
    return 0;
  }
  if (verb !== "hold" && verb !== "unhold") {
    await proc.stderr.write(`E: Invalid operation ${verb ?? ""}\n`);
    return 100;
  }
  const unknown = names.find((name) => !(name in PACKAGES));
  if (unknown !== undefined) {
    await proc.stderr.write(`E: Unable to locate package ${unknown}\n`);
    return 100;
  }
  if (proc.uid !== 0) {
    await proc.stderr.write("E: dpkg: error: requested operation requires superuser privilege\n");
    return 100;
  }
  let next = [...now];
  for (const name of names) {
    const is = next.includes(name);
    if (verb === "hold") {
      if (!is) next.push(name);
      await proc.stdout.write(is ? `${name} was already set on hold.\n` : `${name} set on hold.\n`);
    } else {
      next = next.filter((n) => n !== name);
      await proc.stdout.write(is ? `Canceled hold on ${name}.\n` : `${name} was already not on hold.\n`);
    }
  }
  proc.fs.writeFile(HELD, next.map((name) => `${name}\n`).join(""));
  return 0;
};
