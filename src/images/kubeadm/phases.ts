import { parse } from "yaml";
import { AUTHORITIES, type CaName, CERTIFICATES, type CertificateRow, type KeyTools, type Place } from "../kubernetes/certificates.ts";
import { PKI, writeFile } from "../kubernetes/init.ts";
import { manifestText, type Plane } from "../kubernetes/manifests.ts";
import { COMPONENTS, type Component } from "../kubernetes/release.ts";
import { placeOf, renewOne } from "./certs.ts";
import { initChecks } from "./init.ts";
import { Failed, type Flags, type Run } from "./run.ts";
import { keyTools } from "./token.ts";

/** A phase of init that does its part on a machine that has a control plane. */
interface Phase {
  readonly path: string;
  readonly about: string;
  readonly flags?: readonly string[];
  readonly run?: (run: Run, flags: Flags) => Promise<number>;
}
const KUBERNETES = "/etc/kubernetes";
const MANIFESTS = `${KUBERNETES}/manifests`;

interface Configuration {
  readonly kind?: string;
  readonly kubernetesVersion?: string;
  readonly apiServer?: { readonly certSANs?: readonly string[] };
  readonly networking?: { readonly podSubnet?: string; readonly serviceSubnet?: string };
}
/** The ClusterConfiguration of --config, or the cluster's own. Throws Failed. */
async function configuration(run: Run, flags: Flags): Promise<{ readonly text: string; readonly value: Configuration }> {
  const file = flags.text("config");
  const text =
    file === undefined
      ? await run.kubectl(["get", "cm", "-n", "kube-system", "kubeadm-config", "-o", "jsonpath={.data.ClusterConfiguration}"])
      : run.need(file);
  for (const part of text.split(/^---\s*$/m)) {
    let value: unknown;
    try {
      value = parse(part, { maxAliasCount: 100 });
    } catch (error) {
      throw new Failed(`error converting YAML to JSON: yaml: ${error instanceof Error ? error.message.split("\n", 1)[0] : ""}`);
    }
    const { kind } = (value ?? {}) as Configuration;
    if (kind === "ClusterConfiguration") return { text: part.replace(/^\n/, ""), value: value as Configuration };
  }
  throw new Failed("no ClusterConfiguration is found in the configuration");
}
/** Names that the API server's certificate is for: flags, then what the configuration says. */
async function placeFor(run: Run, tools: KeyTools, flags: Flags): Promise<Place> {
  const extra = (flags.text("apiserver-cert-extra-sans") ?? "").split(",").filter(Boolean);
  let sans: readonly string[] = [];
  if (flags.text("config") !== undefined) sans = (await configuration(run, flags)).value.apiServer?.certSANs ?? [];
  return { ...placeOf(run, tools, undefined), sans: [...sans, ...extra] };
}

async function certificate(run: Run, tools: KeyTools, row: CertificateRow, place: Place): Promise<void> {
  const base = row.file.split("/").at(-1) as string;
  const name = row.file.startsWith("etcd/") ? row.file : base;
  if (run.read(`${PKI}/${row.file}.crt`) !== undefined && run.read(`${PKI}/${row.file}.key`) !== undefined) {
    await run.out(`[certs] Using existing ${name} certificate and key on disk\n`);
    return;
  }
  renewOne(run, tools, row, place, 0);
  await run.out(`[certs] Generating ${JSON.stringify(name)} certificate and key\n`);
  const names = row.names?.(place);
  if (names)
    await run.out(`[certs] ${name} serving cert is signed for DNS names [${names.dns.join(" ")}] and IPs [${names.ips.join(" ")}]\n`);
}
async function authority(run: Run, name: CaName): Promise<void> {
  const { file } = AUTHORITIES[name];
  if (run.read(`${PKI}/${file}.crt`) === undefined)
    throw new Failed(
      `error execution phase certs/${name}: a new ${name} certificate authority is not simulated by Timonel: ${PKI}/${file}.crt is gone`,
    );
  await run.out(`[certs] Using existing ${file} certificate authority\n`);
}
async function accounts(run: Run): Promise<void> {
  if (run.read(`${PKI}/sa.key`) === undefined)
    throw new Failed(`error execution phase certs/sa: a new key for service accounts is not simulated by Timonel: ${PKI}/sa.key is gone`);
  await run.out('[certs] Using the existing "sa" key\n');
}
const begun = async (run: Run): Promise<KeyTools> => {
  run.root();
  await run.out(`[certs] Using certificateDir folder ${JSON.stringify(PKI)}\n`);
  return run.proc.code(keyTools);
};
const SANS = ["config", "apiserver-cert-extra-sans"];
/** In the order of the workflow (kubeadm: phases/certs/certlist.go). */
const ORDER = [
  "ca",
  "apiserver",
  "apiserver-kubelet-client",
  "front-proxy-ca",
  "front-proxy-client",
  "etcd-ca",
  "etcd-server",
  "etcd-peer",
  "etcd-healthcheck-client",
  "apiserver-etcd-client",
] as const;

