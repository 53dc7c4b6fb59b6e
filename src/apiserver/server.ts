import { KindRegistry, kinds, type KubeObject } from "../api/index.ts";
import type { MemoryStore } from "../etcd/index.ts";
import { badRequest, failure, internalError, notAcceptable, resourceNotFound, StatusError } from "../machinery/index.ts";
import type { Clock, Random } from "../sim/index.ts";
import { type AdmissionChoice, createAdmission, enabledPlugins } from "./admission/index.ts";
import { Registrations } from "./admission/dynamic/registrations.ts";
import { type Allocators, createAllocators, type Pool } from "./allocators.ts";
import { impersonated } from "./authn/impersonation.ts";
import { createAuthenticator, type Tokens } from "./authn/index.ts";
import { type AuthorizationMode, createAuthorization } from "./authz/index.ts";
import { queryValue, type Scope, type ServerContext } from "./context.ts";
import { discovery } from "./discovery.ts";
import { createDefinitions } from "./extension/definitions.ts";
import { createFetch } from "./fetch.ts";
import { createFlowControl, withFlowHeaders } from "./flow-control.ts";
import { createLaterCode } from "./later-code.ts";
import { andThen, type MaybePromise } from "./maybe.ts";
import { acceptedTypes } from "./negotiate.ts";
import { createOpenApi } from "./openapi/index.ts";
import { writeOptions } from "./options.ts";
import { create } from "./registry/create.ts";
import { deleteCollection, deleteOne } from "./registry/delete.ts";
import { patch } from "./registry/patch.ts";
import { get, list } from "./registry/read.ts";
import { update } from "./registry/update.ts";
import { watch } from "./registry/watch.ts";
import { currentEntry } from "./registry/write.ts";
import { shown, shownWatch } from "./representation.ts";
import { createRouter, methodNotAllowed, type ResourceInfo, verbOf } from "./route.ts";
import { serveSubresource } from "./subresources/index.ts";
import { stream } from "./subresources/kubelet.ts";
import type { Api, ApiRequest, ApiResponse, Duplex, Egress, UserInfo } from "./types.ts";
import { virtualResources } from "./virtual/index.ts";
import { WatchCaches } from "./watch-cache.ts";

export interface ApiServerOptions {
  readonly store: MemoryStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly clusterIps: Pool<string>;
  /** For the range of another ServiceCIDR. */
  readonly clusterIpsOf?: (cidr: string) => Pool<string>;
  readonly nodePorts: Pool<number>;
  /** Bearer tokens that stand for users whatever happens. */
  readonly tokens?: Tokens;
  /** Default: Node, then RBAC. */
  readonly authorizationModes?: readonly AuthorizationMode[];
  /** Which admission plugins run. Default: kube-apiserver's default set. */
  readonly admission?: AdmissionChoice;
  /** Asked at each use, since kubelets come after the API server. */
  readonly egress?: () => Egress | undefined;
  /** What component statuses say; without it, nothing runs. */
  readonly isRunning?: ServerContext["isRunning"];
  /** Serves sim.timonel.dev; the reference presets do not. */
  readonly simulator?: boolean;
}

export interface ApiServer extends Api {
  /** Takes up what restored objects hold. */
  readonly allocators: Allocators;
  /** The store has been restored: takes up what it says about the server itself. Call under `clock.hold()`. */
  restored(): Promise<void>;
}

/** The API server: one visible pipeline from route to etcd (DESIGN §3). */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const { store, clock } = options;
  const allocators = createAllocators(options);
  const simulator = options.simulator ?? true;
  const authorization = createAuthorization(store, options.authorizationModes ?? ["Node", "RBAC"]);
  const registry = new KindRegistry(kinds.filter((kind) => simulator || kind.group !== "sim.timonel.dev"));
  const server: ServerContext = {
    store,
    kinds: registry,
    clock,
    random: options.random,
    authorization,
    admission: createAdmission(enabledPlugins(options.admission ?? {})),
    allocators,
    watches: new WatchCaches(store),
    egress: options.egress ?? (() => undefined),
    code: createLaterCode(clock),
    registrations: new Registrations(store, registry),
    isRunning: options.isRunning ?? (() => false),
  };
  const tokens = options.tokens ?? new Map();
  const authenticate = createAuthenticator([(token) => tokens.get(token)]);
  const route = createRouter();

  const userOf = (request: ApiRequest): UserInfo => impersonated(request, authenticate(request), authorization.authorize);

  /** Route, authenticate, authorize: what comes before the kind has a say. */
  const scopeOf = (request: ApiRequest, info: ResourceInfo, warnings: string[] = []): Scope => {
    const user = userOf(request);
    const verb = verbOf(request, info);
    const fieldSelector = queryValue(request, "fieldSelector");
    authorization.require({ user, verb, resource: named(info, fieldSelector), path: request.path, fieldSelector });
    const requested = server.kinds.kindOf(info.group, info.version, info.resource);
    if (!requested) throw resourceNotFound();
    if (info.problem !== undefined) throw badRequest(info.problem);
    if (request.as === "NotAcceptable") throw notAcceptable(acceptedTypes(request.headers?.["accept"] ?? ""));
    const options = writeOptions(request, verb);
    const kind = requested.storedAs?.kind ?? requested;
    if (requested.deprecated !== undefined) warnings.push(requested.deprecated);
    return {
      server,
      kind,
      requested,
      info: kind.plural === "namespaces" ? { ...info, namespace: "" } : info,
      request,
      user,
      verb,
      origin: { user: user.name, agent: request.agent, causes: request.causes },
      options,
      dryRun: options.dryRun,
      warnings,
      audit: new Map(),
    };
  };

  const openApi = createOpenApi({ clock, simulator, more: () => new Map() });

  const handle = async (request: ApiRequest): Promise<ApiResponse> => {
    const warnings: string[] = [];
    const warned = (response: ApiResponse): ApiResponse => (warnings.length > 0 ? { ...response, warnings } : response);
    try {
      const info = route(request.path);
      if (!info) {
        const user = userOf(request);
        authorization.require({ user, verb: request.method.toLowerCase(), resource: undefined, path: request.path });
        return request.path.startsWith("/openapi/") ? await openApi(request) : discovery(request, server.kinds);
      }
      const scope = scopeOf(request, info, warnings);
      const { code } = scope.kind;
      const served = code && WRITES.has(scope.verb) ? server.code.use(code, () => serve(scope)) : serve(scope);
      return warned(served instanceof Promise ? await served : served);
    } catch (error) {
      return warned(refusal(error));
    }
  };

  const definitions = createDefinitions(server, handle);
  return {
    allocators,
    restored: () => definitions.restored(),
    handle,
    fetch: createFetch(withFlowHeaders(handle, createFlowControl(store), userOf, route), clock),
    async connect(request): Promise<Duplex | ApiResponse> {
      try {
        const info = route(request.path);
        if (!info || info.resource !== "pods" || (info.subresource !== "exec" && info.subresource !== "attach")) throw resourceNotFound();
        return await stream(scopeOf(request, info));
      } catch (error) {
        return refusal(error);
      }
    },
  };
}

