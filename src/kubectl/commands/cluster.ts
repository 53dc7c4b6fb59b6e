import { CliError, errorMessage, usageError } from "../errors.ts";
import { bool, str, strings } from "../flags/parse.ts";
import { BASH_COMPLETION } from "../completion/bash.ts";
import { globalOptionsText } from "../help.ts";
import { toJson } from "../manifest/json.ts";
import { toKyaml } from "../manifest/kyaml.ts";
import { toYaml } from "../manifest/write.ts";
import { printRows } from "../printers/table.ts";
import { apiVersionOf, groupResourceOf, type ResourceType } from "../rest/discovery.ts";
import { CLIENT_VERSION } from "../rest/session.ts";
import type { Command, Later } from "../types.ts";
import { clusterInfoDump } from "./cluster-info-dump.ts";

const CLIENT = { major: "1", minor: "36", gitVersion: CLIENT_VERSION, gitTreeState: "clean", compiler: "timonel", platform: "linux/amd64" };
const KUSTOMIZE = "v5.8.1";

export const version: Command = {
  name: "version",
  group: "Other Commands",
  short: "Print the client and server version information",
  usage: "[flags]",
  arguments: "none",
  flags: {
    client: bool("If true, shows client version only (no server required)."),
    output: str("One of 'yaml' or 'json'.", "o", "", ["json", "yaml"]),
  },
  async run(invocation) {
    const { args, flags, session } = invocation;
    if (args.length > 0) throw new CliError(`extra arguments: [${args.join(" ")}]`);
    const output = flags.string("output");
    if (output !== "" && output !== "json" && output !== "yaml") throw new CliError("--output must be 'yaml' or 'json'");
    const server = flags.bool("client") ? undefined : ((await session.object("GET", "/version")) as { gitVersion?: string });
    const all = { clientVersion: CLIENT, kustomizeVersion: KUSTOMIZE, ...(server ? { serverVersion: server } : {}) };
    if (output === "json") return invocation.out(toJson(all)).then(() => 0);
    if (output === "yaml") return invocation.out(toYaml(all)).then(() => 0);
    await invocation.out(
      `Client Version: ${CLIENT.gitVersion}\nKustomize Version: ${KUSTOMIZE}\n${server ? `Server Version: ${server.gitVersion ?? ""}\n` : ""}`,
    );
    return 0;
  },
};

const API_RESOURCE_FORMATS = ["json", "kyaml", "name", "wide", "yaml"];

/** The list as an object, its fields in the order in which JSON prints them. */
function apiResourceList(types: readonly ResourceType[]): object {
  const resources = types.map((t) => ({
    name: t.name,
    singularName: t.singular,
    namespaced: t.namespaced,
    ...(t.group ? { group: t.group } : {}),
    version: t.version,
    kind: t.kind,
    verbs: t.verbs,
    ...(t.shortNames.length > 0 ? { shortNames: t.shortNames } : {}),
    ...(t.categories.length > 0 ? { categories: t.categories } : {}),
  }));
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion: "", resources };
}

export const apiResources: Command = {
  name: "api-resources",
  group: "Other Commands",
  short: "Print the supported API resources on the server",
  usage: "[flags]",
  arguments: "none",
  flags: {
    "api-group": str("Limit to resources in the specified API group."),
    cached: bool("Use the cached list of resources if available."),
    categories: strings("Limit to resources that belong to the specified categories."),
    namespaced: bool(
      "If false, non-namespaced resources will be returned, otherwise returning namespaced resources by default.",
      undefined,
      true,
    ),
    "no-headers": bool("When using the default or custom-column output format, don't print headers"),
    output: str("Output format. One of: (json, yaml, kyaml, name, wide).", "o", "", API_RESOURCE_FORMATS),
    "show-managed-fields": bool("If true, keep the managedFields when printing objects in JSON or YAML format."),
    "sort-by": str("If non-empty, sort list of resources using specified field.", undefined, "", ["name", "kind"]),
    verbs: strings("Limit to resources that support the specified verbs."),
  },
  async run(invocation) {
    const { args, flags, session, path } = invocation;
    if (args.length > 0) throw usageError(path, `unexpected arguments: [${args.join(" ")}]`);
    const output = flags.string("output");
    if (output !== "" && !API_RESOURCE_FORMATS.includes(output))
      throw new CliError(
        `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${API_RESOURCE_FORMATS.join(",")}`,
      );
    const sortBy = flags.string("sort-by");
    if (!["", "name", "kind"].includes(sortBy)) throw new CliError("--sort-by accepts only name or kind");
    const { types } = await session.discovery(!flags.bool("cached"));
    const seen = new Set<string>();
    const shown = types.filter((t) => {
      const key = groupResourceOf(t);
      if (seen.has(key) || t.verbs.length === 0) return false;
      seen.add(key);
      return (
        (!flags.changed("api-group") || t.group === flags.string("api-group")) &&
        (!flags.changed("namespaced") || t.namespaced === flags.bool("namespaced")) &&
        flags.list("verbs").every((v) => t.verbs.includes(v)) &&
        flags.list("categories").every((c) => t.categories.includes(c))
      );
    });
    const key = (t: (typeof shown)[number]): string => (sortBy === "kind" ? t.kind : sortBy === "name" ? t.name : `${t.group} ${t.name}`);
    const sorted = [...shown].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
    if (output === "json" || output === "yaml" || output === "kyaml") {
      const list = apiResourceList(sorted);
      const print = { json: (o: object) => `${JSON.stringify(o, null, 4)}\n`, yaml: toYaml, kyaml: toKyaml }[output];
      return invocation.out(print(list)).then(() => 0);
    }
    if (output === "name") return invocation.out(sorted.map((t) => `${groupResourceOf(t)}\n`).join("")).then(() => 0);
    const wide = output === "wide";
    const rows = sorted.map((t) => [
      t.name,
      t.shortNames.join(","),
      apiVersionOf(t),
      String(t.namespaced),
      t.kind,
      ...(wide ? [t.verbs.join(","), t.categories.join(",")] : []),
    ]);
    await invocation.out(
      printRows(
        flags.bool("no-headers")
          ? rows
          : [["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", ...(wide ? ["VERBS", "CATEGORIES"] : [])], ...rows],
      ),
    );
    return 0;
  },
};

