/** Controllers whose names in kube-controller-manager do not follow from ours (k8s: cmd/kube-controller-manager/names). */
const NAMES: Readonly<Record<string, string>> = {
  csrapproving: "certificatesigningrequest-approving-controller",
  csrcleaner: "certificatesigningrequest-cleaner-controller",
  csrsigning: "certificatesigningrequest-signing-controller",
  endpoint: "endpoints-controller",
  endpointslicemirroring: "endpointslice-mirroring-controller",
  "pv-protection": "persistentvolume-protection-controller",
  "pvc-protection": "persistentvolumeclaim-protection-controller",
  replication: "replicationcontroller-controller",
  route: "node-route-controller",
  service: "service-lb-controller",
  "service-cidrs": "service-cidr-controller",
};

/** Loops of kube-apiserver's own. */
const API_SERVER = new Set(["event-ttl", "flow-control"]);

/** What a controller is called by who looks at it from outside, as in `--controllers` of kube-controller-manager. */
export const publicName = (name: string): string => NAMES[name] ?? (name.endsWith("-controller") ? name : `${name}-controller`);

/** The program that a controller of this one's table is part of. */
export const processOf = (name: string, program: string): string => (API_SERVER.has(name) ? "kube-apiserver" : program);
