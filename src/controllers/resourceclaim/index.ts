export { createResourceClaimController } from "./reconcile.ts";
