import type { KubeObject, Node, Pod, Secret, ServiceAccount, TokenRequestSpec } from "../../api/index.ts";
import { tokenRequest } from "../../api/index.ts";
import { badRequest, conflict, field, invalid, notFound } from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { ISSUER } from "../authn/tokens.ts";
import type { Scope } from "../context.ts";
import { parseBody } from "../body.ts";
import { decodeObject } from "../decode.ts";
import { andThen } from "../maybe.ts";
import { currentEntry } from "../registry/write.ts";
import type { Subresource } from "./types.ts";

interface Request extends KubeObject {
  readonly spec?: TokenRequestSpec;
}

/** What a token is bound to besides its account: it ends with it. */
interface Bound {
  readonly pod?: Pod;
  readonly node?: Node;
  readonly secret?: Secret;
}

/** serviceaccounts/NAME/token (k8s: registry/core/serviceaccount/storage TokenREST). */
export const token: Subresource = {
  verbs: ["create"],
  kind: { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest" },
  serve(scope) {
    const { info, server } = scope;
    const request = requestOf(scope);
    const account = currentEntry(scope)?.value as ServiceAccount | undefined;
    if (!account) throw notFound("serviceaccounts", info.name);
    const errors = tokenRequest.validate(request, { namespace: info.namespace, now: server.clock.now() });
    if (errors.length > 0) throw invalid(tokenRequest, "", errors);
    return andThen(server.admission.validate({ scope, operation: "CREATE", object: request, old: undefined }), () => ({
      status: 201,
      body: issued(scope, request, account),
    }));
  },
};

function issued(scope: Scope, request: Request, account: ServiceAccount): Request {
  const { info, server } = scope;
  const spec = { ...request.spec, audiences: request.spec?.audiences?.length ? request.spec.audiences : [ISSUER] };
  const bound = boundTo(scope, spec);
  const { expirationSeconds = 0 } = spec;
  const now = server.clock.now();
  const token = server.accountTokens.issue({ account, audiences: spec.audiences, expirationSeconds, ...bound });
  const status = {
    // Read when somebody wants it: a signature costs more than everything else here.
    get token() {
      return token();
    },
    expirationTimestamp: rfc3339(now + expirationSeconds * 1000),
  };
  const metadata = { ...request.metadata, name: info.name, namespace: info.namespace, creationTimestamp: rfc3339(now) };
  return { ...request, metadata, spec, status } as Request;
}

function requestOf(scope: Scope): Request {
  const { info, request } = scope;
  const value = parseBody(request);
  const decoded = (request.trusted ? value : decodeObject({ ...scope, requested: tokenRequest } as Scope, value)) as Request;
  const { name, namespace } = decoded.metadata ?? {};
  const errors = [
    ...(name && name !== info.name ? [field.invalid("metadata.name", name, "must match the service account name if specified")] : []),
    ...(namespace && namespace !== info.namespace
      ? [field.invalid("metadata.namespace", namespace, "must match the service account namespace if specified")]
      : []),
  ];
  if (errors.length > 0) throw invalid(tokenRequest, info.name, errors);
  return tokenRequest.defaults?.(decoded) ?? decoded;
}

function boundTo({ server, info }: Scope, { boundObjectRef: ref }: TokenRequestSpec): Bound {
  if (!ref) return {};
  const { kind = "", name = "", apiVersion = "", uid } = ref;
  const [group, version] = apiVersion.includes("/") ? (apiVersion.split("/") as [string, string]) : ["", apiVersion];
  const find = (resource: string, key: string): KubeObject => {
    const object = server.store.get(`/registry/${resource}/${key}`)?.value as KubeObject | undefined;
    if (!object) throw notFound(resource, name);
    if (uid && uid !== object.metadata?.uid)
      throw conflict(
        kind,
        name,
        group,
        `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      );
    return object;
  };
  if (group === "" && kind === "Pod") {
    const pod = find("pods", `${info.namespace}/${name}`) as Pod;
    const account = pod.spec?.serviceAccountName ?? "";
    if (account !== info.name)
      throw badRequest(
        `cannot bind token for serviceaccount ${JSON.stringify(info.name)} to pod running with serviceaccount ${JSON.stringify(account)}`,
      );
    const node = pod.spec?.nodeName ? (server.store.get(`/registry/nodes/${pod.spec.nodeName}`)?.value as Node | undefined) : undefined;
    return { pod, ...(node ? { node } : {}) };
  }
  if (group === "" && kind === "Node") return { node: find("nodes", name) as Node };
  if (group === "" && kind === "Secret") return { secret: find("secrets", `${info.namespace}/${name}`) as Secret };
  throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`);
}
