import type { Component } from "./release.ts";

const names = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Flags that all of Kubernetes' servers have (k8s: component-base logs, metrics, version, leader election). */
const COMMON = names(`bind-address cert-dir secure-port tls-cert-file tls-private-key-file tls-cipher-suites tls-min-version
  tls-sni-cert-key http2-max-streams-per-connection permit-address-sharing permit-port-sharing profiling contention-profiling feature-gates
  emulated-version emulation-forward-compatible min-compatibility-version v vmodule log-flush-frequency log-json-info-buffer-size
  log-json-split-stream log-text-info-buffer-size log-text-split-stream logging-format allow-metric-labels allow-metric-labels-manifest
  disabled-metrics show-hidden-metrics-for-version version help disable-http2-serving`);
const DELEGATED = names(`authentication-kubeconfig authentication-skip-lookup authentication-token-webhook-cache-ttl
  authentication-tolerate-lookup-failure authorization-always-allow-paths authorization-kubeconfig authorization-webhook-cache-authorized-ttl
  authorization-webhook-cache-unauthorized-ttl client-ca-file requestheader-allowed-names requestheader-client-ca-file
  requestheader-extra-headers-prefix requestheader-group-headers requestheader-uid-headers requestheader-username-headers
  kube-api-burst kube-api-content-type kube-api-qps kubeconfig leader-elect leader-elect-lease-duration leader-elect-renew-deadline
  leader-elect-resource-lock leader-elect-resource-name leader-elect-resource-namespace leader-elect-retry-period master`);

/** Names of v1.36's flags. */
const KNOWN: Readonly<Record<Exclude<Component, "etcd">, ReadonlySet<string>>> = {
  "kube-apiserver": new Set([
    ...COMMON,
    ...names(`admission-control-config-file advertise-address aggregator-reject-forwarding-redirect allow-privileged anonymous-auth
  api-audiences apiserver-count audit-log-batch-buffer-size audit-log-batch-max-size audit-log-batch-max-wait audit-log-batch-throttle-burst
  audit-log-batch-throttle-enable audit-log-batch-throttle-qps audit-log-compress audit-log-format audit-log-maxage audit-log-maxbackup
  audit-log-maxsize audit-log-mode audit-log-path audit-log-truncate-enabled audit-log-truncate-max-batch-size
  audit-log-truncate-max-event-size audit-log-version audit-policy-file audit-webhook-batch-buffer-size audit-webhook-batch-max-size
  audit-webhook-batch-max-wait audit-webhook-batch-throttle-burst audit-webhook-batch-throttle-enable audit-webhook-batch-throttle-qps
  audit-webhook-config-file audit-webhook-initial-backoff audit-webhook-mode audit-webhook-truncate-enabled
  audit-webhook-truncate-max-batch-size audit-webhook-truncate-max-event-size audit-webhook-version authentication-config
  authentication-token-webhook-cache-ttl authentication-token-webhook-config-file authentication-token-webhook-version authorization-config
  authorization-mode authorization-policy-file authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl
  authorization-webhook-config-file authorization-webhook-version client-ca-file coordinated-leadership-lease-duration
  coordinated-leadership-renew-deadline coordinated-leadership-retry-period cors-allowed-origins debug-socket-path
  default-not-ready-toleration-seconds default-unreachable-toleration-seconds default-watch-cache-size delete-collection-workers
  disable-admission-plugins egress-selector-config-file enable-admission-plugins enable-aggregator-routing enable-bootstrap-token-auth
  enable-garbage-collector enable-logs-handler enable-priority-and-fairness encryption-provider-config
  encryption-provider-config-automatic-reload endpoint-reconciler-type etcd-cafile etcd-certfile etcd-compaction-interval
  etcd-count-metric-poll-period etcd-db-metric-poll-interval etcd-healthcheck-timeout etcd-keyfile etcd-prefix etcd-readycheck-timeout
  etcd-servers etcd-servers-overrides event-ttl external-hostname goaway-chance kubelet-certificate-authority kubelet-client-certificate
  kubelet-client-key kubelet-port kubelet-preferred-address-types kubelet-timeout kubernetes-service-node-port lease-reuse-duration-seconds
  livez-grace-period max-connection-bytes-per-sec max-mutating-requests-inflight max-requests-inflight min-request-timeout
  oidc-ca-file oidc-client-id oidc-groups-claim oidc-groups-prefix oidc-issuer-url oidc-required-claim oidc-signing-algs oidc-username-claim
  oidc-username-prefix peer-advertise-ip peer-advertise-port peer-ca-file proxy-client-cert-file proxy-client-key-file request-timeout
  requestheader-allowed-names requestheader-client-ca-file requestheader-extra-headers-prefix requestheader-group-headers
  requestheader-uid-headers requestheader-username-headers runtime-config service-account-extend-token-expiration service-account-issuer
  service-account-jwks-uri service-account-key-file service-account-lookup service-account-max-token-expiration
  service-account-signing-endpoint service-account-signing-key-file service-cluster-ip-range service-node-port-range shutdown-delay-duration
  shutdown-send-retry-after shutdown-watch-termination-grace-period storage-backend storage-initialization-timeout storage-media-type
  strict-transport-security-directives token-auth-file tracing-config-file watch-cache watch-cache-sizes`),
  ]),
  "kube-controller-manager": new Set([
    ...COMMON,
    ...DELEGATED,
    ...names(`allocate-node-cidrs allow-untagged-cloud attach-detach-reconcile-sync-period cidr-allocator-type cloud-config cloud-provider
  cluster-cidr cluster-name cluster-signing-cert-file cluster-signing-duration cluster-signing-key-file
  cluster-signing-kube-apiserver-client-cert-file cluster-signing-kube-apiserver-client-key-file cluster-signing-kubelet-client-cert-file
  cluster-signing-kubelet-client-key-file cluster-signing-kubelet-serving-cert-file cluster-signing-kubelet-serving-key-file
  cluster-signing-legacy-unknown-cert-file cluster-signing-legacy-unknown-key-file concurrent-cron-job-syncs concurrent-daemonset-syncs
  concurrent-deployment-syncs concurrent-endpoint-syncs concurrent-ephemeralvolume-syncs concurrent-gc-syncs
  concurrent-horizontal-pod-autoscaler-syncs concurrent-job-syncs concurrent-namespace-syncs concurrent-rc-syncs concurrent-replicaset-syncs
  concurrent-resource-quota-syncs concurrent-service-endpoint-syncs concurrent-service-syncs concurrent-serviceaccount-token-syncs
  concurrent-statefulset-syncs concurrent-ttl-after-finished-syncs concurrent-validating-admission-policy-status-syncs configure-cloud-routes
  controllers controller-start-interval disable-attach-detach-reconcile-sync disable-force-detach-on-timeout enable-dynamic-provisioning
  enable-garbage-collector enable-hostpath-provisioner enable-leader-migration endpoint-updates-batch-period
  endpointslice-updates-batch-period external-cloud-volume-plugin flex-volume-plugin-dir horizontal-pod-autoscaler-cpu-initialization-period
  horizontal-pod-autoscaler-downscale-stabilization horizontal-pod-autoscaler-initial-readiness-delay
  horizontal-pod-autoscaler-sync-period horizontal-pod-autoscaler-tolerance large-cluster-size-threshold leader-migration-config
  legacy-service-account-token-clean-up-period max-endpoints-per-slice min-resync-period mirroring-concurrent-service-endpoint-syncs
  mirroring-endpointslice-updates-batch-period mirroring-max-endpoints-per-subset namespace-sync-period node-cidr-mask-size
  node-cidr-mask-size-ipv4 node-cidr-mask-size-ipv6 node-eviction-rate node-monitor-grace-period node-monitor-period
  node-startup-grace-period pv-recycler-increment-timeout-nfs pv-recycler-minimum-timeout-hostpath pv-recycler-minimum-timeout-nfs
  pv-recycler-pod-template-filepath-hostpath pv-recycler-pod-template-filepath-nfs pv-recycler-timeout-increment-hostpath
  pvclaimbinder-sync-period resource-quota-sync-period root-ca-file route-reconciliation-period secondary-node-eviction-rate
  service-account-private-key-file service-cluster-ip-range terminated-pod-gc-threshold unhealthy-zone-threshold
  use-service-account-credentials`),
  ]),
  "kube-scheduler": new Set([...COMMON, ...DELEGATED, ...names("config pod-max-in-unschedulable-pods-duration write-config-to")]),
};

