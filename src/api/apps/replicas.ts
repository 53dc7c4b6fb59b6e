import { field, isValidPercent, labelSelector, semanticEqual, SelectorError, type FieldError } from "../../machinery/index.ts";
import type { LabelSelector, PodTemplateSpec } from "../generated/types.ts";
import { checkNonNegative, checkSelector, type Errors } from "../checks.ts";
import { checkTemplate } from "../core/pod/validation/spec.ts";
import { at, put } from "../defaulting.ts";
import type { Kind } from "../kind.ts";
import type { KubeObject } from "../meta.ts";

interface ReplicatedSpec {
  readonly selector?: LabelSelector;
  readonly template?: PodTemplateSpec;
}

interface Replicated extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number };
}

/** The scale subresource of what has spec.replicas and status.replicas; `selector` in the text form of label selectors. */
export const replicaScale = <T extends Replicated>(selector: (object: T) => string): NonNullable<Kind<T>["scale"]> => ({
  replicas: (object) => object.spec?.replicas ?? 0,
  withReplicas: (object, replicas) => at<Replicated, "spec">(object, "spec", (spec) => put(spec, "replicas", replicas)) as T,
  statusReplicas: (object) => object.status?.replicas ?? 0,
  selector,
});

const isEmpty = (selector: LabelSelector): boolean =>
  Object.keys(selector.matchLabels ?? {}).length === 0 && !selector.matchExpressions?.length;

/** The selector and the template of what keeps pods always running (k8s: ValidateDeploymentSpec, ValidateReplicaSetSpec). */
export function checkSelectorAndTemplate(errors: Errors, spec: ReplicatedSpec, kind: string): void {
  const { template = {} } = spec;
  if (!checkSelects(errors, spec, kind)) return;
  checkTemplate(errors, "spec.template", template);
  const { restartPolicy } = template.spec ?? {};
  if (restartPolicy !== undefined) checkRunsAlways(errors, template, "ReplicaSet");
}

/** Required, valid, not empty, and matching the template. Whether it could be read at all. */
export function checkSelects(
  errors: Errors,
  { selector, template = {} }: ReplicatedSpec,
  kind: string,
  unreadable = "invalid label selector",
) {
  if (selector === undefined) errors.push(field.required("spec.selector"));
  else {
    checkSelector(errors, "spec.selector", selector);
    checkNotEmpty(errors, selector, kind);
  }
  const matches = matchesTemplate(selector, template);
  if (matches === undefined) errors.push(field.invalid("spec.selector", selector, unreadable));
  else if (!matches) errors.push(mismatch(template));
  return matches !== undefined;
}

export function checkNotEmpty(errors: Errors, selector: LabelSelector | undefined, kind: string): void {
  if (selector !== undefined && isEmpty(selector))
    errors.push(field.invalid("spec.selector", selector, `empty selector is invalid for ${kind}`));
}

/** No selector selects nothing, an empty one everything; undefined for one that cannot be read. */
export function matchesTemplate(selector: LabelSelector | undefined, template: PodTemplateSpec): boolean | undefined {
  try {
    return labelSelector(selector).matches(template.metadata?.labels ?? {});
  } catch (error) {
    if (error instanceof SelectorError) return undefined;
    throw error;
  }
}

export const mismatch = ({ metadata }: PodTemplateSpec): FieldError =>
  field.invalid("spec.template.metadata.labels", metadata?.labels ?? null, "`selector` does not match template `labels`");

/** Pods that are kept running cannot be of a kind that ends. */
export function checkRunsAlways(errors: Errors, template: PodTemplateSpec, kind: string): void {
  const { restartPolicy = "", activeDeadlineSeconds } = template.spec ?? {};
  if (restartPolicy !== "Always") errors.push(field.notSupported("spec.template.spec.restartPolicy", restartPolicy, ["Always"]));
  if (activeDeadlineSeconds !== undefined)
    errors.push(field.forbidden("spec.template.spec.activeDeadlineSeconds", `activeDeadlineSeconds in ${kind} is not Supported`));
}

interface Counted {
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
}

/** Numbers of a status: none negative, and none greater than `replicas` of those that count some of them. */
export function checkCounts(errors: Errors, status: Counted, names: readonly string[], parts: readonly string[]): void {
  const counts = status as Readonly<Record<string, number | undefined>>;
  for (const name of names) checkNonNegative(errors, `status.${name}`, counts[name]);
  for (const name of parts) {
    const count = counts[name] ?? 0;
    if (count > (status.replicas ?? 0)) errors.push(field.invalid(`status.${name}`, count, "cannot be greater than status.replicas"));
  }
}

export function checkAvailable(errors: Errors, { readyReplicas = 0, availableReplicas = 0 }: Counted, than = "readyReplicas"): void {
  if (availableReplicas > readyReplicas)
    errors.push(field.invalid("status.availableReplicas", availableReplicas, `cannot be greater than ${than}`));
}

/** How often a hash collided is never forgotten. */
export function checkCollisions(errors: Errors, now: { readonly collisionCount?: number } = {}, before: typeof now = {}): void {
  const count = now.collisionCount ?? 0;
  if (count < (before.collisionCount ?? 0)) errors.push(field.invalid("status.collisionCount", count, "cannot be decremented"));
}

export function checkImmutableSelector(errors: Errors, spec: ReplicatedSpec | undefined, old: ReplicatedSpec | undefined): void {
  if (!semanticEqual(spec?.selector, old?.selector)) errors.push(field.invalid("spec.selector", spec?.selector, "field is immutable"));
}

/** k8s: ValidatePositiveIntOrPercent. */
export function checkIntOrPercent(errors: Errors, path: string, value: number | string | undefined): void {
  if (typeof value === "string") {
    if (isValidPercent(value).length > 0) errors.push(field.invalid(path, value, "must be an integer or percentage (e.g '5%')"));
  } else if (value !== undefined && value < 0) errors.push(field.invalid(path, value, "must be greater than or equal to 0"));
}

export function checkAtMost100Percent(errors: Errors, path: string, value: number | string | undefined): void {
  if (typeof value === "string" && isValidPercent(value).length === 0 && parseInt(value, 10) > 100)
    errors.push(field.invalid(path, value, "must not be greater than 100%"));
}

/** Whether it is nothing: absent, 0 or 0%. */
export const isZero = (value: number | string | undefined): boolean => value === undefined || parseInt(String(value), 10) === 0;
