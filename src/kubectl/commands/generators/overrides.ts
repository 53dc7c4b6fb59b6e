import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicPatch,
  decodeJsonPatch,
  PatchError,
  type JsonMap,
} from "../../../machinery/index.ts";
import { CliError } from "../../errors.ts";
import { str, type FlagTable } from "../../flags/parse.ts";
import { parseYaml } from "../../manifest/read.ts";
import { patchSchema } from "../../manifest/schema.ts";
import type { ResourceType } from "../../rest/discovery.ts";
import type { Invocation, Resource } from "../../types.ts";

export const overrideFlags: FlagTable = {
  overrides: str("An inline JSON override for the generated object."),
  "override-type": str("The method used to override the generated object: json, merge, or strategic.", undefined, "merge", [
    "json",
    "merge",
    "strategic",
  ]),
};

/** A generated object with --overrides over it (k8s: kubectl/pkg/cmd/util/override_options.go). */
export function overridden({ flags }: Invocation, object: Resource): Resource {
  const text = flags.string("overrides");
  const type = flags.string("override-type");
  if (!text) return object;
  const patch = parseYaml(text, (m) => `invalid overrides: yaml: ${m}`);
  if (Array.isArray(patch) && type !== "json")
    throw new CliError(
      'couldn\'t get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }',
    );
  const [version, group = ""] = object.apiVersion.split("/").toReversed() as [string, string?];
  const schema = patchSchema({ group, version, kind: object.kind } as ResourceType);
  if (type !== "json" && (typeof patch !== "object" || patch === null || Array.isArray(patch))) throw new CliError("Invalid JSON Patch");
  try {
    if (type === "json") return applyJsonPatch(object, decodeJsonPatch(patch)) as Resource;
    if (type === "strategic" && schema)
      return applyStrategicPatch(object as unknown as JsonMap, patch as JsonMap, schema) as unknown as Resource;
    if (type === "merge" || type === "strategic") return applyMergePatch(object, patch) as Resource;
  } catch (error) {
    if (error instanceof PatchError) throw new CliError(error.message);
    throw error;
  }
  throw new CliError(`invalid override type: ${type}`);
}
