import { base64Encode } from "../../machinery/index.ts";
import { kubeconfigPaths, loadKubeconfig, modifyKubeconfig } from "../config/kubeconfig.ts";
import { CliError } from "../errors.ts";
import { array, bool, str, strings, type FlagTable } from "../flags/parse.ts";
import { helpError } from "../help.ts";
import { cleanPath } from "./cp/paths.ts";
import type { Command, Invocation, JsonObject } from "../types.ts";

type Section = "contexts" | "clusters" | "users";
type Entry = Readonly<Record<string, unknown>>;

/** The flags that were given, by the names of their fields in a kubeconfig. */
const given = ({ flags }: Invocation, names: readonly string[]): Entry =>
  Object.fromEntries(
    names.filter((name) => flags.changed(name)).map((name) => [name, BOOLS.has(name) ? flags.bool(name) : flags.string(name)]),
  );
const BOOLS: ReadonlySet<string> = new Set(["insecure-skip-tls-verify", "disable-compression"]);
const leaving = (entry: Entry, ...fields: readonly string[]): Entry =>
  Object.fromEntries(Object.entries(entry).filter(([key]) => !fields.includes(key)));

/** Puts an entry as `change` makes it of what is there; answers whether there was one. */
function put({ proc, flags }: Invocation, section: Section, name: string, change: (entry: Entry) => Entry): boolean {
  const had = loadKubeconfig(proc.fs, flags, proc.env)[section].has(name);
  modifyKubeconfig(proc.fs, flags, proc.env, (config) => ({
    ...config,
    [section]: new Map([...config[section], [name, change(config[section].get(name) ?? {}) as JsonObject]]),
  }));
  return had;
}

const absolute = (cwd: string, path: string): string => cleanPath(path.startsWith("/") ? path : `${cwd}/${path}`);

/** A file named by a flag: where it is, from the kubeconfig's folder where it lies in it, or with --embed-certs what it holds. */
function fileField({ flags, proc }: Invocation, field: string): Entry {
  if (!flags.changed(field)) return {};
  const file = flags.string(field);
  if (file === "") return { [field]: file };
  // A file that does not exist yet may be named, but not embedded.
  if (flags.bool("embed-certs")) {
    if (!proc.fs.exists(file)) throw new CliError(`could not stat ${field} file ${file}: stat ${file}: no such file or directory`);
    return { [`${field}-data`]: base64Encode(proc.fs.readFile(file)) };
  }
  const folder = absolute(proc.cwd, kubeconfigPaths(flags, proc.env)[0] ?? "").replace(/[^/]*$/, "");
  const path = absolute(proc.cwd, file);
  return { [field]: path.startsWith(folder) ? path.slice(folder.length) : path };
}

const setContext: Command = {
  name: "set-context",
  short: "Set a context entry in kubeconfig",
  usage: "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]",
  arguments: "contexts",
  flags: {
    cluster: str("The cluster that the context leads to."),
    current: bool("Change the context that is in use."),
    namespace: str("The namespace that is meant where none is named.", "n", "", "namespaces"),
    user: str("Who to be there."),
  },
  async run(invocation) {
    const { args, flags, proc } = invocation;
    const current = flags.bool("current");
    if (args.length > 1) return helpError(invocation, `Unexpected args: [${args.join(" ")}]`);
    if (current && args.length > 0) throw new CliError("you cannot specify both a context name and --current");
    if (!current && (args[0] ?? "") === "") throw new CliError("you must specify a non-empty context name or --current");
    const name = current ? loadKubeconfig(proc.fs, flags, proc.env).currentContext : (args[0] as string);
    if (name === "") throw new CliError("no current context is set");
    const changes = given(invocation, ["cluster", "namespace", "user"]);
    const had = put(invocation, "contexts", name, (entry) => ({ ...entry, ...changes }));
    await invocation.out(`Context ${JSON.stringify(name)} ${had ? "modified" : "created"}.\n`);
  },
};