async function one(run: Run, tools: KeyTools, name: string, place: Place): Promise<void> {
  if (name in AUTHORITIES) return authority(run, name as CaName);
  return certificate(run, tools, CERTIFICATES.find((row) => row.name === name) as CertificateRow, place);
}
const certPhases: readonly Phase[] = [
  { path: "certs", about: "Certificate generation" },
  {
    path: "certs all",
    about: "Generate all certificates",
    flags: SANS,
    run: async (run, flags) => {
      const tools = await begun(run);
      const place = await placeFor(run, tools, flags);
      for (const name of ORDER) await one(run, tools, name, place);
      await accounts(run);
      return 0;
    },
  },
  ...ORDER.map((name): Phase => ({
    path: `certs ${name}`,
    about: `Generate the ${name} ${name.endsWith("ca") ? "authority" : "certificate"}`,
    flags: name === "apiserver" ? SANS : ["config"],
    run: async (run, flags) => {
      const tools = await begun(run);
      await one(run, tools, name, await placeFor(run, tools, flags));
      return 0;
    },
  })),
  {
    path: "certs sa",
    about: "Generate a private key for signing service account tokens along with its public key",
    run: async (run) => (await begun(run), await accounts(run), 0),
  },
];

async function kubeconfig(run: Run, file: string): Promise<void> {
  if (run.read(`${KUBERNETES}/${file}`) !== undefined) {
    await run.out(`[kubeconfig] Using existing kubeconfig file: "${KUBERNETES}/${file}"\n`);
    return;
  }
  const tools = await run.proc.code(keyTools);
  // Another kubeconfig tells where the server is.
  renewOne(run, tools, CERTIFICATES.find((row) => row.file === file) as CertificateRow, placeOf(run, tools, undefined), 0);
  await run.out(`[kubeconfig] Writing ${JSON.stringify(file)} kubeconfig file\n`);
}
const FILES = ["admin.conf", "super-admin.conf", "controller-manager.conf", "scheduler.conf"];
const kubeconfigPhase = (path: string, about: string, files: readonly string[]): Phase => ({
  path: `kubeconfig ${path}`,
  about,
  run: async (run) => {
    run.root();
    await run.out(`[kubeconfig] Using kubeconfig folder ${JSON.stringify(KUBERNETES)}\n`);
    for (const file of files) await kubeconfig(run, file);
    return 0;
  },
});

/** What manifests of this cluster are made of. */
async function planeOf(run: Run, flags: Flags): Promise<Plane> {
  const { value } = await configuration(run, flags);
  const tools = await run.proc.code(keyTools);
  return {
    ...placeOf(run, tools, undefined),
    version: (value.kubernetesVersion ?? run.version).replace(/^v/, ""),
    podSubnet: value.networking?.podSubnet ?? "",
    serviceSubnet: value.networking?.serviceSubnet ?? "10.96.0.0/12",
  };
}
const manifestPhase = (path: string, about: string, components: readonly Component[]): Phase => ({
  path,
  about,
  flags: ["config"],
  run: async (run, flags) => {
    run.root();
    const plane = await planeOf(run, flags);
    if (components[0] !== "etcd") await run.out(`[control-plane] Using manifest folder ${JSON.stringify(MANIFESTS)}\n`);
    for (const name of components) {
      await run.out(
        name === "etcd"
          ? `[etcd] Creating static Pod manifest for local etcd in ${JSON.stringify(MANIFESTS)}\n`
          : `[control-plane] Creating static Pod manifest for ${JSON.stringify(name)}\n`,
      );
      writeFile(run.proc.fs, `${MANIFESTS}/${name}.yaml`, manifestText(name, plane), 0o600);
    }
    return 0;
  },
});

