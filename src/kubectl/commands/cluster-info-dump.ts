import { CliError } from "../errors.ts";
import type { Pod } from "../describe/types.ts";
import { allNamespacesFlag, printFlags } from "../flags/groups.ts";
import { duration, str, strings, type Flag } from "../flags/parse.ts";
import { OBJECT_FORMATS, printerFor } from "../printers/printer.ts";
import type { Command, Invocation, Resource } from "../types.ts";

const CORE = "/api/v1";
const APPS = "/apis/apps/v1";
/** What is dumped of a namespace, in this order, and what its file is called. */
const KINDS: readonly (readonly [string, string, string, string])[] = [
  [CORE, "events", "EventList", "events"],
  [CORE, "replicationcontrollers", "ReplicationControllerList", "replication-controllers"],
  [CORE, "services", "ServiceList", "services"],
  [APPS, "daemonsets", "DaemonSetList", "daemonsets"],
  [APPS, "deployments", "DeploymentList", "deployments"],
  [APPS, "replicasets", "ReplicaSetList", "replicasets"],
  [CORE, "pods", "PodList", "pods"],
];

export const clusterInfoDump: Command = {
  name: "dump",
  short: "Dump relevant information for debugging and diagnosis",
  usage: "[flags]",
  arguments: "none",
  flags: {
    ...allNamespacesFlag,
    ...printFlags,
    output: { ...(printFlags["output"] as Flag), default: "json" },
    namespaces: strings("A comma separated list of namespaces to dump."),
    "output-directory": { ...str("Where to output the files."), complete: "files" },
    "pod-running-timeout": duration("The length of time to wait until at least one pod is running", "20s"),
  },
  async run(invocation) {
    const { flags, proc, session } = invocation;
    const format = flags.string("output");
    const printer = printerFor(format, flags, proc.fs, OBJECT_FORMATS);
    if (!printer) throw new CliError("no output format was given");
    const extension = format === "json" || format === "yaml" ? `.${format}` : ".txt";
    const writeTo = outputs(invocation);
    const list = async (path: string, kind: string, apiVersion: string): Promise<Resource & { items: readonly Resource[] }> => {
      const answer = (await session.object("GET", path)) as { items?: readonly Resource[]; metadata?: object };
      // Typed items say no kind, and lists of a typed client neither unless they are asked to be printed.
      const items = (answer.items ?? []).map(({ kind: _, apiVersion: __, ...rest }) => rest as Resource);
      return { apiVersion, kind, ...answer, items } as unknown as Resource & { items: readonly Resource[] };
    };
    await writeTo(`nodes${extension}`, printer(await list(`${CORE}/nodes`, "NodeList", "v1")));
    const named = flags.list("namespaces");
    const namespaces = flags.bool("all-namespaces")
      ? (await list(`${CORE}/namespaces`, "NamespaceList", "v1")).items.map((n) => n.metadata.name)
      : named.length > 0
        ? named
        : ["kube-system", session.namespace];
    for (const namespace of namespaces) {
      let pods: readonly Resource[] = [];
      for (const [base, resource, kind, file] of KINDS) {
        const found = await list(`${base}/namespaces/${namespace}/${resource}`, kind, base === APPS ? "apps/v1" : "v1");
        await writeTo(`${namespace}/${file}${extension}`, printer(found));
        if (resource === "pods") pods = found.items;
      }
      for (const pod of pods) await writeTo(`${namespace}/${pod.metadata.name}/logs.txt`, await logsOf(invocation, pod as unknown as Pod));
    }
    const folder = flags.string("output-directory");
    if (folder !== "" && folder !== "-") await invocation.out(`Cluster info dumped to ${folder}\n`);
  },
};

/** Writes to stdout, or each to its file. */
function outputs(invocation: Invocation): (file: string, text: string) => Promise<void> {
  const { flags, proc } = invocation;
  const folder = flags.string("output-directory");
  if (folder === "" || folder === "-") return (_, text) => invocation.out(text);
  return async (file, text) => {
    const path = `${folder.replace(/\/$/, "")}/${file}`;
    proc.fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    proc.fs.writeFile(path, text);
  };
}

async function logsOf({ session }: Invocation, pod: Pod): Promise<string> {
  const { name, namespace = "" } = pod.metadata;
  let text = "";
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    const title = `logs for container ${container.name} of pod ${namespace}/${name} ====\n`;
    let log: string;
    try {
      log = await session.text(`${CORE}/namespaces/${namespace}/pods/${name}/log`, { query: { container: container.name } });
    } catch (error) {
      log = `Request log error: ${error instanceof Error ? error.message : String(error)}\n`;
    }
    text += `==== START ${title}${log}==== END ${title}`;
  }
  return text;
}
