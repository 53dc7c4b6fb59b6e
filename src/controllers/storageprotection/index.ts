export { createClaimProtection, createVolumeProtection } from "./reconcile.ts";
