export { createTtlController } from "./reconcile.ts";
