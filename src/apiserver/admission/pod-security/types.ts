import type { PodSpec } from "../../../api/index.ts";

/** Why a pod is not as its namespace wants it: `reason` in a word, `detail` with names. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

export type CheckPod = (spec: PodSpec, annotations: Readonly<Record<string, string>>) => Violation | undefined;

export interface Check {
  readonly id: string;
  /** Oldest first; of those that are old enough for a policy's version the last applies. */
  readonly forms: readonly { readonly since: number; readonly check: CheckPod; readonly instead?: string }[];
}
