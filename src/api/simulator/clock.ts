import { field } from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { checkNonNegative, type Errors } from "../checks.ts";
import { ageColumn, orNone } from "../columns.ts";
import { fill, put } from "../defaulting.ts";
import type { Clock } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

const NAME = "cluster";

/** The virtual clock as an object (law 6). Its status is observed: it is computed on read and takes no revision. */
export const clock: Kind<Clock> = {
  group: "sim.timonel.dev",
  version: "v1alpha1",
  kind: "Clock",
  plural: "clocks",
  singular: "clock",
  namespaced: false,
  // There is one, made with the cluster.
  verbs: ["get", "list", "patch", "update", "watch"],
  generation: true,
  defaults: (object) => put(object, "spec", fill(object.spec ?? {}, { paused: false, speed: 1, step: 0 })),
  validate({ metadata, spec }) {
    const errors: Errors = [];
    if (metadata?.name !== undefined && metadata.name !== NAME)
      errors.push(field.invalid("metadata.name", metadata.name, `must be "${NAME}": there is one clock`));
    const speed = spec?.speed;
    if (speed !== undefined && speed !== "max" && !(typeof speed === "number" && speed >= 0.1 && speed <= 1000)) {
      errors.push(field.invalid("spec.speed", speed, 'must be a number between 0.1 and 1000, or "max"'));
    }
    checkNonNegative(errors, "spec.step", spec?.step);
    return errors;
  },
  validateUpdate({ spec }, old) {
    const before = old.spec?.step ?? 0;
    return (spec?.step ?? 0) < before ? [field.invalid("spec.step", spec?.step ?? 0, `is a counter: must be at least ${before}`)] : [];
  },
  observe: (object, now) => ({
    ...object,
    status: { now: rfc3339(now), speed: object.spec?.speed ?? 1, paused: object.spec?.paused ?? false },
  }),
  columns: [
    { name: "Now", description: "The virtual time.", cell: (c) => orNone(c.status?.now) },
    {
      name: "Speed",
      description: "Virtual seconds in one second of wall time.",
      cell: (c) => String(c.status?.speed ?? c.spec?.speed ?? 1),
    },
    { name: "Paused", description: "Whether time stands still.", cell: (c) => ((c.status?.paused ?? c.spec?.paused) ? "True" : "False") },
    ageColumn,
  ],
};
