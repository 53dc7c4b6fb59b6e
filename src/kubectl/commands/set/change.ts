import { applyStrategicPatch, createTwoWayStrategicPatch, type JsonMap } from "../../../machinery/index.ts";
import { ApiFailure, CliError, Failures } from "../../errors.ts";
import type { Deployment, Pod, PodSpec } from "../../describe/types.ts";
import { deepFileFlags, dryRunFlag, fieldManagerFlag, fileFlags, printFlags, selectorFlag } from "../../flags/groups.ts";
import { bool, str, type FlagTable } from "../../flags/parse.ts";
import { patchSchema } from "../../manifest/schema.ts";
import { OBJECT_FORMATS, operationLine, printerFor } from "../../printers/printer.ts";
import { fileTargets, liveObjects, PartialTargets, targets, withType, type Target } from "../../rest/resources.ts";
import { pathOf } from "../../rest/session.ts";
import { dryRunOf } from "../each.ts";
import type { Invocation, Resource } from "../../types.ts";

export type Named = Target & { readonly name: string };
const shared: FlagTable = {
  ...printFlags,
  ...dryRunFlag,
  ...fieldManagerFlag("kubectl-set"),
  all: bool("Select all resources, in the namespace of the specified resource types"),
  local: bool("If true, set will NOT contact api-server but run locally."),
};
export const unselected: FlagTable = { ...fileFlags, ...shared };
export const common: FlagTable = { ...unselected, ...selectorFlag };
export const deep: FlagTable = { ...deepFileFlags, ...shared };
export const containersFlag: FlagTable = {
  containers: str(
    "The names of containers in the selected pod templates to change, all containers are selected by default - may use wildcards",
    "c",
    "*",
  ),
};

export interface Change {
  /** "image updated": what is printed when it was done. */
  readonly past: string;
  /** "failed to patch image update to pod template:": what precedes a refusal of the server. */
  readonly failing: string;
  /** A refusal of `work` is said without the object's name, and ends the command. */
  readonly bare?: true;
  /** What changes nothing is sent and told of too. */
  readonly always?: true;
  /** The object as it should be. */
  work(object: Resource, target: Named): Resource | Promise<Resource>;
}

/** Objects that arguments name, live; with --local, those of the files as they are. Failures come first, as nothing is changed then. */
export async function subjects(
  invocation: Invocation,
  resources: readonly string[],
): Promise<readonly { target: Named; object: Resource }[]> {
  if (invocation.flags.bool("local")) {
    if (resources.length > 0 && invocation.flags.list("filename").length === 0)
      throw new CliError(
        "error: you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'",
      );
    return (await fileTargets(invocation)).map((target) => ({ target, object: target.object }));
  }
  const found: { target: Named; object: Resource }[] = [];
  const errors: unknown[] = [];
  for (const target of await targets({ ...invocation, args: resources }).catch((error: unknown) => {
    if (!(error instanceof PartialTargets)) throw error;
    errors.push(...error.errors);
    return error.found;
  })) {
    try {
      for (const live of await liveObjects(invocation, [target]))
        found.push({ target: live.target as Named, object: withType(live.object, target.type) });
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new Failures(errors);
  return found;
}

/** Reckons the difference that `change` makes to each object, sends it, and prints what came of it. */
export async function changeEach(
  invocation: Invocation,
  list: readonly { target: Named; object: Resource }[],
  change: Change,
): Promise<void> {
  const { flags, session, proc } = invocation;
  const dryRun = dryRunOf(invocation);
  const local = flags.bool("local");
  if (local && dryRunOf(invocation) === "server")
    throw new CliError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
  const printer = printerFor(flags.string("output"), flags, proc.fs, OBJECT_FORMATS);
  const errors: unknown[] = [];
  for (const { target, object } of list) {
    const named = local ? `${target.type.kind.toLowerCase()}/${target.name}` : `${target.type.name}/${target.name}`;
    let patch: JsonMap;
    const schema = patchSchema(target.type);
    try {
      if (!schema) throw new CliError(`${target.type.kind} cannot be set`);
      patch = createTwoWayStrategicPatch(object as unknown as JsonMap, (await change.work(object, target)) as unknown as JsonMap, schema);
    } catch (error) {
      if (!(error instanceof CliError) || change.bare) throw error;
      // k8s: set_image.go and others end this message with a line break of its own.
      errors.push(error.message.startsWith("unable to find container") ? error : new CliError(`error: ${named} ${error.message}\n`));
      continue;
    }
    let result =
      Object.keys(patch).length === 0 ? object : (applyStrategicPatch(object as unknown as JsonMap, patch, schema) as unknown as Resource);
    if (Object.keys(patch).length === 0 && !local && !change.always) continue;
    if (dryRun !== "client" && !local) {
      const query = { fieldManager: flags.string("field-manager"), ...(dryRun === "server" ? { dryRun: "All" } : {}) };
      try {
        result = (await session.object("PATCH", pathOf(target.type, target.namespace, target.name), {
          body: patch,
          contentType: "application/strategic-merge-patch+json",
          query,
        })) as Resource;
      } catch (error) {
        errors.push(error instanceof Error && change.failing !== "" ? new CliError(`${change.failing} ${error.message}`) : error);
        continue;
      }
    }
    await invocation.out(printer ? printer(withType(result, target.type)) : operationLine(target.type, target.name, change.past, dryRun));
  }
  if (errors.length > 0) throw new Failures(errors);
}

/** The pod spec in an object. Throws CliError when it has none. */
export function podSpecOf(o: Resource): PodSpec {
  if (o.kind === "Pod") return (o as Pod).spec;
  const template =
    (o as Deployment).spec?.template ??
    (o as unknown as { spec?: { jobTemplate?: { spec: { template: { spec: PodSpec } } } } }).spec?.jobTemplate?.spec.template;
  if (!template)
    throw new CliError(`the object is not a pod or does not have a pod template: *${o.apiVersion.split("/").at(-1)}.${o.kind}`);
  return template.spec;
}

export function withPodSpec(o: Resource, spec: PodSpec): Resource {
  if (o.kind === "Pod") return { ...o, spec };
  if (o.kind === "CronJob") {
    const cron = o as unknown as { spec: { jobTemplate: { spec: { template: object } } } };
    const { jobTemplate } = cron.spec;
    return {
      ...o,
      spec: {
        ...cron.spec,
        jobTemplate: { ...jobTemplate, spec: { ...jobTemplate.spec, template: { ...jobTemplate.spec.template, spec } } },
      },
    };
  }
  const d = o as Deployment;
  return { ...o, spec: { ...d.spec, template: { ...d.spec.template, spec } } };
}

/** The resources first, then KEY=VALUE pairs. */
export function split(invocation: Invocation, isPair: (a: string) => boolean): [readonly string[], readonly string[]] {
  const at = invocation.args.findIndex(isPair);
  return at < 0 ? [invocation.args, []] : [invocation.args.slice(0, at), invocation.args.slice(at)];
}

export const given = (invocation: Invocation, resources: readonly string[]): void => {
  const { flags } = invocation;
  const kustomize = flags.has("kustomize") ? flags.string("kustomize") : "";
  if (resources.length === 0 && flags.list("filename").length === 0 && kustomize === "")
    throw new CliError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
};

export const glob =
  (pattern: string) =>
  (name: string): boolean =>
    new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replaceAll("*", "[^]*")
        .replaceAll("?", "[^]")}$`,
    ).test(name);
