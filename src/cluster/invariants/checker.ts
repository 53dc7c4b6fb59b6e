import type { Revision } from "../../etcd/index.ts";
import { View, type Write } from "./view.ts";

/** What must be so at every revision, and what must be so once nothing moves any more. Answers what is not. */
export interface Checker {
  readonly name: string;
  readonly at?: (write: Write, view: View) => Iterable<string>;
  readonly settled?: (view: View) => Iterable<string>;
}

/** A history in which something was not as it must be. */
export interface Violation {
  readonly checker: string;
  readonly problem: string;
  /** Undefined: it was so in the end. */
  readonly revision?: number;
}

/** Replays a history before all checkers. `settled`: nothing moved any more when it ended. */
export function checkHistory(options: {
  readonly history: readonly Revision[];
  readonly checkers: readonly (() => Checker)[];
  readonly settled: boolean;
  /** Violations after which there is no need for more. */
  readonly most?: number;
}): readonly Violation[] {
  const { history, settled, most = 5 } = options;
  const view = new View();
  const checkers = options.checkers.map((make) => make());
  const found: Violation[] = [];
  for (const revision of history) {
    const write = view.apply(revision);
    for (const { name: checker, at } of checkers)
      for (const problem of at?.(write, view) ?? []) found.push({ checker, problem, revision: write.revision });
    if (found.length >= most) return found;
  }
  if (settled)
    for (const { name: checker, settled: last } of checkers) for (const problem of last?.(view) ?? []) found.push({ checker, problem });
  return found;
}
