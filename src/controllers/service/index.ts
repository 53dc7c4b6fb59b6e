export { createServiceController } from "./reconcile.ts";
