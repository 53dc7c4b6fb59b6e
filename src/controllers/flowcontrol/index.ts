export { createFlowControlController } from "./reconcile.ts";
