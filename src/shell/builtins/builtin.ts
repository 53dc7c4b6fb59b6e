import type { Assignment } from "unbash";
import type { Dialect } from "../dialect.ts";
import type { Shell } from "../shell.ts";

/** `plan`: the arguments of a declaring builtin, assignments unexpanded. Resolves to the exit status. */
export interface Builtin {
  readonly bashOnly?: boolean;
  /** A dialect that has no such builtin. */
  readonly not?: Dialect["name"];
  run(sh: Shell, args: readonly string[], plan?: readonly (string | Assignment)[]): Promise<number>;
}

/** Whether a shell has this builtin. */
export const provides = (sh: Shell, builtin: Builtin | undefined): builtin is Builtin =>
  builtin !== undefined && (sh.dialect.bash || !builtin.bashOnly) && builtin.not !== sh.dialect.name;
