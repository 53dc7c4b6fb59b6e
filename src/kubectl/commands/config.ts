import { base64Encode } from "../../machinery/index.ts";
import { kubeconfigObject, kubeconfigPaths, loadKubeconfig, modifyKubeconfig, type Kubeconfig } from "../config/kubeconfig.ts";
import { CliError, Failures, usageError } from "../errors.ts";
import { setters } from "./config-set.ts";
import { setProperty, unsetProperty } from "./config-property.ts";
import { printFlags } from "../flags/groups.ts";
import { bool, str, type FlagTable } from "../flags/parse.ts";
import { commandsOf, helpError, helpText } from "../help.ts";
import { OBJECT_FORMATS, printerFor } from "../printers/printer.ts";
import { printRows } from "../printers/table.ts";
import type { ArgumentKind, Command, Invocation, JsonObject } from "../types.ts";

const load = ({ proc, flags }: Invocation): Kubeconfig => loadKubeconfig(proc.fs, flags, proc.env);

const modify = ({ proc, flags }: Invocation, change: (config: Kubeconfig) => Kubeconfig): void =>
  modifyKubeconfig(proc.fs, flags, proc.env, change);

const command = (
  name: string,
  short: string,
  usage: string,
  args: ArgumentKind,
  run: (invocation: Invocation) => Promise<void>,
  flags: FlagTable = {},
  aliases: readonly string[] = [],
): Command => ({ name, ...(aliases.length > 0 ? { aliases } : {}), short, usage, arguments: args, flags, run });

const REDACTED = "REDACTED";
const OMITTED = "DATA+OMITTED";

function redacted(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([k, v]) => [
      k,
      k === "certificate-authority-data" || k === "client-certificate-data" || k === "client-key-data"
        ? OMITTED
        : k === "token" || k === "password"
          ? REDACTED
          : v,
    ]),
  );
}
const mapValues = (map: ReadonlyMap<string, JsonObject>, fn: (v: JsonObject) => JsonObject): ReadonlyMap<string, JsonObject> =>
  new Map([...map].map(([k, v]) => [k, fn(v)]));

/** With what its files hold in their place, so that it can be taken elsewhere. */
function flattened({ proc, flags }: Invocation, config: Kubeconfig): Kubeconfig {
  const folder = (kubeconfigPaths(flags, proc.env)[0] ?? "").replace(/[^/]*$/, "");
  const whole = (entry: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(entry).map(([field, value]) => {
        if (!["certificate-authority", "client-certificate", "client-key"].includes(field)) return [field, value];
        const path = String(value).startsWith("/") ? String(value) : folder + String(value);
        if (!proc.fs.exists(path)) throw new CliError(`open ${path}: no such file or directory`);
        return [`${field}-data`, base64Encode(proc.fs.readFile(path))];
      }),
    );
  return { ...config, clusters: mapValues(config.clusters, whole), users: mapValues(config.users, whole) };
}

const view = command(
  "view",
  "Display merged kubeconfig settings or a specified kubeconfig file",
  "[flags]",
  "none",
  async (invocation) => {
    const { args, flags, proc } = invocation;
    if (args.length > 0) throw usageError(invocation.path, `unexpected arguments: [${args.join(" ")}]`);
    const explicit = flags.string("kubeconfig") !== "";
    if (!explicit && !flags.bool("merge")) throw new CliError("if merge==false a precise file must be specified");
    let config = load(invocation);
    if (flags.bool("minify")) {
      const name = flags.string("context") || config.currentContext;
      const context = config.contexts.get(name);
      if (name === "") throw new CliError("current-context must exist in order to minify");
      if (!context) throw new CliError(`cannot locate context ${name}`);
      const only = (map: ReadonlyMap<string, JsonObject>, key: string): ReadonlyMap<string, JsonObject> =>
        new Map([...map].filter(([k]) => k === key));
      config = {
        ...config,
        currentContext: name,
        contexts: only(config.contexts, name),
        clusters: only(config.clusters, String(context["cluster"] ?? "")),
        users: only(config.users, String(context["user"] ?? "")),
      };
    }
    if (!flags.bool("raw") && !flags.bool("flatten"))
      config = { ...config, clusters: mapValues(config.clusters, redacted), users: mapValues(config.users, redacted) };
    if (flags.bool("flatten")) config = flattened(invocation, config);
    const printer = printerFor(flags.string("output") || "yaml", flags, proc.fs, OBJECT_FORMATS);
    if (!printer) throw new CliError("--output must be one of json or yaml");
    await invocation.out(printer(kubeconfigObject(config)));
  },
  {
    ...printFlags,
    output: str("Output format.", "o", "yaml", ["json", "yaml"]),
    flatten: bool("Flatten the resulting kubeconfig file into self-contained output"),
    merge: bool("Merge the full hierarchy of kubeconfig files", undefined, true),
    minify: bool("Remove all information not used by current-context from the output"),
    raw: bool("Display raw byte data and sensitive data"),
  },
);

