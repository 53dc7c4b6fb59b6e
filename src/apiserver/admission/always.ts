import { refuse } from "./refuse.ts";
import type { AdmissionPlugin } from "./types.ts";

/** Says nothing (k8s: plugin/pkg/admission/admit). */
export const alwaysAdmit: AdmissionPlugin = { name: "AlwaysAdmit", offByDefault: true };

/** Refuses every write (k8s: plugin/pkg/admission/deny). */
export const alwaysDeny: AdmissionPlugin = {
  name: "AlwaysDeny",
  offByDefault: true,
  validate(attributes) {
    throw refuse(attributes, "admission control is denying all modifications");
  },
};
