export { createCronJobController } from "./reconcile.ts";
