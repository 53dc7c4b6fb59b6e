import { CliError, usageError } from "../errors.ts";
import { dryRunFlag, fieldManagerFlag, printFlags, selectorFlag } from "../flags/groups.ts";
import { bool } from "../flags/parse.ts";
import { operationLine } from "../printers/printer.ts";
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

const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export const taint: Command = {
  name: "taint",
  group: "Cluster Management Commands",
  short: "Update the taints on one or more nodes",
  usage: "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
  offers: ["node"],
  arguments: "resources",
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
