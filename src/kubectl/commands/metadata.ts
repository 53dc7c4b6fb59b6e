import { createMergePatch, type JsonMap } from "../../machinery/index.ts";
import { CliError } from "../errors.ts";
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
import { OBJECT_FORMATS, operationLine, printerFor } from "../printers/printer.ts";
import { fileTargets, withType, type Target } from "../rest/resources.ts";
import { pathOf } from "../rest/session.ts";
import { dryRunOf, eachLiveObject } from "./each.ts";
import type { Command, Invocation, Resource } from "../types.ts";

interface Changes {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
  readonly resources: readonly string[];
}

/** Splits arguments at the first KEY=VALUE or KEY- (k8s: cmdutil.GetResourcesAndPairs). */
function changesOf(invocation: Invocation, what: string): Changes {
  const first = invocation.args.findIndex((a) => a.includes("=") || a.endsWith("-"));
  const resources = first < 0 ? invocation.args : invocation.args.slice(0, first);
  const set = new Map<string, string>();
  const remove: string[] = [];
  for (const pair of first < 0 ? [] : invocation.args.slice(first)) {
    const equals = pair.indexOf("=");
    if (equals > 0) set.set(pair.slice(0, equals), pair.slice(equals + 1));
    else if (equals < 0 && pair.endsWith("-")) remove.push(pair.slice(0, -1));
    else throw new CliError(`unexpected argument: ${pair}\nSee '${invocation.path} -h' for help and examples`);
  }
  const both = remove.filter((key) => set.has(key));
  if (both.length > 0)
    throw new CliError(
      what === "label"
        ? "can not both modify and remove a label in the same command"
        : `can not both modify and remove the following annotation(s) in the same command: ${both.join(", ")}`,
    );
  return { set, remove, resources };
}

const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

function metadataCommand(name: "label" | "annotate"): Command {
  const [field, noun, past] =
    name === "label" ? (["labels", "label", "labeled"] as const) : (["annotations", "annotation", "annotated"] as const);
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
      const { set, remove, resources } = changesOf(invocation, name);
      const listing = flags.bool("list");
      const local = flags.bool("local");
      if (resources.length === 0 && flags.list("filename").length === 0 && flags.string("kustomize") === "")
        throw new CliError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
      if (set.size + remove.length === 0 && !listing) throw new CliError(`at least one ${noun} update is required`);
      if (name === "label") {
        for (const [key, value] of set) {
          if (!LABEL_VALUE.test(value) || value.length > 63) {
            throw new CliError(
              `invalid label value: ${JSON.stringify(`${key}=${value}`)}: ${value.length > 63 ? "must be no more than 63 bytes" : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"}`,
            );
          }
        }
      }
      const dryRun = dryRunOf(invocation);
      const printer = printerFor(flags.string("output"), flags, proc.fs, OBJECT_FORMATS);
      const single =
        resources.length === 1 ? resources[0]?.includes("/") === true : resources.length === 2 && !resources.some((r) => r.includes("/"));
      const change = async (target: Target & { readonly name: string }, live: Resource): Promise<void> => {
        const old = live.metadata[field] ?? {};
        if (listing) {
          const { kind, group } = target.type;
          if (!single) await invocation.out(`Listing ${field} for ${kind}.${group}/${target.name}:\n`);
          for (const key of Object.keys(old).sort()) await invocation.out(`${single ? "" : " "}${key}=${old[key]}\n`);
          if (set.size + remove.length === 0) return;
        }
        if (!flags.bool("overwrite")) {
          for (const [key, value] of set) {
            if (old[key] !== undefined && old[key] !== value)
              throw new CliError(
                name === "label"
                  ? `'${key}' already has a value (${old[key]}), and --overwrite is false`
                  : `--overwrite is false but found the following declared annotation(s): '${key}' already has a value (${old[key]})`,
              );
          }
        }
        for (const key of remove) if (old[key] === undefined) await invocation.out(`${noun} ${JSON.stringify(key)} not found.\n`);
        const next: Record<string, string> = { ...old, ...Object.fromEntries(set) };
        for (const key of remove) delete next[key];
        const version = flags.string("resource-version");
        const wanted = { metadata: { ...live.metadata, [field]: next, ...(version ? { resourceVersion: version } : {}) } };
        const patch = createMergePatch({ metadata: live.metadata } as JsonMap, wanted as JsonMap);
        let operation: string = name === "label" ? `not ${past}` : past;
        let result: Resource = withType({ ...live, metadata: wanted.metadata }, target.type);
        if (Object.keys(patch).length > 0) {
          operation = name === "annotate" || set.size > 0 ? past : "unlabeled";
          if (dryRun !== "client" && !local) {
            const answer = (await session.object("PATCH", pathOf(target.type, target.namespace, target.name), {
              body: patch,
              contentType: "application/merge-patch+json",
              query: { fieldManager: flags.string("field-manager"), ...(dryRun === "server" ? { dryRun: "All" } : {}) },
            })) as Resource;
            // label prints what it has sent, annotate what came back.
            if (name === "annotate") result = answer;
          }
        }
        await invocation.out(printer ? printer(withType(result, target.type)) : operationLine(target.type, target.name, operation, dryRun));
      };
      if (!local) await eachLiveObject(invocation, { args: resources }, change);
      else if (resources.length > 0)
        throw new CliError(
          `can only use local files by -f ${name === "label" ? "pod" : "rsrc"}.yaml or --filename=${name === "label" ? "pod" : "rsrc"}.json when --local=true is set`,
        );
      else for (const target of await fileTargets(invocation)) await change(target, target.object);
    },
  };
}

export const label = metadataCommand("label");
export const annotate = metadataCommand("annotate");
