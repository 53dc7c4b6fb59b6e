import type { Entropy, loadKeyTools } from "../../pki/index.ts";

export type KeyTools = Awaited<ReturnType<typeof loadKeyTools>>;
/** PEM. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

export type CaName = "ca" | "etcd-ca" | "front-proxy-ca";
/** Where in /etc/kubernetes/pki each authority lies, without ".crt", and what it is called. */
export const AUTHORITIES: Readonly<Record<CaName, { readonly file: string; readonly commonName: string }>> = {
  ca: { file: "ca", commonName: "kubernetes" },
  "etcd-ca": { file: "etcd/ca", commonName: "etcd-ca" },
  "front-proxy-ca": { file: "front-proxy-ca", commonName: "front-proxy-ca" },
};

/** What a certificate's names depend on. */
export interface Place {
  readonly node: string;
  readonly address: string;
  /** More names of the API server (kubeadm: apiServer.certSANs). */
  readonly sans: readonly string[];
}

export interface CertificateRow {
  /** As `kubeadm certs` calls it. */
  readonly name: string;
  /** What `kubeadm certs renew --help` says of it. */
  readonly about: string;
  readonly ca: CaName;
  readonly organizations?: readonly string[];
  readonly commonName: string | ((at: Place) => string);
  readonly usages: readonly string[];
  readonly names?: (at: Place) => { readonly dns: readonly string[]; readonly ips: readonly string[] };
  /** In pki, without ".crt", or a kubeconfig beside it. */
  readonly file: string;
}

const SERVES = ["digital signature", "key encipherment", "server auth"];
const ASKS = ["digital signature", "key encipherment", "client auth"];
const BOTH = [...SERVES, "client auth"];
const isIp = (name: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(name);
const apiServerNames: NonNullable<CertificateRow["names"]> = ({ node, address, sans }) => ({
  dns: [
    ...new Set([
      node,
      "kubernetes",
      "kubernetes.default",
      "kubernetes.default.svc",
      "kubernetes.default.svc.cluster.local",
      ...sans.filter((n) => !isIp(n)),
    ]),
  ].sort(),
  ips: ["10.96.0.1", address, ...sans.filter(isIp)],
});
const etcdNames: NonNullable<CertificateRow["names"]> = ({ node, address }) => ({
  dns: [node, "localhost"].sort(),
  ips: [address, "127.0.0.1", "::1"],
});

/** All that kubeadm signs, in the order in which it lists them (kubeadm: certs/certlist.go, renewal/manager.go). */
export const CERTIFICATES: readonly CertificateRow[] = [
  {
    name: "admin.conf",
    about: "certificate embedded in the kubeconfig file for the admin to use and for kubeadm itself",
    ca: "ca",
    organizations: ["kubeadm:cluster-admins"],
    commonName: "kubernetes-admin",
    usages: ASKS,
    file: "admin.conf",
  },
  {
    name: "apiserver",
    about: "certificate for serving the Kubernetes API",
    ca: "ca",
    commonName: "kube-apiserver",
    usages: SERVES,
    names: apiServerNames,
    file: "apiserver",
  },
  {
    name: "apiserver-etcd-client",
    about: "certificate the apiserver uses to access etcd",
    ca: "etcd-ca",
    commonName: "kube-apiserver-etcd-client",
    usages: ASKS,
    file: "apiserver-etcd-client",
  },
  {
    name: "apiserver-kubelet-client",
    about: "certificate for the API server to connect to kubelet",
    ca: "ca",
    organizations: ["kubeadm:cluster-admins"],
    commonName: "kube-apiserver-kubelet-client",
    usages: ASKS,
    file: "apiserver-kubelet-client",
  },
  {
    name: "controller-manager.conf",
    about: "certificate embedded in the kubeconfig file for the controller manager to use",
    ca: "ca",
    commonName: "system:kube-controller-manager",
    usages: ASKS,
    file: "controller-manager.conf",
  },
  {
    name: "etcd-healthcheck-client",
    about: "certificate for liveness probes to healthcheck etcd",
    ca: "etcd-ca",
    commonName: "kube-etcd-healthcheck-client",
    usages: ASKS,
    file: "etcd/healthcheck-client",
  },
  {
    name: "etcd-peer",
    about: "certificate for etcd nodes to communicate with each other",
    ca: "etcd-ca",
    commonName: ({ node }) => node,
    usages: BOTH,
    names: etcdNames,
    file: "etcd/peer",
  },
  {
    name: "etcd-server",
    about: "certificate for serving etcd",
    ca: "etcd-ca",
    commonName: ({ node }) => node,
    usages: BOTH,
    names: etcdNames,
    file: "etcd/server",
  },
  {
    name: "front-proxy-client",
    about: "certificate for the front proxy client",
    ca: "front-proxy-ca",
    commonName: "front-proxy-client",
    usages: ASKS,
    file: "front-proxy-client",
  },
  {
    name: "scheduler.conf",
    about: "certificate embedded in the kubeconfig file for the scheduler manager to use",
    ca: "ca",
    commonName: "system:kube-scheduler",
    usages: ASKS,
    file: "scheduler.conf",
  },
  {
    name: "super-admin.conf",
    about: "certificate embedded in the kubeconfig file for the super-admin",
    ca: "ca",
    organizations: ["system:masters"],
    commonName: "kubernetes-super-admin",
    usages: ASKS,
    file: "super-admin.conf",
  },
];

/** A kubelet's own (kubeadm: kubeconfig phase; later its certificate manager's). */
export const kubeletCertificate = (node: string): Pick<CertificateRow, "ca" | "commonName" | "organizations" | "usages"> => ({
  ca: "ca",
  commonName: `system:node:${node}`,
  organizations: ["system:nodes"],
  usages: ASKS,
});

const DAY = 86_400_000;

function addressBytes(ip: string): Uint8Array {
  if (ip === "::1") return Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0));
  return Uint8Array.from(ip.split(".").map(Number));
}

/** A new key and its certificate, valid for a year or as many days as are asked for, signed by an authority whose key is at hand. Undefined: it is none. */
export function issue(
  tools: KeyTools,
  ca: Pair,
  row: Pick<CertificateRow, "commonName" | "organizations" | "usages" | "names">,
  at: Place,
  chance: { readonly entropy: Entropy; readonly now: number; readonly days?: number },
): Pair | undefined {
  const der = tools.fromPem(ca.certificate)?.bytes;
  const signing = tools.readPrivateKey(ca.key);
  if (!der || !signing) return undefined;
  const { subject, keyInfo } = tools.readCertificate(der);
  const key = tools.newKey("EC", chance.entropy);
  const names = row.names?.(at);
  const commonName = typeof row.commonName === "string" ? row.commonName : row.commonName(at);
  const second = Math.floor(chance.now / 1000) * 1000;
  const certificate = tools.writeCertificate(
    {
      serial: tools.serialOf(chance.entropy(16)),
      subject: tools.writeDn([...(row.organizations ?? []).map((o) => ["O", o] as const), ["CN", commonName]]),
      keyInfo: key.keyInfo,
      notBefore: second - 300_000,
      notAfter: second + (chance.days ?? 365) * DAY,
      usages: row.usages,
      ...(names && { dnsNames: names.dns, ipAddresses: names.ips.map(addressBytes) }),
    },
    { name: subject, keyId: tools.keyIdOf(keyInfo), algorithm: signing.algorithm, sign: signing.sign },
  );
  return { certificate: tools.toPem("CERTIFICATE", certificate), key: key.pem };
}
