import type { KubeObject } from "../meta.ts";
import type { Kind } from "../kind.ts";

/** What the simulator's own kinds share that are observed and never stored (law 6): they are computed when they are read. */
export const OBSERVED: Pick<Kind<KubeObject>, "group" | "version" | "verbs" | "virtual" | "validate"> = {
  group: "sim.timonel.dev",
  version: "v1alpha1",
  verbs: ["get", "list"],
  virtual: true,
  validate: () => [],
};

const UNITS = ["B", "KB", "MB", "GB"];

/** Bytes as container tools write them: `73.2MB`. */
export function sizeText(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1000 && unit < UNITS.length - 1) {
    amount /= 1000;
    unit++;
  }
  return `${unit === 0 ? amount : amount.toPrecision(3)}${UNITS[unit]}`;
}
