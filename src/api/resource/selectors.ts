import { cel, field } from "../../machinery/index.ts";
import type { Errors } from "../checks.ts";
import { utf8Length } from "../core/data.ts";
import type { DeviceSelector } from "../generated/types.ts";
import { checkItems } from "./names.ts";

const MAX_SELECTORS = 32;
const MAX_EXPRESSION = 10 * 1024;

/** k8s: validateCELSelector. What an expression may cost is not estimated; what it does cost is bounded. CEL must be loaded. */
export function checkSelectors(errors: Errors, path: string, selectors: readonly DeviceSelector[] | undefined): void {
  checkItems(errors, path, selectors, MAX_SELECTORS, (selector, here) => {
    const expression = selector.cel?.expression;
    if (expression === undefined) return void errors.push(field.required(`${here}.cel`));
    const at = `${here}.cel.expression`;
    if (utf8Length(expression) > MAX_EXPRESSION) return void errors.push(field.tooLong(at, "", MAX_EXPRESSION));
    // The macro cel.bind is there for devices alone, and not here yet: what uses it is taken as it is.
    if (/\bcel\.bind\(/.test(expression)) return;
    const compiled = cel().compile(expression, cel().deviceEnvironment());
    if ("error" in compiled) errors.push(field.invalid(at, expression, `compilation failed: ${compiled.error}`));
    else if (compiled.program.type.kind !== "bool" && compiled.program.type.kind !== "dyn") {
      const given = cel().formatType(compiled.program.type);
      errors.push(field.invalid(at, expression, `must evaluate to bool or the unknown type, not ${given}`));
    }
  });
}
