import { certs } from "./certs.ts";
import { config, kubeconfig } from "./config.ts";
import { check, flagHelp, type Given } from "./flags.ts";
import { init, join, reset } from "./init.ts";
import { INIT_PHASES } from "./phases.ts";
import { Failed, type Run } from "./run.ts";
import { token } from "./token.ts";
import { upgrade } from "./upgrade.ts";
import { version } from "./version.ts";

interface Row {
  /** Words of the command, and what may follow them. */
  readonly path: string;
  readonly operands?: string;
  readonly about: string;
  readonly flags?: readonly string[];
  /** Undefined: only a name for those below it. `rest` is what stands behind the path. */
  readonly run?: (run: Run, rest: readonly string[], given: Given) => Promise<number>;
}

const of =
  (command: (run: Run, words: readonly string[], flags: Given["flags"]) => Promise<number>, ...words: readonly string[]) =>
  (run: Run, rest: readonly string[], { flags }: Given): Promise<number> =>
    command(run, [...words, ...rest], flags);

const IGNORES = ["ignore-preflight-errors"];
/** kubeadm's commands: help and usage errors come of these rows. */
const ROWS: readonly Row[] = [
  { path: "certs", about: "Commands related to handling Kubernetes certificates" },
  { path: "certs certificate-key", about: "Generate certificate keys", run: of(certs, "certificate-key") },
  {
    path: "certs check-expiration",
    about: "Check certificates expiration for a Kubernetes cluster",
    flags: ["output", "config"],
    run: of(certs, "check-expiration"),
  },
  { path: "certs generate-csr", about: "Generate keys and certificate signing requests (not simulated)", run: of(certs, "generate-csr") },
  { path: "certs renew", operands: "all | NAME", about: "Renew certificates for a Kubernetes cluster", run: of(certs, "renew") },
  { path: "completion", about: "Output shell completion code (not simulated)", run: missing("completion") },
  { path: "config", about: "Manage configuration for a kubeadm cluster persisted in a ConfigMap in the cluster" },
  { path: "config images", about: "Interact with container images used by kubeadm" },
  {
    path: "config images list",
    about: "Print a list of images kubeadm will use",
    flags: ["kubernetes-version", "output"],
    run: of(config, "images", "list"),
  },
  { path: "config images pull", about: "Pull images used by kubeadm", flags: ["kubernetes-version"], run: of(config, "images", "pull") },
  {
    path: "config migrate",
    about:
      "Read an older version of the kubeadm configuration API types from a file, and output the similar config object for the newer version (not simulated)",
    flags: ["old-config", "new-config"],
    run: missing("config migrate"),
  },
  { path: "config print", about: "Print configuration" },
  {
    path: "config print init-defaults",
    about: "Print default init configuration, that can be used for 'kubeadm init'",
    flags: ["component-configs"],
    run: of(config, "print", "init-defaults"),
  },
  {
    path: "config print join-defaults",
    about: "Print default join configuration, that can be used for 'kubeadm join'",
    run: of(config, "print", "join-defaults"),
  },
  {
    path: "config print reset-defaults",
    about: "Print default reset configuration, that can be used for 'kubeadm reset'",
    run: of(config, "print", "reset-defaults"),
  },
  {
    path: "config print upgrade-defaults",
    about: "Print default upgrade configuration, that can be used for 'kubeadm upgrade'",
    run: of(config, "print", "upgrade-defaults"),
  },
  {
    path: "config validate",
    about: "Read a file containing the kubeadm configuration API and report any validation errors (not simulated)",
    flags: ["config"],
    run: missing("config validate"),
  },
  {
    path: "init",
    about: "Run this command in order to set up the Kubernetes control plane",
    flags: IGNORES,
    run: (run, _, { flags }) => init(run, flags),
  },
  { path: "init phase", about: 'Use this command to invoke single phase of the "init" workflow' },
  ...INIT_PHASES.map(({ path, about, flags, run }): Row => ({
    path: `init phase ${path}`,
    about,
    ...(flags && { flags }),
    ...(run && { run: (r, _, given) => run(r, given.flags) }),
  })),
  {
    path: "join",
    operands: "[api-server-endpoint]",
    about: "Run this on any machine you wish to join an existing cluster",
    flags: [...IGNORES, "token"],
    run: (run, _, { flags }) => join(run, flags),
  },
  { path: "kubeconfig", about: "Kubeconfig file utilities" },
  {
    path: "kubeconfig user",
    about: "Output a kubeconfig file for an additional user",
    flags: ["client-name", "org", "token", "validity-period"],
    run: of(kubeconfig, "user"),
  },
  {
    path: "reset",
    about: "Performs a best effort revert of changes made to this host by 'kubeadm init' or 'kubeadm join' (not simulated)",
    flags: ["force", ...IGNORES],
    run: (run) => reset(run),
  },
  { path: "token", about: "Manage bootstrap tokens" },
  {
    path: "token create",
    operands: "[token]",
    about: "Create bootstrap tokens on the server",
    flags: ["ttl", "usages", "groups", "description", "print-join-command"],
    run: of(token, "create"),
  },
  { path: "token delete", operands: "[token-value] ...", about: "Delete bootstrap tokens on the server", run: of(token, "delete") },
  { path: "token generate", about: "Generate and print a bootstrap token, but do not create it on the server", run: of(token, "generate") },
  { path: "token list", about: "List bootstrap tokens on the server", flags: ["output"], run: of(token, "list") },
  { path: "upgrade", about: "Upgrade your cluster smoothly to a newer version with this command" },
  {
    path: "upgrade apply",
    operands: "[version]",
    about: "Upgrade your Kubernetes cluster to the specified version",
    flags: ["yes", "force", "certificate-renewal", ...IGNORES],
    run: of(upgrade, "apply"),
  },
  {
    path: "upgrade diff",
    operands: "[version]",
    about: "Show what differences would be applied to existing static pod manifests",
    flags: ["context-lines"],
    run: of(upgrade, "diff"),
  },
  {
    path: "upgrade node",
    about: "Upgrade commands for a node in the cluster",
    flags: ["certificate-renewal", ...IGNORES],
    run: of(upgrade, "node"),
  },
  {
    path: "upgrade plan",
    operands: "[version]",
    about: "Check which versions are available to upgrade to and validate whether your current cluster is upgradeable",
    flags: IGNORES,
    run: of(upgrade, "plan"),
  },
  { path: "version", about: "Print the version of kubeadm", flags: ["output"], run: (run, _, { flags }) => version(run, flags) },
];

