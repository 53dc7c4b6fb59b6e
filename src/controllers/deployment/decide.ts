export * from "./arithmetic.ts";
export * from "./revisions.ts";
export * from "./rollback.ts";
export * from "./status.ts";
