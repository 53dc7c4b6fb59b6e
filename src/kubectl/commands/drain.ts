import { CliError, errorMessage, Failures } from "../errors.ts";
import { dryRunFlag, selectorFlag } from "../flags/groups.ts";
import { bool, duration, int, str } from "../flags/parse.ts";
import { operationLine } from "../printers/printer.ts";
import type { Command, Invocation } from "../types.ts";
import { podsToDrain, removePods } from "./drain-pods.ts";
import { dryRunOf } from "./each.ts";
import { nodesOf, setCordon } from "./nodes.ts";

/** How Go prints errors that came together. */
const together = (error: unknown): string =>
  error instanceof Failures && error.errors.length > 1 ? `[${error.errors.map(errorMessage).join(", ")}]` : errorMessage(error);

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
  /** Goes on with the other nodes when one cannot be drained (k8s: RunDrain). */
  async run(invocation) {
    const nodes = await nodesOf(invocation);
    for (const node of nodes) await setCordon(invocation, node, true);
    const pending: string[] = [];
    const fatal: unknown[] = [];
    for (const { target } of nodes) {
      try {
        await drainNode(invocation, target.name);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const name = JSON.stringify(target.name);
        await invocation.err(`error: unable to drain node ${name} due to error: ${together(error)}, continuing command...\n`);
        fatal.push(error);
        pending.push(target.name);
        continue;
      }
      await invocation.out(operationLine(target.type, target.name, "drained", dryRunOf(invocation)));
    }
    if (pending.length === 0) return;
    await invocation.err(`There are pending nodes to be drained:\n${pending.map((name) => ` ${name}\n`).join("")}`);
    throw new Failures(fatal.length === 1 ? fatal : fatal.map((error) => new CliError(together(error))));
  },
};

async function drainNode(invocation: Invocation, node: string): Promise<void> {
  const { type, doomed, errors, warnings } = await podsToDrain(invocation, node);
  if (errors.length > 0) throw new Failures(errors.map((e) => new CliError(e)));
  if (warnings.length > 0) await invocation.err(`Warning: ${warnings.join("; ")}\n`);
  if (dryRunOf(invocation) === "client") {
    for (const { metadata } of doomed) await invocation.out(`evicting pod ${metadata.namespace}/${metadata.name} (dry run)\n`);
    return;
  }
  try {
    await removePods(invocation, type, doomed);
  } catch (error) {
    const left = (await podsToDrain(invocation, node)).doomed;
    if (left.length > 0) {
      const names = left.map((p) => `pod/${p.metadata.name}\n`).join("");
      await invocation.err(`There are pending pods in node ${JSON.stringify(node)} when an error occurred: ${together(error)}\n${names}`);
    }
    throw error;
  }
}
