import { KindRegistry, kinds, resourcesOf } from "../api/index.ts";
import type { MemoryStore } from "../etcd/index.ts";
import { badRequest, internalError, resourceNotFound, StatusError, UnknownPath } from "../machinery/index.ts";
import { entropyOf, generateRsaKey, type RsaKey } from "../pki/index.ts";
import type { Clock, Random } from "../sim/index.ts";
import { type AdmissionChoice, createAdmission, enabledPlugins } from "./admission/index.ts";
import { Registrations } from "./admission/dynamic/registrations.ts";
import { createAggregator } from "./aggregation/aggregator.ts";
import { createAutoregister } from "./aggregation/autoregister.ts";
import { type Allocators, createAllocators, type Pool } from "./allocators.ts";
import { impersonated } from "./authn/impersonation.ts";
import { createAuthentication } from "./authn/index.ts";
import { createServiceAccountTokens, type ServiceAccountTokens } from "./authn/service-account-tokens.ts";
import { staticTokens, type Tokens } from "./authn/tokens.ts";
import { type AuthorizationMode, createAuthorization } from "./authz/index.ts";
import { queryValue, type Scope, type ServerContext } from "./context.ts";
import { discovery } from "./discovery.ts";
import { createDefinitions } from "./extension/definitions.ts";
import { createFetch } from "./fetch.ts";
import { createFlowControl } from "./flow-control.ts";
import { createLaterCode } from "./later-code.ts";
import { isLongRunning, timeoutOf, withinDeadline } from "./deadline.ts";
import type { MaybePromise } from "./maybe.ts";
import { representationFor } from "./negotiate.ts";
import { auditId, REQUESTS_PATH, serveRequests } from "./observe/audit.ts";
import { healthPaths, serveHealth } from "./observe/health.ts";
import { Metrics } from "./observe/metrics.ts";
import { RequestLog, type RequestRecord } from "./observe/requests.ts";
import { openId } from "./openid.ts";
import { createOpenApi } from "./openapi/index.ts";
import { writeOptions } from "./options.ts";
import { createRouter, type ResourceInfo, verbOf } from "./route.ts";
import { serve, WRITES } from "./serve.ts";
import { portForward, stream } from "./subresources/kubelet.ts";
import type { Api, ApiRequest, ApiResponse, Duplex, Egress, UserInfo, WatchStream, PortForward } from "./types.ts";
import { ObjectIndexes } from "./indexes.ts";
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
  /** What keys are made from. Default: the seed's. */
  readonly secret?: Uint8Array;
  /** What accounts' tokens are signed with, asked for once. Default: made from the secret. */
  readonly tokenKey?: () => RsaKey;
  /** Default: Node, then RBAC. */
  readonly authorizationModes?: readonly AuthorizationMode[];
  /** Which admission plugins run. Default: kube-apiserver's default set. */
  readonly admission?: AdmissionChoice;
  /** Asked at each use, since kubelets come after the API server. */
  readonly egress?: () => Egress | undefined;
  /** What component statuses say; without it, nothing runs. */
  readonly isRunning?: ServerContext["isRunning"];
  /** The simulator's own resources that are computed when they are read. */
  readonly observed?: ServerContext["observed"];
  /** Serves sim.timonel.dev; the reference presets do not. */
  readonly simulator?: boolean;
  /** Told of what was thrown and is no refusal: a bug, which a client sees as an internal error. */
  readonly onPanic?: (error: unknown) => void;
}

export interface ApiServer extends Api {
  /** What the tokens controller signs legacy Secrets' tokens with. */
  readonly accountTokens: ServiceAccountTokens;
  /** Takes up what restored objects hold. */
  readonly allocators: Allocators;
  /** It starts anew with other flags. */
  configure(choice: Required<Pick<ApiServerOptions, "authorizationModes" | "admission">>): void;
  /** The store has been restored: takes up what it says about the server itself. Call under `clock.hold()`. */
  restored(): Promise<void>;
}

