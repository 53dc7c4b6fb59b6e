export { SimClock } from "./clock.ts";
export type { Cancel, Clock, InputStamp, Platform, Speed } from "./clock.ts";
export { createRandom } from "./random.ts";
export type { Random } from "./random.ts";
export { parseTime, rfc1123z, rfc3339, rfc3339Micro, utcFields } from "./time.ts";
export { mergeCauses, timerCause } from "./cause.ts";
export type { Cause, Origin } from "./cause.ts";
export type { Persistent } from "./persistent.ts";
