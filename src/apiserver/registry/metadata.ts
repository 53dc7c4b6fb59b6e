import { apiVersionOf, type KubeObject, type ObjectMeta } from "../../api/index.ts";
import {
  badRequest,
  field,
  type FieldError,
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
  isValidPathSegmentName,
} from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { keyOf, type Scope } from "../context.ts";

/** What a creator has no say in. */
const SERVERS_OWN = ["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields"] as const;

/** What the server decides about a new object's metadata (k8s: registry/rest BeforeCreate, FillObjectMetaSystemFields). */
export function systemMetadata(scope: Scope, object: KubeObject): KubeObject {
  const { random, clock } = scope.server;
  const meta = object.metadata ?? {};
  const name = meta.name || (meta.generateName ? generatedName(scope, meta.generateName) : undefined);
  const metadata: { -readonly [K in keyof ObjectMeta]: ObjectMeta[K] } = { ...meta };
  for (const key of SERVERS_OWN) if (key in metadata) delete metadata[key];
  if (name !== undefined) metadata.name = name;
  if (scope.kind.namespaced) metadata.namespace = scope.info.namespace;
  metadata.uid = random.uuid();
  metadata.creationTimestamp = rfc3339(clock.now());
  if (scope.kind.generation) metadata.generation = 1;
  return { ...object, apiVersion: apiVersionOf(scope.kind), kind: scope.kind.kind, metadata };
}

/** How often a name is thrown again that somebody has (k8s: registry/generic/registry maxNameGenerationCreateAttempts). */
const NAME_ATTEMPTS = 8;
/** What is kept of a prefix, so that names stay labels. */
const LONGEST_PREFIX = 58;

function generatedName(scope: Scope, prefix: string): string {
  const { random, store } = scope.server;
  let name: string;
  let attempt = 0;
  do name = prefix.slice(0, LONGEST_PREFIX) + random.suffix(5);
  while (++attempt < NAME_ATTEMPTS && store.get(keyOf(scope.kind, scope.info.namespace, name)) !== undefined);
  return name;
}

/** The body must be about what the path is about. Answers it with the path's namespace filled in. */
export function matchPath(scope: Scope, object: KubeObject): KubeObject {
  const { info, kind } = scope;
  const namespace = object.metadata?.namespace ?? "";
  if (kind.namespaced && namespace !== "" && namespace !== info.namespace) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  }
  if (scope.verb !== "create") checkName(info.name, object.metadata?.name);
  if (!kind.namespaced && namespace !== "") return withoutNamespace(object);
  if (!kind.namespaced || namespace === info.namespace) return object;
  return { ...object, metadata: { ...object.metadata, namespace: info.namespace } };
}

function checkName(wanted: string, name: string | undefined): void {
  if (!name) throw badRequest(`the name of the object (${wanted} based on URL) was undeterminable: name must be provided`);
  if (name !== wanted) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${wanted})`);
}

function withoutNamespace(object: KubeObject): KubeObject {
  const { namespace: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
}

const NAME_FORMATS = {
  subdomain: isDNS1123Subdomain,
  label: isDNS1123Label,
  dns1035: isDNS1035Label,
  "path-segment": isValidPathSegmentName,
};

const STANDARD_FINALIZERS = new Set(["kubernetes", "orphan", "foregroundDeletion"]);

/** k8s: apimachinery/pkg/api/validation ValidateObjectMeta. */
export function validateMetadata(scope: Scope, object: KubeObject): readonly FieldError[] {
  const meta = object.metadata ?? {};
  const errors: FieldError[] = [];
  const { nameFormat = "subdomain" } = scope.kind;
  const check = typeof nameFormat === "function" ? nameFormat : NAME_FORMATS[nameFormat];
  if (meta.generateName)
    for (const text of check(withoutLastDash(meta.generateName)))
      errors.push(field.invalid("metadata.generateName", meta.generateName, text));
  if (!meta.name) errors.push(field.required("metadata.name", "name or generateName is required"));
  else for (const text of check(meta.name)) errors.push(field.invalid("metadata.name", meta.name, text));
  errors.push(...validateLabels(meta.labels, "metadata.labels"));
  for (const key in meta.annotations) {
    for (const text of isQualifiedName(key.toLowerCase())) errors.push(field.invalid("metadata.annotations", key, text));
  }
  if (totalSize(meta.annotations) > 262144) errors.push(field.tooLong("metadata.annotations", "", 262144));
  for (const [i, owner] of (meta.ownerReferences ?? []).entries()) {
    const path = `metadata.ownerReferences[${i}]`;
    if (!owner.apiVersion) errors.push(field.invalid(`${path}.apiVersion`, owner.apiVersion, "version must not be empty"));
    if (!owner.kind) errors.push(field.invalid(`${path}.kind`, owner.kind, "must not be empty"));
    if (!owner.name) errors.push(field.invalid(`${path}.name`, owner.name, "must not be empty"));
    if (!owner.uid) errors.push(field.invalid(`${path}.uid`, owner.uid, "must not be empty"));
  }
  const controllers = meta.ownerReferences?.filter((o) => o.controller) ?? [];
  if (controllers.length > 1) {
    const [first, second] = controllers;
    const text = `Only one reference can have Controller set to true. Found "true" in references for ${first?.kind}/${first?.name} and ${second?.kind}/${second?.name}`;
    errors.push(field.invalid("metadata.ownerReferences", meta.ownerReferences, text));
  }
  for (const [i, finalizer] of (meta.finalizers ?? []).entries()) {
    const path = `metadata.finalizers[${i}]`;
    for (const text of isQualifiedName(finalizer)) errors.push(field.invalid(path, finalizer, text));
    // Other servers than kube-apiserver itself leave it at a warning.
    if (!scope.kind.custom && !finalizer.includes("/") && !STANDARD_FINALIZERS.has(finalizer))
      errors.push(field.invalid(path, finalizer, "name is neither a standard finalizer name nor is it fully qualified"));
  }
  return errors;
}

/** A prefix may end where a name may not. */
const withoutLastDash = (prefix: string): string => (prefix.length > 1 && prefix.endsWith("-") ? `${prefix.slice(0, -2)}a` : prefix);

function validateLabels(labels: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const key in labels) {
    for (const text of isQualifiedName(key)) errors.push(field.invalid(path, key, text));
    const value = labels[key] as string;
    for (const text of isValidLabelValue(value)) errors.push(field.invalid(path, value, text));
  }
  return errors;
}

function totalSize(annotations: Readonly<Record<string, string>> | undefined): number {
  let size = 0;
  for (const key in annotations) size += key.length + (annotations[key] as string).length;
  return size;
}

/** k8s: apimachinery/pkg/api/validation ValidateObjectMetaUpdate. */
export function validateMetadataUpdate(object: KubeObject, old: KubeObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  const now = object.metadata ?? {};
  const before = old.metadata ?? {};
  for (const name of ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"] as const) {
    if (now[name] !== before[name]) errors.push(field.invalid(`metadata.${name}`, now[name] ?? "", "field is immutable"));
  }
  const gained = now.finalizers?.filter((f) => !before.finalizers?.includes(f)) ?? [];
  if (before.deletionTimestamp && gained.length > 0) {
    const text = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${gained.map((f) => JSON.stringify(f)).join(", ")}}`;
    errors.push(field.forbidden("metadata.finalizers", text));
  }
  return errors;
}
