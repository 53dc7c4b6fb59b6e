/** Whose names do not follow from the controller's (k8s: cmd/kube-controller-manager/app, each ClientOrDie). */
const ACCOUNTS: Readonly<Record<string, string>> = {
  "cloud-node": "node-controller",
  "cloud-node-lifecycle": "node-controller",
  "clusterrole-aggregation": "clusterrole-aggregation-controller",
  csrapproving: "certificate-controller",
  csrcleaner: "certificate-controller",
  csrsigning: "certificate-controller",
  daemonset: "daemon-set-controller",
  "garbage-collector": "generic-garbage-collector",
  "horizontal-pod-autoscaler": "horizontal-pod-autoscaler",
  "node-ipam": "node-controller",
  "node-lifecycle": "node-controller",
  "persistentvolume-binder": "persistent-volume-binder",
  "persistentvolume-expander": "expand-controller",
  "pod-garbage-collector": "pod-garbage-collector",
  "root-ca-certificate-publisher": "root-ca-cert-publisher",
  serviceaccount: "service-account-controller",
  "stale-pod-disruption": "disruption-controller",
  "taint-eviction-controller": "node-controller",
};

const API_SERVER = { name: "system:apiserver", groups: ["system:masters", "system:authenticated"] };

/** Those that use kube-controller-manager's own credentials, and loops of the API server's own (flow-control; event-ttl is its etcd's). */
const NO_ACCOUNT: Readonly<Record<string, { readonly name: string; readonly groups: readonly string[] }>> = {
  "event-ttl": API_SERVER,
  "flow-control": API_SERVER,
  "serviceaccount-token": { name: "system:kube-controller-manager", groups: ["system:authenticated"] },
};

/** As whom a controller works (k8s: --use-service-account-credentials). Its rights come from `system:controller:<account>`. */
export function userOfController(name: string): { readonly name: string; readonly groups: readonly string[] } {
  const own = NO_ACCOUNT[name];
  if (own) return own;
  const account = ACCOUNTS[name] ?? `${name}-controller`;
  return {
    name: `system:serviceaccount:kube-system:${account}`,
    groups: ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
  };
}
