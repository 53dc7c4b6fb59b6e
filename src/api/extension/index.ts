export { approvalOf } from "./definition/approval.ts";
export { defaultDefinition, decodeDefinition, definitionWarnings, validateDefinition } from "./definition/definition.ts";
export { acceptNames } from "./naming.ts";
export { loadRules } from "./rules/cel.ts";
export { customDocument } from "./openapi.ts";
export { customKinds, servesTheSame } from "./kind.ts";
