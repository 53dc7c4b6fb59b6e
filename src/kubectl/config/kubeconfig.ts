import { CliError, ContextNotFound } from "../errors.ts";
import { parseYaml } from "../manifest/read.ts";
import { toYaml } from "../manifest/write.ts";
import type { Flags } from "../flags/parse.ts";
import { accessOf } from "./access.ts";
import type { ClientConfig, Files, JsonObject } from "../types.ts";

interface Named<K extends string> {
  readonly name: string;
  readonly value: JsonObject;
  readonly key: K;
}
/** A kubeconfig file (k8s: clientcmd/api/v1 Config), its named lists as maps in file order. */
export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, JsonObject>;
  readonly users: ReadonlyMap<string, JsonObject>;
  readonly contexts: ReadonlyMap<string, JsonObject>;
  readonly currentContext: string;
  /** The folder of the file that an entry came from. */
  readonly folders: ReadonlyMap<JsonObject, string>;
}

export const emptyKubeconfig: Kubeconfig = {
  clusters: new Map(),
  users: new Map(),
  contexts: new Map(),
  currentContext: "",
  folders: new Map(),
};

/** The files that are read, in order: --kubeconfig, $KUBECONFIG, or ~/.kube/config. The first that exists is written. */
export function kubeconfigPaths(flags: Flags, env: Readonly<Record<string, string>>): readonly string[] {
  const explicit = flags.string("kubeconfig");
  if (explicit) return [explicit];
  const listed = (env["KUBECONFIG"] ?? "").split(":").filter((p) => p !== "");
  return listed.length > 0 ? listed : [`${env["HOME"] ?? "/root"}/.kube/config`];
}

export function loadKubeconfig(fs: Files, flags: Flags, env: Readonly<Record<string, string>>): Kubeconfig {
  const paths = kubeconfigPaths(flags, env);
  let merged = emptyKubeconfig;
  for (const path of paths) {
    if (!fs.exists(path)) {
      if (flags.string("kubeconfig")) throw new CliError(`stat ${path}: no such file or directory`);
      continue;
    }
    merged = merge(merged, readKubeconfig(fs, path));
  }
  return merged;
}

/** One file; empty when it does not exist. */
function readKubeconfig(fs: Files, path: string): Kubeconfig {
  if (!fs.exists(path)) return emptyKubeconfig;
  const text = fs.readText(path);
  const key = `${path}\0${text}`;
  const known = read.get(key);
  if (known) return known;
  const config = parsed(path, text);
  if (read.size > 8) read.clear();
  read.set(key, config);
  return config;
}

/** Files as they were read last: each command reads the same one, and YAML is slow. */
const read = new Map<string, Kubeconfig>();

function parsed(path: string, text: string): Kubeconfig {
  const value = parseYaml(text, (message) => `error loading config file "${path}": yaml: ${message}`);
  const doc = (value ?? {}) as JsonObject;
  const clusters = named(doc["clusters"], "cluster");
  const users = named(doc["users"], "user");
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".";
  return {
    clusters,
    users,
    folders: new Map([...clusters.values(), ...users.values()].map((entry) => [entry, folder])),
    contexts: named(doc["contexts"], "context"),
    currentContext: String(doc["current-context"] ?? ""),
  };
}

function named(list: unknown, key: Named<string>["key"]): ReadonlyMap<string, JsonObject> {
  const map = new Map<string, JsonObject>();
  if (Array.isArray(list)) for (const row of list as readonly JsonObject[]) map.set(String(row["name"]), (row[key] ?? {}) as JsonObject);
  return map;
}

/** The first file to say something wins (k8s: clientcmd loading rules). */
function merge(a: Kubeconfig, b: Kubeconfig): Kubeconfig {
  return {
    clusters: new Map([...b.clusters, ...a.clusters]),
    users: new Map([...b.users, ...a.users]),
    contexts: new Map([...b.contexts, ...a.contexts]),
    currentContext: a.currentContext || b.currentContext,
    folders: new Map([...b.folders, ...a.folders]),
  };
}

export function kubeconfigObject(config: Kubeconfig): JsonObject {
  const rows = (map: ReadonlyMap<string, JsonObject>, key: string): JsonObject[] | null =>
    map.size === 0 ? null : [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({ [key]: value, name }));
  return {
    apiVersion: "v1",
    clusters: rows(config.clusters, "cluster"),
    contexts: rows(new Map([...config.contexts].map(([name, c]) => [name, { cluster: "", user: "", ...c }])), "context"),
    "current-context": config.currentContext,
    kind: "Config",
    users: rows(config.users, "user"),
  };
}