const setCluster: Command = {
  name: "set-cluster",
  short: "Set a cluster entry in kubeconfig",
  usage:
    "NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]",
  arguments: "none",
  flags: {
    "certificate-authority": { ...str("A file with the certificate of who signs for the server."), complete: "files" },
    "embed-certs": bool("Keep what the file holds, in place of where it is."),
    "insecure-skip-tls-verify": bool("Take whatever certificate the server shows."),
    "proxy-url": str("A proxy on the way to the server."),
    server: str("Where the server is: https://host:port."),
    "tls-server-name": str("The name that the server's certificate must be for, where it is not the host's."),
  },
  async run(invocation) {
    const { args, flags } = invocation;
    if (args.length !== 1) return helpError(invocation, `Unexpected args: [${args.join(" ")}]`);
    const [name = ""] = args;
    const authority = flags.string("certificate-authority");
    if (name === "") throw new CliError("you must specify a non-empty cluster name");
    if (flags.bool("insecure-skip-tls-verify") && authority !== "")
      throw new CliError("you cannot specify a certificate authority and insecure mode at the same time");
    if (flags.bool("embed-certs")) {
      if (authority === "") throw new CliError("you must specify a --certificate-authority to embed");
    }
    const file = fileField(invocation, "certificate-authority");
    const changes = given(invocation, ["server", "proxy-url", "tls-server-name", "insecure-skip-tls-verify"]);
    put(invocation, "clusters", name, (entry) => {
      // Who does not ask for it again is secure again.
      const insecure = changes["insecure-skip-tls-verify"] === true && authority === "";
      const other = insecure || Object.keys(file).length > 0 ? ["certificate-authority", "certificate-authority-data"] : [];
      const all = { ...leaving(entry, ...other), ...changes, ...file };
      return insecure ? all : leaving(all, "insecure-skip-tls-verify");
    });
    await invocation.out(`Cluster ${JSON.stringify(name)} set.\n`);
  },
};

const PLUGIN: FlagTable = {
  "exec-api-version": str("The version of ExecCredential that the program speaks: client.authentication.k8s.io/v1."),
  "exec-arg": strings("An argument for the program."),
  "exec-command": str("A program that prints credentials whenever they are needed."),
  "exec-env": array("A variable in the program's environment, as KEY=VALUE; KEY- takes one away."),
  "exec-interactive-mode": str("Whether the program may ask at the terminal: IfAvailable, Never or Always."),
  "exec-provide-cluster-info": bool("Tell the program about the cluster, in KUBERNETES_EXEC_INFO."),
};

const setCredentials: Command = {
  name: "set-credentials",
  short: "Set a user entry in kubeconfig",
  usage:
    "NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value]",
  arguments: "none",
  flags: {
    "auth-provider": str("A provider of credentials that is built into the client."),
    "auth-provider-arg": strings("What the provider is told, as KEY=VALUE; KEY- takes it back."),
    "client-certificate": { ...str("A file with the certificate of who it is."), complete: "files" },
    "client-key": { ...str("A file with the certificate's private key."), complete: "files" },
    "embed-certs": bool("Keep what the files hold, in place of where they are."),
    ...PLUGIN,
    password: str("The password for --username."),
    token: str("A bearer token."),
    username: str("A name for basic authentication."),
  },
  async run(invocation) {
    const { args, flags } = invocation;
    if (args.length !== 1) return helpError(invocation, `unexpected args: [${args.join(" ")}]`);
    const [name = ""] = args;
    const provider = pairs(flags.list("auth-provider-arg"));
    if (provider.bad !== undefined) return helpError(invocation, `invalid auth-provider-arg format: ${provider.bad}`);
    const env = pairs(flags.list("exec-env"));
    if (env.bad !== undefined) return helpError(invocation, `invalid exec-env format: ${env.bad}`);
    const basic = flags.string("username") !== "" || flags.string("password") !== "";
    if (name === "") throw new CliError("you must specify a non-empty user name");
    if (basic && flags.string("token") !== "")
      throw new CliError("you cannot specify more than one authentication method at the same time: --token, --username/--password");
    if (flags.bool("embed-certs")) {
      if (flags.string("client-certificate") === "" && flags.string("client-key") === "")
        throw new CliError("you must specify a --client-certificate or --client-key to embed");
    }
    const mode = flags.string("exec-interactive-mode");
    if (mode !== "" && !["IfAvailable", "Never", "Always"].includes(mode))
      throw new CliError("invalid interactive mode type, can be only IfAvailable, Never, Always");
    const files = { ...fileField(invocation, "client-certificate"), ...fileField(invocation, "client-key") };
    const changes = given(invocation, ["token", "username", "password"]);
    put(invocation, "users", name, (entry) => {
      const replaced = Object.keys(files).flatMap((f) => [f.replace(/-data$/, ""), `${f.replace(/-data$/, "")}-data`]);
      // Whoever comes with a token has no password, and the other way round.
      const other = changes["token"] !== undefined ? ["username", "password"] : basic ? ["token"] : [];
      const next = { ...leaving(entry, ...replaced, ...other), ...files, ...changes };
      return { ...next, ...providerOf(invocation, entry, provider), ...pluginOf(invocation, entry, env) };
    });
    await invocation.out(`User ${JSON.stringify(name)} set.\n`);
  },
};

