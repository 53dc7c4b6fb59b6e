import { missingRights, type PolicyRule, type RbacSubject, type RoleRef } from "../../api/index.ts";
import { deepEqual } from "../../machinery/index.ts";
import { asFailure, CliError, isNotFound } from "../errors.ts";
import { dryRunFlag, fileFlags, printFlags } from "../flags/groups.ts";
import { bool } from "../flags/parse.ts";
import { type LocalTarget, localTargets } from "../manifest/local.ts";
import { OBJECT_FORMATS, operationLine, type Printer, typedPrinterFor } from "../printers/printer.ts";
import { pathOf } from "../rest/session.ts";
import type { Command, Invocation, Resource } from "../types.ts";
import { dryRunOf, failureOrThrow, throwAll, writeQuery } from "./each.ts";
import { decodedObject } from "./set/typed.ts";

const GROUP = "rbac.authorization.k8s.io";
const AUTOUPDATE = "rbac.authorization.kubernetes.io/autoupdate";

interface Rbac extends Resource {
  readonly rules?: readonly PolicyRule[];
  readonly subjects?: readonly RbacSubject[];
  readonly roleRef?: RoleRef;
  readonly aggregationRule?: object;
}

interface Outcome {
  readonly object: Rbac;
  readonly operation: "create" | "update" | "recreate" | undefined;
  readonly isProtected: boolean;
  readonly missingRules: readonly PolicyRule[];
  readonly extraRules: readonly PolicyRule[];
  readonly missingSubjects: readonly RbacSubject[];
  readonly extraSubjects: readonly RbacSubject[];
}

const without = (list: readonly RbacSubject[] = [], others: readonly RbacSubject[] = []): readonly RbacSubject[] =>
  list.filter((subject) => !others.some((other) => deepEqual(other, subject)));

/** What it takes to make `there` grant what `wanted` grants (k8s: component-helpers/auth/rbac/reconciliation). */
function compare(there: Rbac | undefined, wanted: Rbac, removeRules: boolean, removeSubjects: boolean): Outcome {
  if (!there)
    return {
      object: wanted,
      operation: "create",
      isProtected: false,
      missingRules: wanted.rules ?? [],
      extraRules: [],
      missingSubjects: wanted.subjects ?? [],
      extraSubjects: [],
    };
  const isProtected = there.metadata.annotations?.[AUTOUPDATE] === "false";
  const missingRules = missingRights(there.rules ?? [], wanted.rules ?? []);
  const extraRules = missingRights(wanted.rules ?? [], there.rules ?? []);
  const missingSubjects = without(wanted.subjects, there.subjects);
  const extraSubjects = without(there.subjects, wanted.subjects);
  const found = { isProtected, missingRules, extraRules, missingSubjects, extraSubjects };
  if (wanted.roleRef && !deepEqual(there.roleRef, wanted.roleRef)) return { ...found, object: wanted, operation: "recreate" };
  const merged = (field: "labels" | "annotations") => ({ ...wanted.metadata[field], ...there.metadata[field] });
  const rules =
    removeRules && extraRules.length > 0 ? wanted.rules : missingRules.length > 0 ? [...(there.rules ?? []), ...missingRules] : there.rules;
  const subjects =
    removeSubjects && extraSubjects.length > 0
      ? wanted.subjects
      : missingSubjects.length > 0
        ? [...(there.subjects ?? []), ...missingSubjects]
        : there.subjects;
  const object: Rbac = {
    ...there,
    metadata: {
      ...there.metadata,
      ...(Object.keys(merged("labels")).length > 0 ? { labels: merged("labels") } : {}),
      ...(Object.keys(merged("annotations")).length > 0 ? { annotations: merged("annotations") } : {}),
    },
    ...(rules ? { rules } : {}),
    ...(subjects ? { subjects } : {}),
  };
  return { ...found, object, operation: deepEqual(object, there) ? undefined : "update" };
}

/** A struct as Go's `%+v` prints it. */
const goRule = (r: PolicyRule): string => {
  const list = (items: readonly string[] | undefined): string => `[${(items ?? []).join(" ")}]`;
  return `{Verbs:${list(r.verbs)} APIGroups:${list(r.apiGroups)} Resources:${list(r.resources)} ResourceNames:${list(r.resourceNames)} NonResourceURLs:${list(r.nonResourceURLs)}}`;
};
const goSubject = (s: RbacSubject): string => `{Kind:${s.kind} APIGroup:${s.apiGroup ?? ""} Name:${s.name} Namespace:${s.namespace ?? ""}}`;