/** What validates objects. */
const WRITES = new Set(["create", "update", "patch"]);

const NAME_SELECTED = /(?:^|,)metadata\.name==?([^,]+)/;

/** A list of the one object that a field selector names is about that object (k8s: endpoints/request RequestInfo). */
function named(info: ResourceInfo, fieldSelector: string | undefined): ResourceInfo {
  if (info.name !== "" || fieldSelector === undefined) return info;
  const name = NAME_SELECTED.exec(fieldSelector)?.[1];
  return name === undefined ? info : { ...info, name };
}

function refusal(error: unknown): ApiResponse {
  if (error instanceof StatusError) return { status: error.code, body: error.status };
  const status = internalError(error instanceof Error ? error.message : String(error)).status;
  return { status: 500, body: status };
}

/** The platform fetches code: virtual time waits for it (law 4). */
async function afterLoading(scope: Scope, loading: Promise<void>): Promise<ApiResponse> {
  const release = scope.server.clock.hold();
  try {
    await loading;
  } finally {
    release();
  }
  return serve(scope);
}

/** Most requests are answered at once. */
function serve(scope: Scope): MaybePromise<ApiResponse> {
  const { info, requested, verb } = scope;
  const loading = WRITES.has(verb) ? requested.load?.() : undefined;
  if (loading) return afterLoading(scope, loading);
  if (info.subresource !== "") return serveSubresource(scope);
  // What nobody may write, the API server itself made at its first start.
  const unsupported = requested.verbs && !requested.verbs.includes(verb) && scope.user.name !== "system:apiserver";
  if (unsupported || !fitsPath(scope)) throw methodNotAllowed();
  if (requested.terminating && verb === "create")
    throw failure(405, "MethodNotAllowed", `${verb} not allowed while custom resource definition is terminating`);
  if (requested.virtual) return serveVirtual(scope);
  switch (verb) {
    case "create":
      return andThen(create(scope), (object) => shown(scope, object, 201));
    case "get":
      return shown(scope, get(scope), 200);
    case "list":
      return shown(scope, list(scope) as KubeObject, 200);
    case "watch":
      return { status: 200, watch: shownWatch(scope, watch(scope)) };
    case "update": {
      const status = currentEntry(scope) ? 200 : 201;
      return andThen(update(scope), (object) => shown(scope, object, status));
    }
    case "patch":
      return andThen(patch(scope), (object) => shown(scope, object, 200));
    case "delete":
      return andThen(deleteOne(scope), ({ status, body }) => shown(scope, body as KubeObject, status));
    default:
      return andThen(deleteCollection(scope), (listed) => shown(scope, listed, 200));
  }
}

/** What is made has no name in its path yet; what is changed has one. A HEAD is for paths that are no resource. */
function fitsPath({ verb, info, request, requested }: Scope): boolean {
  if (verb === "" || request.method === "HEAD") return false;
  if (requested.namespaced && info.namespace === "") {
    if (info.name !== "") throw resourceNotFound();
    return verb === "list" || verb === "watch";
  }
  if (verb === "create") return info.name === "";
  return info.name !== "" || !(verb === "update" || verb === "patch");
}

function serveVirtual(scope: Scope): MaybePromise<ApiResponse> {
  const { requested, verb } = scope;
  const resource = virtualResources[`${requested.group}/${requested.plural}`];
  const answer = verb === "create" ? resource?.create : verb === "get" ? resource?.get : verb === "list" ? resource?.list : undefined;
  if (!answer) throw methodNotAllowed();
  return andThen<KubeObject, ApiResponse>(answer(scope) as MaybePromise<KubeObject>, (object) =>
    shown(scope, object, verb === "create" ? 201 : 200),
  );
}
