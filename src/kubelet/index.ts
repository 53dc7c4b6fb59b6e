export { createKubelet } from "./kubelet.ts";
export { CommandFailed, type KubeletServer, kubeletServer, DEFAULT_VERBOSITY } from "./app/options.ts";
export type { DeviceDriver, PreparedDevice } from "./dynamic-resources.ts";
export { tokensFrom } from "./tokens.ts";
export type { CsiPlugin, FileServer, Kubelet, KubeletConfig, KubeletLog, KubeletOptions, MachineFacts, TokenFor } from "./types.ts";
