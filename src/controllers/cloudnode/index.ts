export { createCloudNodeController } from "./reconcile.ts";
