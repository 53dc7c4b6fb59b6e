/** What the simulator's API, controllers and scheduler are. */
export const RELEASE = "1.36.2";
/** Patches that there are packages and images of. */
export const PATCHES: readonly string[] = ["1.36.0", "1.36.1", "1.36.2", "1.36.3", "1.36.4"];
/** With what kubeadm of this minor release goes (kubeadm: constants DefaultEtcdVersion, PauseVersion). */
export const ETCD = "3.6.8-0";
export const PAUSE = "3.10.1";
export const REGISTRY = "registry.k8s.io";

/** Programs that Kubernetes' own images have. */
export const COMPONENTS = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;
export type Component = (typeof COMPONENTS)[number] | "etcd";

export const imageOf = (component: Component, version: string): string =>
  component === "etcd" ? `${REGISTRY}/etcd:${ETCD}` : `${REGISTRY}/${component}:v${version}`;
