import type { Program } from "../../runtime/index.ts";
import { certs } from "./certs.ts";
import { config, kubeconfig } from "./config.ts";
import { Failed, type Flags, Run } from "./run.ts";
import { token } from "./token.ts";
import { upgrade } from "./upgrade.ts";

/** Flags and whether they take a value; a command that does not know one says so. */
const FLAGS: Readonly<Record<string, boolean>> = {
  v: true,
  kubeconfig: true,
  rootfs: true,
  help: false,
  output: true,
  ttl: true,
  usages: true,
  groups: true,
  description: true,
  "print-join-command": false,
  "certificate-key": true,
  "cert-dir": true,
  "kubernetes-version": true,
  "client-name": true,
  org: true,
  token: true,
  yes: false,
  force: false,
  "dry-run": false,
  "ignore-preflight-errors": true,
  "certificate-renewal": true,
  "allow-experimental-upgrades": false,
};
const REFUSED = new Set(["kubeconfig", "rootfs", "cert-dir", "certificate-key"]);
const SHORT: Readonly<Record<string, string>> = { y: "yes", f: "force", o: "output", h: "help" };

function parse(args: readonly string[]): {
  readonly words: readonly string[];
  readonly flags: Flags;
  readonly values: ReadonlyMap<string, string>;
} {
  const words: string[] = [];
  const values = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    const [, long, inline] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
    const [, short, glued] = /^-([a-zA-Z])=?(.*)$/.exec(word) ?? [];
    const name = long ?? (short === undefined ? undefined : (SHORT[short] ?? short));
    if (name === undefined) {
      words.push(word);
      continue;
    }
    const takes = FLAGS[name];
    if (takes === undefined)
      throw new Failed(long === undefined ? `unknown shorthand flag: '${short}' in ${word}` : `unknown flag: --${name}`);
    const value = inline ?? (glued === "" ? undefined : glued);
    if (!takes) values.set(name, value ?? "true");
    else if (value !== undefined) values.set(name, value);
    else if (args[i + 1] === undefined) throw new Failed(`flag needs an argument: --${name}`);
    else values.set(name, args[++i] as string);
  }
  return { words, values, flags: { text: (name) => values.get(name), has: (name) => values.get(name) === "true" } };
}

const USAGE = `

    ┌──────────────────────────────────────────────────────────┐
    │ KUBEADM                                                  │
    │ Easily bootstrap a secure Kubernetes cluster             │
    │                                                          │
    │ In this simulator init, join and reset are not there     │
    └──────────────────────────────────────────────────────────┘

Usage:
  kubeadm [command]

Available Commands:
  certs       Commands related to handling Kubernetes certificates
  config      Manage configuration for a kubeadm cluster persisted in a ConfigMap in the cluster
  kubeconfig  Kubeconfig file utilities
  token       Manage bootstrap tokens
  upgrade     Upgrade your cluster smoothly to a newer version with this command
  version     Print the version of kubeadm

Flags:
  -h, --help            help for kubeadm

Use "kubeadm [command] --help" for more information about a command.
`;

async function version(run: Run, flags: Flags): Promise<number> {
  const v = `v${run.version}`;
  const [major, minor] = run.version.split(".");
  const facts = { major, minor, gitVersion: v, gitTreeState: "clean", goVersion: "go1.26.0", compiler: "gc", platform: "linux/amd64" };
  const form = flags.text("output");
  if (form === "short") await run.out(`${v}\n`);
  else if (form === "json") await run.out(`${JSON.stringify({ clientVersion: facts }, undefined, 2)}\n`);
  else if (form === "yaml")
    await run.out(
      `clientVersion:\n${Object.entries(facts)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([k, value]) => `  ${k}: ${/^\d+$/.test(String(value)) ? `"${value}"` : value}\n`)
        .join("")}`,
    );
  else if (form !== undefined) throw new Failed(`invalid output format: ${form}`);
  else
    await run.out(
      `kubeadm version: &version.Info{Major:"${major}", Minor:"${minor}", GitVersion:"${v}", GitTreeState:"clean", GoVersion:"go1.26.0", Compiler:"gc", Platform:"linux/amd64"}\n`,
    );
  return 0;
}

/** kubeadm, on a cluster that is there: what it would change, it changes. */
export const kubeadm: Program = async (proc) => {
  const run = new Run(proc);
  await proc.cpu(40);
  try {
    const { words, flags, values } = parse(proc.argv.slice(1));
    const [command, ...rest] = words;
    if (command === undefined || (command === "help" && rest.length === 0)) return (await run.out(USAGE), 0);
    if (flags.has("help")) return (await run.out(USAGE), 0);
    const refused = [...values.keys()].find((name) => REFUSED.has(name));
    if (refused !== undefined) throw new Failed(`--${refused} is not simulated by Timonel`);
    switch (command) {
      case "version":
        return await version(run, flags);
      case "token":
        return await token(run, rest, flags);
      case "certs":
        return await certs(run, rest, flags);
      case "config":
        return await config(run, rest, flags);
      case "kubeconfig":
        return await kubeconfig(run, rest, flags);
      case "upgrade":
        return await upgrade(run, rest, flags);
      case "init":
      case "join":
      case "reset":
      case "completion":
        throw new Failed(`${command} is not simulated by Timonel: a machine is in its cluster for as long as it is there`);
      default:
        throw new Failed(`unknown command ${JSON.stringify(command)} for "kubeadm"`);
    }
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const more = error.message.includes("To see the stack trace")
      ? ""
      : "To see the stack trace of this error execute with --v=5 or higher\n";
    await proc.stderr.write(`error: ${error.message}\n${more}`);
    return error.code;
  }
};
