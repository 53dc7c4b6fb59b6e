import { kindTable, type Node, type Pod, parseAmounts, podAmounts } from "../../api/index.ts";
import { compareQuantities, deepEqual, milliValueOf, quantity, StatusError, valueOf } from "../../machinery/index.ts";
import { refuse } from "./refuse.ts";
import { getStored } from "./stored.ts";
import type { AdmissionPlugin } from "./types.ts";

const ZERO = quantity(0);
const MEASURES = [
  ["cpu", milliValueOf],
  ["memory", valueOf],
] as const;

/** A pod does not grow beyond what its node could ever give (k8s: plugin/pkg/admission/podresize). */
export const podResizeValidator: AdmissionPlugin = {
  name: "PodResizeValidator",
  resources: ["/pods/resize"],
  validate(attributes) {
    const pod = attributes.object as Pod;
    const nodeName = pod.spec?.nodeName;
    if (!nodeName || deepEqual(pod.spec, (attributes.old as Pod).spec)) return;
    const node = getStored<Node>(attributes.scope.server, kindTable.nodes, "", nodeName);
    if (node === undefined) throw refuse(attributes, `node ${JSON.stringify(nodeName)} not found`);
    const caused = (reason: string, why: string): StatusError => {
      const { status } = refuse(attributes, why);
      return new StatusError({ ...status, details: { ...status.details, causes: [{ reason }] } });
    };
    const os = node.metadata?.labels?.["kubernetes.io/os"] ?? "linux";
    if (os !== "linux") {
      const why = `pod resize is only supported on linux nodes, node ${JSON.stringify(nodeName)} is ${JSON.stringify(os)}`;
      throw caused("UnsupportedPlatform", why);
    }
    const requests = podAmounts(pod.spec, "requests");
    const allocatable = parseAmounts(node.status?.allocatable);
    const short = MEASURES.flatMap(([name, of]) => {
      const [asked, there] = [requests[name] ?? ZERO, allocatable[name] ?? ZERO];
      return compareQuantities(asked, there) > 0 ? [`${name}, requested: ${of(asked)}, allocatable: ${of(there)}`] : [];
    });
    if (short.length > 0) throw caused("NodeCapacity", `node didn't have enough allocatable resources: ${short.join("; ")}`);
  },
};
