import type { KubeObject, Node, Pod, Secret, ServiceAccount } from "../../api/index.ts";
import type { MemoryStore } from "../../etcd/index.ts";
import { base64Decode, notFound } from "../../machinery/index.ts";
import type { RsaKey } from "../../pki/index.ts";
import { type Clock, parseTime, type Random } from "../../sim/index.ts";
import type { UserInfo } from "../types.ts";
import { type Claims, createJwtKey, unverifiedClaims } from "./jwt.ts";
import { ISSUER, type TokenAuthenticator, type TokenProblem } from "./tokens.ts";

const LEGACY_ISSUER = "kubernetes/serviceaccount";
const LEGACY = "kubernetes.io/serviceaccount";
/** Clocks may differ that much (k8s: jwt.DefaultLeeway). */
const LEEWAY = 60_000;
/** Seconds. What kubelets ask for their pods, and what they get to see them through (k8s: WarnOnlyBoundTokenExpirationSeconds). */
const WARN_ONLY = 3607;
const EXTENSION = 365 * 24 * 3600;
/** Tokens whose signature has been checked. */
const KEPT = 2000;

interface Reference {
  readonly name: string;
  readonly uid: string;
}

interface BoundClaims {
  readonly namespace: string;
  readonly serviceaccount: Reference;
  readonly pod?: Reference;
  readonly secret?: Reference;
  readonly node?: Reference;
  /** Seconds. */
  readonly warnafter?: number;
}

export interface TokenRequest {
  readonly account: ServiceAccount;
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  readonly pod?: Pod;
  readonly node?: Node;
  readonly secret?: Secret;
}

export interface ServiceAccountTokens {
  readonly authenticate: TokenAuthenticator;
  /** Signed when it is first called: most tokens lie in volumes that nobody ever reads. */
  issue(request: TokenRequest): () => string;
  /** For a Secret of type kubernetes.io/service-account-token: it holds as long as the Secret does. */
  readonly legacy: (account: ServiceAccount, secretName: string) => string;
  jwks(): object;
  /** What they are signed with; made when it is first asked for. */
  readonly key: () => RsaKey;
}

const reference = ({ metadata }: KubeObject): Reference => ({ name: metadata?.name ?? "", uid: metadata?.uid ?? "" });

