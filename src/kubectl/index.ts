export { createKubectl } from "./program.ts";
export type { ClientConfig, KubectlApi, KubectlOptions, KubectlProcess, KubectlRequest, KubectlResponse } from "./types.ts";
