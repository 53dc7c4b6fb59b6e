import { CliError } from "../errors.ts";
import { isNodeMap } from "./resource.ts";

/** What a field of a file may hold, as Go's decoder has it. */
export type Shape =
  | "string"
  | "bool"
  | "int"
  | "any"
  | { readonly list: Shape; readonly of: string }
  | { readonly map: Shape; readonly of: string }
  | Fields;
interface Fields {
  readonly fields: Readonly<Record<string, Shape>>;
  readonly of: string;
}

const list = (item: Shape, of: string): Shape => ({ list: item, of: `[]${of}` });
const struct = (of: string, fields: Readonly<Record<string, Shape>>): Fields => ({ of: `types.${of}`, fields });
const strings = list("string", "string");
const labels: Shape = { map: "string", of: "map[string]string" };
const all = (names: string, shape: Shape): Readonly<Record<string, Shape>> => Object.fromEntries(names.split(" ").map((n) => [n, shape]));

const gvk = all("group version kind", "string");
const id = { ...gvk, ...all("name namespace", "string") };
const selector = struct("Selector", { ...id, ...all("labelSelector annotationSelector", "string") });
const options = struct("FieldOptions", { ...all("delimiter encoding", "string"), index: "int", create: "bool" });
const fieldSpec = struct("FieldSpec", { ...gvk, path: "string", create: "bool" });
const patch = struct("Patch", {
  ...all("path patch", "string"),
  target: selector,
  options: struct("PatchArgs", all("allowNameChange allowKindChange", "bool")),
});
const generatorOptions = struct("GeneratorOptions", { labels, annotations: labels, ...all("disableNameSuffixHash immutable", "bool") });
const generator = {
  ...all("name namespace behavior env", "string"),
  ...all("literals files envs", strings),
  options: generatorOptions,
};
const image = struct("Image", all("name newName newTag tagSuffix digest", "string"));

export const KUSTOMIZATION: Shape = struct("Kustomization", {
  ...all("apiVersion kind namePrefix nameSuffix namespace", "string"),
  ...all("resources components crds bases configurations generators transformers validators buildMetadata patchesStrategicMerge", strings),
  ...all("commonLabels commonAnnotations openapi", labels),
  metadata: struct("ObjectMeta", { ...all("name namespace", "string"), labels, annotations: labels }),
  labels: list(
    struct("Label", { pairs: labels, ...all("includeSelectors includeTemplates", "bool"), fields: list(fieldSpec, "types.FieldSpec") }),
    "types.Label",
  ),
  ...all("patches patchesJson6902", list(patch, "types.Patch")),
  ...all("images imageTags", list(image, "types.Image")),
  replacements: list(
    struct("ReplacementField", {
      path: "string",
      sourceValue: "string",
      source: struct("SourceSelector", { ...id, fieldPath: "string", options }),
      targets: list(
        struct("TargetSelector", { select: selector, reject: list(selector, "*types.Selector"), fieldPaths: strings, options }),
        "*types.TargetSelector",
      ),
    }),
    "types.ReplacementField",
  ),
  replicas: list(struct("Replica", { name: "string", count: "int" }), "types.Replica"),
  vars: list(
    struct("Var", {
      name: "string",
      objref: struct("Target", { apiVersion: "string", ...id }),
      fieldref: struct("FieldSelector", { ...all("fieldPath fieldpath", "string") }),
    }),
    "types.Var",
  ),
  sortOptions: struct("SortOptions", {
    order: "string",
    legacySortOptions: struct("LegacySortOptions", all("orderFirst orderLast", strings)),
  }),
  configMapGenerator: list(struct("ConfigMapArgs", generator), "types.ConfigMapArgs"),
  secretGenerator: list(struct("SecretArgs", { ...generator, type: "string" }), "types.SecretArgs"),
  generatorOptions,
  helmGlobals: "any",
  helmCharts: list("any", "types.HelmChart"),
  helmChartInflationGenerator: list("any", "types.HelmChartArgs"),
});

/** The value with its fields under their own names; Go takes them in any case. Throws CliError in encoding/json's words. */
export function decode(value: unknown, shape: Shape, path: string): unknown {
  if (value === null || shape === "any") return value;
  const wrong = (type: string): never => {
    const found = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
    // What is in a list is no field of a struct.
    const where = /\.\d+$/.test(path) ? path : `Go struct field ${path}`;
    throw new CliError(`invalid Kustomization: json: cannot unmarshal ${found} into ${where} of type ${type}`);
  };
  if (shape === "string") return typeof value === "string" ? value : wrong("string");
  if (shape === "bool") return typeof value === "boolean" ? value : wrong("bool");
  if (shape === "int") {
    if (typeof value === "number" && !Number.isInteger(value))
      throw new CliError(`invalid Kustomization: json: cannot unmarshal number ${value} into Go struct field ${path} of type int64`);
    return typeof value === "number" ? value : wrong("int64");
  }
  if ("list" in shape) return Array.isArray(value) ? value.map((v, i) => decode(v, shape.list, `${path}.${i}`)) : wrong(shape.of);
  if (!isNodeMap(value)) return wrong(shape.of);
  if ("map" in shape) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, decode(v, shape.map, `${path}.${k}`)]));
  const known = Object.keys(shape.fields);
  return Object.fromEntries(
    Object.entries(value).map(([key, v]) => {
      const name = key in shape.fields ? key : known.find((k) => k.toLowerCase() === key.toLowerCase());
      if (name === undefined) throw new CliError(`invalid Kustomization: json: unknown field ${JSON.stringify(key)}`);
      return [name, decode(v, shape.fields[name] as Shape, `${path}.${name}`)];
    }),
  );
}
