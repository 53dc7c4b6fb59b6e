import { CliError } from "../errors.ts";
import { fileFlags, selectorFlag } from "../flags/groups.ts";
import { str } from "../flags/parse.ts";
import type { Deployment, Pod } from "../describe/types.ts";
import { eachObject } from "./each.ts";
import { createObject, makingFlags, makingPrinter } from "./generators/generator.ts";
import { overridden, overrideFlags } from "./generators/overrides.ts";
import { decodedObject } from "./set/typed.ts";
import { atoi, labelsOf } from "./pairs.ts";
import type { Command, Invocation, Resource } from "../types.ts";

export const expose: Command = {
  name: "expose",
  group: "Basic Commands (Beginner)",
  short: "Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service",
  usage:
    "(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]",
  offers: ["pod", "service", "replicationcontroller", "deployment", "replicaset"],
  arguments: "resources",
  flags: {
    ...makingFlags,
    ...fileFlags,
    ...selectorFlag,
    ...overrideFlags,
    "field-manager": str("Name of the manager used to track field ownership.", undefined, "kubectl-expose"),
    selector: str(
      "A label selector to use for this service. If empty (the default) infer the selector from the replication controller or replica set.",
    ),
    "cluster-ip": str("ClusterIP to be assigned to the service. Set to 'None' to create a headless service."),
    "external-ip": str("Additional external IP address (not managed by Kubernetes) to accept for the service."),
    labels: str("Labels to apply to the service created by this call.", "l"),
    "load-balancer-ip": str("IP to assign to the LoadBalancer."),
    name: str("The name for the newly created object."),
    port: str("The port that the service should serve on. Copied from the resource being exposed, if unspecified"),
    protocol: str("The network protocol for the service to be created. Default is 'TCP'."),
    "session-affinity": str("If non-empty, set the session affinity for the service to this; legal values: 'None', 'ClientIP'"),
    "target-port": str("Name or number for the port on the container that the service should direct traffic to."),
    type: str("Type for this service: ClusterIP, NodePort, LoadBalancer, or ExternalName. Default is 'ClusterIP'.", undefined, "", [
      "ClusterIP",
      "NodePort",
      "LoadBalancer",
      "ExternalName",
    ]),
  },
  async run(invocation) {
    const { flags } = invocation;
    const printer = makingPrinter(invocation);
    // What is found of the first object stands for those that follow (k8s: RunExpose keeps it in its options).
    const given: Given = { selector: flags.string("selector"), labels: flags.string("labels"), port: flags.string("port"), ports: "" };
    // The selector of the service is a flag here; it does not choose what is exposed. What a file says is not asked for anew.
    const looking = { ...invocation, flags: flags.without("selector") };
    await eachObject(
      looking,
      async (target, object) => {
        decodedObject(object);
        const { kind, group } = target.type;
        if (!EXPOSED.has(group ? `${kind}.${group}` : kind)) throw new CliError(`cannot expose a ${group ? `${kind}.${group}` : kind}`);
        given.selector ||= textOf(selectorOf(object));
        const found = portsOf(object);
        if (given.port === "") {
          const numbers = [...new Set(found.map((p) => String(p.port)))];
          if (numbers.length === 0 && flags.string("cluster-ip") !== "None")
            throw new CliError("couldn't find port via --port flag or introspection");
          if (numbers.length === 1) given.port = numbers[0] as string;
          else given.ports = numbers.join(",");
        }
        given.labels ||= textOf(object.metadata.labels);
        const service = overridden(invocation, serviceOf(invocation, target.name, given, found));
        await createObject(invocation, service, true, { operation: "exposed", printer });
      },
      decodedObject,
    );
  },
};

interface Given {
  selector: string;
  labels: string;
  port: string;
  ports: string;
}
interface FoundPort {
  readonly port: number;
  readonly protocol: string;
}
const EXPOSED: ReadonlySet<string> = new Set(["Pod", "Service", "ReplicationController", "Deployment.apps", "ReplicaSet.apps"]);

