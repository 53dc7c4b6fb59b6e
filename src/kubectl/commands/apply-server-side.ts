import type { ManagedFieldsEntry } from "../../api/index.ts";
import { type FieldSet, has, union } from "../../machinery/index.ts";
import { ApiFailure, CliError, errorMessage, isConflict } from "../errors.ts";
import { apiVersionOf } from "../rest/discovery.ts";
import { pathOf } from "../rest/session.ts";
import { dryRunOf, writeQuery, type FileTarget } from "./each.ts";
import { LAST_APPLIED } from "./last-applied.ts";
import type { Invocation, Resource } from "../types.ts";

const MANAGER = "kubectl";
const CLIENT_SIDE = "kubectl-client-side-apply";
const RETRIES = 5;

/** `kubectl apply --server-side`: the server merges; what was applied from the client's side before is taken over after (k8s: kubectl apply.go applyOneObject). */
export async function applyServerSide(
  invocation: Invocation,
  target: FileTarget,
  done: (o: Resource, operation: string) => Promise<void>,
): Promise<void> {
  const { flags } = invocation;
  const given = flags.string("field-manager");
  const manager = given === CLIENT_SIDE ? MANAGER : given;
  const force = String(flags.bool("force-conflicts"));
  let applied = await applying(invocation, target, target.object, { fieldManager: manager, force }).catch((error: unknown) => {
    throw isConflict(error) && error instanceof ApiFailure ? new CliError(`${errorMessage(error)}\n${ADVICE}`) : error;
  });
  try {
    applied = await keepLastApplied(invocation, target, applied, manager);
    try {
      if (await migrate(invocation, target, applied, manager))
        applied = await applying(invocation, target, target.object, { fieldManager: manager, force });
    } catch (error) {
      await invocation.err(
        `Warning: failed to re-apply configuration after performing Server-Side Apply migration. This is non-fatal and will be retried next time you apply. Error: ${errorMessage(error)}\n`,
      );
    }
  } catch (error) {
    await invocation.err(
      `Warning: failed to migrate kubectl.kubernetes.io/last-applied-configuration for Server-Side Apply. This is non-fatal and will be retried next time you apply. Error: ${errorMessage(error)}\n`,
    );
  }
  await done(applied, "serverside-applied");
}

const ADVICE = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

const objectPath = ({ flags }: Invocation, { type, namespace, name }: FileTarget): string =>
  pathOf(type, namespace, name, flags.string("subresource") || undefined);

function applying(invocation: Invocation, target: FileTarget, body: object, query: Record<string, string>): Promise<Resource> {
  return invocation.session.object("PATCH", objectPath(invocation, target), {
    query: { ...writeQuery(invocation, dryRunOf(invocation), MANAGER), ...query },
    body,
    contentType: "application/apply-patch+yaml",
  }) as Promise<Resource>;
}

const managersOf = (object: Resource): readonly ManagedFieldsEntry[] =>
  (object.metadata as { readonly managedFields?: readonly ManagedFieldsEntry[] }).managedFields ?? [];
const fieldsOf = (entry: ManagedFieldsEntry): FieldSet => (entry.fieldsV1 ?? {}) as FieldSet;

/** Updaters that own the annotation: whoever applied from the client's side. */
function annotationOwners(object: Resource): readonly string[] {
  const path = ["f:metadata", "f:annotations", `f:${LAST_APPLIED}`];
  return managersOf(object)
    .filter((e) => e.operation === "Update" && has(fieldsOf(e), path))
    .map((e) => e.manager ?? "");
}

/** The annotation gets an owner of its own, so that it outlives the migration (k8s: saveLastApplyAnnotationIfNecessary). */
function keepLastApplied(invocation: Invocation, target: FileTarget, applied: Resource, manager: string): Promise<Resource> {
  const text = applied.metadata.annotations?.[LAST_APPLIED];
  if (manager !== MANAGER || text === undefined || annotationOwners(applied).length === 0) return Promise.resolve(applied);
  const { type, name, namespace } = target;
  const body = {
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    metadata: { name, ...(namespace ? { namespace } : {}), annotations: { [LAST_APPLIED]: text } },
  };
  return applying(invocation, target, body, { fieldManager: "kubectl-last-applied" });
}

/** Makes what was applied from the client's side this manager's own; false when there is nothing to do (k8s: migrateToSSAIfNecessary). */
async function migrate(invocation: Invocation, target: FileTarget, applied: Resource, manager: string): Promise<boolean> {
  let object = applied;
  for (let attempt = 0; ; attempt++) {
    const names = new Set([CLIENT_SIDE, ...annotationOwners(object)]);
    const before = managersOf(object);
    const after = [...names].toSorted().reduce((entries, name) => upgraded(entries, name, manager), before);
    if (after === before) return false;
    const body = [
      { op: "replace", path: "/metadata/managedFields", value: after },
      { op: "replace", path: "/metadata/resourceVersion", value: object.metadata.resourceVersion },
    ];
    try {
      const query = { ...writeQuery(invocation, dryRunOf(invocation), MANAGER), fieldManager: manager };
      await invocation.session.object("PATCH", objectPath(invocation, target), { query, body, contentType: "application/json-patch+json" });
      return true;
    } catch (error) {
      if (!isConflict(error) || attempt >= RETRIES) throw error;
      object = await invocation.session.get(target.type, target.namespace, target.name);
    }
  }
}

/** Entries with the client-side manager's fields under the server-side one (k8s: csaupgrade.UpgradeManagedFields). */
function upgraded(entries: readonly ManagedFieldsEntry[], from: string, to: string): readonly ManagedFieldsEntry[] {
  const isOld = (e: ManagedFieldsEntry): boolean => e.manager === from && e.operation === "Update" && !e.subresource;
  const first = entries.findIndex(isOld);
  if (first < 0) return entries;
  const known = entries.findIndex((e) => e.manager === to && e.operation === "Apply" && !e.subresource);
  const at = known < 0 ? first : known;
  const base = entries[at] as ManagedFieldsEntry;
  const old = entries.find((e, i) => i !== at && isOld(e) && e.apiVersion === base.apiVersion);
  const next = { ...base, operation: "Apply", manager: to, fieldsV1: old ? union(fieldsOf(base), fieldsOf(old)) : fieldsOf(base) };
  return entries.map((e, i) => (i === at ? next : e)).filter((e) => !isOld(e));
}
