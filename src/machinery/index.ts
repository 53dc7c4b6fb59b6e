export * from "./status.ts";
export * as field from "./fields.ts";
export { fieldErrorMessage, fieldErrorText, fieldPath, goJson, goQuote } from "./fields.ts";
export type { FieldError, FieldErrorType } from "./fields.ts";
export * from "./quantity.ts";
export * from "./validation.ts";
export * from "./ip.ts";
export { CronError, parseCron } from "./cron.ts";
export type { CronSchedule } from "./cron.ts";
export { nextCron } from "./cron-next.ts";
export * from "./duration.ts";
export * from "./equal.ts";
export { unifiedDiff } from "./unified-diff.ts";
export * from "./hash.ts";
export { goFloat, goSprint, goSprintf, goType } from "./goprint.ts";
export * from "./selectors.ts";
export { newRequirement, SelectorError } from "./selector-requirement.ts";
export type { Requirement, RequirementOperator } from "./selector-requirement.ts";
export * from "./field-selectors.ts";
export * from "./patch-json.ts";
export { applyMergePatch, createMergePatch, createThreeWayMergePatch, isMap, PatchError } from "./patch-merge.ts";
export type { JsonMap } from "./patch-merge.ts";
export { applyStrategicPatch } from "./patch-strategic.ts";
export type { PatchSchema } from "./patch-strategic.ts";
export { createThreeWayStrategicPatch, createTwoWayStrategicPatch } from "./patch-strategic-diff.ts";
export { jsonPathText, parseJsonPath, relaxedJsonPath } from "./jsonpath.ts";
export type { JsonPath, JsonPathOptions } from "./jsonpath.ts";
export { JsonPathError, parseTemplate } from "./jsonpath-parser.ts";
export { parseGoTemplate } from "./gotemplate.ts";
export type { GoTemplate, TemplateResult } from "./gotemplate.ts";
export { TemplateError } from "./gotemplate-parser.ts";
export { base64Decode, base64Encode, base64Text, base64Url } from "./base64.ts";
export { concatBytes } from "./bytes.ts";
export { editDistance } from "./distance.ts";
export { keyPairProblem } from "./key-pair.ts";
export type {
  Activation as CelActivation,
  Authorize as CelAuthorize,
  Environment as CelEnvironment,
  MapValue as CelMap,
  Outcome as CelOutcome,
  Program as CelProgram,
  Schema as CelSchema,
  Type as CelType,
  Value as CelValue,
} from "./cel/index.ts";
export { goJsonProblem } from "./go-json.ts";
export { goYamlOptions, goYamlProblem, goYamlValueProblem, stringKeyed } from "./go-yaml.ts";
export { cel, loadCel, type Cel } from "./cel/load.ts";
export * from "./managed-fields/index.ts";
export { zoneOffset } from "./zone.ts";
export { FRAME, frame, type Frame, Frames } from "./frames.ts";
