import type { RegistryRefusal } from "../types.ts";
import type { ImageReference } from "./reference.ts";
import type { RegistryHost } from "./registry.ts";
import {
  answered,
  connectionRefused,
  insufficientScope,
  noCredentials,
  noSuchHost,
  notFound,
  noToken,
  timedOut,
  type TokenServer,
} from "./words.ts";

type Says = (reference: ImageReference) => RegistryRefusal;

/** A registry that gives tokens to whoever asks for what is public, and knows nobody of whom it is told. */
const tokens = (server: TokenServer, missing?: Says): RegistryHost => ({
  admit: (reference, { credentials }) => (credentials ? noToken(reference, server, credentials) : undefined),
  noRepository: missing ?? ((reference) => noToken(reference, server)),
});
const open: RegistryHost = { noRepository: notFound };

/** Projects of gcr.io that everybody may look into. */
const PUBLIC_PROJECTS =
  /^(?:google[-_]containers|google-samples|distroless|kubernetes-e2e-test-images|cloud-builders|k8s-staging-[a-z-]+)\//;
const googleTokens = (host: string, status: string): TokenServer => ({ realm: `https://${host}/v2/token`, service: host, status });

/** Registries of the real internet, by their hosts, and how each says that it does not have what is asked for. */
const HOSTS: Readonly<Record<string, RegistryHost>> = {
  "docker.io": tokens(
    { realm: "https://auth.docker.io/token", service: "registry.docker.io", status: "401 Unauthorized" },
    insufficientScope,
  ),
  "ghcr.io": tokens({ realm: "https://ghcr.io/token", service: "ghcr.io", status: "403 Forbidden" }),
  "quay.io": tokens({ realm: "https://quay.io/v2/auth", service: "quay.io", status: "401 UNAUTHORIZED" }, (reference) =>
    answered(reference, "401 UNAUTHORIZED"),
  ),
  "gcr.io": tokens(googleTokens("gcr.io", "401 Unauthorized"), (reference) =>
    PUBLIC_PROJECTS.test(reference.path) ? notFound(reference) : noToken(reference, googleTokens("gcr.io", "401 Unauthorized")),
  ),
  "registry.gitlab.com": tokens({ realm: "https://gitlab.com/jwt/auth", service: "container_registry", status: "403 Forbidden" }),
  "registry.k8s.io": open,
  "k8s.gcr.io": open,
  "mcr.microsoft.com": open,
  "public.ecr.aws": open,
};
/** Of which each customer has one, at names that all lead somewhere. */
const CUSTOMERS: readonly (readonly [RegExp, (host: string) => RegistryHost])[] = [
  [/^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com$/, () => ({ admit: noCredentials })],
  [/^[a-z0-9-]+-docker\.pkg\.dev$/, (host) => tokens(googleTokens(host, "403 Forbidden"))],
  [/^(?:us|eu|asia)\.gcr\.io$/, (host) => tokens(googleTokens(host, "401 Unauthorized"))],
];

const NOWHERE = (): boolean => false;

/** What is found at a host: a registry, or what a machine that looks for one there is told. `isThere` knows of more of them. */
export function internetHost(host: string, isThere: (host: string) => boolean = NOWHERE): RegistryHost {
  const known = HOSTS[host] ?? CUSTOMERS.find(([pattern]) => pattern.test(host))?.[1](host);
  if (known) return known;
  if (isThere(host)) return open;
  const name = host.replace(/:\d+$/, "");
  if (name === "localhost" || name === "127.0.0.1") return { admit: connectionRefused };
  return { admit: /^\d+(?:\.\d+){3}$/.test(name) ? timedOut : noSuchHost };
}
