import type { NodeSelectorTerm, TopologySpreadConstraint } from "../../api/index.ts";
import { field, type FieldError, isQualifiedName } from "../../machinery/index.ts";
import {
  balancedAllocationArgs,
  interPodAffinityArgs,
  nodeAffinityArgs,
  nodeResourcesFitArgs,
  podTopologySpreadArgs,
  type ResourceSpec,
  type ShapePoint,
} from "./args.ts";

type Validate = (args: unknown, path: string) => readonly FieldError[];

/** What is wrong with a plugin's arguments, by plugin (k8s: apis/config/validation/validation_pluginargs.go). */
export const argsValidation: Readonly<Record<string, Validate>> = {
  InterPodAffinity(args, path) {
    const { hardPodAffinityWeight: weight } = interPodAffinityArgs(args);
    return inRange(weight, 0, 100) ? [] : [field.invalid(`${path}.hardPodAffinityWeight`, weight, "not in valid range [0, 100]")];
  },
  NodeAffinity(args, path) {
    const { addedAffinity } = nodeAffinityArgs(args);
    const at = `${path}.addedAffinity`;
    const required = addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
    const preferred = addedAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    return [
      ...required.flatMap((term, i) => termErrors(term, `${at}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`)),
      ...preferred.flatMap(({ preference }, i) => termErrors(preference, `${at}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`)),
    ];
  },
  NodeResourcesFit(args, path) {
    const { ignoredResources, ignoredResourceGroups, scoringStrategy } = nodeResourcesFitArgs(args);
    const { type, resources, requestedToCapacityRatio } = scoringStrategy;
    const strategy = `${path}.scoringStrategy`;
    const supported = ["LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"];
    return [
      ...ignoredResources.flatMap((name, i) => nameErrors(name, `${path}.ignoredResources[${i}]`)),
      ...ignoredResourceGroups.flatMap((group, i) => {
        const at = `${path}.ignoredResourceGroups[${i}]`;
        return [
          ...(group.includes("/") ? [field.invalid(at, group, "resource group name can't contain '/'")] : []),
          ...nameErrors(group, at),
        ];
      }),
      ...(supported.includes(type) ? [] : [field.notSupported(`${strategy}.type`, type, supported)]),
      ...resources.flatMap(({ name, weight }, i) =>
        weight > 0 && weight <= 100
          ? []
          : [field.invalid(`${strategy}.resources[${i}].weight`, weight, `resource weight of ${name} not in valid range (0, 100]`)],
      ),
      // A ratio without a shape would have nothing to say.
      ...(requestedToCapacityRatio || type === "RequestedToCapacityRatio"
        ? shapeErrors(requestedToCapacityRatio?.shape ?? [], `${strategy}.shape`)
        : []),
    ];
  },
  NodeResourcesBalancedAllocation(args, path) {
    const { resources } = balancedAllocationArgs(args);
    return resources.flatMap(({ name, weight }: ResourceSpec, i) => [
      ...(resources.findIndex((other) => other.name === name) < i ? [field.duplicate(`${path}.resources[${i}].name`, name)] : []),
      ...(weight === 1 ? [] : [field.invalid(`${path}.resources[${i}].weight`, weight, "must be 1")]),
    ]);
  },
  PodTopologySpread(args, path) {
    const { defaultConstraints, defaultingType } = podTopologySpreadArgs(args);
    const at = `${path}.defaultingType`;
    const errors: FieldError[] = [];
    if (defaultingType !== "System" && defaultingType !== "List") errors.push(field.notSupported(at, defaultingType, ["System", "List"]));
    else if (defaultingType === "System" && defaultConstraints.length > 0)
      errors.push(field.invalid(at, defaultingType, "when .defaultConstraints are not empty"));
    for (const i of defaultConstraints.keys()) errors.push(...constraintErrors(defaultConstraints, i, `${path}.defaultConstraints[${i}]`));
    return errors;
  },
};

