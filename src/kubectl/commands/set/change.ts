import { createTwoWayStrategicPatch, type JsonMap, type PatchSchema } from "../../../machinery/index.ts";
import { CliError, Failures } from "../../errors.ts";
import type { Deployment, Pod, PodSpec } from "../../describe/types.ts";
import { deepFileFlags, dryRunFlag, fieldManagerFlag, fileFlags, printFlags, selectorFlag } from "../../flags/groups.ts";
import { bool, str, type FlagTable } from "../../flags/parse.ts";
import { patchSchema } from "../../manifest/schema.ts";
import { OBJECT_FORMATS, operationLine, type Printer, typedPrinterFor } from "../../printers/printer.ts";
import { liveObjects, PartialTargets, targets, withType, type Target } from "../../rest/resources.ts";
import { pathOf } from "../../rest/session.ts";
import { dryRunOf, failureOrThrow, throwAll, unreadBefore } from "../each.ts";
import type { Invocation, Resource } from "../../types.ts";
import { decodedObject, localObjects } from "./typed.ts";

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
  /** A refusal of `work` is said without the object's name. */
  readonly bare?: true;
  /** What changes nothing is sent and told of too. */
  readonly always?: true;
  /** The object as it should be, or undefined where there is nothing to do to it; what is wrong but no hindrance goes to `told`. */
  work(object: Resource, target: Named, told: unknown[]): Resource | undefined | Promise<Resource | undefined>;
}

/** How the outcome is shown: chosen before anything is looked for. */
export interface Showing {
  readonly dryRun: "none" | "client" | "server";
  readonly printer: Printer | undefined;
}
export const showing = (invocation: Invocation): Showing => {
  const { flags, proc } = invocation;
  return { dryRun: dryRunOf(invocation), printer: typedPrinterFor(flags.string("output"), flags, proc.fs, OBJECT_FORMATS) };
};

export const refuseLocalServer = ({ flags }: Invocation, { dryRun }: Showing): void => {
  if (flags.bool("local") && dryRun === "server")
    throw new CliError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
};
export const refuseAllAndSelector = ({ flags }: Invocation): void => {
  if (flags.bool("all") && flags.string("selector") !== "") throw new CliError("cannot set --all and --selector at the same time");
};
const LOCAL_RESOURCE =
  "error: you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'";
export const refuseLocalResources = ({ flags }: Invocation, resources: readonly string[]): void => {
  if (flags.bool("local") && resources.length > 0) throw new CliError(LOCAL_RESOURCE);
};

export interface Subject {
  readonly target: Named;
  readonly object: Resource;
}

/** What was found, and what went wrong: below the visitor, or at the visit of an object that an argument names. */
export interface Visited {
  readonly found: readonly Subject[];
  readonly inner: readonly unknown[];
  readonly errors: readonly unknown[];
}

/** Objects that arguments name, live; with --local, those of the files as they are. All that failed is told at once, and nothing is changed then. */
export async function subjects(invocation: Invocation, resources: readonly string[]): Promise<readonly Subject[]> {
  const { found, inner, errors } = await visited(invocation, resources);
  throwAll(inner, errors);
  return found;
}

export async function visited(invocation: Invocation, resources: readonly string[]): Promise<Visited> {
  if (invocation.flags.bool("local")) return localObjects(invocation);
  const found: Subject[] = [];
  const inner: unknown[] = [];
  const errors: unknown[] = [];
  let unread: PartialTargets | undefined;
  const list = await targets({ ...invocation, args: resources }).catch((error: unknown) => {
    if (!(error instanceof PartialTargets)) throw error;
    unread = error;
    return error.found;
  });
  for (const [i, target] of list.entries()) {
    inner.push(...unreadBefore(unread, i));
    try {
      if (target.object) decodedObject(target.object, target.source);
      for (const live of await liveObjects(invocation, [target]))
        found.push({ target: live.target as Named, object: decodedObject(withType(live.object, target.type)) });
    } catch (error) {
      (target.object ? inner : errors).push(failureOrThrow(error));
    }
  }
  return { found, inner: [...inner, ...unreadBefore(unread, list.length)], errors };
}

/** Reckons the difference that `change` makes to each object, sends it, and prints what came of it. */
export async function changeEach(
  invocation: Invocation,
  { dryRun, printer }: Showing,
  list: readonly Subject[],
  change: Change,
): Promise<void> {
  const { flags, session } = invocation;
  const local = flags.bool("local");
  const errors: unknown[] = [];
  // All are reckoned before the first is sent (k8s: set/helper.go CalculatePatches).
  const changes: (Subject & { readonly wanted: Resource | CliError })[] = [];
  for (const { target, object } of list) {
    const wanted = await Promise.resolve()
      .then(() => change.work(object, target, errors))
      .catch((error: unknown) => {
        if (error instanceof CliError) return error;
        throw error;
      });
    if (wanted !== undefined) changes.push({ target, object, wanted });
  }
  for (const { target, object, wanted } of changes) {
    if (wanted instanceof CliError) {
      // k8s: set_image.go and others end this message with a line break of its own.
      errors.push(change.bare ? wanted : new CliError(`error: ${objectName(target, local)} ${wanted.message}\n`));
      continue;
    }
    const schema = patchSchema(target.type) as PatchSchema;
    const patch = createTwoWayStrategicPatch(object as unknown as JsonMap, wanted as unknown as JsonMap, schema);
    if (Object.keys(patch).length === 0 && !change.always) continue;
    let result = wanted;
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

/** (k8s: resource.Info.ObjectName, which breaks the line where nobody mapped the kind and it has a group) */
const objectName = ({ type, name }: Named, local: boolean): string =>
  !local
    ? `${type.name}/${name}`
    : type.group === ""
      ? `${type.kind.toLowerCase()}/${name}`
      : `${type.kind.toLowerCase()}.${type.group}/${name}\n`;

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

export const glob =
  (pattern: string) =>
  (name: string): boolean =>
    new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^]*")}$`).test(name);
