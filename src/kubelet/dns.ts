import type { Pod } from "../api/index.ts";
import type { SandboxConfig } from "../runtime/index.ts";
import { nameOf, namespaceOf, specOf } from "./pod.ts";
import type { KubeletConfig } from "./types.ts";

type Dns = SandboxConfig["dns"];

/** What a resolver's file can hold (k8s: validation.MaxDNSNameservers, MaxDNSSearchPaths, MaxDNSSearchListChars). */
const MOST_SERVERS = 3;
const MOST_SEARCHES = 32;
const MOST_SEARCH_CHARACTERS = 2048;

/** A pod's resolv.conf, and what is said about what it cannot hold (k8s: network/dns GetPodDNS, formDNSConfigFitsLimits). */
export function podDns(pod: Pod, config: KubeletConfig): Dns & { readonly omitted: readonly string[] } {
  const { servers, searches, options } = wantedDns(pod, config);
  const omitted: string[] = [];
  const fitting = fittingSearches(searches);
  if (fitting.length < searches.length)
    omitted.push(`Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${fitting.join(" ")}`);
  const used = servers.slice(0, MOST_SERVERS);
  if (used.length < servers.length)
    omitted.push(`Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${used.join(" ")}`);
  return { servers: used, searches: fitting, options, omitted };
}

function fittingSearches(searches: readonly string[]): readonly string[] {
  const out: string[] = [];
  let length = 0;
  for (const search of searches.slice(0, MOST_SEARCHES)) {
    length += search.length + (out.length === 0 ? 0 : 1);
    if (length > MOST_SEARCH_CHARACTERS) break;
    out.push(search);
  }
  return out;
}

function wantedDns(pod: Pod, config: KubeletConfig): Dns {
  const spec = specOf(pod);
  const policy = spec.dnsPolicy ?? "ClusterFirst";
  const cluster = policy === "ClusterFirstWithHostNet" || (policy === "ClusterFirst" && spec.hostNetwork !== true);
  const namespace = namespaceOf(pod);
  const domain = config.clusterDomain;
  let dns: Dns = { servers: [], searches: [], options: [] };
  if (cluster && config.clusterDNS.length > 0)
    dns = {
      servers: config.clusterDNS,
      searches: [`${namespace}.svc.${domain}`, `svc.${domain}`, domain, ...config.resolvConf.searches],
      options: ["ndots:5"],
    };
  else if (policy !== "None") dns = config.resolvConf;
  const own = spec.dnsConfig;
  if (own === undefined) return dns;
  return {
    servers: unique([...dns.servers, ...(own.nameservers ?? [])]),
    searches: unique([...dns.searches, ...(own.searches ?? [])]),
    options: mergeOptions(dns.options, own.options ?? []),
  };
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];

/** A pod's own options replace those of the same name. */
function mergeOptions(base: readonly string[], own: readonly { readonly name?: string; readonly value?: string }[]): readonly string[] {
  const merged = new Map<string, string>();
  for (const option of base) merged.set(option.split(":")[0] ?? option, option);
  for (const { name = "", value } of own) merged.set(name, value === undefined || value === "" ? name : `${name}:${value}`);
  return [...merged.values()];
}

/** Linux's limit for a host name. */
const LONGEST_HOSTNAME = 64;

/** Why a pod cannot be called by its full name; null: it can (k8s: util.go GetNodenameForKernel). */
export function hostnameRefusal(pod: Pod, config: KubeletConfig): string | null {
  const { hostname, fqdn } = podHostname(pod, config);
  if (hostname !== fqdn || fqdn.length <= LONGEST_HOSTNAME) return null;
  return `failed to construct FQDN from pod hostname and cluster domain, FQDN ${fqdn} is too long (${LONGEST_HOSTNAME} characters is the max, ${fqdn.length} characters requested)`;
}

/** The host name inside a pod, what it is without its domain, and its fully qualified name when it has a subdomain. */
export function podHostname(
  pod: Pod,
  config: KubeletConfig,
): { readonly hostname: string; readonly short: string; readonly fqdn: string | undefined } {
  const spec = specOf(pod);
  if (spec.hostnameOverride !== undefined) return { hostname: spec.hostnameOverride, short: spec.hostnameOverride, fqdn: undefined };
  // Linux takes 63 characters at most; upstream cuts and strips what may not end a label.
  const hostname =
    spec.hostname ??
    nameOf(pod)
      .slice(0, 63)
      .replace(/[-.]+$/, "");
  const fqdn =
    spec.subdomain === undefined || spec.subdomain === ""
      ? undefined
      : `${hostname}.${spec.subdomain}.${namespaceOf(pod)}.svc.${config.clusterDomain}`;
  return { hostname: spec.setHostnameAsFQDN === true && fqdn !== undefined ? fqdn : hostname, short: hostname, fqdn };
}

/** The managed /etc/hosts (k8s: kubelet_pods.go managedHostsFileContent). `names`: what the pod's address is called, tab-separated. */
export function hostsFile(
  ip: string,
  names: string,
  aliases: readonly { readonly ip: string; readonly hostnames?: readonly string[] }[],
): string {
  const lines = [
    "# Kubernetes-managed hosts file.",
    "127.0.0.1\tlocalhost",
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "fe00::0\tip6-localnet",
    "fe00::0\tip6-mcastprefix",
    "fe00::1\tip6-allnodes",
    "fe00::2\tip6-allrouters",
    `${ip}\t${names}`,
  ];
  if (aliases.length > 0)
    lines.push("", "# Entries added by HostAliases.", ...aliases.map((a) => [a.ip, ...(a.hostnames ?? [])].join("\t")));
  return `${lines.join("\n")}\n`;
}
