import { parseDocument } from "yaml";
import { DurationError, goYamlOptions, goYamlProblem, parseDuration } from "../../machinery/index.ts";
import type { KubeletConfig } from "../types.ts";

/** What a kubelet is started with: its command line and the files of its machine. */
export interface Surroundings {
  readonly argv: readonly string[];
  /** Undefined: there is no such file. */
  read(path: string): string | undefined;
  /** Whether somebody answers at a runtime's socket. */
  runtimeAt(endpoint: string): boolean;
  /** `--config`'s text that says just these settings, so that it need not be read. */
  readonly known?: { readonly text: string; readonly config: Partial<KubeletConfig> };
}

export interface KubeletServer {
  readonly config: Partial<KubeletConfig>;
  readonly maxPods?: number;
  /** Undefined: there are no static pods. */
  readonly staticPodPath: string | undefined;
  /** The API server that its kubeconfig names. */
  readonly server: string | undefined;
  /** Of its log. */
  readonly verbosity: number;
  /** Fields that are somebody's wish and nobody's doing here. */
  readonly ignored: readonly string[];
}

/** In a line of klog: "command failed" err="…". */
export class CommandFailed extends Error {}

/** Flags of v1.36 that a kubeadm cluster's kubelet may be given, and whether each takes a value (k8s: cmd/kubelet/app/options). */
const FLAGS: Readonly<Record<string, boolean>> = {
  "bootstrap-kubeconfig": true,
  config: true,
  "config-dir": true,
  "container-runtime-endpoint": true,
  "cert-dir": true,
  "cloud-provider": true,
  "hostname-override": true,
  "image-service-endpoint": true,
  kubeconfig: true,
  "node-ip": true,
  "node-labels": true,
  "pod-manifest-path": true,
  "register-with-taints": true,
  "root-dir": true,
  "runtime-cgroups": true,
  "cluster-dns": true,
  "cluster-domain": true,
  "max-pods": true,
  "fail-swap-on": false,
  "register-node": false,
  v: true,
  vmodule: true,
};

/** What a kubelet makes of it all, or why it does not start. Throws CommandFailed (k8s: cmd/kubelet/app/server.go NewKubeletCommand, run). */
export function kubeletServer(around: Surroundings): KubeletServer {
  const flags = parseFlags(around.argv.slice(1));
  const path = flags.get("config");
  const file = path === undefined ? {} : readConfig(around, path);
  const text = (name: string): string | undefined => stringAt(file, name);
  const caFile = stringAt(file, "authentication.x509.clientCAFile");
  if (caFile !== undefined && caFile !== "") {
    const problem = (why: string): CommandFailed =>
      new CommandFailed(`failed to construct kubelet dependencies: unable to load client CA file ${caFile}: ${why}`);
    const pem = around.read(caFile);
    if (pem === undefined) throw problem(`open ${caFile}: no such file or directory`);
    if (!pem.includes("-----BEGIN CERTIFICATE-----")) throw problem("data does not contain any valid RSA or ECDSA certificates");
  }
  const kubeconfig = flags.get("kubeconfig");
  const bootstrap = flags.get("bootstrap-kubeconfig");
  if (kubeconfig !== undefined && around.read(kubeconfig) === undefined) {
    if (bootstrap === undefined)
      throw new CommandFailed(`failed to run Kubelet: invalid kubeconfig: stat ${kubeconfig}: no such file or directory`);
    if (around.read(bootstrap) === undefined)
      throw new CommandFailed(`failed to run Kubelet: unable to load bootstrap kubeconfig: stat ${bootstrap}: no such file or directory`);
  }
  const endpoint = flags.get("container-runtime-endpoint") ?? (text("containerRuntimeEndpoint") || DEFAULT_ENDPOINT);
  if (!around.runtimeAt(endpoint)) throw new CommandFailed(`failed to run Kubelet: ${runtimeRefusal(endpoint)}`);
  const config = around.known !== undefined && file === KNOWN ? around.known.config : configOf(file);
  const dns = flags.get("cluster-dns")?.split(",");
  const domain = flags.get("cluster-domain");
  const pods = flags.get("max-pods") ?? numberAt(file, "maxPods");
  const manifests = flags.get("pod-manifest-path") ?? (file === KNOWN ? DEFAULT_MANIFESTS : text("staticPodPath"));
  return {
    config: { ...config, ...(dns && { clusterDNS: dns }), ...(domain !== undefined && { clusterDomain: domain }) },
    ...(pods === undefined || Number(pods) === 0 ? {} : { maxPods: Number(pods) }),
    staticPodPath: manifests === "" ? undefined : manifests,
    server: kubeconfig === undefined ? undefined : serverOf(around.read(kubeconfig) ?? ""),
    verbosity: Number(flags.get("v") ?? numberAt(file, "logging.verbosity") ?? (file === KNOWN ? DEFAULT_VERBOSITY : 0)),
    ignored: file === KNOWN ? [] : Object.keys(file).filter((key) => !(key in FIELDS) && !PLAIN.has(key)),
  };
}

