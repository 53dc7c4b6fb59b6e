import {
  DurationError,
  field,
  type FieldError,
  isValidLabelValue,
  parseDuration,
  parseQuantity,
  quantityProblem,
} from "../../machinery/index.ts";
import { checkImmutable, checkNonNegative, checkOneOf, invalidEach, type Errors } from "../checks.ts";
import { ageColumn, orNone } from "../columns.ts";
import { fill, put } from "../defaulting.ts";
import type { Machine, MachineKubelet } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

const SIGNALS: readonly string[] = [
  "memory.available",
  "nodefs.available",
  "nodefs.inodesFree",
  "imagefs.available",
  "imagefs.inodesFree",
  "pid.available",
];
const RESERVABLE: readonly string[] = ["cpu", "memory", "ephemeral-storage", "pid"];
const MOST_PIDS = 1024;
const PERCENT = /^\d+(?:\.\d+)?%$/;

/** What a kubelet would not start with (k8s: kubelet/apis/config/validation ValidateKubeletConfiguration). */
function kubeletErrors(kubelet: MachineKubelet): readonly FieldError[] {
  const errors: Errors = [];
  const at = (name: string, key: string): string => `spec.kubelet.${name}[${key}]`;
  const amount = (path: string, text: string): void => {
    const problem = PERCENT.test(text) ? null : quantityProblem(text);
    if (problem !== null) errors.push(field.invalid(path, text, problem));
  };
  const duration = (path: string, text: string | undefined): void => {
    try {
      if (text !== undefined && parseDuration(text) < 0) errors.push(field.invalid(path, text, "must be greater than or equal to 0"));
    } catch (error) {
      if (!(error instanceof DurationError)) throw error;
      errors.push(field.invalid(path, text, error.message));
    }
  };
  for (const name of ["kubeReserved", "systemReserved"] as const)
    for (const [resource, text] of Object.entries(kubelet[name] ?? {})) {
      checkOneOf(errors, at(name, resource), resource, RESERVABLE);
      amount(at(name, resource), text);
    }
  for (const name of ["evictionHard", "evictionSoft", "evictionMinimumReclaim", "evictionSoftGracePeriod"] as const)
    for (const [signal, text] of Object.entries(kubelet[name] ?? {})) {
      checkOneOf(errors, at(name, signal), signal, SIGNALS);
      if (name === "evictionSoftGracePeriod") duration(at(name, signal), text);
      else amount(at(name, signal), text);
    }
  for (const signal of Object.keys(kubelet.evictionSoft ?? {}))
    if (kubelet.evictionSoftGracePeriod?.[signal] === undefined)
      errors.push(
        field.required(at("evictionSoftGracePeriod", signal), `grace period must be specified for the soft eviction threshold ${signal}`),
      );
  for (const name of ["evictionPressureTransitionPeriod", "shutdownGracePeriod", "shutdownGracePeriodCriticalPods"] as const)
    duration(`spec.kubelet.${name}`, kubelet[name]);
  const { podPidsLimit = MOST_PIDS } = kubelet;
  if (podPidsLimit < 1 || podPidsLimit > MOST_PIDS)
    errors.push(field.invalid("spec.kubelet.podPidsLimit", podPidsLimit, `must be between 1 and ${MOST_PIDS}, inclusive`));
  for (const name of ["imageGCHighThresholdPercent", "imageGCLowThresholdPercent"] as const)
    if ((kubelet[name] ?? 0) > 100 || (kubelet[name] ?? 0) < 0)
      errors.push(field.invalid(`spec.kubelet.${name}`, kubelet[name], "must be between 0 and 100, inclusive"));
  return errors;
}

/** A simulated computer as an object (law 6). */
export const machine: Kind<Machine> = {
  group: "sim.timonel.dev",
  version: "v1alpha1",
  kind: "Machine",
  plural: "machines",
  singular: "machine",
  namespaced: false,
  subresources: ["status"],
  generation: true,
  defaults: (object) => put(object, "spec", fill(object.spec ?? {}, { cpu: "2", memory: "4Gi", pods: 110, power: "On" })),
  validate({ spec = {} }) {
    const errors: Errors = [];
    for (const name of ["cpu", "memory", "disk"] as const) {
      const text = spec[name];
      if (text === undefined && name === "disk") continue;
      if (text === undefined) errors.push(field.required(`spec.${name}`));
      else if (quantityProblem(text) !== null) errors.push(field.invalid(`spec.${name}`, text, quantityProblem(text) ?? ""));
      else if (parseQuantity(text).nano <= 0n) errors.push(field.invalid(`spec.${name}`, text, "must be greater than 0"));
    }
    checkNonNegative(errors, "spec.pods", spec.pods);
    if (spec.zone !== undefined) invalidEach(errors, "spec.zone", spec.zone, isValidLabelValue(spec.zone));
    errors.push(...kubeletErrors(spec.kubelet ?? {}));
    checkOneOf(errors, "spec.power", spec.power, ["Off", "On"]);
    if (spec.architecture !== undefined) checkOneOf(errors, "spec.architecture", spec.architecture, ["amd64", "arm64"]);
    return errors;
  },
  validateUpdate({ spec }, old) {
    const errors: Errors = [];
    // Nobody opens a computer to give it another processor: it is replaced.
    for (const name of ["cpu", "memory", "disk", "pods", "architecture"] as const)
      checkImmutable(errors, `spec.${name}`, spec?.[name], old.spec?.[name]);
    return errors;
  },
  prepareForCreate: (object) => put(object, "status", undefined),
  columns: [
    { name: "CPU", description: "Its processors.", cell: (m) => orNone(m.spec?.cpu) },
    { name: "Memory", description: "Its main memory.", cell: (m) => orNone(m.spec?.memory) },
    { name: "Zone", description: "Where it stands.", cell: (m) => orNone(m.spec?.zone) },
    { name: "Power", description: "Whether it is on.", cell: (m) => m.status?.power ?? m.spec?.power ?? "" },
    ageColumn,
  ],
};
