// Extracts from a recorded OpenAPI v3 what the declarations of @kubernetes/client-node lack: real schema names, list
// types, merge keys, defaults, enums, formats that became plain strings, and the fields on which the two differ.
// Run by hand after a change of release: node scripts/generate/facts.mjs [folder]; src/api/facts.json is committed.
import { byText } from "./order.mjs";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readDeclarations } from "./declarations.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = process.argv[2] ?? join(root, "../shared/reference/api/openapi-v3");
const prefix = "#/components/schemas/";

const schemas = new Map();
for (const file of readdirSync(folder).sort(byText)) {
  if (!file.endsWith(".json") || file === "index.json") continue;
  const document = JSON.parse(readFileSync(join(folder, file), "utf8"));
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    // A type shared by groups (DeleteOptions) lists only its own group's kinds in each document.
    const known = schemas.get(name);
    if (known === undefined) schemas.set(name, schema);
    else if (name.endsWith("meta.v1.DeleteOptions") || name.endsWith("meta.v1.WatchEvent")) continue;
  }
}

const declarations = readDeclarations(root);
const upper = (s) => s[0].toUpperCase() + s.slice(1);

function classOf(name) {
  if (name.endsWith(".pkg.version.Info")) return "VersionInfo";
  const parts = name.split(".");
  const plain = upper(parts.at(-2)) + parts.at(-1);
  const group = name.startsWith("io.k8s.api.") ? parts[3] : parts.at(-3);
  const prefixed = upper(group) + plain;
  if (declarations.has(prefixed)) return prefixed;
  return declarations.has(plain) ? plain : undefined;
}

/** The scalar an OpenAPI schema means, in the generator's words; undefined for lists, maps and references. */
function refOf(schema) {
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
  return ref?.slice(prefix.length);
}

function fieldFacts(schema, declared, required) {
  const facts = {};
  if (schema.default !== undefined) facts.default = schema.default;
  const enumeration = schema.enum ?? schema.items?.enum ?? schema.additionalProperties?.enum;
  if (enumeration !== undefined) facts.enum = enumeration;
  for (const [key, from] of [
    ["listType", "list-type"],
    ["listMapKeys", "list-map-keys"],
    ["mapType", "map-type"],
    ["patchStrategy", "patch-strategy"],
    ["patchMergeKey", "patch-merge-key"],
  ]) {
    if (schema[`x-kubernetes-${from}`] !== undefined) facts[key] = schema[`x-kubernetes-${from}`];
  }
  const inner = schema.items ?? schema.additionalProperties;
  const ref = refOf(schema) ?? (typeof inner === "object" ? refOf(inner) : undefined);
  // References that the client flattens away.
  if (ref?.endsWith(".Quantity")) facts.scalar = "quantity";
  if (ref !== undefined && /RawExtension$|FieldsV1$|\.JSON|SubresourceStatus$/.test(ref)) facts.ref = ref;
  if (inner?.default !== undefined && inner.default !== "" && inner.default !== 0 && JSON.stringify(inner.default) !== "{}")
    facts.itemDefault = inner.default;
  if (schema.nullable) facts.nullable = true;
  // A field without a description refers without a wrapper.
  if (schema.$ref !== undefined) facts.bare = true;
  if (declared === undefined)
    facts.missing = {
      type: schema.type ?? (ref ? "ref" : "any"),
      ...(ref ? { ref } : {}),
      ...(schema.format ? { format: schema.format } : {}),
    };
  if (required !== (declared?.required ?? false)) facts.required = required;
  return facts;
}

const result = {};
const differences = [];
for (const name of [...schemas.keys()].sort(byText)) {
  const schema = schemas.get(name);
  const className = classOf(name);
  const entry = {};
  if (className !== undefined) entry.class = className;
  else if (schema.type !== undefined || schema.oneOf !== undefined) {
    entry.scalar = Object.fromEntries(Object.entries(schema).filter(([k]) => k !== "description" && k !== "properties"));
  } else entry.scalar = {};
  const gvk = schema["x-kubernetes-group-version-kind"];
  if (gvk !== undefined && gvk.length === 1) entry.gvk = gvk[0];
  if (schema["x-kubernetes-map-type"]) entry.mapType = schema["x-kubernetes-map-type"];
  if (schema["x-kubernetes-unions"]) entry.unions = schema["x-kubernetes-unions"];
  const fields = {};
  const declared = className === undefined ? undefined : new Map(declarations.get(className).fields.map((f) => [f.name, f]));
  for (const [field, value] of Object.entries(schema.properties ?? {})) {
    const facts = fieldFacts(value, declared?.get(field), (schema.required ?? []).includes(field));
    if (facts.missing) differences.push(`${name}.${field}`);
    if (Object.keys(facts).length > 0) fields[field] = facts;
  }
  if (className !== undefined) {
    for (const field of declared.keys()) if (schema.properties?.[field] === undefined) differences.push(`${name}.${field} (only declared)`);
  }
  if (Object.keys(fields).length > 0) entry.fields = fields;
  result[name] = entry;
}
const lines = Object.entries(result).map(([name, entry]) => `${JSON.stringify(name)}: ${JSON.stringify(entry)}`);
writeFileSync(join(root, "src/api/facts.json"), `{\n${lines.join(",\n")}\n}\n`);
process.stdout.write(`${lines.length} schemas; declarations and OpenAPI differ on:\n${differences.join("\n")}\n`);
