export { createKubectl } from "./program.ts";
export type { Access, ClientConfig, KubectlApi, KubectlOptions, KubectlProcess, KubectlRequest, KubectlResponse } from "./types.ts";
