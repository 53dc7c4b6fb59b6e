import { deepEqual, field, type FieldError, isQualifiedName, parseJsonPath } from "../../machinery/index.ts";
import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from "../generated/types.ts";
import type { Kind, ValidationContext } from "../kind.ts";
import type { KubeObject } from "../meta.ts";
import { printerColumns } from "./columns.ts";
import { conversionRefusal, converters, type Custom } from "./conversion.ts";
import { decodeCustom } from "./decode.ts";
import { schemaOf } from "./definition/versions.ts";
import { fieldTypeOfSchema } from "./field-type.ts";
import { compileRules, type Rules } from "./rules/evaluate.ts";
import { scaleOf, scaleProblems } from "./scale.ts";
import { isPlain, own, type Schema } from "./schema/schema.ts";
import { withDefaults } from "./value/default.ts";
import { checkEmbedded } from "./value/embedded.ts";
import { checkListTypes } from "./value/list-types.ts";
import { type Before, validateValue } from "./value/validate.ts";
import { compareVersions } from "./version-order.ts";

/**
 * The kinds that an accepted definition serves, one a served version, newest first. Each is kept as the storage
 * version has it: `storedAs` is that version's row with this version's rules (k8s: apiserver/customresource_handler.go).
 */
export function customKinds(crd: CustomResourceDefinition): readonly Kind[] {
  const served = crd.spec.versions.filter((v) => v.served);
  return served.toSorted((a, b) => compareVersions(b.name, a.name)).map((version) => customKind(crd, version));
}

function customKind(crd: CustomResourceDefinition, version: CustomResourceDefinitionVersion): Kind {
  const { spec, status } = crd;
  const names = status?.acceptedNames ?? spec.names;
  const schema = schemaOf(version) ?? {};
  const storage = spec.versions.find((v) => v.storage) ?? version;
  const { to, from, knows } = converters(crd, version, storage);
  const rules = compileRules(schema);
  const hasStatus = version.subresources?.status !== undefined;
  const mapping = version.subresources?.scale;
  const shared: Omit<Kind<Custom>, "validate" | "version"> = {
    group: spec.group,
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    ...(names.shortNames?.length ? { shortNames: names.shortNames } : {}),
    ...(names.categories?.length ? { categories: names.categories } : {}),
    namespaced: spec.scope === "Namespaced",
    custom: true,
    ...(isTerminating(crd) ? { terminating: true as const } : {}),
    generation: true,
    subresources: [...(mapping ? ["scale"] : []), ...(hasStatus ? ["status"] : [])],
    columns: printerColumns(version.additionalPrinterColumns),
    ...(mapping ? { scale: scaleOf(mapping, from) } : {}),
    ...selectable(version, (stored) => (knows(stored) ? from(stored) : undefined)),
    fieldRefusal: (name) => `field label not supported: ${name}`,
    warnings: finalizerWarnings,
  };
  const stored: Kind<Custom> = {
    ...shared,
    version: storage.name,
    fieldType: fieldTypeOfSchema(schemaOf(storage) ?? {}),
    prepareForCreate: (object) => (hasStatus ? withoutStatus(object) : object),
    validate: (object, { old }: ValidationContext) => {
      const now = from(object);
      const before = old === undefined ? undefined : from(old);
      const correlated: Before | undefined = before === undefined ? undefined : { schema, value: before };
      const errors: FieldError[] = [...validateValue(schema, now, "", correlated).errors];
      if (mapping) errors.push(...scaleProblems(mapping, now, ["spec", "status"]));
      checkEmbedded(errors, "", schema, now);
      return withRules(errors, schema, rules, now, before);
    },
    validateStatusUpdate(object, old) {
      const now = from(object);
      const before = from(old);
      const errors: FieldError[] = [];
      const statusSchema = own(schema.properties, "status");
      if (statusSchema !== undefined && now.status !== undefined) {
        const correlated = isPlain(before) && before.status !== undefined ? { schema: statusSchema, value: before.status } : undefined;
        errors.push(...under("status", validateValue(statusSchema, now.status, "", correlated).errors));
      }
      if (mapping) errors.push(...scaleProblems(mapping, now, ["status"]));
      return withRules(errors, schema, rules, now, before);
    },
  };
  return {
    ...shared,
    version: version.name,
    fieldType: fieldTypeOfSchema(schema),
    storedAs: { kind: stored as Kind, to, from },
    ...(spec.conversion?.strategy === "Webhook" && version !== storage ? { notSimulated: conversionRefusal(crd, version.name) } : {}),
    ...(version.deprecated ? { deprecated: version.deprecationWarning ?? deprecationOf(crd, version.name) } : {}),
    decode: (object) => decodeCustom(schema, object),
    defaults: (object) => withDefaults(object, schema),
    validate: (object, context) => stored.validate(object, context),
  } as Kind;
}

