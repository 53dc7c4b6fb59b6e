import { applyJsonPatch, applyMergePatch, applyStrategicPatch, decodeJsonPatch, deepEqual, type JsonMap } from "../../machinery/index.ts";
import { ApiFailure, CliError, errorMessage, Failures } from "../errors.ts";
import { dryRunFlag, fieldManagerFlag, fileFlags, printFlags } from "../flags/groups.ts";
import { bool, str } from "../flags/parse.ts";
import { parseYaml } from "../manifest/read.ts";
import { patchSchema } from "../manifest/schema.ts";
import { readStdin } from "../manifest/sources.ts";
import { latePrinter, OBJECT_FORMATS, operationLine } from "../printers/printer.ts";
import type { ResourceType } from "../rest/discovery.ts";
import { fileTargets, withType } from "../rest/resources.ts";
import { pathOf } from "../rest/session.ts";
import { dryRunOf, eachObject } from "./each.ts";
import type { Command, Resource } from "../types.ts";

const TYPES: Readonly<Record<string, string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

export const patch: Command = {
  name: "patch",
  group: "Advanced Commands",
  short: "Update fields of a resource",
  usage: "(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
  arguments: "resources",
  flags: {
    ...fileFlags,
    ...printFlags,
    ...dryRunFlag,
    ...fieldManagerFlag("kubectl-patch"),
    local: bool("If true, patch will operate on the content of the file, not the server-side resource."),
    patch: str("The patch to be applied to the resource JSON file.", "p"),
    "patch-file": str("A file containing a patch to be applied to the resource.", undefined, "", "files"),
    subresource: str("If specified, patch will operate on the subresource of the requested object.", undefined, "", "subresources"),
    type: str("The type of patch being provided; one of [json merge strategic]", undefined, "strategic", ["json", "merge", "strategic"]),
  },
  async run(invocation) {
    const { flags, session, proc } = invocation;
    if (flags.string("patch") && flags.string("patch-file")) throw new CliError("cannot specify --patch and --patch-file together");
    if (!flags.string("patch") && !flags.string("patch-file"))
      throw new CliError("must specify --patch or --patch-file containing the contents of the patch");
    const contentType = TYPES[flags.string("type").toLowerCase()];
    if (!contentType) throw new CliError(`--type must be one of [json merge strategic], not ${JSON.stringify(flags.string("type"))}`);
    const file = flags.string("patch-file");
    if (file && file !== "-" && !proc.fs.exists(file))
      throw new CliError(`unable to read patch file: open ${file}: no such file or directory`);
    const text = file ? (file === "-" ? await readStdin(proc) : proc.fs.readText(file)) : flags.string("patch");
    // What looks like JSON goes to the server as it is (k8s: yaml.ToJSON).
    const body =
      text.trimStart().startsWith("{") && !isJson(text)
        ? text
        : parseYaml(text, (m) => `unable to parse ${JSON.stringify(text)}: yaml: ${m}`);
    const dryRun = dryRunOf(invocation);
    const printer = latePrinter(flags.string("output"), flags, proc.fs, OBJECT_FORMATS);
    if (flags.bool("local")) {
      if (flags.list("filename").length === 0) throw new CliError("resources cannot be given with --local; give a file with -f");
      for (const { type, name, object } of await fileTargets(invocation)) {
        const result = patchedHere(type, object, contentType, body);
        await invocation.out(printer ? printer(result) : operationLine(type, name, "patched"));
      }
      return;
    }
    const subresource = flags.string("subresource");
    // What a file says is not asked for anew.
    const count = await eachObject(invocation, async (target, whole) => {
      const path = pathOf(target.type, target.namespace, target.name, subresource || undefined);
      // Of a subresource, it is what is there already.
      const live = subresource === "" || target.object ? whole : ((await session.object("GET", path)) as Resource);
      let result: Resource;
      if (dryRun === "client") result = patchedHere(target.type, live, contentType, body);
      else {
        const query = { fieldManager: flags.string("field-manager"), ...(dryRun === "server" ? { dryRun: "All" } : {}) };
        try {
          result = (await session.object("PATCH", path, { body, contentType, query })) as Resource;
        } catch (error) {
          if (!(error instanceof ApiFailure) || error.reason !== "UnsupportedMediaType") throw error;
          const { group, version, kind } = target.type;
          throw new CliError(`${contentType} is not supported by ${group}/${version}, Kind=${kind}: ${error.message}`);
        }
      }
      const same = deepEqual(result, live);
      // Upstream says nothing of a dry run here.
      await invocation.out(
        printer
          ? printer(withType(result, target.type))
          : operationLine(typeOf(result, target.type), target.name, same ? "patched (no change)" : "patched"),
      );
    });
    if (count === 0) throw new Failures([new CliError("no objects passed to patch")]);
  },
};

/** A subresource's answer may be of another kind: `scale.autoscaling/web patched`. */
function typeOf(object: Resource, type: ResourceType): ResourceType {
  if (!object.kind || object.kind === type.kind) return type;
  const [version, group = ""] = object.apiVersion.split("/").toReversed() as [string, string?];
  return { ...type, kind: object.kind, group, version };
}

/** A patch over an object of a file, without the server. */
function patchedHere(type: ResourceType, object: Resource, contentType: string, body: unknown): Resource {
  if (contentType === TYPES["json"]) {
    if (!Array.isArray(body))
      throw new CliError(
        `json: cannot unmarshal ${typeof body === "object" ? "object" : typeof body} into Go value of type jsonpatch.Patch`,
      );
    try {
      return applyJsonPatch(object, decodeJsonPatch(body)) as Resource;
    } catch (error) {
      // kubectl has a newer library for it than the server.
      throw new CliError(errorMessage(error).replace(": Unable to", ": unable to"));
    }
  }
  const strategic = contentType === TYPES["strategic"];
  if (Array.isArray(body))
    throw new CliError(strategic ? "invalid JSON document" : "json: cannot unmarshal array into Go value of type unstructured.detector");
  if (typeof body === "string") throw new CliError(strategic ? "invalid JSON document" : "Invalid JSON Patch");
  const schema = strategic ? patchSchema(type) : undefined;
  if (strategic && !schema)
    throw new CliError(
      `strategic merge patch is not supported for ${type.group ? `${type.group}/` : ""}${type.version}, Kind=${type.kind} locally, try --type merge`,
    );
  return (schema
    ? applyStrategicPatch(object as unknown as JsonMap, body as JsonMap, schema)
    : applyMergePatch(object, body)) as unknown as Resource;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
