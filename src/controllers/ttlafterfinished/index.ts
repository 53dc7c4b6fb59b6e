export { createTtlAfterFinishedController } from "./reconcile.ts";
