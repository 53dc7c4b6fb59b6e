import { flagRows, type FlagRow } from "../row.ts";

/** Measurements come after a while. */
const until = (what: string): string =>
  `for i in 1 2 3 4 5 6 7 8 9; do kubectl top ${what} 2>&1 | grep -q 'not available yet' || break; sleep 15; done; `;
const node = `${until("node")}kubectl top node`;
const pod = `${until("pod -n kube-system")}kubectl top pod`;

/** Where there is a metrics server. */
export const measuredRows: readonly FlagRow[] = [
  ...flagRows("top node", node, {
    "no-headers": { hides: "CPU(cores)" },
    "selector=kubernetes.io/hostname=node-1": { hides: "node-2" },
    "show-swap": "SWAP(bytes)",
    "sort-by=none": { on: `${node} 2>&1`, shows: "accepts only cpu or memory" },
    "use-protocol-buffers=false": { on: `${node} -v=7 2>&1`, hides: "protobuf, */*" },
  }),
  ...flagRows("top pod", `${pod} -n kube-system`, {
    "all-namespaces": { on: pod, shows: "kube-system" },
    containers: "POD ",
    "field-selector=metadata.name=none": { on: `${pod} -n kube-system 2>&1`, shows: "No resources found" },
    "no-headers": { hides: "CPU(cores)" },
    "selector=k8s-app=kube-dns": { hides: "metrics-server" },
    "show-swap": "SWAP(bytes)",
    "sort-by=none": { on: `${pod} -n kube-system 2>&1`, shows: "accepts only cpu or memory" },
    sum: "________",
    "use-protocol-buffers=false": { on: `${pod} -n kube-system -v=7 2>&1`, hides: "protobuf, */*" },
  }),
];
