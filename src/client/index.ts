export type * from "./types.ts";
export { createClient, resourceOf } from "./client.ts";
export type { ClientApi } from "./client.ts";
export { createInformers, keyOfObject } from "./informer.ts";
export { createWorkQueue } from "./queue.ts";
export { createEventRecorder, createEventRecorders } from "./recorder.ts";
export { createInformersView } from "./view.ts";
export type { InformersView } from "./view.ts";
