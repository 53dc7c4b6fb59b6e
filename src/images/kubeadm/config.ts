import { parseDuration } from "../../machinery/index.ts";
import { KUBERNETES, PKI } from "../kubernetes/init.ts";
import { kubeconfigText } from "../kubernetes/kubeconfigs.ts";
import { issue } from "../kubernetes/certificates.ts";
import { COMPONENTS, ETCD, imageOf, PATCHES, PAUSE, REGISTRY } from "../kubernetes/release.ts";
import { Failed, type Flags, type Run } from "./run.ts";
import { keyTools } from "./token.ts";

/** With what CoreDNS goes: the one that this simulator has. */
const COREDNS = "v1.12.1";

const images = (version: string): readonly string[] => [
  ...COMPONENTS.map((name) => imageOf(name, version)),
  `${REGISTRY}/coredns/coredns:${COREDNS}`,
  `${REGISTRY}/pause:${PAUSE}`,
  `${REGISTRY}/etcd:${ETCD}`,
];

/** How init and join both end. */
const OF_A_NODE = `nodeRegistration:
  criSocket: unix:///var/run/containerd/containerd.sock
  imagePullPolicy: IfNotPresent
  imagePullSerial: true
  name: node
  taints: null
timeouts:
  controlPlaneComponentHealthCheck: 4m0s
  discovery: 5m0s
  etcdAPICall: 2m0s
  kubeletHealthCheck: 4m0s
  kubernetesAPICall: 1m0s
  tlsBootstrap: 5m0s
  upgradeManifests: 5m0s
`;

const initDefaults = (version: string): string => `apiVersion: kubeadm.k8s.io/v1beta4
bootstrapTokens:
- groups:
  - system:bootstrappers:kubeadm:default-node-token
  token: abcdef.0123456789abcdef
  ttl: 24h0m0s
  usages:
  - signing
  - authentication
kind: InitConfiguration
localAPIEndpoint:
  advertiseAddress: 1.2.3.4
  bindPort: 6443
${OF_A_NODE}---
apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificateValidityPeriod: 8760h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: kubernetes
controllerManager: {}
dns: {}
encryptionAlgorithm: RSA-2048
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: ${version.replace(/\.\d+$/, ".0")}
networking:
  dnsDomain: cluster.local
  serviceSubnet: 10.96.0.0/12
proxy: {}
scheduler: {}
`;
const JOIN_DEFAULTS = `apiVersion: kubeadm.k8s.io/v1beta4
caCertPath: /etc/kubernetes/pki/ca.crt
discovery:
  bootstrapToken:
    apiServerEndpoint: kube-apiserver:6443
    token: abcdef.0123456789abcdef
    unsafeSkipCAVerification: true
  tlsBootstrapToken: abcdef.0123456789abcdef
kind: JoinConfiguration
${OF_A_NODE}`;

const RESET_DEFAULTS = `apiVersion: kubeadm.k8s.io/v1beta4
certificatesDir: /etc/kubernetes/pki
criSocket: unix:///var/run/containerd/containerd.sock
kind: ResetConfiguration
timeouts:
  controlPlaneComponentHealthCheck: 4m0s
  discovery: 5m0s
  etcdAPICall: 2m0s
  kubeletHealthCheck: 4m0s
  kubernetesAPICall: 1m0s
  tlsBootstrap: 5m0s
  upgradeManifests: 5m0s
`;
const UPGRADE_DEFAULTS = `apiVersion: kubeadm.k8s.io/v1beta4
apply:
  certificateRenewal: true
  etcdUpgrade: true
  imagePullPolicy: IfNotPresent
  imagePullSerial: true
diff: {}
kind: UpgradeConfiguration
node:
  certificateRenewal: true
  etcdUpgrade: true
  imagePullPolicy: IfNotPresent
  imagePullSerial: true
plan: {}
timeouts:
  controlPlaneComponentHealthCheck: 4m0s
  discovery: 5m0s
  etcdAPICall: 2m0s
  kubeletHealthCheck: 4m0s
  kubernetesAPICall: 1m0s
  tlsBootstrap: 5m0s
  upgradeManifests: 5m0s
`;

