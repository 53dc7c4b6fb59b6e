import { CliError } from "../../errors.ts";
import { int, int32, str, strings } from "../../flags/parse.ts";
import { findType } from "../../rest/discovery.ts";
import { pathOf } from "../../rest/session.ts";
import type { Invocation, Resource } from "../../types.ts";
import { generator } from "./generator.ts";

/** The command after `--`. */
export const commandOf = ({ args, dash }: Invocation): readonly string[] => (dash >= 0 ? args.slice(dash) : []);

/** "nginx" of "registry/nginx:1.27@sha256:…". */
function containerName(image: string): string {
  const last = image.split("/").at(-1) ?? image;
  return (last.split("@")[0] ?? last).split(":")[0]?.replaceAll("_", "-") ?? last;
}

export const deployment = generator({
  name: "deployment",
  aliases: ["deploy"],
  short: "Create a deployment with the specified name",
  usage: "NAME --image=image -- [COMMAND] [args...]",
  namespaced: true,
  required: ["image"],
  failing: "failed to create deployment",
  flags: {
    image: strings("Image names to run. A deployment can have multiple images set for multi-container pod."),
    port: int32("The containerPort that this deployment exposes.", -1),
    replicas: int32("Number of replicas to create. Default is 1.", 1, "r"),
  },
  build(name, invocation) {
    const { flags } = invocation;
    const images = flags.list("image");
    const command = commandOf(invocation);
    if (images.length > 1 && command.length > 0) throw new CliError("cannot specify multiple --image options and command");
    const port = flags.int("port");
    const containers = images.map((image) => ({
      name: containerName(image),
      image,
      resources: {},
      ...(command.length > 0 ? { command } : {}),
      ...(port >= 0 ? { ports: [{ containerPort: port }] } : {}),
    }));
    const labels = { app: name };
    return {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, labels },
      spec: {
        replicas: flags.int("replicas"),
        selector: { matchLabels: labels },
        strategy: {},
        template: { metadata: { labels }, spec: { containers } },
      },
      status: {},
    };
  },
});

function jobSpec(name: string, image: string, command: readonly string[], restartPolicy: string): object {
  return {
    template: {
      metadata: {},
      spec: { containers: [{ name, image, resources: {}, ...(command.length > 0 ? { command } : {}) }], restartPolicy },
    },
  };
}

export const job = generator({
  name: "job",
  short: "Create a job with the specified name",
  usage: "NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
  namespaced: true,
  failing: "failed to create job",
  flags: { image: str("Image name to run."), from: str("The name of the resource to create a Job from (only cronjob is supported).") },
  async build(name, invocation) {
    const { flags, session } = invocation;
    const [image, from, command] = [flags.string("image"), flags.string("from"), commandOf(invocation)];
    if ((image === "") === (from === "")) throw new CliError(`either --image or --from must be specified`);
    if (from && command.length > 0) throw new CliError("cannot specify --from and command");
    if (!from) return { apiVersion: "batch/v1", kind: "Job", metadata: { name }, spec: jobSpec(name, image, command, "Never"), status: {} };
    const [kind, source] = from.split("/");
    if (!kind || !source) throw new CliError(`from must be an existing cronjob`);
    const type = findType(await session.discovery(), kind);
    const cron = (await session.object("GET", pathOf(type, session.namespace, source))) as Resource & {
      spec: { jobTemplate: { metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }; spec: object } };
    };
    if (type.kind !== "CronJob") throw new CliError(`unknown object type *${type.version}.${type.kind}`);
    const owner = { apiVersion: "batch/v1", kind: "CronJob", name: cron.metadata.name, uid: cron.metadata.uid ?? "", controller: true };
    const template = cron.spec.jobTemplate;
    return {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: {
        name,
        annotations: { "cronjob.kubernetes.io/instantiate": "manual", ...template.metadata?.annotations },
        ...(template.metadata?.labels ? { labels: template.metadata.labels } : {}),
        ownerReferences: [owner],
      },
      spec: template.spec,
      status: {},
    };
  },
});