const getContexts = command(
  "get-contexts",
  "Describe one or many contexts",
  "[(-o|--output=)name)]",
  "none",
  async (invocation) => {
    const { args, flags } = invocation;
    const config = load(invocation);
    const output = flags.string("output");
    if (output !== "" && output !== "name")
      throw new CliError(`--output ${output} is not available in kubectl config get-contexts; resetting to default output format`);
    const asked = args.length > 0 ? args : [...config.contexts.keys()];
    const [names, missing] = [asked.filter((n) => config.contexts.has(n)).sort(), asked.filter((n) => !config.contexts.has(n))];
    const failures = missing.map((n) => new CliError(`context ${n} not found`));
    if (output === "name") {
      await invocation.out(names.map((n) => `${n}\n`).join(""));
      if (failures.length > 0) throw new Failures(failures);
      return;
    }
    const rows = names.map((n) => {
      const c = config.contexts.get(n) as JsonObject;
      return [n === config.currentContext ? "*" : "", n, String(c["cluster"] ?? ""), String(c["user"] ?? ""), String(c["namespace"] ?? "")];
    });
    await invocation.out(printRows(flags.bool("no-headers") ? rows : [["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"], ...rows]));
    if (failures.length > 0) throw new Failures(failures);
  },
  {
    "no-headers": bool("When using the default or custom-column output format, don't print headers"),
    output: str("Output format. One of: (name).", "o", "", ["name"]),
  },
);

const names = (name: string, short: string, key: "clusters" | "users"): Command =>
  command(name, short, "[flags]", "none", (i) =>
    i.out(
      `NAME\n${[...load(i)[key].keys()]
        .sort()
        .map((n) => `${n}\n`)
        .join("")}`,
    ),
  );

const currentContext = command("current-context", "Display the current-context", "[flags]", "none", async (invocation) => {
  const { currentContext } = load(invocation);
  if (!currentContext) throw new CliError("current-context is not set");
  await invocation.out(`${currentContext}\n`);
});

const useContext = command(
  "use-context",
  "Set the current-context in a kubeconfig file",
  "CONTEXT_NAME",
  "contexts",
  async (invocation) => {
    const [name = "", ...more] = invocation.args;
    if (invocation.args.length === 0 || more.length > 0) return helpError(invocation, `Unexpected args: [${invocation.args.join(" ")}]`);
    if (!load(invocation).contexts.has(name)) throw new CliError(`no context exists with the name: ${JSON.stringify(name)}`);
    modify(invocation, (config) => ({ ...config, currentContext: name }));
    await invocation.out(`Switched to context ${JSON.stringify(name)}.\n`);
  },
  {},
  ["use"],
);

const renameContext = command(
  "rename-context",
  "Rename a context from the kubeconfig file",
  "CONTEXT_NAME NEW_NAME",
  "contexts",
  async (invocation) => {
    const [from, to] = invocation.args;
    if (!from || !to || invocation.args.length > 2) return helpError(invocation, `Unexpected args: [${invocation.args.join(" ")}]`);
    const { contexts } = load(invocation);
    if (!contexts.has(from))
      throw new CliError(
        `cannot rename the context ${JSON.stringify(from)}, it's not in ${kubeconfigPaths(invocation.flags, invocation.proc.env)[0]}`,
      );
    if (contexts.has(to))
      throw new CliError(
        `cannot rename the context ${JSON.stringify(from)}, the context ${JSON.stringify(to)} already exists in ${kubeconfigPaths(invocation.flags, invocation.proc.env)[0]}`,
      );
    modify(invocation, (c) => ({
      ...c,
      contexts: new Map([...c.contexts].map(([k, v]) => [k === from ? to : k, v])),
      currentContext: c.currentContext === from ? to : c.currentContext,
    }));
    await invocation.out(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`);
  },
);

function remover(name: string, short: string, key: "contexts" | "clusters" | "users", what: string, args: ArgumentKind): Command {
  return command(name, short, "NAME", args, async (invocation) => {
    const [target = ""] = invocation.args;
    const config = load(invocation);
    if (invocation.args.length !== 1) return invocation.out(await helpText(invocation.proc, commandsOf(invocation)));
    const path = kubeconfigPaths(invocation.flags, invocation.proc.env)[0];
    if (!config[key].has(target)) throw new CliError(`cannot delete ${what} ${target}, not in ${path}`);
    if (key === "contexts" && config.currentContext === target)
      await invocation.err(`warning: this removed your active context, use "kubectl config use-context" to select a different one\n`);
    modify(invocation, (c) => ({ ...c, [key]: new Map([...c[key]].filter(([k]) => k !== target)) }));
    await invocation.out(`deleted ${what} ${target} from ${path}\n`);
  });
}

export const config: Command = {
  name: "config",
  group: "Other Commands",
  short: "Modify kubeconfig files",
  usage: "SUBCOMMAND",
  subcommands: [
    currentContext,
    remover("delete-cluster", "Delete the specified cluster from the kubeconfig", "clusters", "cluster", "clusters"),
    remover("delete-context", "Delete the specified context from the kubeconfig", "contexts", "context", "contexts"),
    remover("delete-user", "Delete the specified user from the kubeconfig", "users", "user", "users"),
    names("get-clusters", "Display clusters defined in the kubeconfig", "clusters"),
    getContexts,
    names("get-users", "Display users defined in the kubeconfig", "users"),
    renameContext,
    setProperty,
    setters.cluster,
    setters.context,
    setters.credentials,
    unsetProperty,
    useContext,
    view,
  ],
};
