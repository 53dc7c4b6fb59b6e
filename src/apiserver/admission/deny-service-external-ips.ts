import type { Service } from "../../api/index.ts";
import { refuse } from "./refuse.ts";
import type { AdmissionPlugin } from "./types.ts";

/** Nobody takes addresses for a Service; what had some may keep them (k8s: plugin/pkg/admission/network/denyserviceexternalips). */
export const denyServiceExternalIps: AdmissionPlugin = {
  name: "DenyServiceExternalIPs",
  offByDefault: true,
  resources: ["/services"],
  validate(attributes) {
    if (attributes.operation === "DELETE") return;
    const had = (attributes.old as Service | undefined)?.spec?.externalIPs ?? [];
    const now = (attributes.object as Service).spec?.externalIPs ?? [];
    if (now.some((address) => !had.includes(address))) throw refuse(attributes, "Use of external IPs is denied by admission control");
  },
};
