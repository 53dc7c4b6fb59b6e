export { createClusterRoleAggregation } from "./reconcile.ts";
