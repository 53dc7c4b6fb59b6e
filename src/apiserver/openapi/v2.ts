import { encodeDocument } from "./v2-protobuf.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

interface DocumentV3 {
  readonly paths: Readonly<Record<string, JsonObject>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonObject>> };
}

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch"]);
const GVK = "x-kubernetes-group-version-kind";

/** OpenAPI v2 of all v3 documents (JSON texts) together, as JSON and in gnostic's protobuf. */
export function documentV2(texts: readonly string[]): { readonly json: string; readonly protobuf: Uint8Array } {
  const paths: Record<string, JsonObject> = {};
  const definitions: Record<string, JsonObject> = {};
  for (const text of texts) {
    const document = JSON.parse(text) as DocumentV3;
    for (const [path, item] of Object.entries(document.paths)) paths[path] = pathItem(item);
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {}))
      definitions[name] = joined(definitions[name], schemaV2(schema));
  }
  const document: JsonObject = {
    swagger: "2.0",
    info: { title: "Kubernetes", version: "v1.36.2" },
    paths: sorted(paths),
    definitions: sorted(definitions),
    securityDefinitions: {
      BearerToken: { description: "Bearer Token authentication", type: "apiKey", name: "authorization", in: "header" },
    },
    security: [{ BearerToken: [] }],
  };
  return { json: JSON.stringify(document), protobuf: encodeDocument(document) };
}

const sorted = (record: Readonly<Record<string, JsonObject>>): JsonObject =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A type that several groups share (DeleteOptions) is listed with the kinds of all. */
function joined(known: JsonObject | undefined, schema: JsonObject): JsonObject {
  const before = known?.[GVK];
  const now = schema[GVK];
  if (!Array.isArray(before) || !Array.isArray(now)) return schema;
  const seen = new Set(before.map((gvk) => JSON.stringify(gvk)));
  return {
    ...schema,
    [GVK]: [...(before as readonly Json[]), ...(now as readonly Json[]).filter((gvk) => !seen.has(JSON.stringify(gvk)))],
  };
}

function pathItem(item: JsonObject): JsonObject {
  const out: Record<string, Json> = {};
  for (const [key, value] of Object.entries(item)) {
    if (METHODS.has(key)) out[key] = operation(value as JsonObject);
    else if (key === "parameters") out[key] = (value as readonly JsonObject[]).map(parameter);
    else out[key] = value;
  }
  return out;
}

function operation({ requestBody, parameters, responses, ...rest }: JsonObject): JsonObject {
  const body = requestBody as
    | { readonly content: Readonly<Record<string, { readonly schema: JsonObject }>>; readonly required?: boolean }
    | undefined;
  const all = ((parameters ?? []) as readonly JsonObject[]).map(parameter);
  if (body) {
    const [content] = Object.values(body.content);
    all.push({ name: "body", in: "body", ...(body.required ? { required: true } : {}), schema: schemaV2(content?.schema ?? {}) });
  }
  const answers = Object.entries(responses as Readonly<Record<string, JsonObject>>);
  const produces = new Set(answers.flatMap(([, r]) => Object.keys((r["content"] ?? {}) as JsonObject)));
  return {
    ...rest,
    consumes: body ? Object.keys(body.content) : ["*/*"],
    produces: [...produces],
    schemes: ["https"],
    ...(all.length > 0 ? { parameters: all } : {}),
    responses: Object.fromEntries(answers.map(([code, answer]) => [code, response(answer)])),
  };
}

function response({ description = "", content }: JsonObject): JsonObject {
  const [first] = Object.values((content ?? {}) as Readonly<Record<string, { readonly schema: JsonObject }>>);
  return { description, ...(first ? { schema: schemaV2(first.schema) } : {}) };
}

/** A parameter's schema lies in the parameter itself. */
const parameter = ({ schema, ...rest }: JsonObject): JsonObject => ({ ...rest, ...(schema as JsonObject) });

/** What v2 can't say (alternatives, defaults beside references) is left out, as kube-openapi's conversion does. */
function schemaV2(schema: JsonObject): JsonObject {
  const {
    allOf,
    oneOf,
    anyOf,
    not,
    default: _,
    nullable,
    ...rest
  } = schema["x-kubernetes-preserve-unknown-fields"] === true ? open(schema) : schema;
  if (nullable === true) return schemaV2(open(rest));
  const out: Record<string, Json> = {};
  const [only] = (allOf ?? []) as readonly JsonObject[];
  if (only && (allOf as readonly Json[]).length === 1 && only["$ref"] !== undefined) out["$ref"] = reference(only["$ref"]);
  for (const [key, value] of Object.entries(rest)) {
    if (key === "$ref") out[key] = reference(value);
    else if (key === "items" || (key === "additionalProperties" && typeof value === "object")) out[key] = schemaV2(value as JsonObject);
    else if (key === "properties")
      out[key] = Object.fromEntries(Object.entries(value as JsonObject).map(([name, s]) => [name, schemaV2(s as JsonObject)]));
    else out[key] = value;
  }
  // Quantities and int-or-strings are texts with a format there.
  if ((oneOf ?? anyOf ?? not) !== undefined && out["type"] === undefined && schema["format"] !== undefined) out["type"] = "string";
  else if (oneOf !== undefined && out["type"] === undefined && Object.keys(out).every((key) => key === "description"))
    out["type"] = "string";
  return out;
}

/** Old clients take the properties that they are told of for all there are: of what takes any they are told none (k8s: controller/openapi/v2). */
const open = ({ type, items: _, properties: __, nullable: ___, ...rest }: JsonObject): JsonObject =>
  GVK in rest && type !== undefined ? { ...rest, type } : rest;

const reference = (value: Json): string => (value as string).replace("#/components/schemas/", "#/definitions/");
