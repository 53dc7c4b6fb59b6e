import type { ProcessContext } from "../../runtime/index.ts";

export interface Settings {
  readonly name: string;
  readonly folder: string;
  readonly listenClients: readonly string[];
  readonly clients: readonly string[];
  readonly listenPeers: readonly string[];
  readonly peers: readonly string[];
  readonly metrics: readonly string[];
  readonly token: string;
  readonly forceNew: boolean;
  /** Certificate, key and authority that it is told to use, where TLS is there; by flag. */
  readonly files: ReadonlyMap<string, string>;
}
const DEFAULTS: Readonly<Record<string, string>> = {
  name: "default",
  "data-dir": "",
  "listen-client-urls": "http://localhost:2379",
  "advertise-client-urls": "http://localhost:2379",
  "listen-peer-urls": "http://localhost:2380",
  "initial-advertise-peer-urls": "http://localhost:2380",
  "initial-cluster": "",
  "initial-cluster-token": "etcd-cluster",
  "initial-cluster-state": "new",
  "listen-metrics-urls": "",
  "force-new-cluster": "false",
  logger: "zap",
  "log-level": "info",
  "log-outputs": "default",
  "snapshot-count": "100000",
  "heartbeat-interval": "100",
  "election-timeout": "1000",
  "max-txn-ops": "128",
  "max-request-bytes": "1572864",
  "enable-v2": "false",
  "strict-reconfig-check": "true",
  "pre-vote": "true",
  "auto-compaction-retention": "0",
  "auto-compaction-mode": "periodic",
  metrics: "basic",
};
const SWITCHES = new Set([
  "force-new-cluster",
  "enable-v2",
  "strict-reconfig-check",
  "pre-vote",
  "client-cert-auth",
  "peer-client-cert-auth",
  "auto-tls",
  "peer-auto-tls",
  "enable-pprof",
]);
const TLS =
  /^(peer-)?(cert-file|key-file|trusted-ca-file|client-cert-auth|auto-tls|client-crl-file|cert-allowed-(cn|hostname)|client-cert-file|client-key-file)$/;
const KNOWN =
  /^(quota-backend-bytes|wal-dir|discovery\S*|config-file|backend-\S+|experimental-\S+|feature-gates|grpc-\S+|max-concurrent-streams|listen-client-http-urls|cors|host-whitelist|enable-pprof|enable-grpc-gateway|auth-token\S*|bcrypt-cost|unsafe-no-fsync|log-rotation-config-json|enable-log-rotation|proxy\S*|cipher-suites|max-snapshots|max-wals|v2-deprecation|tls-(min|max)-version|compact-hash-check\S*|corrupt-check-time|watch-progress-notify-interval|warning-\S+|socket-reuse-\S+|self-signed-cert-validity|memory-mlock|distributed-tracing\S*|enable-distributed-tracing|compaction-\S+|initial-election-tick-advance|downgrade-check-time|stop-grpc-service-on-defrag|bootstrap-defrag-threshold-megabytes|max-learners|peer-skip-client-san-verification|local-address)$/;

/** Of a cluster's own etcd: kubeadm gives them, and they change nothing here. */
const PLAIN = /^(feature-gates|watch-progress-notify-interval|experimental-(initial-corrupt-check|watch-progress-notify-interval))$/;

