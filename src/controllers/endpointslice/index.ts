export { MANAGED_BY, samePorts, SERVICE_NAME, type SlicePlan } from "./decide.ts";
export { addressOf, addressTypesOf, endpointPorts } from "./endpoints.ts";
export { createEndpointSliceController } from "./reconcile.ts";
export { createTriggerTimes } from "./trigger-times.ts";
export { createSliceWriter, serviceKeyOf } from "./writer.ts";
