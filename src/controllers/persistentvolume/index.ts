export { createPersistentVolumeBinder } from "./reconcile.ts";
export { migratedTo } from "./plugins.ts";
