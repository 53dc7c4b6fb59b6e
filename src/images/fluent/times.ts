import { rfc3339Micro } from "../../sim/index.ts";

/** "2026-01-02 03:04:05" */
export const moment = (ms: number): string => rfc3339Micro(ms).slice(0, 19).replace("T", " ");
/** "2026-01-02 03:04:05.678901234 +0000" */
export const fluentdTime = (ms: number): string => `${rfc3339Micro(ms).slice(0, 26).replace("T", " ")}000 +0000`;
