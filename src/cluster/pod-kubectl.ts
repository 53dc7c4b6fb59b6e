import type { KubectlOptions } from "../kubectl/index.ts";
import { apiAs } from "./client-identity.ts";

/** The Service `kubernetes`, by its address and its names. */
const SERVER = /^https:\/\/(10\.96\.0\.1|kubernetes(\.default(\.svc(\.cluster\.local)?)?)?)(:443)?$/;

/** How a pod's kubectl reaches the API server: by reference, as who its token or certificate names. */
export const kubectlLink = (deps: Parameters<typeof apiAs>[0]): Pick<KubectlOptions, "connect"> => ({
  connect(config) {
    if (!SERVER.test(config.server)) throw new Error(`dial tcp ${config.server.replace(/^https?:\/\//, "")}: connect: connection refused`);
    return apiAs(deps, config);
  },
});
