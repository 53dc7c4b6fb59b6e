import type { RegistryLogin, RegistryRefusal } from "../types.ts";
import type { ImageReference } from "./reference.ts";

/** Who answers the machines' questions for names (k8s: the kubelet's default for dnsPolicy Default, too). */
const RESOLVER = "192.0.2.53:53";
/** How long a connection is tried that nobody answers, in ms (containerd: core/remotes/docker/config defaults). */
const DIAL_TIMEOUT = 30_000;

/** What is asked for first: which manifest a name stands for. */
export function manifestUrl({ registry, path, tag, digest }: ImageReference): string {
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  return `${isLocal(registry) ? "http" : "https"}://${host}/v2/${path}/manifests/${digest ?? tag}`;
}
const isLocal = (registry: string): boolean => /^(?:localhost|127\.0\.0\.1)(?::|$)/.test(registry);

/** The resolver's refusals (containerd: core/remotes/docker/resolver.go Resolve). */
const resolving = (reference: ImageReference, error: string, latency?: number): RegistryRefusal => ({
  reason: "Unknown",
  error: `failed to resolve reference "${reference.normalised}": ${error}`,
  ...(latency === undefined ? {} : { latency }),
});
export const notFound = (reference: ImageReference): RegistryRefusal => ({
  ...resolving(reference, `${reference.normalised}: not found`),
  reason: "NotFound",
});
const request = (reference: ImageReference, error: string, latency?: number): RegistryRefusal =>
  resolving(reference, `failed to do request: Head "${manifestUrl(reference)}": ${error}`, latency);

export const noSuchHost = (reference: ImageReference): RegistryRefusal =>
  request(reference, `dial tcp: lookup ${hostName(reference)} on ${RESOLVER}: no such host`, 50);
export const connectionRefused = (reference: ImageReference): RegistryRefusal =>
  request(reference, `dial tcp ${addressOf(reference)}: connect: connection refused`, 10);
export const timedOut = (reference: ImageReference): RegistryRefusal =>
  request(reference, `dial tcp ${addressOf(reference)}: i/o timeout`, DIAL_TIMEOUT);
export const plainHttp = (reference: ImageReference): RegistryRefusal =>
  request(reference, "http: server gave HTTP response to HTTPS client");
export const notTls = (reference: ImageReference, silent: boolean): RegistryRefusal =>
  request(reference, silent ? "EOF" : "tls: first record does not look like a TLS handshake");
/** Whatever else a connection came to. */
export const dialled = (reference: ImageReference, what: string): RegistryRefusal =>
  request(reference, `dial tcp ${addressOf(reference)}: ${what}`);
export const unknownAuthority = (reference: ImageReference): RegistryRefusal =>
  request(reference, "tls: failed to verify certificate: x509: certificate signed by unknown authority");
/** "401 Unauthorized". */
export const answered = (reference: ImageReference, status: string): RegistryRefusal =>
  resolving(reference, `unexpected status from HEAD request to ${manifestUrl(reference)}: ${status}`);

const DENIED = "pull access denied, repository does not exist or may require authorization";
export const insufficientScope = (reference: ImageReference): RegistryRefusal =>
  resolving(reference, `${DENIED}: server message: insufficient_scope: authorization failed`);
export const noCredentials = (reference: ImageReference): RegistryRefusal =>
  resolving(reference, `${DENIED}: authorization failed: no basic auth credentials`);

/** Where a registry's tokens come from. */
export interface TokenServer {
  readonly realm: string;
  readonly service: string;
  readonly status: string;
}
/** No token for who has said who they are, or for those who have not (containerd: authorizer.go doBearerAuth). */
export function noToken(reference: ImageReference, { realm, service, status }: TokenServer, login?: RegistryLogin): RegistryRefusal {
  const url = `${realm}?scope=${encodeURIComponent(`repository:${reference.path}:pull`)}&service=${service}`;
  const kind = login ? "oauth" : "anonymous";
  return resolving(
    reference,
    `failed to authorize: failed to fetch ${kind} token: unexpected status from GET request to ${url}: ${status}`,
  );
}

/** The manifest itself counts against the limit, as asking for its digest does not. */
export const tooManyRequests = ({ registry, path }: ImageReference, digest: string): RegistryRefusal => {
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const why =
    registry === "docker.io"
      ? "toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"
      : "toomanyrequests: too many requests";
  return {
    reason: "Unknown",
    error: `failed to copy: httpReadSeeker: failed open: unexpected status from GET request to https://${host}/v2/${path}/manifests/${digest}: 429 Too Many Requests\n${why}`,
  };
};

const hostName = ({ registry }: ImageReference): string => registry.replace(/:\d+$/, "");

/** A registry that nobody has seen has an address for documentation (RFC 5737), always the same. */
function addressOf({ registry }: ImageReference): string {
  const [host = "", port] = registry.split(":");
  if (host === "localhost") return `[::1]:${port ?? 80}`;
  if (/^\d+(?:\.\d+){3}$/.test(host)) return `${host}:${port ?? (isLocal(registry) ? 80 : 443)}`;
  let sum = 0;
  for (const char of host) sum = (sum * 31 + char.charCodeAt(0)) % 253;
  return `203.0.113.${sum + 1}:${port ?? 443}`;
}
