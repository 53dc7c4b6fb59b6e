import { isQualifiedName, isValidLabelValue } from "../../machinery/index.ts";
import { CliError, NoResourceMatch, Failures, usageError } from "../errors.ts";
import { dryRunFlag, fieldManagerFlag, printFlags, selectorFlag, validateFlag } from "../flags/groups.ts";
import { bool } from "../flags/parse.ts";
import { OBJECT_FORMATS, operationLine, type Printer, printerFor, typedPrinterFor } from "../printers/printer.ts";
import { type Discovery, findType, type ResourceType } from "../rest/discovery.ts";
import { withType } from "../rest/resources.ts";
import { pathOf } from "../rest/session.ts";
import { dryRunOf, eachLiveObject, writeQuery } from "./each.ts";
import { decodedObject } from "./set/typed.ts";
import type { Command, Resource } from "../types.ts";

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}
const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/** `key=value:effect`, or with a dash at its end what is to go; throws what is wrong with it (k8s: taint/utils.go parseTaint). */
function parseTaint(text: string): Taint {
  const spec = text.endsWith("-") ? text.slice(0, -1) : text;
  const bad = (why = ""): Error => new Error(`invalid taint spec: ${spec}${why === "" ? "" : `, ${why}`}`);
  const [pair = "", effect = "", ...more] = spec.split(":");
  if (more.length > 0) throw bad();
  if (spec.includes(":") && !EFFECTS.includes(effect)) throw new Error(`invalid taint effect: ${effect}, unsupported taint effect`);
  const [key = "", value, ...rest] = spec.includes(":") ? pair.split("=") : [pair];
  if (rest.length > 0) throw bad();
  const keyProblems = isQualifiedName(key);
  if (keyProblems.length > 0) throw bad(keyProblems.join("; "));
  const valueProblems = isValidLabelValue(value ?? "");
  if (valueProblems.length > 0) throw bad(valueProblems.join("; "));
  return { key, ...(value ? { value } : {}), effect };
}

interface Specs {
  readonly add: readonly Taint[];
  readonly remove: readonly Taint[];
}
function parseSpecs(specs: readonly string[], path: string): Specs {
  const add: Taint[] = [];
  const remove: Taint[] = [];
  try {
    for (const spec of specs) {
      const taint = parseTaint(spec);
      if (spec.endsWith("-")) remove.push(taint);
      else if (taint.effect === "") throw new Error(`invalid taint spec: ${spec}`);
      else if (add.some((t) => t.key === taint.key && t.effect === taint.effect))
        throw new Error(`duplicated taints with the same key and effect: {${taint.key} ${taint.value ?? ""} ${taint.effect} <nil>}`);
      else add.push(taint);
    }
  } catch (error) {
    throw usageError(path, (error as Error).message);
  }
  return { add, remove };
}

function refuseBoth({ add, remove }: Specs): void {
  const both = remove.filter((r) => add.some((t) => t.key === r.key && (r.effect === "" || r.effect === t.effect)));
  if (both.length > 0)
    throw new CliError(
      `can not both modify and remove the following taint(s) in the same command: ${both.map(({ key, effect }) => `${key}=${effect}`).join(", ")}`,
    );
}

