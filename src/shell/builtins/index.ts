import type { Builtin } from "./builtin.ts";
import { completionBuiltins } from "./completion.ts";
import { controlBuiltins } from "./control.ts";
import { directoryBuiltins } from "./directories.ts";
import { historyBuiltins } from "./history.ts";
import { inputBuiltins } from "./input.ts";
import { jobBuiltins } from "./jobs.ts";
import { keyBuiltins } from "./keys.ts";
import { lookupBuiltins } from "./lookup.ts";
import { outputBuiltins } from "./output.ts";
import { settingBuiltins } from "./settings.ts";
import { testBuiltins } from "./test.ts";
import { variableBuiltins } from "./variables.ts";

export { type Builtin, provides } from "./builtin.ts";

let table: Readonly<Record<string, Builtin | undefined>> | undefined;

/** All builtins by name. Made at the first call: builtins and evaluator import each other. */
export function builtinTable(): Readonly<Record<string, Builtin | undefined>> {
  return (table ??= Object.assign(
    Object.create(null) as Record<string, Builtin>,
    completionBuiltins,
    controlBuiltins,
    directoryBuiltins,
    historyBuiltins,
    inputBuiltins,
    jobBuiltins,
    keyBuiltins,
    lookupBuiltins,
    outputBuiltins,
    settingBuiltins,
    testBuiltins,
    variableBuiltins,
  ));
}
