import { CliError } from "../errors.ts";
import { fileFlags, selectorFlag } from "../flags/groups.ts";
import { str } from "../flags/parse.ts";
import type { Deployment, Pod } from "../describe/types.ts";
import { eachLiveObject } from "./each.ts";
import { createObject, makingFlags } from "./generators/generator.ts";
import { overridden, overrideFlags } from "./generators/overrides.ts";
import type { Command, Resource } from "../types.ts";

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
    // The selector of the service is a flag here; it does not choose what is exposed.
    await eachLiveObject({ ...invocation, flags: flags.without("selector") }, {}, async (target, object) => {
      const { kind } = target.type;
      if (!["Pod", "Service", "ReplicationController", "Deployment", "ReplicaSet"].includes(kind))
        throw new CliError(`cannot expose a ${kind}${target.type.group ? `.${target.type.group}` : ""}`);
      const selector = flags.string("selector") ? pairs(flags.string("selector")) : selectorOf(object);
      if (!selector || Object.keys(selector).length === 0)
        throw new CliError(
          `couldn't retrieve selectors via --selector flag or introspection: ${kind === "Pod" ? "the pod has no labels and cannot be exposed" : "no selectors"}`,
        );
      const found = portsOf(object);
      const given = flags.string("port");
      if (!given && found.length === 0) throw new CliError("couldn't find port via --port flag or introspection");
      const numbers = given ? given.split(",").map((p) => ({ port: Number(p), protocol: undefined })) : found;
      const targetPort = flags.string("target-port");
      const ports = numbers.map(({ port, protocol }, i) => ({
        ...(numbers.length > 1 ? { name: `port-${i + 1}` } : {}),
        protocol: flags.string("protocol") || protocol || found.find((f) => f.port === port)?.protocol || "TCP",
        port,
        targetPort: targetPort ? (/^\d+$/.test(targetPort) ? Number(targetPort) : targetPort) : port,
      }));
      const name = flags.string("name") || target.name;
      const labels = flags.string("labels") ? pairs(flags.string("labels")) : object.metadata.labels;
      const spec = {
        ports,
        selector,
        ...(flags.string("type") ? { type: flags.string("type") } : {}),
        ...(flags.string("cluster-ip") ? { clusterIP: flags.string("cluster-ip") } : {}),
        ...(flags.string("external-ip") ? { externalIPs: [flags.string("external-ip")] } : {}),
        ...(flags.string("load-balancer-ip") && flags.string("type") === "LoadBalancer"
          ? { loadBalancerIP: flags.string("load-balancer-ip") }
          : {}),
        ...(flags.string("session-affinity") ? { sessionAffinity: flags.string("session-affinity") } : {}),
      };
      const service: Resource = {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name, ...(labels ? { labels } : {}) },
        spec,
        status: { loadBalancer: {} },
      };
      await exposed(invocation, overridden(invocation, service));
    });
  },
};

/** As createObject, but says "exposed". */
async function exposed(invocation: Parameters<typeof createObject>[0], service: Resource): Promise<void> {
  await createObject({ ...invocation, out: (text) => invocation.out(text.replace(/ created( \(|\n$)/, " exposed$1")) }, service, true);
}

const pairs = (text: string): Record<string, string> => Object.fromEntries(text.split(",").map((p) => p.split("=") as [string, string]));

function selectorOf(o: Resource): Readonly<Record<string, string>> | undefined {
  if (o.kind === "Pod") return o.metadata.labels;
  const selector = (o as Deployment).spec.selector as { matchLabels?: Record<string, string>; matchExpressions?: readonly unknown[] };
  if (o.kind === "Service" || o.kind === "ReplicationController") return selector as unknown as Record<string, string>;
  if (selector.matchExpressions?.length)
    throw new CliError("couldn't convert expressions - \"" + JSON.stringify(selector.matchExpressions) + '" to map-based selector format');
  return selector.matchLabels;
}

function portsOf(o: Resource): readonly { readonly port: number; readonly protocol: string }[] {
  if (o.kind === "Service")
    return ((o as unknown as { spec: { ports?: readonly { port: number; protocol?: string }[] } }).spec.ports ?? []).map((p) => ({
      port: p.port,
      protocol: p.protocol ?? "TCP",
    }));
  const spec = o.kind === "Pod" ? (o as Pod).spec : (o as Deployment).spec.template.spec;
  return spec.containers.flatMap((c) => c.ports ?? []).map((p) => ({ port: p.containerPort, protocol: p.protocol ?? "TCP" }));
}
