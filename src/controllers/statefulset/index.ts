export { createStatefulSetController } from "./reconcile.ts";