function missing(name: string): NonNullable<Row["run"]> {
  return () => Promise.reject(new Failed(`${name} is not simulated by Timonel`));
}

const LOGO = `
    ┌──────────────────────────────────────────────────────────┐
    │ KUBEADM                                                  │
    │ Easily bootstrap a secure Kubernetes cluster             │
    │                                                          │
    │ In this simulator init, join and reset stop where they   │
    │ would make a cluster, or take a machine out of one       │
    └──────────────────────────────────────────────────────────┘
`;

const below = (path: string): readonly Row[] =>
  ROWS.filter(
    (row) =>
      row.path.startsWith(path === "" ? "" : `${path} `) && row.path.split(" ").length === (path === "" ? 1 : path.split(" ").length + 1),
  );

function helpOf(path: string): string {
  const row = ROWS.find((r) => r.path === path);
  const whole = path === "" ? "kubeadm" : `kubeadm ${path}`;
  const children = below(path);
  const width = Math.max(...children.map((c) => (c.path.split(" ").at(-1) as string).length), 0) + 2;
  return [
    path === "" ? `\n${LOGO}` : `${row?.about}\n`,
    `Usage:\n${row?.run ? `  ${whole}${row.operands ? ` ${row.operands}` : ""} [flags]\n` : ""}${children.length > 0 ? `  ${whole} [command]\n` : ""}`,
    ...(children.length > 0
      ? [`Available Commands:\n${children.map((c) => `  ${(c.path.split(" ").at(-1) as string).padEnd(width)}${c.about}\n`).join("")}`]
      : []),
    `Flags:\n${flagHelp(row?.flags ?? [])}`,
    ...(children.length > 0 ? [`Use "${whole} [command] --help" for more information about a command.\n`] : []),
  ].join("\n");
}

/** Runs what is asked for. Throws Failed. */
export async function dispatch(run: Run, given: Given): Promise<number> {
  const words = given.words[0] === "help" ? given.words.slice(1) : given.words;
  let found: Row | undefined;
  let depth = 0;
  for (let n = words.length; n > 0 && !found; n--) {
    found = ROWS.find((row) => row.path === words.slice(0, n).join(" "));
    depth = n;
  }
  if (words.length === 0 || given.words[0] === "help" || given.flags.has("help")) {
    await run.out(helpOf(found?.path ?? ""));
    return 0;
  }
  if (!found) throw new Failed(`unknown command ${JSON.stringify(words[0])} for "kubeadm"`);
  const rest = words.slice(depth);
  if (!found.run)
    throw new Failed(
      rest.length > 0
        ? `invalid subcommand: ${JSON.stringify(rest[0])}`
        : `missing subcommand; ${JSON.stringify(found.path.split(" ").at(-1))} is not meant to be run on its own`,
    );
  check(given, found.flags ?? []);
  if (rest.length > 0 && !found.operands)
    throw new Failed(`unknown command ${JSON.stringify(rest[0])} for ${JSON.stringify(`kubeadm ${found.path}`)}`);
  return found.run(run, rest, given);
}
