import type { FieldError } from "../../../machinery/index.ts";
import { structureErrorsOf, type StructureErrors } from "../../decode.ts";
import { at, fill, mapList, put } from "../../defaulting.ts";
import type { CustomResourceDefinition, CustomResourceDefinitionSpec } from "../../generated/types.ts";
import { celOf } from "../rules/check.ts";
import { runRules } from "../rules/evaluate.ts";
import { isPlain, type Schema, walkSchema } from "../schema/schema.ts";
import { isUnrecognized } from "../value/formats.ts";
import { checkDefinition } from "./checks.ts";
import { schemaOf } from "./versions.ts";

const PACKAGE = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1";

/** A schema's `items` and `additionalProperties` may each be one of two things, so the generated structure leaves them open: they are walked here. */
export function decodeDefinition(object: CustomResourceDefinition): StructureErrors<CustomResourceDefinition> {
  const { typeErrors, unknown, pruned } = structureErrorsOf(`${PACKAGE}.CustomResourceDefinition`, object);
  const errors = [...typeErrors];
  const versions = pruned.spec?.versions;
  if (!Array.isArray(versions) || errors.length > 0) {
    // A list that must be there is empty when nobody wrote it.
    const spec = { ...pruned.spec, versions: versions ?? [] };
    return { typeErrors: errors, unknown, pruned: versions === undefined ? { ...pruned, spec } : pruned };
  }
  const cleaned = mapList(versions as CustomResourceDefinitionSpec["versions"], (version) => {
    const schema = schemaOf(version);
    if (schema === undefined) return version;
    const openAPIV3Schema = insides(errors, schema);
    return openAPIV3Schema === schema ? version : ({ ...version, schema: { openAPIV3Schema } } as typeof version);
  });
  return {
    typeErrors: errors,
    unknown,
    pruned: cleaned === versions ? pruned : { ...pruned, spec: { ...pruned.spec, versions: cleaned } },
  };
}

function insides(errors: string[], schema: Schema): Schema {
  const open = (value: unknown): unknown => {
    if (!isPlain(value)) return value;
    const inner = structureErrorsOf(`${PACKAGE}.JSONSchemaProps`, value as Schema);
    errors.push(...inner.typeErrors);
    return insides(errors, inner.pruned);
  };
  const each = (list: readonly Schema[]): readonly Schema[] => mapList(list, (s) => insides(errors, s));
  let next = schema;
  for (const name of ["items", "additionalProperties"] as const) next = put(next, name, open(next[name]) as never);
  for (const name of ["allOf", "anyOf", "oneOf"] as const) if (next[name]) next = put(next, name, each(next[name]));
  if (next.not) next = put(next, "not", insides(errors, next.not));
  if (next.properties) {
    const entries = Object.entries(next.properties).map(([name, property]) => [name, insides(errors, property)] as const);
    if (entries.some(([name, property]) => property !== next.properties?.[name]))
      next = put(next, "properties", Object.fromEntries(entries));
  }
  return next;
}

/** k8s: apis/apiextensions/v1/defaults.go. */
export function defaultDefinition(crd: CustomResourceDefinition): CustomResourceDefinition {
  const named = at(crd, "spec", (spec) =>
    fill(
      at(spec, "names", (names) =>
        fill(names, {
          ...(names.kind ? { singular: names.kind.toLowerCase(), listKind: `${names.kind}List` } : {}),
        }),
      ),
      { conversion: { strategy: "None" } },
    ),
  );
  return at(named, "spec", (spec) =>
    at(spec, "conversion", (conversion) =>
      at(conversion, "webhook", (webhook) =>
        at(webhook, "clientConfig", (client) => at(client, "service", (service) => fill(service, { port: 443 }))),
      ),
    ),
  );
}

export const validateDefinition = (crd: CustomResourceDefinition, old: CustomResourceDefinition | undefined): readonly FieldError[] =>
  checkDefinition(crd, old, { cel: { compile: celOf, run: runRules } });

/** Formats that say nothing here, unless they were there before (k8s: registry/customresourcedefinition WarningsOnCreate). */
export function definitionWarnings(crd: CustomResourceDefinition, old: CustomResourceDefinition | undefined): readonly string[] {
  const unknown = ({ spec }: CustomResourceDefinition): readonly string[] =>
    spec.versions.flatMap((version) => {
      const schema = schemaOf(version);
      return schema === undefined ? [] : [...walkSchema(schema)].filter(isUnrecognized).map((s) => s.format ?? "");
    });
  const before = new Set(old === undefined ? [] : unknown(old));
  return unknown(crd)
    .filter((format) => !before.has(format))
    .map((format) => `unrecognized format ${JSON.stringify(format)}`);
}
