import type { Container, KubeObject, PodSpec } from "../../api/index.ts";
import type { PresetName } from "../presets.ts";

/** A word of `kubectl get pods`' STATUS, and the virtual seconds after the pod's creation between which it must come up. */
export type Turn = readonly [status: string, earliest?: number, latest?: number];

/** One way to break a pod, and what a real v1.36 cluster shows of it. */
export interface Breakage {
  /** What is wrong, for people. */
  readonly name: string;
  /** Where it is known from: a recording in e2e/reference, or upstream's file and function. */
  readonly source: string;
  readonly preset?: PresetName;
  /** Needs a cluster of its own: it disturbs its neighbours. */
  readonly alone?: boolean;
  /** What else is there first, in the pod's namespace where it has one. */
  readonly with?: readonly KubeObject[];
  /** The pod is called `it`. */
  readonly pod: Partial<PodSpec> & { readonly containers: readonly Container[] };
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** What a learner then does, in the namespace of the pod. */
  readonly script?: string;
  /** Virtual seconds that are looked at. */
  readonly seconds: number;
  /** Every STATUS in order, from the first after Pending. */
  readonly turns: readonly Turn[];
  /** How the pod stands at the end: see `account`. Without it: not looked at. */
  readonly phase?: string;
  readonly containers?: readonly string[];
  /** Conditions at the end, in order; those that do not hold after a "!". */
  readonly conditions?: string;
  /** All events about the pod, in order, each wording once. */
  readonly events?: readonly string[];
  /** Afterwards: what repairs it, the STATUS it then comes to, and within how many seconds. */
  readonly repair?: { readonly script: string; readonly status: string; readonly within: number };
}
