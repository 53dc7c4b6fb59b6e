import type { MachineKubelet } from "../../api/index.ts";
import { DEFAULT_VERBOSITY } from "../../kubelet/index.ts";
import { base64Text } from "../../machinery/index.ts";
import type { FileSystem } from "../../runtime/index.ts";

export const KUBELET_CONFIG = "/var/lib/kubelet/config.yaml";
export const KUBELET_CONF = "/etc/kubernetes/kubelet.conf";

/** What a machine is called and where it finds the others. */
export interface MachineIdentity {
  readonly name: string;
  /** Of the API server: https://… */
  readonly server: string;
  /** PEM. */
  readonly authority: string;
  readonly podCidr: string | undefined;
  readonly kubelet: MachineKubelet | undefined;
}

/** Text that YAML would take for something else is quoted. */
const scalar = (value: unknown): string =>
  typeof value === "string" && !/^(?:\/|[A-Za-z]|\d+[a-z]|\d+\.\d+\.)[\w./-]*$/.test(value) ? JSON.stringify(value) : String(value);

/** As kubeadm writes it, with what the machine's own settings say beyond that (k8s: kubeadm/app/componentconfigs/kubelet.go). */
export function kubeletConfigText(given: MachineKubelet = {}): string {
  const rows: Record<string, unknown> = {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    authentication: {
      anonymous: { enabled: false },
      webhook: { cacheTTL: "0s", enabled: true },
      x509: { clientCAFile: "/etc/kubernetes/pki/ca.crt" },
    },
    authorization: { mode: "Webhook", webhook: { cacheAuthorizedTTL: "0s", cacheUnauthorizedTTL: "0s" } },
    cgroupDriver: "systemd",
    clusterDNS: ["10.96.0.10"],
    clusterDomain: "cluster.local",
    containerRuntimeEndpoint: "",
    cpuManagerReconcilePeriod: "0s",
    crashLoopBackOff: {},
    evictionPressureTransitionPeriod: "0s",
    fileCheckFrequency: "0s",
    healthzBindAddress: "127.0.0.1",
    healthzPort: 10248,
    httpCheckFrequency: "0s",
    imageMaximumGCAge: "0s",
    imageMinimumGCAge: "0s",
    kind: "KubeletConfiguration",
    logging: { flushFrequency: 0, options: { json: { infoBufferSize: "0" }, text: { infoBufferSize: "0" } }, verbosity: DEFAULT_VERBOSITY },
    memorySwap: {},
    nodeStatusReportFrequency: "0s",
    nodeStatusUpdateFrequency: "0s",
    rotateCertificates: true,
    runtimeRequestTimeout: "0s",
    shutdownGracePeriod: "0s",
    shutdownGracePeriodCriticalPods: "0s",
    staticPodPath: "/etc/kubernetes/manifests",
    streamingConnectionIdleTimeout: "0s",
    syncFrequency: "0s",
    volumeStatsAggPeriod: "0s",
    ...given,
  };
  return `${block(rows, "").join("\n")}\n`;
}

function block(rows: object, indent: string): readonly string[] {
  return Object.entries(rows)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => {
      if (Array.isArray(value)) return [`${indent}${key}:`, ...value.map((item) => `${indent}- ${scalar(item)}`)];
      if (typeof value !== "object" || value === null) return [`${indent}${key}: ${scalar(value)}`];
      if (Object.keys(value).length === 0) return [`${indent}${key}: {}`];
      return [`${indent}${key}:`, ...block(value, `${indent}  `)];
    });
}

/** As the kubelet leaves it after its bootstrap (k8s: kubelet/certificate/bootstrap writeKubeconfigFromBootstrapping). */
function kubeconfig({ server, authority }: MachineIdentity): string {
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64Text(authority)}
    server: ${server}
  name: default-cluster
contexts:
- context:
    cluster: default-cluster
    namespace: default
    user: default-auth
  name: default-context
current-context: default-context
kind: Config
preferences: {}
users:
- name: default-auth
  user:
    client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem
    client-key: /var/lib/kubelet/pki/kubelet-client-current.pem
`;
}

const cni = (subnet: string | undefined): string =>
  `${JSON.stringify(
    {
      cniVersion: "0.3.1",
      name: "kindnet",
      plugins: [
        {
          type: "ptp",
          ipMasq: false,
          ipam: {
            type: "host-local",
            dataDir: "/run/cni-ipam-state",
            routes: [{ dst: "0.0.0.0/0" }],
            ...(subnet !== undefined && { ranges: [[{ subnet }]] }),
          },
          mtu: 1500,
        },
        { type: "portmap", capabilities: { portMappings: true } },
      ],
    },
    undefined,
    2,
  )}\n`;

/** What is on this machine and no other. */
export function writeMachineFiles(fs: FileSystem, machine: MachineIdentity): void {
  const write = (path: string, text: string, mode = 0o644): void => {
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!fs.exists(folder)) fs.mkdir(folder, { recursive: true, mode: 0o755 });
    fs.writeFile(path, text, { mode });
  };
  write(KUBELET_CONFIG, kubeletConfigText(machine.kubelet));
  write(KUBELET_CONF, kubeconfig(machine), 0o600);
  write(
    "/var/lib/kubelet/kubeadm-flags.env",
    `KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///run/containerd/containerd.sock"\n`,
  );
  write("/etc/kubernetes/pki/ca.crt", machine.authority);
  write("/etc/hostname", `${machine.name}\n`);
  write("/etc/cni/net.d/10-kindnet.conflist", cni(machine.podCidr));
}
