import type { Authority } from "../cluster/index.ts";

export interface Certificates {
  /** PEM of the cluster's authority, which clients trust and which signs theirs. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const YEAR = 365 * 24 * 3600 * 1000;

/** The API server's own certificate, as kubeadm would have the cluster's authority make it; `now` in the cluster's time. */
export function servingCertificates(authority: Authority, now: number): Certificates {
  const { certificate, key } = authority.issue({
    subject: { commonName: "kube-apiserver", organizations: [] },
    usages: ["digital signature", "key encipherment", "server auth"],
    dnsNames: ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"],
    ipAddresses: [Uint8Array.of(127, 0, 0, 1), Uint8Array.of(10, 96, 0, 1), Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0))],
    notBefore: now - 300_000,
    notAfter: now + YEAR,
  });
  return { ca: authority.certificate, cert: certificate, key };
}

/** A kubeconfig whose only user is the administrator. */
export function kubeconfig(server: string, ca: string, token: string): string {
  const data = Buffer.from(ca).toString("base64");
  return `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority-data: ${data}
    server: ${server}
  name: timonel
contexts:
- context:
    cluster: timonel
    user: kubernetes-admin
  name: kubernetes-admin@kubernetes
current-context: kubernetes-admin@kubernetes
users:
- name: kubernetes-admin
  user:
    token: ${token}
`;
}
