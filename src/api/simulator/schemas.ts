import type { OwnSchema } from "../kind.ts";
import { clockSchema } from "./clock-schema.ts";
import { componentSchema } from "./component-schema.ts";
import { faultSchema } from "./fault-schema.ts";
import { imageSchema } from "./image-schema.ts";
import { imageRegistrySchema } from "./image-registry-schema.ts";
import { machineSchema } from "./machine-schema.ts";
import { packetTraceSchema } from "./packet-trace-schema.ts";
import { schedulingDecisionSchema } from "./scheduling-decision-schema.ts";

/**
 * The schemas of our own kinds. Types, structures and OpenAPI are generated from them, and nobody else reads them: they
 * are no part of the rows, so that a browser does not fetch their descriptions before it shows a prompt.
 */
export const ownSchemas: Readonly<Record<string, OwnSchema>> = {
  Clock: clockSchema,
  Component: componentSchema,
  Fault: faultSchema,
  Image: imageSchema,
  ImageRegistry: imageRegistrySchema,
  Machine: machineSchema,
  PacketTrace: packetTraceSchema,
  SchedulingDecision: schedulingDecisionSchema,
};
