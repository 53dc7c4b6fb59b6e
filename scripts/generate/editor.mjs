// schemas.json: one JSON Schema (draft 7) for the editor: every served kind, strict, with descriptions.
import { byText } from "./order.mjs";
import { reachable } from "./model.mjs";

const scalars = {
  string: { type: "string" },
  bytes: { type: "string" },
  int32: { type: "integer" },
  int64: { type: "integer" },
  double: { type: "number" },
  boolean: { type: "boolean" },
  time: { type: "string", format: "date-time" },
  microtime: { type: "string", format: "date-time" },
  intOrString: { type: ["integer", "string"] },
  numberOrString: { type: ["number", "string"] },
  quantity: { type: ["string", "number"] },
  any: {},
};

function typeSchema(model, type) {
  if (type.kind === "list") return { type: "array", items: typeSchema(model, type.of) };
  if (type.kind === "map") return { type: "object", additionalProperties: typeSchema(model, type.of) };
  if (type.kind === "scalar") return { ...scalars[type.scalar] };
  const target = model.types.get(type.name);
  if (target.scalar !== undefined) return target.scalar.type === "object" ? { type: "object" } : {};
  return { $ref: `#/definitions/${type.name}` };
}

function definition(model, type, row) {
  const properties = {};
  for (const field of type.fields) {
    const schema = typeSchema(model, field.type);
    const { enum: values, default: fallback } = field.facts;
    if (values !== undefined) (schema.items ?? schema.additionalProperties ?? schema).enum = values;
    if (fallback !== undefined && typeof fallback !== "object" && fallback !== "" && fallback !== 0) schema.default = fallback;
    if (field.description !== "") schema.description = field.description;
    properties[field.name] = schema;
  }
  const required = type.fields.filter((f) => f.required).map((f) => f.name);
  if (row !== undefined) {
    properties.apiVersion = {
      type: "string",
      const: row.group === "" ? row.version : `${row.group}/${row.version}`,
      description: properties.apiVersion.description,
    };
    properties.kind = { type: "string", const: row.kind, description: properties.kind.description };
    required.push("apiVersion", "kind");
  }
  return {
    type: "object",
    description: type.description,
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

export function editorSchemas(model) {
  const rows = new Map(model.served.filter((row) => !row.virtual).map((row) => [row.type.name, row]));
  const names = [...reachable(model, rows.keys())].filter((name) => model.types.get(name).scalar === undefined).sort(byText);
  return `${JSON.stringify({
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Kubernetes v1.36",
    oneOf: [...rows.keys()].map((name) => ({ $ref: `#/definitions/${name}` })),
    definitions: Object.fromEntries(names.map((name) => [name, definition(model, model.types.get(name), rows.get(name))])),
  })}\n`;
}
