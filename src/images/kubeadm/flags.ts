import { Failed, type Flags } from "./run.ts";

/** A flag: its letter, what kind of value it takes, and what help says of it. */
interface Flag {
  readonly short?: string;
  readonly value?: string;
  readonly about: string;
}
/** Every flag that some command takes. */
export const FLAGS: Readonly<Record<string, Flag>> = {
  help: { short: "h", about: "help for the command" },
  v: { short: "v", value: "Level", about: "number for the log level verbosity" },
  output: { short: "o", value: "string", about: "Output format" },
  ttl: { value: "duration", about: "How long the token lives; 0 for ever" },
  usages: { value: "strings", about: "What the token is for: [signing,authentication]" },
  groups: { value: "strings", about: "Groups that the token logs in with" },
  description: { value: "string", about: "What this token is used for" },
  "print-join-command": { about: "Print the whole 'kubeadm join' command instead of the token" },
  "kubernetes-version": { value: "string", about: "A version of Kubernetes" },
  "client-name": { value: "string", about: "The name of the user: the certificate's common name" },
  org: { value: "strings", about: "Groups of the user: the certificate's organizations" },
  token: { value: "string", about: "The token to use" },
  "validity-period": { value: "duration", about: "How long the certificate is valid" },
  yes: { short: "y", about: "Do not ask before the upgrade" },
  force: { short: "f", about: "Do not ask, and go on where that is possible" },
  "certificate-renewal": { value: "bool", about: "Renew the certificates of the components that change" },
  "ignore-preflight-errors": { value: "strings", about: "Checks whose errors are shown as warnings; 'all' for all of them" },
  "context-lines": { short: "c", value: "int", about: "How many lines of context in the diff" },
  config: { value: "string", about: "Path to a kubeadm configuration file" },
  "apiserver-cert-extra-sans": { value: "strings", about: "More names and addresses for the API server's certificate" },
  "old-config": { value: "string", about: "The configuration that is to be migrated" },
  "new-config": { value: "string", about: "Where the migrated one goes; without it to standard output" },
  "component-configs": { value: "strings", about: "Component configurations to print with their defaults" },
};

/** Upstream's that nothing here follows: whether they take a value. */
const MISSING: Readonly<Record<string, boolean>> = {
  kubeconfig: true,
  "kubeconfig-dir": true,
  rootfs: true,
  "cert-dir": true,
  "certificate-key": true,
  "dry-run": false,
  "skip-phases": true,
  patches: true,
  "feature-gates": true,
  "image-repository": true,
  "cri-socket": true,
  "node-name": true,
  "apiserver-advertise-address": true,
  "apiserver-bind-port": true,
  "control-plane-endpoint": true,
  "pod-network-cidr": true,
  "service-cidr": true,
  "service-dns-domain": true,
  "skip-certificate-key-print": false,
  "skip-token-print": false,
  "token-ttl": true,
  "upload-certs": false,
  "allow-experimental-upgrades": false,
  "allow-release-candidate-upgrades": false,
  "print-config": false,
  "etcd-upgrade": true,
  "discovery-token": true,
  "discovery-token-ca-cert-hash": true,
  "discovery-token-unsafe-skip-ca-verification": false,
  "discovery-file": true,
  "tls-bootstrap-token": true,
  "control-plane": false,
  "cleanup-tmp-dir": false,
  "unmount-flags": true,
  "csr-only": false,
  "csr-dir": true,
  "allow-deprecated-api": false,
  "allow-experimental-api": false,
  "allow-missing-template-keys": true,
  "show-managed-fields": false,
  "api-server-manifest": true,
  "controller-manager-manifest": true,
  "scheduler-manifest": true,
};
const takesValue = (name: string): boolean => (MISSING[name] !== undefined ? MISSING[name] : FLAGS[name]?.value !== undefined);

export interface Given {
  readonly words: readonly string[];
  readonly values: ReadonlyMap<string, string>;
  readonly flags: Flags;
}

/** Words and flags, in any order. Throws Failed in pflag's words. */
export function parse(args: readonly string[]): Given {
  const words: string[] = [];
  const values = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    const [, long, inline] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
    const [, short, glued] = /^-([a-zA-Z])=?(.*)$/.exec(word) ?? [];
    if (long === undefined && short === undefined) {
      words.push(word);
      continue;
    }
    const name = long ?? Object.entries(FLAGS).find(([, f]) => f.short === short)?.[0];
    if (name === undefined) throw new Failed(`unknown shorthand flag: '${short}' in ${word}`);
    if (!FLAGS[name] && MISSING[name] === undefined) throw new Failed(`unknown flag: --${name}`);
    const value = inline ?? (glued === "" ? undefined : glued);
    if (!takesValue(name)) values.set(name, value ?? "true");
    else if (value !== undefined) values.set(name, value);
    else if (args[i + 1] === undefined) throw new Failed(`flag needs an argument: --${name}`);
    else values.set(name, args[++i] as string);
  }
  return { words, values, flags: { text: (name) => values.get(name), has: (name) => values.get(name) === "true" } };
}

/** Refuses by name what a command does not know, and what is known and not there. */
export function check({ values }: Given, taken: readonly string[]): void {
  for (const name of values.keys()) {
    if (name === "help" || name === "v" || taken.includes(name)) continue;
    throw new Failed(MISSING[name] !== undefined ? `--${name} is not simulated by Timonel` : `unknown flag: --${name}`);
  }
}

export function flagHelp(taken: readonly string[]): string {
  const rows = [...taken, "help"].sort().map((name) => {
    const { short, value, about } = FLAGS[name] as Flag;
    return [`  ${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`, about] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length)) + 3;
  return rows.map(([left, about]) => `${left.padEnd(width)}${about}\n`).join("");
}
