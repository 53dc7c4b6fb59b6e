export { createPersistentVolumeBinder } from "./reconcile.ts";
