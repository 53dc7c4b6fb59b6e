export { createEndpointsController } from "./reconcile.ts";
