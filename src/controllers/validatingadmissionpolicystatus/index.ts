export { createPolicyTypeChecker } from "./reconcile.ts";