/** A text is what is wrong, and the code to end with; `secure`: it can speak TLS. */
export function readFlags(proc: ProcessContext, secure = false): Settings | { readonly error: string; readonly code: number } {
  const given = new Map<string, string>();
  for (const [name, value] of Object.entries(proc.env)) {
    // What Kubernetes says of a Service named etcd is not meant for it.
    const flag = name.startsWith("ETCD_") ? name.slice(5).toLowerCase().replaceAll("_", "-") : "";
    if (value !== "" && (flag in DEFAULTS || TLS.test(flag))) given.set(flag, value);
  }
  for (let i = 1; i < proc.argv.length; i++) {
    const word = proc.argv[i] as string;
    const [, name, inline] = /^--?([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) return { error: `'${word}' is not a valid flag`, code: 2 };
    if (!(name in DEFAULTS) && !TLS.test(name) && !KNOWN.test(name))
      return { error: `flag provided but not defined: -${name}\n${USAGE}`, code: 2 };
    const value = inline ?? (SWITCHES.has(name) ? "true" : proc.argv[++i]);
    if (value === undefined) return { error: `flag needs an argument: -${name}\n${USAGE}`, code: 2 };
    if (!(name in DEFAULTS) && !TLS.test(name) && !(secure && PLAIN.test(name)))
      return { error: `--${name} is not simulated by Timonel`, code: 1 };
    given.set(name, value);
  }
  const get = (name: string): string => given.get(name) ?? (DEFAULTS[name] as string);
  for (const [name, value] of given) {
    if (!secure && TLS.test(name) && value !== "false" && value !== "")
      return { error: `--${name}: TLS is not simulated by Timonel`, code: 1 };
    if (/^(enable-v2)$/.test(name) && value !== "false") return { error: `--${name} is not simulated by Timonel`, code: 1 };
    if (name === "auto-compaction-retention" && !/^0[a-z]*$/.test(value))
      return { error: `--${name} is not simulated by Timonel`, code: 1 };
    if (name.endsWith("-urls") && (secure ? /(^|,)unix/ : /(^|,)(https|unix)/).test(value))
      return { error: `--${name}=${value}: TLS is not simulated by Timonel`, code: 1 };
  }
  const list = (name: string): readonly string[] => get(name).split(",").filter(Boolean);
  for (const name of [
    "listen-client-urls",
    "listen-peer-urls",
    "advertise-client-urls",
    "initial-advertise-peer-urls",
    "listen-metrics-urls",
  ])
    for (const url of list(name))
      if (!(secure ? /^https?:\/\/[^/:]+(:\d+)?$/ : /^http:\/\/[^/:]+(:\d+)?$/).test(url))
        return {
          error: /^https?:\/\//.test(url)
            ? `invalid value "${get(name)}" for flag -${name}: URL address does not have the form "host:port": ${url}`
            : `invalid value "${get(name)}" for flag -${name}: URL scheme must be http, https, unix, or unixs: ${url}`,
          code: 2,
        };
  if (given.has("listen-client-urls") && !given.has("advertise-client-urls"))
    return {
      error: "error setting up initial cluster: --advertise-client-urls is required when --listen-client-urls is set explicitly",
      code: 1,
    };
  const cluster = list("initial-cluster");
  const name = get("name");
  const own = cluster.find((c) => c.startsWith(`${name}=`))?.slice(name.length + 1);
  const peers = list("initial-advertise-peer-urls");
  if (cluster.length > 1 || get("initial-cluster-state") === "existing")
    return { error: "a cluster of several members is not simulated by Timonel", code: 1 };
  if (cluster.length === 1 && own === undefined)
    return { error: `couldn't find local name "${name}" in the initial cluster configuration`, code: 1 };
  if (own !== undefined && own !== peers.join(","))
    return {
      error: `--initial-cluster has ${name}=${own} but missing from --initial-advertise-peer-urls=${peers.join(",")} (resolved urls: "${own}" != "${peers.join(",")}")`,
      code: 1,
    };
  return {
    name,
    folder: get("data-dir") === "" ? `${proc.cwd === "/" ? "" : proc.cwd}/${name}.etcd` : get("data-dir"),
    listenClients: list("listen-client-urls"),
    clients: list("advertise-client-urls"),
    listenPeers: list("listen-peer-urls"),
    peers,
    metrics: list("listen-metrics-urls"),
    token: get("initial-cluster-token"),
    forceNew: get("force-new-cluster") === "true",
    files: new Map([...given].filter(([name]) => TLS.test(name))),
  };
}
export const USAGE = `Usage:

  etcd [flags]
    Start an etcd server.

  etcd --version
    Show the version of etcd.

  etcd -h | --help
    Show the help information about etcd.
`;
