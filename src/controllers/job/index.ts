export { createJobController } from "./reconcile.ts";