const upload: NonNullable<Phase["run"]> = async (run, flags) => {
  run.root();
  const { text } = await configuration(run, flags);
  await run.out('[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace\n');
  await run.kubectl([
    "patch",
    "cm",
    "-n",
    "kube-system",
    "kubeadm-config",
    "--type=merge",
    "-p",
    JSON.stringify({ data: { ClusterConfiguration: text } }),
  ]);
  return 0;
};
const LABELS = ["node-role.kubernetes.io/control-plane", "node.kubernetes.io/exclude-from-external-load-balancers"];
const mark: NonNullable<Phase["run"]> = async (run) => {
  run.root();
  const node = run.proc.hostname;
  await run.out(`[mark-control-plane] Marking the node ${node} as control-plane by adding the labels: [${LABELS.join(" ")}]\n`);
  await run.out(`[mark-control-plane] Marking the node ${node} as control-plane by adding the taints [${LABELS[0]}:NoSchedule]\n`);
  await run.kubectl(["label", "node", node, "--overwrite", ...LABELS.map((label) => `${label}=`)]);
  await run.kubectl(["taint", "node", node, "--overwrite", `${LABELS[0]}:NoSchedule`]);
  return 0;
};

const absent = (path: string, about: string): Phase => ({
  path,
  about: `${about} (not simulated)`,
  run: () => Promise.reject(new Failed(`init phase ${path} is not simulated by Timonel`)),
});

/** kubeadm init phase … (kubeadm: cmd/phases/init). */
export const INIT_PHASES: readonly Phase[] = [
  {
    path: "preflight",
    about: "Run pre-flight checks",
    flags: ["ignore-preflight-errors", "config"],
    run: async (run, flags) => (await initChecks(run, flags), 0),
  },
  ...certPhases,
  { path: "kubeconfig", about: "Generate all kubeconfig files necessary to establish the control plane and the admin kubeconfig file" },
  kubeconfigPhase("all", "Generate all kubeconfig files, but the kubelet's", FILES),
  ...FILES.map((file) => kubeconfigPhase(file.replace(".conf", ""), `Generate ${file}`, [file])),
  absent("kubeconfig kubelet", "Generate a kubeconfig file for the kubelet to use *only* for cluster bootstrapping purposes"),
  { path: "control-plane", about: "Generate all static Pod manifest files necessary to establish the control plane" },
  manifestPhase("control-plane all", "Generate all static Pod manifest files", COMPONENTS),
  ...COMPONENTS.map((name) =>
    manifestPhase(`control-plane ${name.replace("kube-", "")}`, `Generates the ${name} static Pod manifest`, [name]),
  ),
  { path: "etcd", about: "Generate static Pod manifest file for local etcd" },
  manifestPhase("etcd local", "Generate the static Pod manifest file for a local, single-node local etcd instance", ["etcd"]),
  { path: "upload-config", about: "Upload the kubeadm and kubelet configuration to a ConfigMap" },
  { path: "upload-config kubeadm", about: "Upload the kubeadm ClusterConfiguration to a ConfigMap", flags: ["config"], run: upload },
  absent("upload-config all", "Upload all configuration to a config map"),
  absent("upload-config kubelet", "Upload the kubelet component config to a ConfigMap"),
  absent("upload-certs", "Upload certificates to kubeadm-certs"),
  { path: "mark-control-plane", about: "Mark a node as a control-plane", run: mark },
  absent("kubelet-start", "Write kubelet settings and (re)start the kubelet"),
  absent("wait-control-plane", "Wait for the control plane to start"),
  absent("bootstrap-token", "Generates bootstrap tokens used to join a node to a cluster"),
  absent("kubelet-finalize", "Updates settings relevant to the kubelet after TLS bootstrap"),
  absent("addon", "Install required addons for passing conformance tests"),
  absent("show-join-command", "Show the join command for control-plane and worker node"),
];
