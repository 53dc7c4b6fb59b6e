export { createEndpointSliceMirroring } from "./reconcile.ts";
