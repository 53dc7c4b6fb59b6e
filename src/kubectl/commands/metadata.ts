import { createMergePatch, type JsonMap } from "../../machinery/index.ts";
import { CliError, Failures } from "../errors.ts";
import {
  allNamespacesFlag,
  dryRunFlag,
  fieldManagerFlag,
  fieldSelectorFlag,
  fileFlags,
  printFlags,
  selectorFlag,
} from "../flags/groups.ts";
import { bool, str } from "../flags/parse.ts";
import { latePrinter, OBJECT_FORMATS, operationLine, printerFor } from "../printers/printer.ts";
import { withType, type Target } from "../rest/resources.ts";
import { pathOf } from "../rest/session.ts";
import { localTargets } from "../manifest/local.ts";
import { dryRunOf, eachLiveObject, failureOrThrow, throwAll } from "./each.ts";
import { pairsOf, resourcesAndPairs } from "./pairs.ts";
import type { Command, Invocation, Resource } from "../types.ts";

interface Changes {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

/** (k8s: label.go parseLabels) */
function labelsOf(pairs: readonly string[]): Changes {
  const set = new Map<string, string>();
  const remove: string[] = [];
  for (const pair of pairs) {
    if (!pair.includes("=")) {
      remove.push(pair.slice(0, -1));
      continue;
    }
    const [key = "", value = "", ...more] = pair.split("=");
    if (more.length > 0) throw new CliError(`invalid label spec: ${pair}`);
    if (!LABEL_VALUE.test(value) || value.length > 63)
      throw new CliError(
        `invalid label value: ${JSON.stringify(pair)}: ${value.length > 63 ? "must be no more than 63 bytes" : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"}`,
      );
    set.set(key, value);
  }
  if (remove.some((key) => set.has(key))) throw new CliError("can not both modify and remove a label in the same command");
  return { set, remove };
}

/** What both kinds refuse before they look for anything, in their order (k8s: LabelOptions.Validate, AnnotateFlags.ToOptions). */
function refuse(
  { flags }: Invocation,
  name: "label" | "annotate",
  resources: readonly string[],
  { set, remove }: Changes,
  dryRun: string,
): void {
  const noun = name === "label" ? "label" : "annotation";
  const file = name === "label" ? "pod" : "rsrc";
  if (flags.bool("list") && flags.string("output") !== "") throw new CliError("--list and --output may not be specified together");
  for (const selector of ["selector", "field-selector"])
    if (flags.bool("all") && flags.string(selector) !== "") throw new CliError(`cannot set --all and --${selector} at the same time`);
  const files = flags.list("filename").length > 0 || flags.string("kustomize") !== "";
  if (flags.bool("local")) {
    if (dryRun === "server") throw new CliError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
    if (resources.length > 0)
      throw new CliError(`can only use local files by -f ${file}.yaml or --filename=${file}.json when --local=true is set`);
    if (!files) throw new CliError(`one or more files must be specified as -f ${file}.yaml or --filename=${file}.json`);
  } else if (resources.length === 0 && !files)
    throw new CliError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
  if (set.size + remove.length === 0 && !flags.bool("list")) throw new CliError(`at least one ${noun} update is required`);
  const both = name === "annotate" ? remove.filter((key) => set.has(key)) : [];
  if (both.length > 0)
    throw new CliError(`can not both modify and remove the following annotation(s) in the same command: ${both.join(", ")}`);
}

const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

function metadataCommand(name: "label" | "annotate"): Command {
  const [field, noun] = name === "label" ? (["labels", "label"] as const) : (["annotations", "annotation"] as const);
  return {
    name,
    group: "Settings Commands",
    short: name === "label" ? "Update the labels on a resource" : "Update the annotations on a resource",
    usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
    arguments: "resources",
    flags: {
      ...fileFlags,
      ...printFlags,
      ...selectorFlag,
      ...fieldSelectorFlag,
      ...allNamespacesFlag,
      ...dryRunFlag,
      ...fieldManagerFlag(`kubectl-${name}`),
      all: bool("Select all resources, in the namespace of the specified resource types"),
      list: bool(`If true, display the ${field} for a given resource.`),
      local: bool(`If true, ${name} will NOT contact api-server but run locally.`),
      overwrite: bool(`If true, allow ${field} to be overwritten, otherwise reject ${noun} updates that overwrite existing ${field}.`),
      "resource-version": str(`If non-empty, the ${noun} update will only succeed if this is the current resource-version for the object.`),
    },
    async run(invocation) {
      const { flags, session, proc } = invocation;
      const dryRun = dryRunOf(invocation);
      const formats = [flags.string("output"), flags, proc.fs, OBJECT_FORMATS] as const;
      // label looks for its printer when there is something to print.
      const printer = name === "label" ? latePrinter(...formats) : printerFor(...formats);
      const { resources, pairs } = resourcesAndPairs(invocation.args, noun);
      const changes = name === "label" ? labelsOf(pairs) : pairsOf(pairs, noun, true);
      const { set, remove } = changes;
      refuse(invocation, name, resources, changes, dryRun);
      const listing = flags.bool("list");
      const local = flags.bool("local");
      const single = isSingle(invocation, resources);
      const version = flags.string("resource-version");
      const change = async (target: Target & { readonly name: string }, live: Resource): Promise<void> => {
        const old = live.metadata[field] ?? {};
        const sending = dryRun !== "client" && !local && !listing;
        if (name === "label" && sending)
          for (const key of remove) if (old[key] === undefined) await invocation.out(`label ${JSON.stringify(key)} not found.\n`);
        if (!flags.bool("overwrite")) refuseOverwriting(name, old, set);
        const next: Record<string, string> = { ...old, ...Object.fromEntries(set) };
        for (const key of remove) delete next[key];
        if (listing) {
          const { kind, group } = target.type;
          if (!single) await invocation.out(`Listing ${field} for ${kind}.${group}/${target.name}:\n`);
          for (const key of Object.keys(next).sort()) await invocation.out(`${single ? "" : " "}${key}=${next[key]}\n`);
          return;
        }
        const metadata = { ...live.metadata, [field]: next, ...(version ? { resourceVersion: version } : {}) };
        let result: Resource = withType({ ...live, metadata }, target.type);
        const added = [...set].some(([key, value]) => old[key] !== value);
        const removed = remove.some((key) => old[key] !== undefined);
        // label sends nothing where nothing changes; it prints what it has sent, annotate what came back.
        if (sending && (name === "annotate" || added || removed)) {
          const { resourceVersion, ...before } = live.metadata;
          const answer = (await session.object("PATCH", pathOf(target.type, target.namespace, target.name), {
            body: createMergePatch({ metadata: version ? before : { ...before, resourceVersion } } as JsonMap, { metadata } as JsonMap),
            contentType: "application/merge-patch+json",
            query: { fieldManager: flags.string("field-manager"), ...(dryRun === "server" ? { dryRun: "All" } : {}) },
          })) as Resource;
          if (name === "annotate") result = answer;
        }
        const operation =
          name === "annotate" ? "annotated" : added && removed ? "modified" : added ? "labeled" : removed ? "unlabeled" : "not labeled";
        await invocation.out(printer ? printer(withType(result, target.type)) : operationLine(target.type, target.name, operation, dryRun));
      };
      if (version !== "" && !single) throw new CliError("--resource-version may only be used with a single resource");
      if (!local) {
        await eachLiveObject(invocation, { args: resources }, change);
        return;
      }
      const { found, errors } = await localTargets(invocation);
      const failed: unknown[] = [];
      for (const target of found) await change(target, target.object).catch((error: unknown) => failed.push(failureOrThrow(error)));
      throwAll(
        errors.map(({ error }) => error),
        failed,
      );
    },
  };
}

/** Whether it is one object that was asked for (k8s: Result.IntoSingleItemImplied). */
function isSingle({ flags, proc }: Invocation, resources: readonly string[]): boolean {
  const [file, another] = flags.list("filename");
  if (file !== undefined)
    return another === undefined && file !== "-" && !(proc.fs.exists(file) && proc.fs.stat(file).type === "directory");
  return resources.length === 1 ? resources[0]?.includes("/") === true : resources.length === 2 && !resources.some((r) => r.includes("/"));
}

function refuseOverwriting(name: "label" | "annotate", old: Readonly<Record<string, string>>, set: Changes["set"]): void {
  const taken = [...set].flatMap(([key, value]) => {
    if (old[key] === undefined || old[key] === value || (name === "annotate" && key === CHANGE_CAUSE)) return [];
    return [`'${key}' already has a value (${old[key]})`];
  });
  if (taken.length === 0) return;
  const refusals = name === "label" ? taken.map((why) => new CliError(`${why}, and --overwrite is false`)) : [];
  if (refusals.length > 0) throw refusals.length === 1 ? refusals[0] : new Failures(refusals);
  throw new CliError(`--overwrite is false but found the following declared annotation(s): ${taken.join("; ")}`);
}
const CHANGE_CAUSE = "kubernetes.io/change-cause";

export const label = metadataCommand("label");
export const annotate = metadataCommand("annotate");
