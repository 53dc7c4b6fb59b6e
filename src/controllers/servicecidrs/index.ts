export { createServiceCidrController } from "./reconcile.ts";
