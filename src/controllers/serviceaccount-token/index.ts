export { createServiceAccountTokenController } from "./reconcile.ts";
