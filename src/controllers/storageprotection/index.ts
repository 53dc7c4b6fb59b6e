export { createAttributesClassProtection, createClaimProtection, createVolumeProtection } from "./reconcile.ts";
