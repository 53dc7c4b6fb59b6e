export { createEphemeralVolumeController } from "./reconcile.ts";