function serviceOf({ flags }: Invocation, of: string, given: Given, found: readonly FoundPort[]): Resource {
  if (given.selector === "") throw new CliError("selector must be specified");
  const selector = labelsOf(given.selector);
  const labels = given.labels === "" ? undefined : labelsOf(given.labels);
  const text = given.ports || given.port;
  const numbers = text === "" ? [] : text.split(",");
  const target = flags.string("target-port");
  const ports = numbers.flatMap((number, i) => {
    const port = atoi(number);
    const protocols = found.filter((p) => String(p.port) === number).map((p) => p.protocol);
    const several = flags.string("protocol") === "" && protocols.length > 1;
    return (several ? protocols : [flags.string("protocol") || protocols[0] || "TCP"]).map((protocol) => ({
      ...(several ? { name: `port-${i + 1}-${protocol.toLowerCase()}` } : numbers.length > 1 ? { name: `port-${i + 1}` } : {}),
      protocol,
      port,
      targetPort: target ? (/^\d+$/.test(target) ? Number(target) : target) : port,
    }));
  });
  const type = flags.string("type");
  const affinity = flags.string("session-affinity");
  if (!["", "None", "ClientIP"].includes(affinity)) throw new CliError(`unknown session affinity: ${affinity}`);
  const spec = {
    ...(ports.length > 0 ? { ports } : {}),
    selector,
    ...(type ? { type } : {}),
    ...(flags.string("cluster-ip") ? { clusterIP: flags.string("cluster-ip") } : {}),
    ...(flags.string("external-ip") ? { externalIPs: [flags.string("external-ip")] } : {}),
    ...(flags.string("load-balancer-ip") && type === "LoadBalancer" ? { loadBalancerIP: flags.string("load-balancer-ip") } : {}),
    ...(affinity ? { sessionAffinity: affinity } : {}),
  };
  const name = flags.string("name") || of.slice(0, LONGEST_NAME);
  return { apiVersion: "v1", kind: "Service", metadata: { name, ...(labels ? { labels } : {}) }, spec, status: { loadBalancer: {} } };
}
/** Of a service: a label of DNS. */
const LONGEST_NAME = 63;

const textOf = (map: Readonly<Record<string, string>> = {}): string =>
  Object.entries(map)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

/** (k8s: polymorphichelpers mapBasedSelectorForObject) */
function selectorOf(o: Resource): Readonly<Record<string, string>> {
  const none = (why: string): CliError => new CliError(`couldn't retrieve selectors via --selector flag or introspection: ${why}`);
  const { labels = {} } = o.metadata;
  if (o.kind === "Pod") {
    if (Object.keys(labels).length === 0) throw none("the pod has no labels and cannot be exposed");
    return labels;
  }
  const { selector } = o["spec"] as { readonly selector?: unknown };
  if (o.kind === "Service" && selector === undefined) throw none("the service has no pod selector set");
  if (o.kind === "Service" || o.kind === "ReplicationController") return (selector ?? {}) as Readonly<Record<string, string>>;
  const { matchLabels = {}, matchExpressions = [] } = (selector ?? {}) as {
    matchLabels?: Readonly<Record<string, string>>;
    matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
  };
  if (Object.keys(matchLabels).length === 0) throw none(`invalid ${o.kind.toLowerCase()}: no selectors, therefore cannot be exposed`);
  if (matchExpressions.length > 0) {
    const told = matchExpressions.map((e) => `{Key:${e.key} Operator:${e.operator} Values:[${(e.values ?? []).join(" ")}]}`).join(" ");
    throw none(`couldn't convert expressions - "[${told}]" to map-based selector format`);
  }
  return matchLabels;
}

function portsOf(o: Resource): readonly FoundPort[] {
  if (o.kind === "Service")
    return ((o as unknown as { spec: { ports?: readonly { port: number; protocol?: string }[] } }).spec.ports ?? []).map((p) => ({
      port: p.port,
      protocol: p.protocol ?? "TCP",
    }));
  const spec = o.kind === "Pod" ? (o as Pod).spec : (o as Deployment).spec.template.spec;
  return spec.containers.flatMap((c) => c.ports ?? []).map((p) => ({ port: p.containerPort, protocol: p.protocol ?? "TCP" }));
}
