import { base64Text } from "../../machinery/index.ts";
import type { Pair } from "./certificates.ts";

/** Users in kubeadm's kubeconfigs, by file. */
export const KUBECONFIG_USERS: Readonly<Record<string, string>> = {
  "admin.conf": "kubernetes-admin",
  "super-admin.conf": "kubernetes-super-admin",
  "controller-manager.conf": "system:kube-controller-manager",
  "scheduler.conf": "system:kube-scheduler",
};

/** A kubeconfig with everything in it (kubeadm: util/kubeconfig CreateWithCerts). */
export const kubeconfigText = (user: string, server: string, ca: string, credentials: Pair | { readonly token: string }): string =>
  `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64Text(ca)}
    server: ${server}
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: ${user}
  name: ${user}@kubernetes
current-context: ${user}@kubernetes
kind: Config
users:
- name: ${user}
  user:
${
  "token" in credentials
    ? `    token: ${credentials.token}\n`
    : `    client-certificate-data: ${base64Text(credentials.certificate)}\n    client-key-data: ${base64Text(credentials.key)}\n`
}`;

/** Where a cluster is, and nobody's credentials: what cluster-info tells who wants to join. */
export const bootstrapKubeconfig = (server: string, ca: string): string => `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64Text(ca)}
    server: ${server}
  name: ""
contexts: null
current-context: ""
kind: Config
users: null
`;