/** The errors of a part, named from the whole. Upstream's words keep the part's own path. */
const under = (root: string, errors: readonly FieldError[]): readonly FieldError[] =>
  errors.map((e) => ({ ...e, field: e.field === "<nil>" || e.field === "" ? root : `${root}.${e.field}` }));

/** Errors after which rules are not evaluated: they might be about what is not there (k8s: strategy.go hasBlockingErr). */
const BLOCKING = new Set([
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);

function withRules(
  errors: FieldError[],
  schema: Schema,
  rules: Rules | undefined,
  now: Custom,
  before: Custom | undefined,
): readonly FieldError[] {
  // Lists that were not unique before may stay so.
  const old: FieldError[] = [];
  if (before !== undefined) checkListTypes(old, "", schema, before);
  if (old.length === 0) checkListTypes(errors, "", schema, now);
  if (rules === undefined) return errors;
  if (errors.some((e) => BLOCKING.has(e.type))) {
    const detail =
      "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";
    errors.push(field.invalid("<nil>", null, detail));
  } else errors.push(...rules.evaluate(now, before));
  return errors;
}

function withoutStatus(object: Custom): Custom {
  if (object.status === undefined) return object;
  const { status: _, ...rest } = object;
  return rest;
}

/** Which fields selectors may name, and their texts (k8s: strategy.go selectableFields). */
function selectable({ selectableFields = [] }: CustomResourceDefinitionVersion, from: (stored: Custom) => Custom | undefined) {
  if (selectableFields.length === 0) return {};
  const paths = selectableFields.map(({ jsonPath }) => ({
    name: jsonPath.replace(/^\./, ""),
    path: parseJsonPath(`{${jsonPath}}`),
  }));
  return {
    selectableFields: paths.map(({ name }) => name),
    fields: (object: Custom) => {
      const shown = from(object);
      return Object.fromEntries(
        paths.map(({ name, path }) => {
          const value = shown && path.find(shown)[0]?.[0];
          return [name, value === undefined || value === null ? "" : String(value as string | number | boolean)];
        }),
      );
    },
  };
}

const STANDARD_FINALIZERS = new Set(["kubernetes", "orphan", "foregroundDeletion"]);

/** k8s: registry/customresource/validator.go validateKubeFinalizerName, of finalizers that are new. */
function finalizerWarnings(object: KubeObject, old: KubeObject | undefined): readonly string[] {
  const added = (object.metadata?.finalizers ?? []).filter((f) => !old?.metadata?.finalizers?.includes(f)).toSorted();
  return added.flatMap((name) => {
    const about = `metadata.finalizers: ${JSON.stringify(name)}`;
    const problems = isQualifiedName(name).map((problem) => `${about}: ${problem}`);
    if (name.includes("/") || STANDARD_FINALIZERS.has(name)) return problems;
    const path = name.includes(".") ? " including a path (/)" : "";
    return [
      ...problems,
      `${about}: prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`,
    ];
  });
}

/** `ops.example.com/v1beta1 Backup is deprecated; use ops.example.com/v1 Backup` (k8s: defaultDeprecationWarning). */
function deprecationOf({ spec }: CustomResourceDefinition, version: string): string {
  const newer = spec.versions.filter((v) => v.served && !v.deprecated && compareVersions(version, v.name) < 0).map((v) => v.name);
  const best = newer.toSorted((a, b) => compareVersions(b, a))[0];
  const said = `${spec.group}/${version} ${spec.names.kind} is deprecated`;
  return best === undefined ? said : `${said}; use ${spec.group}/${best} ${spec.names.kind}`;
}

/** Whether two definitions serve the same: what they serve need not be made anew. */
export const servesTheSame = (a: CustomResourceDefinition, b: CustomResourceDefinition): boolean =>
  deepEqual(a.spec, b.spec) && deepEqual(a.status?.acceptedNames, b.status?.acceptedNames) && isTerminating(a) === isTerminating(b);

const isTerminating = ({ metadata }: CustomResourceDefinition): boolean => metadata?.deletionTimestamp !== undefined;
