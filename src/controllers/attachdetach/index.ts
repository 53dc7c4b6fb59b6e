export { createAttachDetachController } from "./reconcile.ts";