/** The taints that a node has then, and what has happened to them. */
function changed(
  node: string,
  old: readonly Taint[],
  { add, remove }: Specs,
  overwrite: boolean,
): { readonly taints: readonly Taint[]; readonly operation: string } {
  const like = (a: Taint) => (b: Taint) => a.key === b.key && a.effect === b.effect;
  const taken = add.filter((t) => old.some(like(t)));
  if (taken.length > 0 && !overwrite)
    throw new CliError(
      `node ${node} already has ${taken.map((t) => t.key).join(",")} taint(s) with same effect(s) and --overwrite is false`,
    );
  const goes = (o: Taint): boolean => remove.some((r) => r.key === o.key && (r.effect === "" || r.effect === o.effect));
  const missing = remove.filter((r) => !old.some((o) => r.key === o.key && (r.effect === "" || r.effect === o.effect)));
  const unknown = missing.map(
    ({ key, effect }) => new CliError(`taint ${JSON.stringify(effect === "" ? key : `${key}:${effect}`)} not found`),
  );
  // One is a failure of the command, several are a list of their own, which is told without a head.
  if (unknown.length === 1) throw unknown[0];
  if (unknown.length > 1) throw new Failures(unknown);
  const kept = old.filter((o) => !goes(o) && !add.some(like(o)));
  // k8s: taint/utils.go reorganizeTaints: with --overwrite it is not looked at what was there.
  const added = taken.length < add.length;
  const operation = overwrite || (added && remove.length > 0) ? "modified" : added ? "tainted" : "untainted";
  return { taints: [...add, ...kept], operation };
}

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
    ...validateFlag,
    ...fieldManagerFlag("kubectl-taint"),
    all: bool("Taint every node of the cluster."),
    overwrite: bool("Give a taint that a node has already another value; without it that is refused."),
  },
  async run(invocation) {
    const { args, flags, path, session, proc } = invocation;
    const isTaint = (a: string): boolean => /[=:]/.test(a) || a.endsWith("-");
    const at = args.findIndex(isTaint);
    const resources = at < 0 ? args : args.slice(0, at);
    const specs = at < 0 ? [] : args.slice(at);
    const dryRun = dryRunOf(invocation);
    if (resources.length === 0) throw new CliError("one or more resources must be specified as <resource> <name>");
    if (specs.length === 0) throw new CliError("at least one taint update is required");
    const late = specs.find((a) => !isTaint(a));
    if (late !== undefined) throw new CliError(`all resources must be specified before taint changes: ${late}`);
    const wanted = parseSpecs(specs, path);
    const kind = (resources[0] as string).toLowerCase();
    const type = typeCalled(await session.discovery(), kind);
    if (kind.includes("/") || !type) throw new NoResourceMatch(`the server doesn't have a resource type ${JSON.stringify(kind)}`);
    if (type.kind !== "Node") throw new CliError(`invalid resource type ${kind}, only node types are supported`);
    refuseBoth(wanted);
    if (flags.bool("all") && flags.string("selector") !== "")
      throw new CliError("setting 'all' parameter with a non empty selector is prohibited");
    if (!flags.bool("all") && flags.string("selector") === "" && resources.length < 2)
      throw new CliError("at least one resource name must be specified since 'all' parameter is not set");
    // What a dry run of the client shows was decoded, patched, and is untyped again.
    const formats = [flags.string("output"), flags, proc.fs, OBJECT_FORMATS] as const;
    let printer: Printer | undefined;
    await eachLiveObject(invocation, { args: resources }, async (target, object) => {
      const old = (object as Resource & { spec?: { taints?: readonly Taint[] } }).spec;
      const { taints, operation } = changed(target.name, old?.taints ?? [], wanted, flags.bool("overwrite"));
      // The printer is looked for when there is something to print.
      printer ??= dryRun === "client" ? printerFor(...formats) : typedPrinterFor(...formats);
      let result: Resource = { ...object, spec: { ...old, taints: taints.length > 0 ? taints : undefined } };
      if (dryRun !== "client")
        result = (await session.object("PATCH", pathOf(target.type, undefined, target.name), {
          body: { spec: { taints: taints.length > 0 ? taints : null } },
          contentType: "application/merge-patch+json",
          query: writeQuery(invocation, dryRun, "kubectl-taint"),
        })) as Resource;
      // Upstream says nothing of a dry run here.
      await invocation.out(
        printer ? printer(decodedObject(withType(result, target.type))) : operationLine(target.type, target.name, operation),
      );
    });
  },
};

function typeCalled(discovery: Discovery, name: string): ResourceType | undefined {
  try {
    return findType(discovery, name);
  } catch {
    return undefined;
  }
}