function writeKubeconfig(fs: Files, path: string, config: Kubeconfig): void {
  const folder = path.slice(0, path.lastIndexOf("/"));
  if (folder && !fs.exists(folder)) fs.mkdir(folder, { recursive: true });
  fs.writeFile(path, toYaml(kubeconfigObject(config)), { mode: 0o600 });
}

/** Reads the file that is written to, changes it, and writes it back. */
export function modifyKubeconfig(
  fs: Files,
  flags: Flags,
  env: Readonly<Record<string, string>>,
  change: (config: Kubeconfig) => Kubeconfig,
): void {
  const paths = kubeconfigPaths(flags, env);
  const path = paths.find((p) => fs.exists(p)) ?? (paths[0] as string);
  const before = readKubeconfig(fs, path);
  const after = change(before);
  // A file that says the same already stays as it is (k8s: clientcmd.ModifyConfig).
  if (!fs.exists(path) || toYaml(kubeconfigObject(before)) !== toYaml(kubeconfigObject(after))) writeKubeconfig(fs, path, after);
}

/** Where to go, as whom: the current or named context, with the flags over it. `inCluster` is a pod's service account. */
export function clientConfig(config: Kubeconfig, flags: Flags, fs: Files, env: Readonly<Record<string, string>>): ClientConfig {
  const contextName = flags.string("context") || config.currentContext;
  const context = config.contexts.get(contextName);
  if (context === undefined && contextName !== "") throw new ContextNotFound(contextName);
  const clusterName = flags.string("cluster") || String(context?.["cluster"] ?? "");
  // `create rolebinding --user` names somebody else.
  const named = flags.isSingle("user") ? flags.string("user") : "";
  const userName = named || String(context?.["user"] ?? "");
  const cluster = config.clusters.get(clusterName);
  const user = config.users.get(userName);
  if (flags.changed("cluster") && cluster === undefined) throw new CliError(`cluster ${JSON.stringify(clusterName)} does not exist`);
  if (named !== "" && user === undefined) throw new CliError(`auth info ${JSON.stringify(userName)} does not exist`);
  const fromPod = cluster === undefined && !flags.changed("server") ? inCluster(fs, env) : undefined;
  const server = flags.string("server") || String(cluster?.["server"] ?? fromPod?.server ?? "http://localhost:8080");
  const from = user ?? fromPod?.user ?? {};
  const as = flags.string("as");
  if (!as && (flags.list("as-group").length > 0 || flags.list("as-user-extra").length > 0 || flags.changed("as-uid")))
    throw new CliError(`requesting uid, groups or user-extra for ${userName || "<none>"} without impersonating a user`);
  return {
    server: /^https?:/.test(server) ? server : `https://${server}`,
    namespace: flags.string("namespace") || String(context?.["namespace"] ?? fromPod?.namespace ?? "default"),
    access: accessOf(
      { name: clusterName, value: cluster ?? fromPod?.cluster ?? {}, folder: folderOf(config, cluster) },
      { name: userName, value: from, folder: folderOf(config, user) },
      flags,
      fs,
    ),
    ...(as
      ? {
          impersonate: {
            user: as,
            groups: flags.list("as-group"),
            extra: userExtra(flags.list("as-user-extra")),
            ...(flags.changed("as-uid") ? { uid: flags.string("as-uid") } : {}),
          },
        }
      : {}),
  };
}

const folderOf = (config: Kubeconfig, entry: JsonObject | undefined): string => (entry && config.folders.get(entry)) ?? ".";

/** `key=value`, as often as a key has values. */
function userExtra(pairs: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const extra = new Map<string, string[]>();
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at < 0) throw new CliError(`invalid user extra ${JSON.stringify(pair)}, expected format key=value`);
    const key = pair.slice(0, at);
    extra.set(key, [...(extra.get(key) ?? []), pair.slice(at + 1)]);
  }
  return extra;
}

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

function inCluster(
  fs: Files,
  env: Readonly<Record<string, string>>,
): { server: string; namespace: string; user: JsonObject; cluster: JsonObject } | undefined {
  const host = env["KUBERNETES_SERVICE_HOST"];
  if (!host || !fs.exists(`${SERVICE_ACCOUNT}/token`)) return undefined;
  return {
    server: `https://${host}:${env["KUBERNETES_SERVICE_PORT"] ?? "443"}`,
    namespace: fs.exists(`${SERVICE_ACCOUNT}/namespace`) ? fs.readText(`${SERVICE_ACCOUNT}/namespace`).trim() : "default",
    user: { token: fs.readText(`${SERVICE_ACCOUNT}/token`).trim() },
    cluster: { "certificate-authority": `${SERVICE_ACCOUNT}/ca.crt` },
  };
}
