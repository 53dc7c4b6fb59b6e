import { usageError } from "../errors.ts";
import { dryRunFlag, selectorFlag } from "../flags/groups.ts";
import { operationLine } from "../printers/printer.ts";
import { liveObjects, targets, type Target } from "../rest/resources.ts";
import { pathOf } from "../rest/session.ts";
import { dryRunOf } from "./each.ts";
import type { Command, Invocation, Resource } from "../types.ts";

interface Node extends Resource {
  readonly spec?: { readonly unschedulable?: boolean };
}
type NamedNode = { readonly target: Target & { readonly name: string }; readonly node: Node };

export async function nodesOf(invocation: Invocation): Promise<readonly NamedNode[]> {
  const { args, flags, path } = invocation;
  if (args.length === 0 && !flags.string("selector")) throw usageError(path, `USAGE: ${invocation.command.name} NODE [flags]`);
  if (args.length > 0 && flags.string("selector")) throw usageError(path, "error: cannot specify both a node name and a --selector option");
  const list = await targets(invocation, { args: args.length > 0 ? ["nodes", ...args.map((a) => a.replace(/^nodes?\//, ""))] : ["nodes"] });
  return (await liveObjects(invocation, list)).map(({ target, object }) => ({
    target: { ...target, name: object.metadata.name },
    node: object as Node,
  }));
}

export async function setCordon(invocation: Invocation, { target, node }: NamedNode, cordoned: boolean): Promise<void> {
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
