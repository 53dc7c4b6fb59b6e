import { CliError } from "../errors.ts";
import { klogHead } from "../klog.ts";
import { operationLine } from "../printers/printer.ts";
import { typeOfKind, type ResourceType } from "../rest/discovery.ts";
import { pathOf } from "../rest/session.ts";
import { deleteOptions } from "./delete-options.ts";
import { dryRunOf } from "./each.ts";
import { LAST_APPLIED } from "./last-applied.ts";
import type { Invocation, Resource } from "../types.ts";

/** What an apply has touched. */
export interface Applied {
  readonly namespaces: Set<string>;
  readonly uids: Set<string>;
}

/** k8s: prune.GetRESTMappings' default allowlist: namespaced kinds, then kinds of the cluster. */
const DEFAULT = [
  "core/v1/ConfigMap",
  "core/v1/Endpoints",
  "core/v1/PersistentVolumeClaim",
  "core/v1/Pod",
  "core/v1/ReplicationController",
  "core/v1/Secret",
  "core/v1/Service",
  "batch/v1/Job",
  "batch/v1/CronJob",
  "networking.k8s.io/v1/Ingress",
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/ReplicaSet",
  "apps/v1/StatefulSet",
  "core/v1/Namespace",
  "core/v1/PersistentVolume",
];

/** Pruning needs to be told of what: throws CliError. */
export function checkPrune({ flags }: Invocation): void {
  if (flags.bool("all") && flags.string("selector")) throw new CliError("cannot set --all and --selector at the same time");
  if (!flags.bool("all") && !flags.string("selector")) {
    throw new CliError(
      "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector",
    );
  }
}

interface Candidate {
  readonly type: ResourceType;
  readonly namespace: string | undefined;
  readonly object: Resource;
}

/** What an apply once made and this one does not name, kind by kind, as it is found. */
export async function* prunable(invocation: Invocation, applied: Applied): AsyncGenerator<Candidate> {
  const { flags, session, proc } = invocation;
  const discovery = await session.discovery();
  const list = flags.list("prune-allowlist");
  const types: ResourceType[] = [];
  for (const text of list.length > 0 ? list : DEFAULT) {
    const [group = "", version, kind] = text.split("/");
    if (version === undefined || kind === undefined)
      throw new CliError(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`);
    const type = typeOfKind(discovery, group === "core" ? version : `${group}/${version}`, kind);
    if (type) types.push(type);
    else if (list.length > 0)
      throw new CliError(
        `error retrieving RESTMappings to prune: no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(`${group === "core" ? "" : `${group}/`}${version}`)}`,
      );
  }
  if (session.namespaceGiven && list.length === 0)
    await invocation.err(
      `${klogHead("W", session.now, proc.pid)} prune.go:71] Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.\n`,
    );
  const query = flags.string("selector") ? { labelSelector: flags.string("selector") } : {};
  const found = async function* (type: ResourceType, namespace: string | undefined): AsyncGenerator<Candidate> {
    for (const object of (await session.list(type, namespace, query)).items) {
      const { annotations, uid = "" } = object.metadata;
      if (annotations?.[LAST_APPLIED] !== undefined && !applied.uids.has(uid)) yield { type, namespace, object };
    }
  };
  for (const namespace of applied.namespaces) for (const type of types) if (type.namespaced) yield* found(type, namespace);
  for (const type of types) if (!type.namespaced) yield* found(type, undefined);
}

/** Deletes what is prunable: `configmap/old pruned`. */
export async function prune(invocation: Invocation, applied: Applied): Promise<void> {
  const { flags, session } = invocation;
  const dryRun = dryRunOf(invocation);
  const body = deleteOptions({ cascade: flags.string("cascade"), gracePeriod: flags.int("grace-period"), dryRun });
  for await (const { type, namespace, object } of prunable(invocation, applied)) {
    if (dryRun !== "client") await session.object("DELETE", pathOf(type, namespace, object.metadata.name), { body });
    await invocation.out(operationLine(type, object.metadata.name, "pruned", dryRun));
  }
}
