import type { Deployment, PodTemplateSpec, ReplicaSet } from "../../api/index.ts";
import { annotatedNumber, REVISION } from "./arithmetic.ts";
import { HASH_LABEL, isOwnAnnotation, ROLLBACK_TO, sameTemplate } from "./revisions.ts";

/** The revision that the annotation of extensions/v1beta1's days asks for, 0 for the last; undefined when none is asked for (k8s: getRollbackTo). */
export function rollbackRevision({ metadata }: Deployment): number | undefined {
  const text = metadata?.annotations?.[ROLLBACK_TO];
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

interface Rollback {
  /** Asks for no rollback any more; with the template of that revision where there is one that differs. */
  readonly deployment: Deployment;
  readonly event: readonly [type: "Normal" | "Warning", reason: string, message: string];
}

/** k8s: deployment/rollback.go rollback. */
export function rolledBack(d: Deployment, sets: readonly ReplicaSet[], asked: number): Rollback {
  const cleared = withoutRequest(d);
  const name = d.metadata?.name ?? "";
  const revision = asked === 0 ? lastRevision(sets) : asked;
  if (revision === 0)
    return { deployment: cleared, event: ["Warning", "DeploymentRollbackRevisionNotFound", "Unable to find last revision."] };
  const rs = sets.find((s) => annotatedNumber(s, REVISION) === revision);
  if (!rs) {
    const message = "Unable to find the revision to rollback to.";
    return { deployment: cleared, event: ["Warning", "DeploymentRollbackRevisionNotFound", message] };
  }
  const template = rs.spec?.template ?? {};
  if (sameTemplate(d.spec?.template ?? {}, template)) {
    const message = `The rollback revision contains the same template as current deployment "${name}"`;
    return { deployment: cleared, event: ["Warning", "DeploymentRollbackTemplateUnchanged", message] };
  }
  return {
    deployment: {
      ...cleared,
      metadata: { ...cleared.metadata, annotations: annotationsFrom(cleared, rs) },
      ...(d.spec ? { spec: { ...d.spec, template: withoutHash(template) } } : {}),
    },
    event: ["Normal", "DeploymentRollback", `Rolled back deployment "${name}" to revision ${revision}`],
  };
}

/** The one before the highest, 0 when there is none (k8s: LastRevision). */
function lastRevision(sets: readonly ReplicaSet[]): number {
  return sets.map((rs) => annotatedNumber(rs, REVISION) ?? 0).toSorted((a, b) => b - a)[1] ?? 0;
}

function withoutRequest(d: Deployment): Deployment {
  const { [ROLLBACK_TO]: _, ...annotations } = d.metadata?.annotations ?? {};
  return { ...d, metadata: { ...d.metadata, annotations } };
}

/** The Deployment's own, and of the rest what the revision had (k8s: SetDeploymentAnnotationsTo). */
function annotationsFrom(d: Deployment, rs: ReplicaSet): Readonly<Record<string, string>> {
  const own = Object.entries(d.metadata?.annotations ?? {}).filter(([key]) => isOwnAnnotation(key));
  const its = Object.entries(rs.metadata?.annotations ?? {}).filter(([key]) => !isOwnAnnotation(key));
  return Object.fromEntries([...own, ...its]);
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [HASH_LABEL]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}