export const apiVersions: Command = {
  name: "api-versions",
  group: "Other Commands",
  short: 'Print the supported API versions on the server, in the form of "group/version"',
  usage: "",
  arguments: "none",
  async run(invocation) {
    if (invocation.args.length > 0) throw usageError(invocation.path, `unexpected arguments: [${invocation.args.join(" ")}]`);
    const { groupVersions } = await invocation.session.discovery().catch((error: unknown) => {
      throw new CliError(`couldn't get available api versions from server: ${errorMessage(error)}`);
    });
    await invocation.out(
      [...groupVersions]
        .sort()
        .map((v) => `${v}\n`)
        .join(""),
    );
  },
};

export const clusterInfo: Command = {
  name: "cluster-info",
  group: "Cluster Management Commands",
  short: "Display cluster information",
  usage: "[flags]",
  arguments: "none",
  subcommands: [clusterInfoDump],
  async run(invocation) {
    const { session } = invocation;
    const { server } = session.config;
    const debug = "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n";
    await session.discovery().catch(async (error: unknown) => {
      await invocation.out(debug);
      throw error;
    });
    await invocation.out(`Kubernetes control plane is running at ${server}\n`);
    const query = { labelSelector: "kubernetes.io/cluster-service=true" };
    const { items = [] } = (await session.object("GET", "/api/v1/namespaces/kube-system/services", { query })) as {
      items?: readonly {
        metadata: { name: string; namespace: string; labels?: Record<string, string> };
        spec: { ports?: readonly { name?: string }[] };
      }[];
    };
    for (const s of items) {
      const port = s.spec.ports?.[0]?.name;
      await invocation.out(
        `${s.metadata.labels?.["kubernetes.io/name"] ?? s.metadata.name} is running at ${server}/api/v1/namespaces/${s.metadata.namespace}/services/${s.metadata.name}${port ? `:${port}` : ""}/proxy\n`,
      );
    }
    await invocation.out(debug);
  },
};

export const options: Command = {
  name: "options",
  group: "Other Commands",
  short: "Print the list of flags inherited by all commands",
  arguments: "none",
  run: (invocation) => invocation.out(globalOptionsText()),
};

const others: Later<Readonly<Record<string, string>>> = {
  load: async () => (await import("../completion/scripts/index.ts")).scripts,
  program: undefined,
};

export const completion: Command = {
  name: "completion",
  group: "Settings Commands",
  short: "Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
  usage: "SHELL",
  arguments: "shells",
  async run(invocation) {
    const [shell, another] = invocation.args;
    if (another !== undefined) throw usageError(invocation.path, "Too many arguments. Expected only the shell type.");
    if (shell === undefined) throw usageError(invocation.path, "Shell not specified.");
    if (shell === "bash") return invocation.out(BASH_COMPLETION);
    if (!["zsh", "fish", "powershell"].includes(shell))
      throw usageError(invocation.path, `Unsupported shell type ${JSON.stringify(shell)}.`);
    const { proc } = invocation;
    const scripts = others.program ?? (await (proc.code ? proc.code(others) : others.load()));
    await invocation.out(scripts[shell] ?? "");
  },
};
