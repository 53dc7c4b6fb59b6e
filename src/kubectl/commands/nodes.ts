import { ApiFailure, CliError, isNotFound, usageError } from "../errors.ts";
import type { Pod } from "../describe/types.ts";
import { dryRunFlag, fieldManagerFlag, printFlags, selectorFlag } from "../flags/groups.ts";
import { bool, duration, int, str } from "../flags/parse.ts";
import { operationLine } from "../printers/printer.ts";
import { findType } from "../rest/discovery.ts";
import { liveObjects, targets, type Target } from "../rest/resources.ts";
import { pathOf } from "../rest/session.ts";
import { dryRunOf, eachLiveObject } from "./each.ts";
import type { Command, Invocation, Resource } from "../types.ts";

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}
interface Node extends Resource {
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly Taint[] };
}
type NamedNode = { readonly target: Target & { readonly name: string }; readonly node: Node };

async function nodesOf(invocation: Invocation): Promise<readonly NamedNode[]> {
  const { args, flags, path } = invocation;
  if (args.length === 0 && !flags.string("selector")) throw usageError(path, `USAGE: ${invocation.command.name} NODE [flags]`);
  if (args.length > 0 && flags.string("selector")) throw usageError(path, "error: cannot specify both a node name and a --selector option");
  const list = await targets(invocation, { args: args.length > 0 ? ["nodes", ...args.map((a) => a.replace(/^nodes?\//, ""))] : ["nodes"] });
  return (await liveObjects(invocation, list)).map(({ target, object }) => ({
    target: { ...target, name: object.metadata.name },
    node: object as Node,
  }));
}

async function setCordon(invocation: Invocation, { target, node }: NamedNode, cordoned: boolean): Promise<void> {
  const dryRun = dryRunOf(invocation);
  const word = cordoned ? "cordoned" : "uncordoned";
  if ((node.spec?.unschedulable ?? false) === cordoned)
    return invocation.out(operationLine(target.type, target.name, `already ${word}`, dryRun));
  if (dryRun !== "client") {
    const body = { spec: { unschedulable: cordoned ? true : null } };
    await invocation.session.object("PATCH", pathOf(target.type, undefined, target.name), {
      body,
      contentType: "application/strategic-merge-patch+json",
      query: dryRun === "server" ? { dryRun: "All" } : {},
    });
  }
  await invocation.out(operationLine(target.type, target.name, word, dryRun));
}

const cordoning = (name: "cordon" | "uncordon"): Command => ({
  name,
  group: "Cluster Management Commands",
  short: name === "cordon" ? "Mark node as unschedulable" : "Mark node as schedulable",
  usage: "NODE",
  arguments: "nodes",
  flags: { ...selectorFlag, ...dryRunFlag },
  async run(invocation) {
    for (const node of await nodesOf(invocation)) await setCordon(invocation, node, name === "cordon");
  },
});
export const cordon = cordoning("cordon");
export const uncordon = cordoning("uncordon");

/** What keeps a pod from being drained, or a warning that goes with it (k8s: drain/filters.go). */
function obstacle(pod: Pod, invocation: Invocation): { readonly skip?: boolean; readonly error?: string; readonly warning?: string } {
  const { flags } = invocation;
  const controller = pod.metadata.ownerReferences?.find((o) => o.controller);
  if (pod.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) return { skip: true };
  if (controller?.kind === "DaemonSet")
    return flags.bool("ignore-daemonsets")
      ? { skip: true, warning: "ignoring DaemonSet-managed Pods" }
      : { error: "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)" };
  const finished = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
  if (pod.spec.volumes?.some((v) => v["emptyDir"] !== undefined) && !finished && !flags.bool("delete-emptydir-data"))
    return { error: "cannot delete Pods with local storage (use --delete-emptydir-data to override)" };
  if (!controller && !finished)
    return flags.bool("force")
      ? { warning: "deleting Pods that declare no controller" }
      : { error: "cannot delete Pods that declare no controller (use --force to override)" };
  return {};
}

export const drain: Command = {
  name: "drain",
  group: "Cluster Management Commands",
  short: "Drain node in preparation for maintenance",
  usage: "NODE",
  arguments: "nodes",
  flags: {
    ...selectorFlag,
    ...dryRunFlag,
    "chunk-size": int("Return large lists in chunks rather than all at once.", 500),
    "delete-emptydir-data": bool(
      "Continue even if there are pods using emptyDir (local data that will be deleted when the node is drained).",
    ),
    "disable-eviction": bool(
      "Force drain to use delete, even if eviction is supported. This will bypass checking PodDisruptionBudgets, use with caution.",
    ),
    force: bool("Continue even if there are pods that do not declare a controller."),
    "grace-period": int(
      "Period of time in seconds given to each pod to terminate gracefully. If negative, the default value specified in the pod will be used.",
      -1,
    ),
    "ignore-daemonsets": bool("Ignore DaemonSet-managed pods."),
    "pod-selector": str("Label selector to filter pods on the node"),
    "skip-wait-for-delete-timeout": int("If pod DeletionTimestamp older than N seconds, skip waiting for the pod.", 0),
    timeout: duration("The length of time to wait before giving up, zero means infinite"),
  },
  async run(invocation) {
    const nodes = await nodesOf(invocation);
    for (const node of nodes) await setCordon(invocation, node, true);
    for (const node of nodes) {
      try {
        await drainNode(invocation, node);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        throw new CliError(
          `unable to drain node ${JSON.stringify(node.target.name)} due to error: ${error.message}, continuing command...\nThere are pending nodes to be drained:\n ${node.target.name}\nerror: ${error.message}`.replace(
            /\nerror: [^]*$/,
            `\n${error.message}`,
          ),
        );
      }
      await invocation.out(operationLine(node.target.type, node.target.name, "drained", dryRunOf(invocation)));
    }
  },
};

const DRY_RUN_WORDS = { none: "", client: " (dry run)", server: " (server dry run)" } as const;

/** The node's pods that are to go, and what is said against or about the others (k8s: drain.GetPodsForDeletion). */
async function podsToDrain(invocation: Invocation, { target }: NamedNode) {
  const { session, flags } = invocation;
  const type = findType(await session.discovery(), "pods");
  const selector = flags.string("pod-selector");
  const { items } = await session.list(type, undefined, {
    fieldSelector: `spec.nodeName=${target.name}`,
    ...(selector ? { labelSelector: selector } : {}),
  });
  const errors = new Map<string, string[]>();
  const warnings = new Map<string, string[]>();
  const doomed: Pod[] = [];
  for (const pod of items as Pod[]) {
    const { skip, error, warning } = obstacle(pod, invocation);
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    for (const [text, into] of [
      [error, errors],
      [warning, warnings],
    ] as const)
      if (text) into.set(text, [...(into.get(text) ?? []), name]);
    if (!skip && !error) doomed.push(pod);
  }
  const texts = (map: ReadonlyMap<string, string[]>): string[] =>
    [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([text, names]) => `${text}: ${names.join(", ")}`);
  return { type, doomed, errors: texts(errors), warnings: texts(warnings) };
}

async function drainNode(invocation: Invocation, node: NamedNode): Promise<void> {
  const { type, doomed, errors, warnings } = await podsToDrain(invocation, node);
  if (errors.length > 0) throw new CliError(errors.length > 1 ? `[${errors.join(", ")}]` : (errors[0] as string));
  if (warnings.length > 0) await invocation.err(`Warning: ${warnings.join("; ")}\n`);
  try {
    await removePods(invocation, type, doomed);
  } catch (error) {
    const pending = (await podsToDrain(invocation, node)).doomed;
    if (error instanceof Error && pending.length > 0) {
      const names = pending.map((p) => `pod/${p.metadata.name}\n`).join("");
      await invocation.err(
        `There are pending pods in node ${JSON.stringify(node.target.name)} when an error occurred: ${error.message}\n${names}`,
      );
    }
    throw error;
  }
}

/** Evicts, or deletes, and waits until they are gone. */
async function removePods(invocation: Invocation, type: ReturnType<typeof findType>, doomed: readonly Pod[]): Promise<void> {
  const { session, flags, proc } = invocation;
  const discovery = await session.discovery();
  const evict = !flags.bool("disable-eviction") && discovery.subresources.has("/v1/pods/eviction");
  if (!evict && !flags.bool("disable-eviction") && doomed.length > 0)
    await invocation.err("Warning: the server does not support eviction; pods are deleted instead\n");
  const timeout = flags.duration("timeout");
  const until = timeout > 0 ? proc.clock.now() + timeout : Infinity;
  const grace = flags.int("grace-period") >= 0 ? { gracePeriodSeconds: flags.int("grace-period") } : {};
  const dryRun = dryRunOf(invocation);
  for (const pod of doomed) {
    const { name, namespace } = pod.metadata;
    while (dryRun !== "client" || evict) {
      if (evict) await invocation.out(`evicting pod ${namespace}/${name}${DRY_RUN_WORDS[dryRun]}\n`);
      if (dryRun === "client") break;
      if (evict && proc.clock.now() > until)
        throw new CliError(
          `error when evicting pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)}: global timeout reached: ${flags.string("timeout")}`,
        );
      try {
        const options = { kind: "DeleteOptions", apiVersion: "v1", ...grace, ...(dryRun === "server" ? { dryRun: ["All"] } : {}) };
        if (evict)
          await session.object("POST", pathOf(type, namespace, name, "eviction"), {
            body: { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace }, deleteOptions: options },
          });
        else await session.object("DELETE", pathOf(type, namespace, name), { body: options });
        break;
      } catch (error) {
        if (isNotFound(error)) break;
        if (!(error instanceof ApiFailure) || error.reason !== "TooManyRequests") throw error;
        await invocation.err(
          `error when evicting pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)} (will retry after 5s): ${error.message}\n`,
        );
        await proc.clock.sleep(5000);
      }
    }
  }
  if (dryRun !== "none") return;
  for (const pod of doomed) {
    for (;;) {
      const live = await session
        .get(type, pod.metadata.namespace, pod.metadata.name)
        .catch((e: unknown) => (isNotFound(e) ? undefined : Promise.reject(e)));
      if (!live || live.metadata.uid !== pod.metadata.uid) break;
      if (proc.clock.now() >= until)
        throw new CliError(
          `error when waiting for pod ${JSON.stringify(pod.metadata.name)} in namespace ${JSON.stringify(pod.metadata.namespace)} to terminate: global timeout reached: ${flags.string("timeout")}`,
        );
      await proc.clock.sleep(1000);
    }
    await invocation.out(`pod/${pod.metadata.name} ${evict ? "evicted" : "deleted"}\n`);
  }
}

const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export const taint: Command = {
  name: "taint",
  group: "Cluster Management Commands",
  short: "Update the taints on one or more nodes",
  usage: "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
  arguments: "nodes",
  flags: {
    ...printFlags,
    ...selectorFlag,
    ...dryRunFlag,
    ...fieldManagerFlag("kubectl-taint"),
    all: bool("Select all nodes in the cluster"),
    overwrite: bool("If true, allow taints to be overwritten, otherwise reject taint updates that overwrite existing taints."),
  },
  async run(invocation) {
    const { args, flags, path, session } = invocation;
    const isTaint = (a: string): boolean => /[=:]/.test(a) || a.endsWith("-");
    const at = args.findIndex(isTaint);
    const resources = at < 0 ? args : args.slice(0, at);
    const specs = at < 0 ? [] : args.slice(at);
    if (resources.length === 0) throw new CliError("one or more resources must be specified as <resource> <name>");
    if (specs.length === 0) throw new CliError("at least one taint update is required");
    const add: Taint[] = [];
    const remove: { key: string; effect: string }[] = [];
    for (const spec of specs) {
      const removing = spec.endsWith("-");
      const [pair = "", effect = ""] = (removing ? spec.slice(0, -1) : spec).split(":");
      const [key = "", value] = pair.split("=");
      if (effect !== "" && !EFFECTS.includes(effect)) throw usageError(path, `invalid taint effect: ${effect}, unsupported taint effect`);
      if (removing) remove.push({ key, effect });
      else if (!effect) throw usageError(path, `invalid taint spec: ${spec}`);
      else add.push({ key, ...(value ? { value } : {}), effect });
    }
    await eachLiveObject(invocation, { args: resources }, async (target, object) => {
      if (target.type.kind !== "Node") throw new CliError(`invalid resource type ${target.type.name}, only node types are supported`);
      const old = (object as Node).spec?.taints ?? [];
      for (const t of add)
        if (!flags.bool("overwrite") && old.some((o) => o.key === t.key && o.effect === t.effect))
          throw new CliError(`node ${target.name} already has ${t.key} taint(s) with same effect(s) and --overwrite is false`);
      for (const r of remove)
        if (!old.some((o) => o.key === r.key && (r.effect === "" || o.effect === r.effect)))
          throw new CliError(`taint ${JSON.stringify(r.effect ? `${r.key}:${r.effect}` : r.key)} not found`);
      const kept = old.filter(
        (o) =>
          !remove.some((r) => r.key === o.key && (r.effect === "" || r.effect === o.effect)) &&
          !add.some((t) => t.key === o.key && t.effect === o.effect),
      );
      const dryRun = dryRunOf(invocation);
      if (dryRun !== "client") {
        const taints = [...add, ...kept];
        await session.object("PATCH", pathOf(target.type, undefined, target.name), {
          body: { spec: { taints: taints.length > 0 ? taints : null } },
          contentType: "application/merge-patch+json",
          query: { fieldManager: flags.string("field-manager"), ...(dryRun === "server" ? { dryRun: "All" } : {}) },
        });
      }
      const operation =
        add.length > 0 && remove.length > 0
          ? "modified"
          : add.length > 0
            ? old.some((o) => add.some((t) => t.key === o.key && t.effect === o.effect))
              ? "modified"
              : "tainted"
            : "untainted";
      await invocation.out(operationLine(target.type, target.name, operation, dryRun));
    });
  },
};
