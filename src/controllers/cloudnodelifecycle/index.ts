export { createCloudNodeLifecycleController } from "./reconcile.ts";