const inRange = (n: number, min: number, max: number): boolean => n >= min && n <= max;

const nameErrors = (name: string, path: string): readonly FieldError[] =>
  isQualifiedName(name).map((problem) => field.invalid(path, name, problem));

function shapeErrors(shape: readonly ShapePoint[], path: string): readonly FieldError[] {
  if (shape.length === 0) return [field.required(path, "at least one point must be specified")];
  const unsorted = shape.findIndex((point, i) => i > 0 && (shape[i - 1] as ShapePoint).utilization >= point.utilization);
  return [
    ...(unsorted > 0
      ? [field.invalid(`${path}[${unsorted}].utilization`, shape[unsorted]?.utilization, "values must be sorted in increasing order")]
      : []),
    ...shape.flatMap(({ utilization, score }, i) => [
      ...(inRange(utilization, 0, 100) ? [] : [field.invalid(`${path}[${i}].utilization`, utilization, "not in valid range [0, 100]")]),
      ...(inRange(score, 0, 10) ? [] : [field.invalid(`${path}[${i}].score`, score, "not in valid range [0, 10]")]),
    ]),
  ];
}

function constraintErrors(all: readonly TopologySpreadConstraint[], index: number, path: string): readonly FieldError[] {
  const { maxSkew, topologyKey, whenUnsatisfiable: action, labelSelector } = all[index] as TopologySpreadConstraint;
  const errors: FieldError[] = [];
  if (!(maxSkew > 0)) errors.push(field.invalid(`${path}.maxSkew`, maxSkew, "not in valid range (0, inf)"));
  if (!topologyKey) errors.push(field.required(`${path}.topologyKey`, "can not be empty"));
  else errors.push(...nameErrors(topologyKey, `${path}.topologyKey`));
  if (!action) errors.push(field.required(`${path}.whenUnsatisfiable`, "can not be empty"));
  else if (action !== "DoNotSchedule" && action !== "ScheduleAnyway")
    errors.push(field.notSupported(`${path}.whenUnsatisfiable`, action, ["DoNotSchedule", "ScheduleAnyway"]));
  if (labelSelector)
    errors.push(field.forbidden(`${path}.labelSelector`, "constraint must not define a selector, as they deduced for each pod"));
  if (all.findIndex((c) => c.topologyKey === topologyKey && c.whenUnsatisfiable === action) < index)
    errors.push(field.duplicate(path, `{${topologyKey}, ${action}}`));
  return errors;
}

const OPERATORS = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];

/** k8s: component-helpers/scheduling/corev1/nodeaffinity newNodeSelectorTerm. */
function termErrors({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, path: string): readonly FieldError[] {
  const labels = matchExpressions.flatMap(({ key, operator, values = [] }, i) => {
    const at = `${path}.matchExpressions[${i}]`;
    if (!OPERATORS.includes(operator)) return [field.notSupported(`${at}.operator`, operator, OPERATORS)];
    const problem =
      operator === "In" || operator === "NotIn"
        ? values.length === 0 && "for 'in', 'notin' operators, values set can't be empty"
        : operator === "Gt" || operator === "Lt"
          ? values.length !== 1 && "for 'Gt', 'Lt' operators, exactly one value is required"
          : values.length > 0 && "values set must be empty for exists and does not exist";
    return [...nameErrors(key, `${at}.key`), ...(problem ? [field.invalid(`${at}.values`, values, problem)] : [])];
  });
  const fields = matchFields.flatMap(({ key, operator, values = [] }, i) => {
    const at = `${path}.matchFields[${i}]`;
    if (key !== "metadata.name") return [field.notSupported(`${at}.key`, key, ["metadata.name"])];
    if (operator !== "In" && operator !== "NotIn") return [field.notSupported(`${at}.operator`, operator, ["In", "NotIn"])];
    return values.length === 1 ? [] : [field.invalid(`${at}.values`, values, "must have one element")];
  });
  return [...labels, ...fields];
}
