import type { Authority } from "../pki/index.ts";

const YEAR = 365 * 24 * 3600 * 1000;

/** The API server's own certificate, as kubeadm has it (kubeadm: pkiutil GetAPIServerAltNames). */
export function servingOrder(address: string, now: number): Parameters<Authority["issue"]>[0] {
  const ip = (text: string): Uint8Array => Uint8Array.from(text.split(".").map(Number));
  return {
    subject: { commonName: "kube-apiserver", organizations: [] },
    usages: ["digital signature", "key encipherment", "server auth"],
    dnsNames: [
      "control-plane",
      "kubernetes",
      "kubernetes.default",
      "kubernetes.default.svc",
      "kubernetes.default.svc.cluster.local",
      "localhost",
    ],
    ipAddresses: [ip("10.96.0.1"), ip(address), ip("127.0.0.1")],
    notBefore: now - 300_000,
    notAfter: now + YEAR,
  };
}
