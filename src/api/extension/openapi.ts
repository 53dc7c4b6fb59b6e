import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from "../generated/types.ts";
import { schemaOf } from "./definition/versions.ts";
import { isEmbedded, isIntOrString, isPlain, type Plain, type Schema } from "./schema/schema.ts";

/**
 * OpenAPI v3 of the custom resources of one group-version, as the API server publishes it (k8s: controller/openapi/builder).
 * Their operations are those of any resource: they are made of a built-in one's, Deployments', with its parameters.
 */
export interface Published {
  readonly crd: CustomResourceDefinition;
  readonly version: CustomResourceDefinitionVersion;
}

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";
const REF = "#/components/schemas/";
const TEMPLATE = "/apis/apps/v1/";
const MODEL = "io.k8s.api.apps.v1.Deployment";
const refTo = (name: string): Schema => ({ $ref: REF + name });

/** `template`: the document of apps/v1. */
export function customDocument(published: readonly Published[], template: Plain): object {
  const { paths, components } = template as { readonly paths: Readonly<Record<string, Plain>>; readonly components: Plain };
  const known = components["schemas"] as Readonly<Record<string, Schema>>;
  const made: Record<string, unknown> = {};
  const schemas: Record<string, Schema> = {};
  for (const { crd, version } of published) {
    const { group, names } = crd.spec;
    const listKind = names.listKind ?? `${names.kind}List`;
    Object.assign(made, pathsOf(crd, version, paths));
    const gvk = (kind: string) => ({
      "x-kubernetes-group-version-kind": [{ group, kind, version: version.name }],
      ...(version.selectableFields
        ? { "x-kubernetes-selectable-fields": version.selectableFields.map((f) => ({ fieldPath: f.jsonPath.replace(/^\./, "") })) }
        : {}),
    });
    const type = known[`${META}.Status`]?.properties ?? {};
    const typeMeta = { apiVersion: type["apiVersion"], kind: type["kind"] } as Readonly<Record<string, Schema>>;
    schemas[modelName(crd, version.name, names.kind)] = { ...object(schemaOf(version), typeMeta), ...gvk(names.kind) } as Schema;
    schemas[modelName(crd, version.name, listKind)] = {
      description: `${listKind} is a list of ${names.kind}`,
      type: "object",
      required: ["items"],
      properties: {
        ...typeMeta,
        items: {
          description: `List of ${names.plural}. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md`,
          type: "array",
          items: refTo(modelName(crd, version.name, names.kind)),
        },
        metadata: { description: "Standard list metadata.", allOf: [refTo(`${META}.ListMeta`)] },
      },
      ...gvk(listKind),
    } as Schema;
  }
  addReached({ made, schemas }, known, schemas);
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes CRD Swagger", version: "v0.1.0" },
    paths: made,
    components: { schemas: sorted(schemas), securitySchemes: components["securitySchemes"] },
  };
}

/** `com.example.ops.v1.Backup`. */
const modelName = ({ spec }: CustomResourceDefinition, version: string, kind: string): string =>
  `${spec.group.split(".").toReversed().join(".")}.${version}.${kind}`;

const sorted = <T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** A whole resource: what every one has goes without saying in its schema. */
function object(schema: Schema | undefined, typeMeta: Readonly<Record<string, Schema>>): Schema {
  if (schema === undefined) return { type: "object" };
  const unfolded = unfold(schema, typeMeta);
  return { ...unfolded, properties: sorted({ ...unfolded.properties, ...typeMeta, metadata: objectMeta }) };
}

const objectMeta: Schema = {
  description:
    "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
  allOf: [refTo(`${META}.ObjectMeta`)],
};

/** Without what structural schemas do not carry; int-or-strings and embedded resources written out. */
function unfold(schema: Schema, typeMeta: Readonly<Record<string, Schema>>): Schema {
  const { example: _, externalDocs: __, $schema: ___, items, properties, additionalProperties, ...rest } = schema;
  const below = (child: Schema): Schema => unfold(child, typeMeta);
  let out: Schema = {
    ...rest,
    ...(items ? { items: below(items) } : {}),
    ...(properties ? { properties: Object.fromEntries(Object.entries(properties).map(([name, p]) => [name, below(p)])) } : {}),
    ...(additionalProperties === undefined
      ? {}
      : { additionalProperties: typeof additionalProperties === "object" ? below(additionalProperties) : additionalProperties }),
  };
  if (isIntOrString(schema) && !schema.anyOf && !schema.allOf?.[0]?.anyOf)
    out = { ...out, anyOf: [{ type: "integer" }, { type: "string" }] };
  if (!isEmbedded(schema)) return out;
  const required = [...new Set([...(out.required ?? []), "kind", "apiVersion"])];
  return { ...out, required, properties: sorted({ ...out.properties, ...typeMeta, metadata: objectMeta }) };
}