/** The API server: one visible pipeline from route to etcd (DESIGN §3). */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const { store, clock } = options;
  const allocators = createAllocators(options);
  const simulator = options.simulator ?? true;
  let modes = options.authorizationModes ?? ["Node", "RBAC"];
  const authorization = createAuthorization(store, modes);
  const registry = new KindRegistry(kinds.filter((kind) => simulator || kind.group !== "sim.timonel.dev"));
  const requests = new RequestLog(clock);
  const secret = options.secret ?? options.random.fork("secret").bytes(32);
  const accountTokens = createServiceAccountTokens({
    store,
    clock,
    random: options.random,
    key: options.tokenKey ?? (() => generateRsaKey(entropyOf(secret, "service-account-key"))),
  });
  // Whoever may do everything must at least say who he is (k8s: BuiltInAuthenticationOptions.ApplyAuthorization).
  const authentication = createAuthentication(
    [staticTokens(options.tokens ?? new Map()), accountTokens.authenticate],
    !modes.includes("AlwaysAllow"),
  );
  const server: Mutable<ServerContext> = {
    store,
    requests,
    kinds: registry,
    clock,
    random: options.random,
    authentication,
    authorization,
    accountTokens,
    admission: createAdmission(enabledPlugins(options.admission ?? {})),
    allocators,
    watches: new WatchCaches(store),
    indexes: new ObjectIndexes(store),
    egress: options.egress ?? (() => undefined),
    code: createLaterCode(clock),
    registrations: new Registrations(store, registry),
    isRunning: options.isRunning ?? (() => false),
    observed: options.observed ?? (() => []),
  };
  const route = createRouter();

  const flow = createFlowControl(store);
  const metrics = new Metrics();

  /** Who asks, and as whom. */
  const identify = (request: ApiRequest, record: RequestRecord): UserInfo => {
    const user = (record.user = authentication.authenticate(request));
    const as = impersonated(request, user, authorization.authorize);
    if (as !== user) record.as = as;
    return as;
  };

  /** Route, authenticate, authorize: what comes before the kind has a say. */
  const scopeOf = (request: ApiRequest, info: ResourceInfo, record: RequestRecord, warnings: string[] = []): Scope => {
    const verb = (record.verb = verbOf(request, info));
    record.info = info;
    const user = identify(request, record);
    const fieldSelector = queryValue(request, "fieldSelector");
    authorization.require({ user, verb, resource: named(info, fieldSelector), path: request.path, fieldSelector });
    const requested = server.kinds.kindOf(info.group, info.version, info.resource);
    if (!requested) throw resourceNotFound();
    if (info.problem !== undefined) throw badRequest(info.problem);
    const as = representationFor(request, requested);
    const options = writeOptions(request, verb);
    const kind = requested.storedAs?.kind ?? requested;
    if (requested.deprecated !== undefined) warnings.push(requested.deprecated);
    return {
      server,
      kind,
      requested,
      info: kind.plural === "namespaces" ? { ...info, namespace: "" } : info,
      request: as === request.as ? request : { ...request, ...(as ? { as } : {}) },
      user,
      verb,
      origin: { user: user.name, agent: request.agent, causes: request.causes },
      options,
      dryRun: options.dryRun,
      warnings,
      record,
    };
  };

  /** A WebSocket opens with a GET, but does what only a POST may (k8s: AuthorizePodWebsocketUpgradeCreatePermission). */
  const upgradedScope = (request: ApiRequest, info: ResourceInfo, record: RequestRecord): Scope => {
    const scope = scopeOf(request, info, record);
    if (scope.verb === "get") authorization.require({ user: scope.user, verb: "create", resource: info, path: request.path });
    return scope;
  };

  const openApi = createOpenApi({ clock, simulator, more: () => definitions.documents() });

  const refusal = (error: unknown, { path }: ApiRequest): ApiResponse => {
    // Nobody serves the path: below a built-in group version a Status says so, elsewhere upstream's muxes do, as any web server.
    if (error instanceof UnknownPath && !isBuiltIn(path))
      return { status: 404, contentType: "text/plain; charset=utf-8", body: "404 page not found\n" };
    if (error instanceof StatusError) return { status: error.code, body: error.status };
    options.onPanic?.(error);
    const status = internalError(error instanceof Error ? error.message : String(error)).status;
    return { status: 500, body: status };
  };

  /** What is no resource: discovery, health, metrics, the record of requests. */
  const serveOther = (request: ApiRequest, record: RequestRecord): MaybePromise<ApiResponse> => {
    record.verb = request.method.toLowerCase();
    const user = identify(request, record);
    authorization.require({ user, verb: record.verb, resource: undefined, path: request.path });
    if (request.path.startsWith("/openapi/")) return openApi(request);
    if (request.path === "/metrics") return { status: 200, body: metrics.text(server), contentType: METRICS_TYPE };
    if (simulator && request.path === REQUESTS_PATH) return serveRequests(requests, server.random, request);
    const remote = groupVersionAt(request.path);
    if (remote !== undefined && aggregator.has(remote)) return aggregator.serve(remote, request, user);
    const stale = aggregator.stale();
    return serveHealth(server, request) ?? openId(request, accountTokens) ?? discovery(request, server.kinds, otherPaths(), stale);
  };
  const otherPaths = (): readonly string[] => [...healthPaths(server), "/metrics", ...(simulator ? [REQUESTS_PATH] : [])];

  const serveResource = (scope: Scope): MaybePromise<ApiResponse> => {
    const { code } = scope.kind;
    return code && WRITES.has(scope.verb) ? server.code.use(code, () => serve(scope)) : serve(scope);
  };

  /** What another API server has is authorized here and decided there. */
  const serveRemote = (request: ApiRequest, info: ResourceInfo, record: RequestRecord): MaybePromise<ApiResponse> => {
    const verb = (record.verb = verbOf(request, info));
    record.info = info;
    const user = identify(request, record);
    authorization.require({ user, verb, resource: info, path: request.path, fieldSelector: queryValue(request, "fieldSelector") });
    return aggregator.serve(`${info.group}/${info.version}`, request, user);
  };

  const handle = async (request: ApiRequest, record = requests.begin(request)): Promise<ApiResponse> => {
    const warnings: string[] = [];
    let scope: Scope | undefined;
    let response: ApiResponse;
    metrics.inflight(request.method, 1);
    try {
      const patience = timeoutOf(request);
      const info = route(request.path);
      const remote = info !== undefined && aggregator.has(`${info.group}/${info.version}`);
      if (info && !remote) scope = scopeOf(request, info, record, warnings);
      const served = scope ? serveResource(scope) : info ? serveRemote(request, info, record) : serveOther(request, record);
      if (served instanceof Promise)
        response = await (isLongRunning(record.verb, info) ? served : withinDeadline(clock, record.verb, patience, served));
      else response = served;
    } catch (error) {
      response = refusal(error, request);
    }
    metrics.inflight(request.method, -1);
    requests.answered(record, response);
    metrics.count(record, scope?.requested, scope?.dryRun ?? false, (clock.now() - record.at) / 1000);
    if (response.watch) response = { ...response, watch: observedWatch(response.watch, record) };
    return warnings.length > 0 ? { ...response, warnings } : response;
  };

  /** A watch that is counted while it is open. */
  const observedWatch = (watch: WatchStream, record: RequestRecord): WatchStream => ({
    start(onEvents, onEnd) {
      const closed = metrics.watching(() => requests.ended(record));
      const cancel = watch.start(onEvents, () => {
        closed();
        onEnd?.();
      });
      return () => {
        closed();
        cancel();
      };
    },
  });

  /** From outside: an answer says what it is called in the record, and what flow it belongs to. */
  const answerOutside = async (request: ApiRequest): Promise<ApiResponse> => {
    const record = requests.begin(request);
    const response = await handle(request, record);
    const user = record.as ?? record.user;
    const id = request.headers?.["audit-id"] ?? auditId(server.random, record.sequence);
    const headers = user ? flow({ user, verb: record.verb, path: request.path, info: record.info }) : {};
    return { ...response, headers: { ...response.headers, "audit-id": id, ...headers } };
  };

  /** Opens a session with a pod: a change of protocols, or what speaks against one. */
  async function upgraded<Session extends Duplex | PortForward>(
    request: ApiRequest,
    subresources: readonly string[],
    open: (scope: Scope) => Promise<Session | ApiResponse>,
  ): Promise<Session | ApiResponse> {
    const record = requests.begin(request);
    let answer: Session | ApiResponse;
    try {
      const info = route(request.path);
      if (info?.resource !== "pods" || !subresources.includes(info.subresource ?? "")) throw resourceNotFound();
      answer = await open(upgradedScope(request, info, record));
    } catch (error) {
      answer = refusal(error, request);
    }
    requests.answered(record, isSession(answer) ? { status: 101 } : answer);
    return answer;
  }

  const definitions = createDefinitions(server, handle);
  const aggregator = createAggregator(server, handle);
  const autoregister = createAutoregister(server, handle);
  return {
    accountTokens,
    allocators,
    configure(choice) {
      server.admission = createAdmission(enabledPlugins(choice.admission));
      if (choice.authorizationModes.join() === modes.join()) return;
      modes = choice.authorizationModes;
      Object.assign(authorization, createAuthorization(store, modes));
    },
    async restored() {
      await definitions.restored();
      autoregister.restored();
      aggregator.restored();
    },
    handle: (request) => handle(request),
    fetch: createFetch(answerOutside, clock),
    connect: (request) => upgraded(request, ["exec", "attach"], stream),
    forward: (request) => upgraded(request, ["portforward"], portForward),
  };
}

const isSession = (answer: Duplex | PortForward | ApiResponse): answer is Duplex | PortForward => "stdin" in answer || "open" in answer;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const NAME_SELECTED = /(?:^|,)metadata\.name==?([^,]+)/;

/** A list of the one object that a field selector names is about that object (k8s: endpoints/request RequestInfo). */
function named(info: ResourceInfo, fieldSelector: string | undefined): ResourceInfo {
  if (info.name !== "" || fieldSelector === undefined) return info;
  const name = NAME_SELECTED.exec(fieldSelector)?.[1];
  return name === undefined ? info : { ...info, name };
}

/** `metrics.k8s.io/v1beta1` of a path of discovery. */
const groupVersionAt = (path: string): string | undefined => /^\/apis\/([^/]+\/[^/]+)\/?$/.exec(path)?.[1];

/** Below `/api/v1` or `/apis/GROUP/VERSION` of our own kinds. */
function isBuiltIn(path: string): boolean {
  const [, root, first, second] = path.split("/");
  return resourcesOf(root === "api" ? `${first}` : `${first}/${second}`).length > 0;
}
