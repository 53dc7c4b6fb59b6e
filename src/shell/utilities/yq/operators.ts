import { assignOperators } from "./assign.ts";
import { collectionOperators } from "./collections.ts";
import { combineOperators } from "./combine.ts";
import { dateOperators } from "./dates.ts";
import type { Operators } from "./evaluate.ts";
import { factOperators } from "./facts.ts";
import { flowOperators } from "./flow.ts";
import { formatOperators } from "./formats.ts";
import { stringOperators } from "./strings.ts";
import { traverseOperators } from "./traverse.ts";

/** Everything that an expression can do, by the sign or word that the lexer gives it. */
export const operators: Operators = {
  ...flowOperators,
  ...traverseOperators,
  ...assignOperators,
  ...combineOperators,
  ...collectionOperators,
  ...stringOperators,
  ...factOperators,
  ...formatOperators,
  ...dateOperators,
};
