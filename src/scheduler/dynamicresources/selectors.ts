import type { DeviceSelector, ResourceResourceClaim } from "../../api/index.ts";
import { cel, type CelProgram } from "../../machinery/index.ts";
import type { PlacedDevice } from "./pools.ts";
import { AllocationError, type Selects } from "./requests.ts";

/** What evaluating one selector on one device may cost (k8s: resource.k8s.io CELSelectorExpressionMaxCost). */
const MAX_COST = 1_000_000;

/** Compiled once an expression; CEL must be loaded before it is asked. */
export class Selectors {
  readonly #programs = new Map<string, CelProgram | { readonly error: string }>();

  /** What matches in one cycle: a device is looked at once a list of selectors, however many nodes and orders are tried. */
  forClaim(claim: ResourceResourceClaim): Selects {
    const seen = new Map<readonly DeviceSelector[], Map<object, boolean>>();
    const about = `claim ${claim.metadata?.namespace}/${claim.metadata?.name}`;
    const all = (selectors: readonly DeviceSelector[], placed: PlacedDevice, who: string): boolean => {
      if (selectors.length === 0) return true;
      let known = seen.get(selectors);
      if (!known) seen.set(selectors, (known = new Map()));
      let matches = known.get(placed.device);
      if (matches === undefined) {
        matches = selectors.every((selector, i) => this.#matches(selector, placed, `${who}: selector #${i}`));
        known.set(placed.device, matches);
      }
      return matches;
    };
    return ({ deviceClass, selectors }, placed) =>
      all(deviceClass.spec.selectors ?? [], placed, `class ${deviceClass.metadata?.name}`) && all(selectors, placed, about);
  }

  #matches(selector: DeviceSelector, { device, driver }: PlacedDevice, where: string): boolean {
    const program = this.#program(selector.cel?.expression ?? "");
    if ("error" in program) throw new AllocationError(`${where}: CEL compile error: ${program.error}`);
    const value = cel().deviceValue({ ...device, driver });
    const outcome = cel().evaluate(program, (name) => (name === "device" ? value : undefined), MAX_COST);
    if ("error" in outcome) throw new AllocationError(`${where}: CEL runtime error: ${outcome.error}`);
    if (typeof outcome.value !== "boolean")
      throw new AllocationError(`${where}: CEL runtime error: CEL result of type ${typeof outcome.value} could not be converted to bool`);
    return outcome.value;
  }

  #program(expression: string): CelProgram | { readonly error: string } {
    let program = this.#programs.get(expression);
    if (!program) {
      const compiled = cel().compile(expression, cel().deviceEnvironment());
      program = "program" in compiled ? compiled.program : { error: compiled.error };
      this.#programs.set(expression, program);
    }
    return program;
  }
}