/** Flags that take a value only with "=". */
const SWITCHES: ReadonlySet<string> = new Set(
  names(`aggregator-reject-forwarding-redirect allocate-node-cidrs allow-privileged anonymous-auth audit-log-batch-throttle-enable
  audit-log-compress audit-log-truncate-enabled audit-webhook-batch-throttle-enable audit-webhook-truncate-enabled
  authentication-skip-lookup authentication-tolerate-lookup-failure configure-cloud-routes contention-profiling disable-http2-serving
  disable-attach-detach-reconcile-sync disable-force-detach-on-timeout emulation-forward-compatible enable-aggregator-routing
  enable-bootstrap-token-auth enable-dynamic-provisioning enable-garbage-collector enable-hostpath-provisioner enable-leader-migration
  enable-logs-handler enable-priority-and-fairness encryption-provider-config-automatic-reload help leader-elect log-json-split-stream
  log-text-split-stream permit-address-sharing permit-port-sharing profiling service-account-extend-token-expiration service-account-lookup
  shutdown-send-retry-after use-service-account-credentials watch-cache allow-untagged-cloud`),
);

export type ParsedFlags = ReadonlyMap<string, string> | { readonly error: string };

/** As pflag reads them; of a flag that is given twice the last one counts (pflag: flag.go parseLongArg). */
export function readFlags(component: Exclude<Component, "etcd">, args: readonly string[]): ParsedFlags {
  const values = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (!word.startsWith("-") || word === "-")
      return { error: `${component} does not take any arguments, got ${JSON.stringify(args.slice(i)).replaceAll('","', '" "')}` };
    if (!word.startsWith("--")) return { error: `unknown shorthand flag: '${word[1]}' in ${word}` };
    const [, name = "", value] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (name === "") return { error: `bad flag syntax: ${word}` };
    if (!KNOWN[component].has(name)) return { error: `unknown flag: --${name}` };
    const switched = SWITCHES.has(name);
    if (switched && value !== undefined && !/^(?:true|false|[01tTfF]|TRUE|FALSE|True|False)$/.test(value))
      return {
        error: `invalid argument ${JSON.stringify(value)} for "--${name}" flag: strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`,
      };
    if (value !== undefined) values.set(name, value);
    else if (switched) values.set(name, "true");
    else if (args[i + 1] === undefined) return { error: `flag needs an argument: --${name}` };
    else values.set(name, args[++i] as string);
  }
  return values;
}
