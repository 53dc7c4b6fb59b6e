export { addressOf, addressTypesOf, endpointPorts } from "./endpoints.ts";
export { createEndpointSliceController } from "./reconcile.ts";
export { createTriggerTimes } from "./trigger-times.ts";