/** kubeadm config print, images (kubeadm: cmd/config.go). */
export async function config(run: Run, words: readonly string[], flags: Flags): Promise<number> {
  const said = words.join(" ");
  const version = (flags.text("kubernetes-version") ?? run.version).replace(/^v/, "").replace(/^stable.*/, PATCHES.at(-1) as string);
  if (said === "print init-defaults") {
    if (flags.text("component-configs") !== undefined)
      throw new Failed("config print init-defaults --component-configs is not simulated by Timonel");
    return (await run.out(initDefaults(run.version)), 0);
  }
  if (said === "print join-defaults") return (await run.out(JOIN_DEFAULTS), 0);
  const form = flags.text("output") ?? "text";
  if (said === "images list" && form === "json")
    return (
      await run.out(
        `${JSON.stringify({ kind: "Images", apiVersion: "output.kubeadm.k8s.io/v1alpha3", images: images(version) }, undefined, 4)}\n`,
      ),
      0
    );
  if (form !== "text") throw new Failed(`config images list -o ${form} is not simulated by Timonel`);
  if (said === "print reset-defaults") return (await run.out(RESET_DEFAULTS), 0);
  if (said === "print upgrade-defaults") return (await run.out(UPGRADE_DEFAULTS), 0);
  if (said === "images list")
    return (
      await run.out(
        images(version)
          .map((image) => `${image}\n`)
          .join(""),
      ),
      0
    );
  if (said === "images pull") {
    run.root();
    for (const image of images(version)) {
      const { code, err } = await run.ask(["crictl", "pull", image]);
      if (code !== 0) throw new Failed(`failed to pull image ${JSON.stringify(image)}: ${err.trim()}`);
      await run.out(`[config/images] Pulled ${image}\n`);
    }
    return 0;
  }
  throw new Failed(`config ${said} is not simulated by Timonel`);
}

/** kubeadm kubeconfig user (kubeadm: cmd/kubeconfig.go): for somebody whom the cluster's authority vouches for. */
export async function kubeconfig(run: Run, _: readonly string[], flags: Flags): Promise<number> {
  const name = flags.text("client-name");
  if (name === undefined) throw new Failed('required flag(s) "client-name" not set');
  const period = flags.text("validity-period");
  let days = 365;
  if (period !== undefined) {
    try {
      days = parseDuration(period) / 86_400_000;
    } catch {
      throw new Failed(
        `invalid argument ${JSON.stringify(period)} for "--validity-period" flag: time: invalid duration ${JSON.stringify(period)}`,
      );
    }
  }
  const server = /server: (\S+)/.exec(run.need(`${KUBERNETES}/admin.conf`))?.[1] ?? "";
  const ca = run.need(`${PKI}/ca.crt`);
  const token = flags.text("token");
  if (token !== undefined) return (await run.out(kubeconfigText(name, server, ca, { token })), 0);
  const tools = await run.proc.code(keyTools);
  const entropy = run.proc.random.fork(`kubeconfig ${run.proc.pid}`);
  const row = {
    commonName: name,
    organizations: (flags.text("org") ?? "").split(",").filter(Boolean),
    usages: ["digital signature", "key encipherment", "client auth"],
  };
  const pair = issue(
    tools,
    { certificate: ca, key: run.need(`${PKI}/ca.key`) },
    row,
    { node: "", address: "", sans: [] },
    { entropy: (n) => entropy.bytes(n), now: run.proc.clock.now(), days },
  );
  if (!pair) throw new Failed("couldn't load the certificate authority");
  await run.out(kubeconfigText(name, server, ca, pair));
  return 0;
}
