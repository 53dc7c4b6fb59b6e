export { createDisruptionController, createStaleDisruptionController } from "./reconcile.ts";
