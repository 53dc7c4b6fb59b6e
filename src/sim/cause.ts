/** Why something was written (law 5). History is a causal graph over these. */
export type Cause =
  /** A watched revision that led to this. */
  | { readonly kind: "revision"; readonly revision: number }
  /** Something from outside, stamped: a key pressed, a request, a click. */
  | { readonly kind: "input"; readonly at: number; readonly sequence: number; readonly what: string }
  /** A timer that fired, and the revisions that led to its arming. */
  | { readonly kind: "timer"; readonly name: string; readonly armedBy: readonly number[] }
  /** A simulated process that exited, or did what was observed. */
  | { readonly kind: "process"; readonly machine: string; readonly pid: number; readonly what: string }
  /** A Fault, by its name. */
  | { readonly kind: "fault"; readonly name: string };

/** Who wrote a revision, with what, and why. */
export interface Origin {
  readonly user: string;
  readonly agent: string;
  readonly causes: readonly Cause[];
}

/** The union of two cause lists, without repeats of a revision; at most 32 are kept, the newest. */
export function mergeCauses(a: readonly Cause[], b: readonly Cause[]): readonly Cause[] {
  if (a.length === 0 || a === b) return b;
  if (b.length === 0) return a;
  const merged = [...a];
  for (const cause of b) if (!merged.some((c) => sameCause(c, cause))) merged.push(cause);
  return merged.length > 32 ? merged.slice(-32) : merged;
}

function sameCause(a: Cause, b: Cause): boolean {
  if (a === b) return true;
  if (a.kind === "revision") return b.kind === "revision" && a.revision === b.revision;
  if (a.kind === "input") return b.kind === "input" && a.sequence === b.sequence && a.at === b.at;
  if (a.kind === "fault") return b.kind === "fault" && a.name === b.name;
  return false;
}

/** A timer cause armed by `causes`: keeps their revisions. */
export function timerCause(name: string, causes: readonly Cause[]): Cause {
  const armedBy: number[] = [];
  for (const c of causes) {
    if (c.kind === "revision") armedBy.push(c.revision);
    else if (c.kind === "timer") for (const r of c.armedBy) if (!armedBy.includes(r)) armedBy.push(r);
  }
  return { kind: "timer", name, armedBy: armedBy.slice(-8) };
}
