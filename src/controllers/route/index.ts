export { createRouteController } from "./reconcile.ts";
