import { ARGUMENTS } from "./py/arguments.ts";
import { CORE } from "./py/core.ts";
import { DATA } from "./py/data.ts";
import { HTTP } from "./py/http.ts";
import { ITERATING } from "./py/iterating.ts";
import { KINDS } from "./py/kinds.ts";
import { NET } from "./py/net.ts";
import { PATHS } from "./py/paths.ts";
import { PROCESSES } from "./py/processes.ts";
import { SMALL } from "./py/small.ts";
import { TEXTS } from "./py/texts.ts";
import { TIMES } from "./py/times.ts";
import { TOOLS } from "./py/tools.ts";

/** The part of the library that is written in Python, by module. */
export const sources: Readonly<Record<string, string>> = {
  ...ARGUMENTS,
  ...CORE,
  ...DATA,
  ...HTTP,
  ...ITERATING,
  ...KINDS,
  ...NET,
  ...PATHS,
  ...PROCESSES,
  ...SMALL,
  ...TEXTS,
  ...TIMES,
  ...TOOLS,
};
