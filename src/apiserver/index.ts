export type * from "./types.ts";
export { EgressError } from "./types.ts";
export { createApiServer } from "./server.ts";
export type { ApiServer, ApiServerOptions } from "./server.ts";
export { freezeStoredObjects } from "./registry/write.ts";
export { parseRequest } from "./fetch.ts";
export { bootstrapObjects, reconciled } from "./bootstrap/index.ts";
export type { BootstrapObject } from "./bootstrap/index.ts";
export type { AuthorizationMode } from "./authz/index.ts";