/** What is reconciled, and where the server has it. */
const RESOURCES: Readonly<Record<string, string>> = {
  Role: "roles",
  RoleBinding: "rolebindings",
  ClusterRole: "clusterroles",
  ClusterRoleBinding: "clusterrolebindings",
};

async function reconcile(invocation: Invocation, printer: Printer | undefined, target: LocalTarget): Promise<void> {
  const { namespace, object, name } = target;
  const plural = RESOURCES[target.type.kind];
  if (target.type.group !== GROUP || plural === undefined) return;
  const { flags, session, proc } = invocation;
  // A role of a file is where the file says: no namespace of the context's is put into it, and none is looked in.
  const namespaced = !plural.startsWith("cluster") && namespace !== undefined;
  const type = { ...target.type, name: plural, namespaced };
  const one = pathOf(type, namespace, name);
  const there = (await session.object("GET", one).catch((error: unknown) => {
    if (!isNotFound(asFailure(error))) throw error;
    return undefined;
  })) as Rbac | undefined;
  const outcome = compare(there, object as Rbac, flags.bool("remove-extra-permissions"), flags.bool("remove-extra-subjects"));
  const dryRun = dryRunOf(invocation);
  const query = writeQuery(invocation, dryRun, "kubectl-auth-reconcile");
  let result: Resource = outcome.object;
  if (dryRun !== "client" && !outcome.isProtected) {
    if (outcome.operation === "create" && !plural.startsWith("cluster")) await ensureNamespace(invocation, namespace ?? "", query);
    if (outcome.operation === "recreate") await session.object("DELETE", one, { query });
    if (outcome.operation === "update") result = (await session.object("PUT", one, { query, body: outcome.object })) as Resource;
    else if (outcome.operation)
      result = (await session.object("POST", pathOf(type, namespace), { query, body: outcome.object })) as Resource;
  }
  await invocation.out(printer ? printer(decodedObject(result)) : operationLine(type, name, "reconciled", dryRun));
  await proc.stderr.write(explained(outcome, flags.bool("remove-extra-permissions"), flags.bool("remove-extra-subjects")));
}

/** A role may come before its namespace (k8s: tryEnsureNamespace). */
async function ensureNamespace({ session }: Invocation, name: string, query: Readonly<Record<string, string | undefined>>): Promise<void> {
  if (name === "") throw new CliError("resource name may not be empty");
  const body = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
  await session.object("POST", "/api/v1/namespaces", { query, body }).catch(() => undefined);
}

function explained(o: Outcome, removedRules: boolean, removedSubjects: boolean): string {
  if (o.operation === undefined) return "";
  const caveat = o.isProtected ? `, but object opted out (${AUTOUPDATE}: false)` : "";
  const lines = [`\treconciliation required ${o.operation}${caveat}`];
  const list = (title: string, items: readonly string[]): void => {
    if (items.length > 0) lines.push(`\t${title}:`, ...items.map((item) => `\t\t${item}`));
  };
  list("missing rules added", o.missingRules.map(goRule));
  if (removedRules) list("extra rules removed", o.extraRules.map(goRule));
  list("missing subjects added", o.missingSubjects.map(goSubject));
  if (removedSubjects) list("extra subjects removed", o.extraSubjects.map(goSubject));
  return `${lines.join("\n")}\n`;
}

/** `kubectl auth reconcile`: roles and bindings of files grant at least what they say. */
export const authReconcile: Command = {
  name: "reconcile",
  short: "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
  usage: "-f FILENAME",
  arguments: "none",
  flags: {
    ...fileFlags,
    ...printFlags,
    ...dryRunFlag,
    "remove-extra-permissions": bool("If true, removes extra permissions added to roles"),
    "remove-extra-subjects": bool("If true, removes extra subjects added to rolebindings"),
  },
  async run(invocation) {
    const { flags, args, proc } = invocation;
    if (flags.list("filename").length === 0 && flags.string("kustomize") === "") throw new CliError("must specify one of -f and -k");
    if (args.length > 0) throw new CliError("no arguments are allowed");
    if (dryRunOf(invocation) === "server") throw new CliError("--dry-run=server for command reconcile is not supported yet");
    const printer = typedPrinterFor(flags.string("output"), flags, proc.fs, OBJECT_FORMATS);
    const { found, errors } = await localTargets(invocation);
    const failed: unknown[] = [];
    const inner: unknown[] = errors.map(({ error }) => error);
    for (const target of found) {
      let object: Resource;
      try {
        object = decodedObject(target.object, target.source);
      } catch (error) {
        inner.push(failureOrThrow(error));
        continue;
      }
      try {
        await reconcile(invocation, printer, { ...target, object });
      } catch (error) {
        failed.push(failureOrThrow(error));
      }
    }
    throwAll(inner, failed);
  },
};
