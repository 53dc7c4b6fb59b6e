import { semanticEqual } from "../../machinery/index.ts";
import { selectorText } from "../describe/selectors.ts";
import type { PodTemplate } from "../describe/types.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../rest/session.ts";
import type { Resource } from "../types.ts";

/** A kind whose controller keeps its templates as ControllerRevisions. */
export interface Revisioned extends Resource {
  readonly spec: { readonly selector?: Parameters<typeof selectorText>[0]; readonly template: PodTemplate };
}

interface ControllerRevision extends Resource {
  readonly revision: number;
  /** A strategic merge patch that puts the template back. */
  readonly data: { readonly spec: { readonly template: PodTemplate & { readonly $patch?: string } } };
}

export const isRevisioned = (kind: string): boolean => kind === "StatefulSet" || kind === "DaemonSet";

/** The object's revisions, lowest number first (k8s: polymorphichelpers controlledHistory). */
export async function pastRevisions(session: Session, object: Revisioned): Promise<readonly ControllerRevision[]> {
  const list = (await session.object("GET", `/apis/apps/v1/namespaces/${object.metadata.namespace ?? ""}/controllerrevisions`, {
    query: { labelSelector: selectorText(object.spec.selector) },
  })) as { items?: readonly ControllerRevision[] };
  return (list.items ?? [])
    .filter((r) => r.metadata.ownerReferences?.some((o) => o.controller && o.uid === object.metadata.uid))
    .sort((a, b) => a.revision - b.revision);
}

export function templateOf(revision: ControllerRevision): PodTemplate {
  const { $patch: _, ...template } = revision.data.spec.template;
  return template;
}

/** The revision to go back to: the one with this number, or for 0 the last but one (k8s: findHistory). */
export function revisionToRestore(past: readonly ControllerRevision[], to: number): ControllerRevision {
  if (to === 0 && past.length <= 1) throw new CliError("no last revision to roll back to");
  const found = to === 0 ? past.at(-2) : past.find((r) => r.revision === to);
  if (!found) throw new CliError(`unable to find specified revision ${to} in history`);
  return found;
}

export const isCurrent = (object: Revisioned, revision: ControllerRevision): boolean =>
  semanticEqual(object.spec.template, templateOf(revision));
