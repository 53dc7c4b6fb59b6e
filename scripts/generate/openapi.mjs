// openapi/<group-version>.ts: the OpenAPI v3 document of each served group-version as text, with descriptions, to be
// imported lazily; openapi/index.ts: their table.
import { byText } from "./order.mjs";
import { createHash } from "node:crypto";
import { documentPaths, rootDocuments } from "./paths.mjs";
import { reachable } from "./model.mjs";

const meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
const refTo = (name) => ({ $ref: `#/components/schemas/${name}` });
const scalarSchemas = {
  string: { type: "string" },
  bytes: { type: "string", format: "byte" },
  int32: { type: "integer", format: "int32" },
  int64: { type: "integer", format: "int64" },
  double: { type: "number", format: "double" },
  boolean: { type: "boolean" },
  any: {},
  numberOrString: { oneOf: [{ type: "number" }, { type: "string" }] },
};
const scalarTypes = {
  time: `${meta}Time`,
  microtime: `${meta}MicroTime`,
  intOrString: "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
  quantity: "io.k8s.apimachinery.pkg.api.resource.Quantity",
};

function typeSchema(type) {
  if (type.kind === "list") return { type: "array", items: typeSchema(type.of) };
  if (type.kind === "map") return { type: "object", additionalProperties: typeSchema(type.of) };
  if (type.kind === "ref") return refTo(type.name);
  const name = scalarTypes[type.scalar];
  return name === undefined ? { ...scalarSchemas[type.scalar] } : refTo(name);
}

function fieldSchema(field) {
  const { facts } = field;
  let schema = typeSchema(field.type);
  if (schema.$ref !== undefined && !facts.bare) schema = { allOf: [schema] };
  if (facts.default !== undefined) schema.default = facts.default;
  if (facts.itemDefault !== undefined) schema.items = { ...schema.items, default: facts.itemDefault };
  if (facts.enum !== undefined) {
    if (schema.items !== undefined) schema.items = { ...schema.items, enum: facts.enum };
    else if (schema.additionalProperties !== undefined) schema.additionalProperties = { ...schema.additionalProperties, enum: facts.enum };
    else schema.enum = facts.enum;
  }
  if (field.description !== "") schema.description = field.description + enumText(schema);
  for (const [key, to] of [
    ["listMapKeys", "list-map-keys"],
    ["listType", "list-type"],
    ["mapType", "map-type"],
    ["patchMergeKey", "patch-merge-key"],
    ["patchStrategy", "patch-strategy"],
  ]) {
    if (facts[key] !== undefined) schema[`x-kubernetes-${to}`] = facts[key];
  }
  return schema;
}

