export type * from "./generated/types.ts";
export type * from "./meta.ts";
export type { Column, Kind, ValidationContext } from "./kind.ts";
export type { ResourceTypes } from "./kinds.ts";
export { apiVersionOf, kindByGVK, kindOf, kinds, kindTable, patchSchemaOf, resourcesOf, structureErrors, typeNameOf } from "./kinds.ts";
export { structureErrorsOf } from "./decode.ts";
export type { StructureErrors } from "./decode.ts";
export { fieldTypeOf } from "./field-types.ts";
export { KindRegistry } from "./kind-registry.ts";
export { hasStructure, structureOf } from "./structure.ts";
export { inStructOrder, structureNameOf } from "./struct-order.ts";
export type { FieldStructure, Scalar, Shape, TypeStructure } from "./structure.ts";
export { openapi } from "./generated/openapi/index.ts";
export { addAmounts, type Amounts, excessAmounts, filterAmounts, formatAmounts, parseAmounts } from "./core/amounts.ts";
export { inScopes, quotaMatches } from "./core/quota/scopes.ts";
export { countsFor, isQuotaed, unsaidProblem, usageOf } from "./core/quota/usage.ts";
export { compactRules, grants, grantsPath, missingRights, ruleRows } from "./rbac/policy.ts";
export { certificateState } from "./certificates/certificate-signing-request.ts";
export { tokenRequest } from "./authentication/reviews.ts";
export { isPodTerminal } from "./core/pod/phase.ts";
export { qosClass } from "./core/pod/qos.ts";
export { heldSpec, isResizing } from "./core/pod/held-resources.ts";
export { podAmounts } from "./core/pod/requests.ts";
export { isExtendedResource } from "./core/resource-names.ts";
export { isSystemPriorityClass } from "./scheduling/priority-class.ts";
export { mapList } from "./defaulting.ts";
export { matchesNodeAffinity, matchesNodeTerm, toleratesTaint } from "./core/placement.ts";
export { isSidecar } from "./core/pod/sidecar.ts";
export { bySequence as flowSchemaOrder } from "./flowcontrol/flow-schema.ts";
export { CLEANUP_FINALIZER } from "./apiextensions/custom-resource-definition.ts";
export { extension, loadExtension } from "./extension/load.ts";
export type { Extension } from "./extension/load.ts";
export { type Compiled, type Declared, ExpressionCompiler } from "./admissionregistration/expressions.ts";
export { mutationExpression } from "./admissionregistration/mutating-admission-policy.ts";
export { MANDATORY_LEVELS, MANDATORY_SCHEMAS } from "./flowcontrol/mandatory.ts";
export { modesCell } from "./core/volume/modes.ts";
export {
  BOUND_BY_CONTROLLER,
  boundVolume,
  haveSameMode,
  isBoundTo,
  matchingVolume,
  mismatch,
  SELECTED_NODE,
  storageClassOf,
  storageOf,
} from "./core/volume/binding.ts";
export { DEFAULT_STORAGE_CLASS, defaultClassOf } from "./default-class.ts";
export { withDisruptionAllowed, withSyncFailed } from "./policy/disruption-allowed.ts";
export { CLAIM_FINALIZER, isReservedFor, ownershipProblem, podClaim } from "./resource/pod-claims.ts";
