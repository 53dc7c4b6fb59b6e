/** The Common Expression Language as Kubernetes has it. Load it lazily: only what uses an expression needs it. */
export { compile, evaluate, PER_CALL_LIMIT, type Program } from "./compile.ts";
export { environment } from "./environment.ts";
export type { Environment } from "./check.ts";
export type { Activation, Outcome } from "./evaluate.ts";
export { authorizerOf, requestResourceOf, type Access, type Authorize } from "./library/authz.ts";
export { type DeviceFacts, deviceEnvironment, deviceValue } from "./device.ts";
export { estimateCost } from "./estimate.ts";
export { escapeName, schemaCardinality, schemaType, type Schema } from "./schema.ts";
export {
  BOOL,
  BYTES,
  DOUBLE,
  DYN,
  formatType,
  INT,
  listOf,
  mapOf,
  objectOf,
  opaque,
  optionalOf,
  STRING,
  TIMESTAMP,
  type Type,
} from "./types.ts";
export { NONE, Optional } from "./optional.ts";
export { CelError, fromJson, ListValue, type MapValue, toJson, type Value } from "./values.ts";
