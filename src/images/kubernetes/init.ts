import type { Entropy } from "../../pki/index.ts";
import type { FileSystem } from "../../runtime/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { AUTHORITIES, type CaName, CERTIFICATES, issue, kubeletCertificate, type KeyTools, type Pair, type Place } from "./certificates.ts";
import { KUBECONFIG_USERS, kubeconfigText } from "./kubeconfigs.ts";
import { manifestText, type Plane } from "./manifests.ts";
import { COMPONENTS } from "./release.ts";

export const KUBERNETES = "/etc/kubernetes";
export const PKI = `${KUBERNETES}/pki`;

/** Of a control plane's machine. */
export interface KubernetesPlace extends Plane, Place {
  /** https://… */
  readonly server: string;
}
export interface Chance {
  /** A stream for each purpose. */
  readonly entropy: (purpose: string) => Entropy;
  readonly now: number;
}

export function writeFile(fs: FileSystem, path: string, text: string, mode = 0o644): void {
  const folder = path.slice(0, path.lastIndexOf("/"));
  if (!fs.exists(folder)) fs.mkdir(folder, { recursive: true, mode: 0o755 });
  fs.writeFile(path, text, { mode });
  fs.chmod(path, mode);
}

/** What `kubeadm init` leaves on the machine that it runs on (kubeadm: phases certs, kubeconfig, etcd, control-plane). */
export function writeControlPlane(
  fs: FileSystem,
  place: KubernetesPlace,
  made: {
    readonly tools: KeyTools;
    readonly authorities: Readonly<Record<CaName, Pair>>;
    /** With which service accounts' tokens are signed. */
    readonly accounts: { readonly key: string; readonly public: string };
  } & Chance,
): void {
  const { tools, authorities, accounts, entropy, now } = made;
  for (const [name, { file }] of Object.entries(AUTHORITIES) as [CaName, { file: string }][]) {
    writeFile(fs, `${PKI}/${file}.crt`, authorities[name].certificate);
    writeFile(fs, `${PKI}/${file}.key`, authorities[name].key, 0o600);
  }
  writeFile(fs, `${PKI}/sa.key`, accounts.key, 0o600);
  writeFile(fs, `${PKI}/sa.pub`, accounts.public, 0o600);
  for (const row of CERTIFICATES) {
    const pair = issue(tools, authorities[row.ca], row, place, { entropy: entropy(row.name), now });
    if (!pair) throw new Error(`no certificate for ${row.name}`);
    const user = KUBECONFIG_USERS[row.file];
    if (user === undefined) {
      writeFile(fs, `${PKI}/${row.file}.crt`, pair.certificate);
      writeFile(fs, `${PKI}/${row.file}.key`, pair.key, 0o600);
    } else writeFile(fs, `${KUBERNETES}/${row.file}`, kubeconfigText(user, place.server, authorities.ca.certificate, pair), 0o600);
  }
  for (const component of ["etcd", ...COMPONENTS] as const)
    writeFile(fs, `${KUBERNETES}/manifests/${component}.yaml`, manifestText(component, place), 0o600);
  // As its last words tell to do.
  writeFile(fs, "/root/.kube/config", fs.readText(`${KUBERNETES}/admin.conf`), 0o600);
}

/** Where a kubelet keeps the certificate that its kubeconfig names. */
export function writeKubeletCertificate(fs: FileSystem, node: string, tools: KeyTools, ca: Pair, { entropy, now }: Chance): void {
  const pair = issue(tools, ca, kubeletCertificate(node), { node, address: "", sans: [] }, { entropy: entropy(`kubelet ${node}`), now });
  if (!pair) return;
  const path = `/var/lib/kubelet/pki/kubelet-client-${rfc3339(now).slice(0, 19).replace("T", "-").replaceAll(":", "-")}.pem`;
  writeFile(fs, path, pair.certificate + pair.key, 0o600);
  const current = "/var/lib/kubelet/pki/kubelet-client-current.pem";
  if (fs.exists(current)) fs.unlink(current);
  fs.symlink(path, current);
}
