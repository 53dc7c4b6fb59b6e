import { CliError } from "../errors.ts";
import { dryRunFlag, fileFlags, printFlags, selectorFlag } from "../flags/groups.ts";
import { bool, str, type Flag } from "../flags/parse.ts";
import { compactJson } from "../manifest/json.ts";
import { toYaml } from "../manifest/write.ts";
import { OBJECT_FORMATS, operationLine, printerFor } from "../printers/printer.ts";
import { fileTargets, liveObjects, NOTHING_GIVEN, targets, withType } from "../rest/resources.ts";
import { pathOf } from "../rest/session.ts";
import { dryRunOf, type FileTarget } from "./each.ts";
import type { Command, Invocation, Resource } from "../types.ts";
import type { Target } from "../rest/resources.ts";

export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** The object as the file says, with itself (without the annotation) in its last-applied annotation. */
export function withLastApplied(object: Resource): Resource {
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata.annotations ?? {};
  const plain = { ...object, metadata: { ...object.metadata, annotations } };
  return { ...plain, metadata: { ...plain.metadata, annotations: { ...annotations, [LAST_APPLIED]: `${compactJson(plain)}\n` } } };
}

async function store({ session }: Invocation, target: Target & { readonly name: string }, text: string, dryRun: string): Promise<Resource> {
  const query = dryRun === "server" ? { dryRun: "All" } : {};
  const body = { metadata: { annotations: { [LAST_APPLIED]: text } } };
  return (await session.object("PATCH", pathOf(target.type, target.namespace, target.name), {
    body,
    contentType: "application/merge-patch+json",
    query,
  })) as Resource;
}

export const viewLastApplied: Command = {
  name: "view-last-applied",
  short: "View the latest last-applied-configuration annotations of a resource/object",
  usage: "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
  arguments: "resources",
  flags: {
    ...fileFlags,
    ...selectorFlag,
    all: bool("Select all resources in the namespace of the specified resource types"),
    output: str("Output format. Must be one of (yaml, json)", "o", "yaml", ["yaml", "json"]),
  },
  async run(invocation) {
    const output = invocation.flags.string("output");
    if (output !== "yaml" && output !== "json")
      throw new CliError(
        `Unexpected -o output mode: ${output}, the flag 'output' must be one of yaml|json\nSee '${invocation.path} -h' for help and examples`,
      );
    // The selector counts as given even where it is empty: --all is never alone (k8s: Builder.SelectAllParam).
    if (invocation.flags.bool("all")) throw new CliError("setting 'all' parameter but found a non empty selector. ");
    const texts: string[] = [];
    for (const { object } of await liveObjects(invocation, await targets(invocation, { all: true }))) {
      const text = object.metadata.annotations?.[LAST_APPLIED];
      // Nothing is said of an object without it.
      if (text !== undefined) texts.push(text);
    }
    for (const text of texts)
      await invocation.out(output === "json" ? `${JSON.stringify(JSON.parse(text), null, 2)}\n` : toYaml(JSON.parse(text)));
  },
};

export const setLastApplied: Command = {
  name: "set-last-applied",
  short: "Set the last-applied-configuration annotation on a live object to match the contents of a file",
  usage: "-f FILENAME",
  arguments: "none",
  flags: {
    filename: fileFlags["filename"] as Flag,
    ...printFlags,
    ...dryRunFlag,
    "create-annotation": bool("Will create 'last-applied-configuration' annotations if current objects doesn't have one"),
  },
  async run(invocation) {
    const { flags, session, proc } = invocation;
    const dryRun = dryRunOf(invocation);
    const printer = printerFor(flags.string("output"), flags, proc.fs, OBJECT_FORMATS);
    if (flags.list("filename").length === 0) throw new CliError(NOTHING_GIVEN);
    const changes: { readonly target: FileTarget; readonly live: Resource; readonly text: string }[] = [];
    // All are looked at before the first is changed (k8s: SetLastAppliedOptions.Validate).
    for (const target of await fileTargets(invocation)) {
      const live = await session.get(target.type, target.namespace, target.name);
      const old = live.metadata.annotations?.[LAST_APPLIED];
      if (old === undefined && !flags.bool("create-annotation"))
        throw new CliError(
          `no last-applied-configuration annotation found on resource: ${target.name}, to create the annotation, run the command with --create-annotation`,
        );
      const { [LAST_APPLIED]: _, ...annotations } = target.object.metadata.annotations ?? {};
      const { annotations: __, ...metadata } = target.object.metadata;
      const plain = { ...target.object, metadata: Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata };
      const text = `${compactJson(plain)}\n`;
      if (old?.trim() === text.trim()) await invocation.out(`set-last-applied ${target.name}: no changes required.\n`);
      else changes.push({ target, live, text });
    }
    for (const { target, live, text } of changes) {
      const result = dryRun === "client" ? live : await store(invocation, target, text, dryRun);
      await invocation.out(
        printer ? printer(withType(result, target.type)) : operationLine(target.type, target.name, "configured", dryRun),
      );
    }
  },
};
