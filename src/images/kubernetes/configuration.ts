import type { Plane } from "./manifests.ts";

/** What kubeadm keeps of the cluster's setup (kubeadm: apis v1beta4 ClusterConfiguration). */
export const clusterConfiguration = ({
  version,
  podSubnet,
  serviceSubnet,
  sans,
}: Pick<Plane, "version" | "podSubnet" | "serviceSubnet"> & { readonly sans: readonly string[] }): string => `apiServer:
  certSANs:
${sans.map((name) => `  - ${name}\n`).join("")}apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificateValidityPeriod: 8760h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: kubernetes
controllerManager: {}
dns: {}
encryptionAlgorithm: ECDSA-P256
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: v${version}
networking:
  dnsDomain: cluster.local
  podSubnet: ${podSubnet}
  serviceSubnet: ${serviceSubnet}
proxy:
  disabled: true
scheduler: {}
`;
