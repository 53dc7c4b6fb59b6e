export { createVolumeExpandController } from "./reconcile.ts";
