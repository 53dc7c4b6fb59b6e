export { createResourceQuotaController } from "./reconcile.ts";