export const cronjob = generator({
  name: "cronjob",
  aliases: ["cj"],
  short: "Create a cron job with the specified name",
  usage: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
  namespaced: true,
  required: ["image", "schedule"],
  failing: "failed to create cronjob",
  flags: {
    image: str("Image name to run."),
    schedule: str("A schedule in the Cron format the job should be run with."),
    restart: str("job's restart policy. supported values: OnFailure, Never"),
  },
  build(name, invocation) {
    const { flags } = invocation;
    const spec = {
      schedule: flags.string("schedule"),
      jobTemplate: {
        metadata: { name },
        spec: jobSpec(name, flags.string("image"), commandOf(invocation), flags.string("restart") || "OnFailure"),
      },
    };
    return { apiVersion: "batch/v1", kind: "CronJob", metadata: { name }, spec, status: {} };
  },
});

interface ServiceSettings {
  readonly kind: string;
  readonly type: string;
  readonly short: string;
}

function service({ kind, type, short }: ServiceSettings) {
  const external = type === "ExternalName";
  return generator({
    name: kind,
    short,
    usage: `NAME ${external ? "--external-name external.name" : type === "ClusterIP" ? "[--tcp=<port>:<targetPort>]" : "[--tcp=port:targetPort]"} [--dry-run=server|client|none]`,
    namespaced: true,
    ...(external ? { required: ["external-name"] } : {}),
    failing: `failed to create ${type} service`,
    unsaved: true,
    flags: {
      tcp: strings("Port pairs can be specified as '<port>:<targetPort>'."),
      ...(type === "NodePort" ? { "node-port": int("Port used to expose the service on each node in a cluster.", 0) } : {}),
      ...(type === "ClusterIP"
        ? { clusterip: str("Assign your own ClusterIP or set to 'None' for a 'headless' service (no loadbalancing).") }
        : {}),
      ...(external ? { "external-name": str("External name of service") } : {}),
    },
    build(name, { flags }) {
      const clusterIP = type === "ClusterIP" ? flags.string("clusterip") : "";
      if (flags.list("tcp").length === 0 && !external && clusterIP !== "None")
        throw new CliError("at least one tcp port specifier must be provided");
      const ports = flags.list("tcp").map((pair) => {
        const [from = "", to = from] = pair.split(":");
        const port = portNumber(from);
        const targetPort = /^\d+$/.test(to) ? portNumber(to) : to;
        return {
          name: pair.replace(":", "-"),
          port,
          protocol: "TCP",
          targetPort,
          ...(type === "NodePort" && flags.int("node-port") ? { nodePort: flags.int("node-port") } : {}),
        };
      });
      const labels = { app: name };
      const spec = {
        type,
        selector: labels,
        ...(ports.length > 0 ? { ports } : {}),
        ...(clusterIP ? { clusterIP } : {}),
        ...(external ? { externalName: flags.string("external-name") } : {}),
      };
      return { apiVersion: "v1", kind: "Service", metadata: { name, labels }, spec, status: { loadBalancer: {} } };
    },
  });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text)) throw new CliError(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  if (port < 1 || port > 65535) throw new CliError(`invalid port number ${text}: must be between 1 and 65535, inclusive`);
  return port;
}

export const services = {
  name: "service",
  aliases: ["svc"],
  short: "Create a service using a specified subcommand",
  usage: "[flags]",
  subcommands: [
    service({ kind: "clusterip", type: "ClusterIP", short: "Create a ClusterIP service" }),
    service({ kind: "externalname", type: "ExternalName", short: "Create an ExternalName service" }),
    service({ kind: "loadbalancer", type: "LoadBalancer", short: "Create a LoadBalancer service" }),
    service({ kind: "nodeport", type: "NodePort", short: "Create a NodePort service" }),
  ],
};
