export { createDaemonSetController } from "./reconcile.ts";
