import { apiVersionOf, fieldTypeOf, type KubeObject, structureErrors } from "../../api/index.ts";
import {
  applyConfig,
  type Applied,
  badRequest,
  conflict,
  conflictReport,
  conformErrors,
  conformMessage,
  conflictsWithout,
  failure,
  lastAppliedFields,
  type ManagedFields,
  updatedManagers,
  withLastApplied,
} from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { parseBody, ReadBody } from "../body.ts";
import type { Scope } from "../context.ts";
import { asStored } from "../decode.ts";
import { andThen, type MaybePromise } from "../maybe.ts";
import { createObject } from "./create.ts";
import { matchPath } from "./metadata.ts";
import { managerOf, versionsOf } from "./ownership.ts";
import { completed, type Managers, Owners } from "./owners.ts";
import { onTopOf, updateObject } from "./update.ts";
import { currentEntry } from "./write.ts";

type Plain = Readonly<Record<string, unknown>>;
type Result = Extract<Applied, { readonly object: Plain }>;

/** PATCH with a configuration: what the manager wants, merged with what others own; creates what is not there (k8s: applyPatcher). */
export function apply(scope: Scope): MaybePromise<{ readonly object: KubeObject; readonly created: boolean }> {
  const { requested, info } = scope;
  if (currentEntry(scope) || info.subresource !== "") {
    const updated = onTopOf(scope, true, (entry) => {
      const { object, managers } = appliedTo(scope, requested.storedAs?.from(completed(entry.value)) ?? completed(entry.value));
      return updateObject(scope, entry, asStored(scope, object), Owners.of(managers));
    });
    return andThen(updated, (object) => ({ object, created: false }));
  }
  const { user, server, request } = scope;
  server.authorization.require({ user, verb: "create", resource: info, path: request.path });
  const { object, managers } = appliedTo(scope, undefined);
  const { uid } = object.metadata ?? {};
  if (uid)
    throw conflict(
      scope.kind.plural,
      info.name,
      scope.kind.group,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
  return andThen(createObject(scope, asStored(scope, object), Owners.of(managers)), (stored) => ({ object: stored, created: true }));
}

/** The live object (undefined: there is none) with the body's configuration applied, and who manages it then. */
export function appliedTo(scope: Scope, live: KubeObject | undefined): { readonly object: KubeObject; readonly managers: Managers } {
  const { object, managers } = applied(scope, live, configOf(scope));
  warnOfDuplicates(scope);
  return { object: matchPath(scope, typed(scope, object)), managers: managers as Managers };
}

/** k8s: applyPatcher.applyPatchToCurrentObject, after the merge. */
function warnOfDuplicates({ request, options, warnings }: Scope): void {
  const twice = request.body instanceof ReadBody ? request.body.duplicates : [];
  if (twice.length === 0 || options.fieldValidation === "Ignore") return;
  if (options.fieldValidation === "Strict")
    throw badRequest(`error strict decoding patch: error converting YAML to JSON: yaml: unmarshal errors:\n  ${twice.join("\n  ")}`);
  warnings.push(...twice);
}

/** The body as the configuration of the kind that the path names; untyped values have their types checked. */
function configOf(scope: Scope): KubeObject {
  const { requested, info } = scope;
  const body = parseBody(scope.request);
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw badRequest("error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}");
  const config = body as KubeObject;
  // What is no text is as good as absent (k8s: unstructured NestedString).
  const said = (value: unknown): string => (typeof value === "string" ? value : "");
  const [version = "", group = ""] = said(config.apiVersion).split("/").toReversed();
  if (config.kind !== requested.kind || config.apiVersion !== apiVersionOf(requested))
    throw badRequest(`invalid object type: ${group}/${version}, Kind=${said(config.kind)}`);
  if (config.metadata?.managedFields !== undefined && config.metadata.managedFields !== null)
    throw badRequest("metadata.managedFields must be nil");
  const given = config.metadata?.namespace;
  const inPlace = requested.namespaced && !given ? { ...config, metadata: { ...config.metadata, namespace: info.namespace } } : config;
  const errors = conformErrors(inPlace, fieldTypeOf(requested));
  if (errors.length > 0) {
    const what = `${inPlace.metadata?.namespace ?? ""}/${config.metadata?.name ?? ""}; ${group}/${version}, Kind=${config.kind}`;
    throw failure(500, "", `failed to create typed patch object (${what}): ${conformMessage(errors)}`);
  }
  if (!config.metadata?.name)
    throw badRequest(`the name of the object (${info.name} based on URL) was undeterminable: name must be provided`);
  return inPlace;
}

/** The merged object, or a refusal that names whom it would rob. */
function applied(scope: Scope, live: KubeObject | undefined, config: KubeObject): Result {
  const by = managerOf(scope, "Apply");
  const versions = versionsOf(scope);
  const now = rfc3339(scope.server.clock.now());
  const before = asPlain(live ?? {});
  let entries: readonly ManagedFields[] = live?.metadata?.managedFields ?? [];
  if (live !== undefined && entries.length === 0) {
    // What was there before anybody applied has an owner from now on (k8s: skipNonAppliedManager).
    const first = { ...by, manager: "before-first-apply", operation: "Update" as const };
    entries = updatedManagers([], undefined, before, first, versions, now);
  }
  const run = (force: boolean): Applied => applyConfig(entries, before, asPlain(config), by, versions, { force, now });
  const result = run(scope.options.force ?? false);
  if (!("conflicts" in result)) return finished(result, config, by.manager);
  // What kubectl itself applied from the client's side is its to take over (k8s: lastAppliedManager).
  const own = by.manager === "kubectl" ? lastAppliedFields(before, fieldTypeOf(scope.requested), by.apiVersion) : undefined;
  const conflicts = own === undefined ? result.conflicts : conflictsWithout(result.conflicts, own);
  if (conflicts.length === 0) return finished(run(true) as Result, config, by.manager);
  const { message, causes } = conflictReport(conflicts);
  throw failure(409, "Conflict", message, { causes });
}

/** kubectl's annotation says what was applied last, from whichever side (k8s: lastAppliedUpdater). */
function finished(result: Result, config: KubeObject, manager: string): Result {
  return manager === "kubectl" ? { ...result, object: withLastApplied(result.object, asPlain(config)) } : result;
}

/** The merged object as its kind is kept: canonical, without nulls. */
function typed(scope: Scope, merged: Plain): KubeObject {
  const { requested } = scope;
  const { typeErrors, pruned } = structureErrors(requested, merged as KubeObject);
  const { name = "", namespace = "" } = (merged as KubeObject).metadata ?? {};
  if (typeErrors.length > 0) {
    const what = `${namespace}/${name}; ${requested.group}/${requested.version}, Kind=${requested.kind}`;
    throw failure(500, "", `failed to convert new typed object (${what}) to object: ${typeErrors[0]}`);
  }
  return pruned;
}

const asPlain = (object: KubeObject): Plain => object as unknown as Plain;
