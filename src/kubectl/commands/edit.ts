import { createTwoWayStrategicPatch, createMergePatch, type JsonMap } from "../../machinery/index.ts";
import { ApiFailure, CliError, errorText } from "../errors.ts";
import { fieldManagerFlag, fileFlags, printFlags, validateFlag } from "../flags/groups.ts";
import { bool, str } from "../flags/parse.ts";
import { parseYaml } from "../manifest/read.ts";
import { patchSchema } from "../manifest/schema.ts";
import { operationLine, printerFor, strip } from "../printers/printer.ts";
import { groupResourceOf } from "../rest/discovery.ts";
import { withType, type Target } from "../rest/resources.ts";
import { pathOf } from "../rest/session.ts";
import { eachLiveObject } from "./each.ts";
import { editorOf, editText } from "./editor.ts";
import type { Command, Invocation, Resource } from "../types.ts";

const FORMATS = "json,kyaml,yaml";

export const edit: Command = {
  name: "edit",
  group: "Basic Commands (Intermediate)",
  short: "Edit a resource on the server",
  usage: "(RESOURCE/NAME | -f FILENAME)",
  arguments: "resources",
  flags: {
    ...fileFlags,
    ...printFlags,
    ...validateFlag,
    ...fieldManagerFlag("kubectl-edit"),
    "output-patch": bool("Output the patch if the resource is edited."),
    subresource: str("If specified, edit will operate on the subresource of the requested object.", undefined, "", "subresources"),
    "windows-line-endings": bool("Defaults to the line ending native to your platform."),
  },
  async run(invocation) {
    const output = invocation.flags.string("output");
    if (output !== "" && !FORMATS.split(",").includes(output))
      throw new CliError(
        `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${FORMATS}`,
      );
    await eachLiveObject(invocation, {}, (target, live) => editOne(invocation, target, strip(withType(live, target.type)) as Resource));
  },
};

/** Opens the editor until the server takes what comes out of it, or nothing does (k8s: editoptions.go). */
async function editOne(invocation: Invocation, target: Target & { readonly name: string }, before: Resource): Promise<void> {
  const { flags, session, proc } = invocation;
  const editor = editorOf(proc);
  const output = flags.string("output");
  const written = printerFor(output || "yaml", flags, proc.fs, FORMATS);
  let text = written?.(before) ?? "";
  let failures = "";
  for (;;) {
    const body = await editText(proc, editor, text, output === "json" ? "json" : "yaml", failures);
    if (body === undefined) {
      if (failures !== "") throw new CliError("Edit cancelled, no valid changes were saved.");
      return invocation.err("Edit cancelled, no changes made.\n");
    }
    try {
      const after = parseYaml(body, (m) => `error converting YAML to JSON: yaml: ${m}`) as Resource;
      const schema = patchSchema(target.type);
      const [old, wanted] = [before as unknown as JsonMap, after as unknown as JsonMap];
      const patch = schema ? createTwoWayStrategicPatch(old, wanted, schema) : createMergePatch(old, wanted);
      const contentType = schema ? "application/strategic-merge-patch+json" : "application/merge-patch+json";
      const query = { fieldManager: flags.string("field-manager"), fieldValidation: "Strict" };
      const result = (await session.object(
        "PATCH",
        pathOf(target.type, target.namespace, target.name, flags.string("subresource") || undefined),
        { body: patch, contentType, query },
      )) as Resource;
      if (flags.bool("output-patch")) await invocation.out(`Patch: ${JSON.stringify(patch)}\n`);
      return invocation.out(
        output === "" ? operationLine(target.type, target.name, "edited") : (written?.(withType(result, target.type)) ?? ""),
      );
    } catch (error) {
      if (!(error instanceof ApiFailure) && !(error instanceof CliError)) throw error;
      // An invalid object is named without its causes, which go into the file's head.
      const invalid = error instanceof ApiFailure && error.reason === "Invalid";
      await invocation.err(
        `${invalid ? `error: ${groupResourceOf(target.type)} ${JSON.stringify(target.name)} is invalid` : errorText(error)}\n`,
      );
      failures = errorText(error);
      text = body;
    }
  }
}