/** What upstream's generator adds to the description of a field with few possible values. */
function enumText({ enum: values }) {
  if (values === undefined) return "";
  return `\n\nPossible enum values:\n${values
    .toSorted(byText)
    .map((value) => ` - \`"${value}"\``)
    .join("\n")}`;
}

function componentSchema(type, groupVersion) {
  if (type.scalar !== undefined) return { ...type.scalar };
  const schema = { type: "object" };
  if (type.description !== "") schema.description = type.description;
  const required = type.fields.filter((f) => f.required).map((f) => f.name);
  if (required.length > 0) schema.required = required;
  if (type.fields.length > 0) schema.properties = Object.fromEntries(type.fields.map((f) => [f.name, fieldSchema(f)]));
  if (type.mapType !== undefined) schema["x-kubernetes-map-type"] = type.mapType;
  if (type.unions !== undefined) schema["x-kubernetes-unions"] = type.unions;
  const shared = type.name === `${meta}DeleteOptions` || type.name === `${meta}WatchEvent`;
  const own = type.name.slice(meta.length);
  const kinds = shared
    ? [{ group: "", version: "v1", kind: own }, ...(groupVersion.group === "" ? [] : [{ ...groupVersion, kind: own }])]
    : type.gvk
      ? [type.gvk]
      : [];
  if (kinds.length > 0) schema["x-kubernetes-group-version-kind"] = kinds;
  return schema;
}

/** The list type of a served kind: declared, or made as upstream's are. */
function listType(model, row) {
  const name = `${row.type.name}List`;
  return (
    model.types.get(name) ?? {
      name,
      description: `${row.kind}List is a list of ${row.kind}.`,
      gvk: { group: row.group, version: row.version, kind: `${row.kind}List` },
      fields: [
        { name: "apiVersion", type: { kind: "scalar", scalar: "string" }, required: false, description: "", facts: {} },
        { name: "items", type: { kind: "list", of: { kind: "ref", name: row.type.name } }, required: true, description: "", facts: {} },
        { name: "kind", type: { kind: "scalar", scalar: "string" }, required: false, description: "", facts: {} },
        { name: "metadata", type: { kind: "ref", name: `${meta}ListMeta` }, required: false, description: "", facts: { default: {} } },
      ],
    }
  );
}

const subresourceTypes = {
  scale: "io.k8s.api.autoscaling.v1.Scale",
  binding: "io.k8s.api.core.v1.Binding",
  eviction: "io.k8s.api.policy.v1.Eviction",
  token: "io.k8s.api.authentication.v1.TokenRequest",
};

/** A document of these paths, with every type that they reach. */
function document(all, paths, about) {
  const referenced = (value) => new Set([...JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((m) => m[1]));
  const schemaOf = (name) => [name, componentSchema(all.types.get(name), about)];
  const structs = [...reachable(all, referenced(paths))].map(schemaOf);
  // Scalars with a schema of their own (times, quantities) are reached by reference only.
  const scalars = [...referenced(structs)].filter((name) => !structs.some(([known]) => known === name)).map(schemaOf);
  const names = [...structs, ...scalars].sort(([a], [b]) => byText(a, b));
  const schemas = Object.fromEntries(names);
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "1.36" },
    paths,
    components: {
      ...(names.length > 0 ? { schemas } : {}),
      securitySchemes: { BearerToken: { type: "apiKey", name: "authorization", in: "header", description: "Bearer Token authentication" } },
    },
  };
}

/** Path under /openapi/v3 to document. */
function documents(model) {
  const lists = model.served.map((row) => listType(model, row));
  const all = { types: new Map([...model.types, ...lists.map((list) => [list.name, list])]) };
  const byGroupVersion = new Map();
  for (const row of model.served) {
    const { group, version } = row;
    const path = group === "" ? `api/${version}` : `apis/${group}/${version}`;
    const found = byGroupVersion.get(path) ?? { group, version, rows: [] };
    found.rows.push(row);
    byGroupVersion.set(path, found);
  }
  const made = new Map();
  for (const [path, paths] of Object.entries(rootDocuments(new Set(model.served.map((row) => row.group)))))
    made.set(path, document(all, paths, { group: "", version: "v1" }));
  for (const [path, { group, version, rows }] of byGroupVersion)
    made.set(
      path,
      document(
        all,
        documentPaths(rows, subresourceTypes, (name) => all.types.get(name)),
        { group, version },
      ),
    );
  return new Map([...made].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** File name to text. */
export function openapiModules(model) {
  const files = new Map();
  const rows = [];
  for (const [path, made] of documents(model)) {
    const text = JSON.stringify(made);
    const file = path.replace(/^\./, "").replaceAll("/", "__");
    const hash = createHash("sha512").update(text).digest("hex").toUpperCase();
    files.set(
      `openapi/${file}.ts`,
      `// Generated by scripts/generate.mjs.\nconst text = ${JSON.stringify(text)};\nexport default text as string;\n`,
    );
    rows.push(`  ${JSON.stringify(path)}: { hash: ${JSON.stringify(hash)}, load: async () => (await import("./${file}.ts")).default },\n`);
  }
  files.set(
    "openapi/index.ts",
    `// Generated by scripts/generate.mjs.\n/** Path under /openapi/v3 to the hash of the document and the document's JSON text. */\nexport const openapi: Readonly<Record<string, { readonly hash: string; readonly load: () => Promise<string> }>> = {\n${rows.join("")}};\n`,
  );
  return files;
}