/** Tokens of service accounts: JWTs bound to objects, good for as long as these are there (k8s: pkg/serviceaccount). */
export function createServiceAccountTokens(options: {
  readonly store: MemoryStore;
  readonly clock: Clock;
  readonly random: Random;
  /** What tokens are signed with. */
  readonly key: () => RsaKey;
}): ServiceAccountTokens {
  const { store, clock, random } = options;
  const key = createJwtKey(options.key);
  const users = new Map<string, { readonly claims: Claims; readonly user: UserInfo }>();
  const get = (resource: string, namespace: string, name: string): KubeObject | undefined =>
    store.get(`/registry/${resource}/${namespace}/${name}`)?.value as KubeObject | undefined;

  /** What of a token's references is not as it was when it was issued (k8s: claims.go Validate). */
  const staleness = ({ namespace, serviceaccount, pod, secret, node }: BoundClaims): string | undefined => {
    const account = get("serviceaccounts", namespace, serviceaccount.name);
    if (!account) return notFound("serviceaccounts", serviceaccount.name).message;
    if (gone(account)) return `service account ${namespace}/${serviceaccount.name} has been deleted`;
    if (account.metadata?.uid !== serviceaccount.uid)
      return `service account UID (${account.metadata?.uid}) does not match claim (${serviceaccount.uid})`;
    const bound = pod ?? secret;
    if (bound) {
      const object = get(pod ? "pods" : "secrets", namespace, bound.name);
      if (!object || gone(object)) return "service account token has been invalidated";
      if (object.metadata?.uid !== bound.uid)
        return pod
          ? `pod UID (${object.metadata?.uid}) does not match service account pod ref claim (${bound.uid})`
          : `secret UID (${object.metadata?.uid}) does not match service account secret ref claim (${bound.uid})`;
    } else if (node) {
      const object = store.get(`/registry/nodes/${node.name}`)?.value as KubeObject | undefined;
      if (!object || gone(object)) return "service account token has been invalidated";
      if (object.metadata?.uid !== node.uid)
        return `node UID (${object.metadata?.uid}) does not match service account node ref claim (${node.uid})`;
    }
    return undefined;
  };
  /** Deleted for longer than clocks may differ. */
  const gone = ({ metadata }: KubeObject): boolean =>
    metadata?.deletionTimestamp !== undefined && parseTime(metadata.deletionTimestamp) < clock.now() - LEEWAY;

  const boundProblem = (claims: Claims): string | undefined => {
    const now = clock.now();
    const at = (name: string): number => Number(claims[name] ?? 0) * 1000;
    if (at("exp") > 0 && now - LEEWAY > at("exp")) return "service account token has expired";
    if (now + LEEWAY < at("nbf")) return "service account token is not valid yet";
    return staleness(claims["kubernetes.io"] as BoundClaims);
  };

  /** k8s: legacy.go Validate. */
  const legacyProblem = (claims: Claims, token: string): string | undefined => {
    const [namespace, name, uid, secretName] = legacyClaims(claims);
    const secret = get("secrets", namespace, secretName) as Secret | undefined;
    if (!secret || secret.metadata?.deletionTimestamp) return "service account token has been invalidated";
    const copy = base64Decode(secret.data?.["token"] ?? "");
    if (typeof copy === "number" || new TextDecoder().decode(copy) !== token) return "service account token does not match server's copy";
    if (secret.metadata?.labels?.["kubernetes.io/legacy-token-invalid-since"]) return "the token in secret has been marked as invalid";
    return staleness({ namespace, serviceaccount: { name, uid } });
  };

  const known = (token: string): { readonly claims: Claims; readonly user: UserInfo } | TokenProblem | undefined => {
    const before = users.get(token);
    if (before) return before;
    const claims = unverifiedClaims(token);
    const issuer = claims?.["iss"];
    if (!claims || (issuer !== ISSUER && issuer !== LEGACY_ISSUER)) return undefined;
    const problem = key.problem(token);
    if (problem !== undefined) return { problem };
    const made = { claims, user: userOf(claims) };
    if (users.size >= KEPT) users.clear();
    users.set(token, made);
    return made;
  };

  return {
    authenticate(token, wanted) {
      const found = known(token);
      if (found === undefined || "problem" in found) return found;
      const { claims, user } = found;
      const own = (claims["aud"] as readonly string[] | undefined) ?? [ISSUER];
      const audiences = own.filter((audience) => wanted.includes(audience));
      if (audiences.length === 0)
        return { problem: `token audiences ${quoted(own)} is invalid for the target audiences ${quoted(wanted)}` };
      const problem = claims["iss"] === ISSUER ? boundProblem(claims) : legacyProblem(claims, token);
      return problem === undefined ? { user, audiences } : { problem };
    },

    issue({ account, audiences, expirationSeconds, pod, node, secret }) {
      const now = Math.floor(clock.now() / 1000);
      const extended = pod !== undefined && expirationSeconds === WARN_ONLY && audiences.every((audience) => audience === ISSUER);
      const { namespace = "", name = "" } = account.metadata ?? {};
      const claims = {
        iss: ISSUER,
        sub: `system:serviceaccount:${namespace}:${name}`,
        aud: audiences,
        iat: now,
        nbf: now,
        exp: now + (extended ? EXTENSION : expirationSeconds),
        jti: random.uuid(),
        "kubernetes.io": {
          namespace,
          serviceaccount: reference(account),
          ...(pod ? { pod: reference(pod) } : {}),
          ...(node ? { node: reference(node) } : {}),
          ...(secret ? { secret: reference(secret) } : {}),
          ...(extended ? { warnafter: now + expirationSeconds } : {}),
        },
      };
      let token: string | undefined;
      return () => (token ??= key.sign(claims));
    },

    legacy: (account, secretName) =>
      key.sign({
        iss: LEGACY_ISSUER,
        sub: `system:serviceaccount:${account.metadata?.namespace}:${account.metadata?.name}`,
        [`${LEGACY}/namespace`]: account.metadata?.namespace,
        [`${LEGACY}/secret.name`]: secretName,
        [`${LEGACY}/service-account.name`]: account.metadata?.name,
        [`${LEGACY}/service-account.uid`]: account.metadata?.uid,
      }),

    jwks: () => ({ keys: [key.jwk()] }),
    key: key.key,
  };
}

const quoted = (list: readonly string[]): string => `[${list.map((item) => JSON.stringify(item)).join(" ")}]`;

function legacyClaims(claims: Claims): readonly [namespace: string, name: string, uid: string, secret: string] {
  const text = (name: string): string => {
    const value = claims[`${LEGACY}/${name}`];
    return typeof value === "string" ? value : "";
  };
  return [text("namespace"), text("service-account.name"), text("service-account.uid"), text("secret.name")];
}

/** k8s: ServiceAccountInfo.UserInfo. */
function userOf(claims: Claims): UserInfo {
  const bound = claims["kubernetes.io"] as BoundClaims | undefined;
  const [legacyNamespace, legacyName, legacyUid] = legacyClaims(claims);
  const namespace = bound?.namespace ?? legacyNamespace;
  const extra: Record<string, readonly string[]> = {};
  const note = (kind: string, { name, uid }: Reference): void => {
    extra[`authentication.kubernetes.io/${kind}-name`] = [name];
    extra[`authentication.kubernetes.io/${kind}-uid`] = [uid];
  };
  if (bound?.pod) note("pod", bound.pod);
  if (bound?.node) note("node", bound.node);
  if (claims["jti"]) extra["authentication.kubernetes.io/credential-id"] = [`JTI=${String(claims["jti"])}`];
  return {
    name: `system:serviceaccount:${namespace}:${bound?.serviceaccount.name ?? legacyName}`,
    uid: bound?.serviceaccount.uid ?? legacyUid,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`],
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}