/** Adds the types that something refers to, and those that they refer to. */
function addReached(from: unknown, known: Readonly<Record<string, Schema>>, schemas: Record<string, Schema>): void {
  if (Array.isArray(from)) for (const item of from) addReached(item, known, schemas);
  else if (isPlain(from))
    for (const [key, value] of Object.entries(from)) {
      const name = key === "$ref" && typeof value === "string" ? value.slice(REF.length) : "";
      const type = known[name];
      if (type !== undefined && schemas[name] === undefined) {
        schemas[name] = type;
        addReached(type, known, schemas);
      } else if (name === "") addReached(value, known, schemas);
    }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** `OpsExampleComV1`. */
const camel = (group: string, version: string): string => group.split(/[.-]/).map(capital).join("") + capital(version);
const articleOf = (noun: string): string => (/^[aeiou]/i.test(noun) ? "an" : "a");

const SUBRESOURCES = ["", "/status", "/scale"] as const;

function pathsOf(
  crd: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  template: Readonly<Record<string, Plain>>,
): Plain {
  const { group, names, scope } = crd.spec;
  const namespaced = scope === "Namespaced";
  const out: Record<string, unknown> = {};
  const add = (from: string): void => {
    const to = from.replace("apps/v1", `${group}/${version.name}`).replace("deployments", names.plural);
    const item = template[from];
    if (item !== undefined) out[namespaced ? to : to.replace("namespaces/{namespace}/", "")] = rewritten(item, crd, version);
  };
  if (namespaced) add(`${TEMPLATE}deployments`);
  const collection = `${TEMPLATE}namespaces/{namespace}/deployments`;
  add(collection);
  for (const subresource of SUBRESOURCES) {
    const there =
      subresource === "" || (subresource === "/status" ? version.subresources?.status : version.subresources?.scale) !== undefined;
    if (there) add(`${collection}/{name}${subresource}`);
  }
  return out;
}

/** A Deployment's path item as the custom resource's: names, and the media types that it is served in. */
function rewritten(item: Plain, crd: CustomResourceDefinition, version: CustomResourceDefinitionVersion): Plain {
  const { group, names, scope } = crd.spec;
  const { kind } = names;
  const listKind = names.listKind ?? `${kind}List`;
  const text = (key: string, value: string): string => {
    if (key === "$ref") {
      if (value === `${REF}${MODEL}`) return REF + modelName(crd, version.name, kind);
      return value === `${REF}${MODEL}List` ? REF + modelName(crd, version.name, listKind) : value;
    }
    if (key === "operationId") {
      const id = value.replace("AppsV1", camel(group, version.name)).replace("Deployment", kind);
      return scope === "Namespaced" ? id : id.replace("Namespaced", "");
    }
    if (key !== "description") return value;
    return value
      .replace("list or watch", "list")
      .replace("a Deployment", `${articleOf(kind)} ${kind}`)
      .replace("Deployment", kind);
  };
  const visit = (key: string, value: unknown): unknown => {
    if (typeof value === "string") return text(key, value);
    if (key === "tags")
      return [
        `${group
          .split(/[.-]/)
          .map((part, i) => (i === 0 ? part : capital(part)))
          .join("")}_${version.name}`,
      ];
    if (Array.isArray(value))
      return value
        .filter((one) => scope === "Namespaced" || !isPlain(one) || one["name"] !== "namespace" || one["in"] !== "path")
        .map((one) => visit("", one));
    if (!isPlain(value)) return value;
    if (key === "x-kubernetes-group-version-kind") return value["group"] === "autoscaling" ? value : { group, version: version.name, kind };
    if (key === "content") return content(value, (schema) => visit("", schema));
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, visit(name, one)]));
  };
  return visit("", item) as Plain;
}

/** Custom resources come as JSON and YAML only, and take no strategic patch. */
function content(media: Plain, visit: (value: unknown) => unknown): Plain {
  const all = media["*/*"];
  const entries = all === undefined ? Object.entries(media) : [["application/json", all] as const, ["application/yaml", all] as const];
  return Object.fromEntries(
    entries.filter(([type]) => !/protobuf|cbor|stream=|strategic/.test(type)).map(([type, value]) => [type, visit(value)]),
  );
}