interface Pairs {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
  readonly bad?: string;
}
function pairs(list: readonly string[]): Pairs {
  const set = new Map<string, string>();
  const remove: string[] = [];
  for (const one of list) {
    const equals = one.indexOf("=");
    if (equals >= 0) set.set(one.slice(0, equals), one.slice(equals + 1));
    else if (one.endsWith("-")) remove.push(one.slice(0, -1));
    else return { set, remove, bad: one };
  }
  return { set, remove };
}

function providerOf({ flags }: Invocation, entry: Entry, { set, remove }: Pairs): Entry {
  const old = entry["auth-provider"] as { name?: string; config?: Readonly<Record<string, string>> | null } | undefined;
  const named = flags.string("auth-provider");
  // Another provider begins anew; arguments alone go to the one that is there.
  const base = named === "" ? old : named === old?.name ? old : { name: named };
  if (!base) return {};
  const config = Object.fromEntries([...Object.entries(base.config ?? {}), ...set].filter(([key]) => !remove.includes(key)));
  return { "auth-provider": { config: Object.keys(config).length > 0 ? config : null, name: base.name } };
}

interface Plugin {
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly [field: string]: unknown;
}
function pluginOf({ flags }: Invocation, entry: Entry, { set, remove }: Pairs): Entry {
  const old = entry["exec"] as Plugin | undefined;
  const command = flags.string("exec-command");
  if (!old && command === "") return {};
  const before: Plugin = old ?? {
    args: null,
    command,
    env: null,
    provideClusterInfo: false,
  };
  const kept = (before.env ?? []).filter(({ name }) => !remove.includes(name) && !set.has(name));
  const env = [...kept, ...[...set].map(([name, value]) => ({ name, value }))];
  const plugin: Entry = {
    ...before,
    ...(command === "" ? {} : { command }),
    ...(flags.list("exec-arg").length > 0 ? { args: flags.list("exec-arg") } : {}),
    ...(flags.string("exec-api-version") === "" ? {} : { apiVersion: flags.string("exec-api-version") }),
    ...(flags.string("exec-interactive-mode") === "" ? {} : { interactiveMode: flags.string("exec-interactive-mode") }),
    ...(flags.changed("exec-provide-cluster-info") ? { provideClusterInfo: flags.bool("exec-provide-cluster-info") } : {}),
    env: env.length > 0 ? env : null,
  };
  return { exec: plugin };
}

export const setters: Readonly<Record<"cluster" | "context" | "credentials", Command>> = {
  cluster: setCluster,
  context: setContext,
  credentials: setCredentials,
};