const DEFAULT_ENDPOINT = "unix:///run/containerd/containerd.sock";
const DEFAULT_MANIFESTS = "/etc/kubernetes/manifests";
/** What a machine's kubelet is told to say when nobody has told it otherwise. */
export const DEFAULT_VERBOSITY = 2;
type Fields = Readonly<Record<string, unknown>>;
/** Stands for a file that says what is known. */
const KNOWN: Fields = {};

export function runtimeRefusal(endpoint: string): string {
  const path = endpoint.replace(/^unix:\/\//, "");
  return `validate service connection: validate CRI v1 runtime API for endpoint "${endpoint}": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix ${path}: connect: no such file or directory"`;
}

function parseFlags(args: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, name = "", inline] = /^--?([^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
    if (!arg.startsWith("-")) throw new CommandFailed(`unknown command ${arg}`);
    const takes = FLAGS[name.replaceAll("_", "-")];
    if (takes === undefined)
      throw new CommandFailed(
        `failed to parse kubelet flag: ${arg.startsWith("--") ? `unknown flag: --${name}` : `unknown shorthand flag: '${name[0]}' in ${arg}`}`,
      );
    const value = inline ?? (takes ? rest.shift() : "true");
    if (value === undefined) throw new CommandFailed(`failed to parse kubelet flag: flag needs an argument: --${name}`);
    flags.set(name.replaceAll("_", "-"), value);
  }
  return flags;
}

function readConfig(around: Surroundings, path: string): Fields {
  const { known } = around;
  const text = around.read(path);
  if (known !== undefined && text === known.text) return KNOWN;
  const fail = (why: string): CommandFailed =>
    new CommandFailed(`failed to load kubelet config file, path: ${path}, error: failed to load Kubelet config file ${path}, error ${why}`);
  if (text === undefined) throw fail(`failed to read kubelet config file "${path}", error: open ${path}: no such file or directory`);
  if (text === "") throw fail(`kubelet config file "${path}" was empty`);
  const document = parseDocument(text, goYamlOptions);
  const [error] = document.errors;
  if (error) throw fail(`failed to decode: yaml: ${goYamlProblem(error, text, text.slice(0, error.pos[0]).split("\n").length)}`);
  const value: unknown = document.toJS();
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw fail(
      'failed to decode: couldn\'t get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }',
    );
  const { kind, apiVersion } = value as Fields;
  if (kind === undefined || kind === "") throw fail(`failed to decode: Object 'Kind' is missing in '${JSON.stringify(value)}'`);
  if (apiVersion === undefined || apiVersion === "")
    throw fail(`failed to decode: Object 'apiVersion' is missing in '${JSON.stringify(value)}'`);
  if (kind !== "KubeletConfiguration" || apiVersion !== "kubelet.config.k8s.io/v1beta1")
    throw fail(
      `failed to decode: no kind "${String(kind)}" is registered for version "${String(apiVersion)}" in scheme "k8s.io/kubernetes/pkg/kubelet/apis/config/scheme/scheme.go:33"`,
    );
  for (const [field, type] of Object.entries<FieldType>({ ...FIELDS, maxPods: "int32", staticPodPath: "string" })) {
    const problem = typeProblem(field, type, (value as Fields)[field]);
    if (problem !== undefined) throw fail(`failed to decode: ${problem}`);
  }
  return value as Fields;
}

type FieldType = "string" | "int32" | "bool" | "duration" | "strings" | "map";
/** Fields that mean something here, by their kind; durations are milliseconds in the settings. */
const FIELDS: Readonly<Record<string, FieldType>> = {
  clusterDNS: "strings",
  clusterDomain: "string",
  podPidsLimit: "int32",
  syncFrequency: "duration",
  nodeStatusReportFrequency: "duration",
  nodeLeaseDurationSeconds: "int32",
  serializeImagePulls: "bool",
  maxParallelImagePulls: "int32",
  kubeReserved: "map",
  systemReserved: "map",
  evictionHard: "map",
  evictionSoft: "map",
  evictionSoftGracePeriod: "map",
  evictionMinimumReclaim: "map",
  evictionMaxPodGracePeriod: "int32",
  evictionPressureTransitionPeriod: "duration",
  imageGCHighThresholdPercent: "int32",
  imageGCLowThresholdPercent: "int32",
  imageMinimumGCAge: "duration",
  registryPullQPS: "int32",
  registryBurst: "int32",
  shutdownGracePeriod: "duration",
  shutdownGracePeriodCriticalPods: "duration",
};
/** Fields that are seen to elsewhere, or that are as they have to be in what kubeadm writes. */
const PLAIN = new Set(
  "apiVersion kind authentication authorization cgroupDriver containerRuntimeEndpoint cpuManagerReconcilePeriod crashLoopBackOff fileCheckFrequency healthzBindAddress healthzPort httpCheckFrequency imageMaximumGCAge logging maxPods memorySwap nodeStatusUpdateFrequency rotateCertificates runtimeRequestTimeout staticPodPath streamingConnectionIdleTimeout volumeStatsAggPeriod".split(
    " ",
  ),
);

const GO: Readonly<Record<FieldType, string>> = {
  string: "string",
  int32: "int32",
  bool: "bool",
  duration: "string",
  strings: "[]string",
  map: "map[string]string",
};
const kindOf = (value: unknown): string => (Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value);

/** encoding/json's words for a value that its field does not take. */
function typeProblem(field: string, type: FieldType, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const fits = {
    string: typeof value === "string",
    int32: typeof value === "number",
    bool: typeof value === "boolean",
    duration: typeof value === "string",
    strings: Array.isArray(value),
    map: typeof value === "object" && !Array.isArray(value),
  }[type];
  if (!fits) return `json: cannot unmarshal ${kindOf(value)} into Go struct field KubeletConfiguration.${field} of type ${GO[type]}`;
  if (type !== "duration") return undefined;
  try {
    parseDuration(value as string);
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    return `time: invalid duration "${String(value)}"`;
  }
  return undefined;
}

function configOf(file: Fields): Partial<KubeletConfig> {
  const config: Record<string, unknown> = {};
  for (const [field, type] of Object.entries(FIELDS)) {
    const value = file[field];
    if (value === undefined || value === null) continue;
    const own = type === "duration" ? parseDuration(value as string) : value;
    // Zero is what has not been said (k8s: v1beta1/defaults.go).
    if (own === 0 && !ZERO_COUNTS.has(field)) continue;
    config[field === "nodeLeaseDurationSeconds" ? "leaseDurationSeconds" : field] =
      type === "map" ? Object.fromEntries(Object.entries(own as object).map(([k, v]) => [k, String(v)])) : own;
  }
  return config;
}
const ZERO_COUNTS = new Set([
  "registryPullQPS",
  "registryBurst",
  "evictionMaxPodGracePeriod",
  "shutdownGracePeriod",
  "shutdownGracePeriodCriticalPods",
]);

function at(file: Fields, path: string): unknown {
  let value: unknown = file;
  for (const name of path.split(".")) value = typeof value === "object" && value !== null ? (value as Fields)[name] : undefined;
  return value;
}
const stringAt = (file: Fields, path: string): string | undefined => {
  const value = at(file, path);
  return typeof value === "string" ? value : undefined;
};
const numberAt = (file: Fields, path: string): number | undefined => {
  const value = at(file, path);
  return typeof value === "number" ? value : undefined;
};

/** The server that a kubeconfig names (k8s: clientcmd); undefined when it names none. */
function serverOf(kubeconfig: string): string | undefined {
  const document = parseDocument(kubeconfig, goYamlOptions);
  if (document.errors.length > 0) return undefined;
  const { clusters } = (document.toJS() ?? {}) as { readonly clusters?: readonly { readonly cluster?: { readonly server?: string } }[] };
  return clusters?.[0]?.cluster?.server;
}
