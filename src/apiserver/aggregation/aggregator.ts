import { type APIService, type EndpointSlice, type Kind, kindTable, type KubeObject, type Service } from "../../api/index.ts";
import type { Entry } from "../../etcd/index.ts";
import { type Cause, timerCause } from "../../sim/index.ts";
import { keyOf, prefixOf, type ServerContext } from "../context.ts";
import { type Handle, LOOPBACK } from "../extension/definitions.ts";
import { type ApiRequest, type ApiResponse, EgressError, type UserInfo } from "../types.ts";
import { type Availability, isAvailable, type Place, placesOf, serviceProblem, withAvailability } from "./availability.ts";
import { passOn, textAnswer, textOf } from "./pass-on.ts";
import { remoteKinds } from "./remote-kinds.ts";

const PREFIX = prefixOf(kindTable.apiservices);
const SERVICES = prefixOf(kindTable.services);
const SLICES = prefixOf(kindTable.endpointslices);
/** Remote servers are asked again this often, whatever happens (k8s: the available controller's resync). */
const RESYNC_MS = 30_000;
const CHECK_TIMEOUT_MS = 5_000;

export interface Aggregator {
  /** Whether another server answers for a group-version: `metrics.k8s.io/v1beta1`. */
  has(groupVersion: string): boolean;
  /** Passes a request on to it. */
  serve(groupVersion: string, request: ApiRequest, user: UserInfo): Promise<ApiResponse>;
  /** Group-versions whose server does not answer: discovery names them and cannot say what they hold. */
  stale(): readonly { readonly group: string; readonly version: string }[];
  restored(): void;
}

const groupVersionOf = ({ spec }: APIService): string => `${spec?.group ?? ""}/${spec?.version ?? ""}`;

/** APIServices that name a Service: their servers are looked after, shown in discovery and asked in our place (k8s: kube-aggregator). */
export function createAggregator(server: ServerContext, handle: Handle): Aggregator {
  const { store, clock, kinds } = server;
  const remote = new Map<string, APIService>();
  const shown = new Map<string, readonly Kind[]>();
  const checking = new Set<string>();
  let again: (() => void) | undefined;

  const get = (name: string): APIService | undefined => store.get(PREFIX + name)?.value as APIService | undefined;
  const serviceOf = ({ spec }: APIService): Service | undefined =>
    store.get(keyOf(kindTable.services, spec?.service?.namespace ?? "", spec?.service?.name ?? ""))?.value as Service | undefined;
  const slicesOf = ({ spec }: APIService): readonly EndpointSlice[] =>
    (store.range({ prefix: `${SLICES}${spec?.service?.namespace}/` }).entries as readonly Entry<EndpointSlice>[])
      .map((e) => e.value)
      .filter((s) => s.metadata?.labels?.["kubernetes.io/service-name"] === spec?.service?.name);

  /** One of the Service's endpoints, and the name that the request is for. */
  const placeOf = (api: APIService): { readonly place: Place; readonly host: string } | undefined => {
    const service = serviceOf(api);
    const port = service?.spec?.ports?.find((p) => p.port === api.spec?.service?.port);
    const places = port === undefined ? [] : placesOf(slicesOf(api), port.name ?? "");
    const place = places[server.random.int(Math.max(1, places.length))];
    return place && { place, host: `${service?.spec?.clusterIP}:${api.spec?.service?.port}` };
  };

  /** Asks for the server's own discovery, over plain HTTP that says https (decision 006): without a caBundle nobody vouches for a certificate. */
  const discover = async (api: APIService): Promise<Availability | object> => {
    const found = placeOf(api);
    const path = `/apis/${groupVersionOf(api)}`;
    const url = `https://${found?.host ?? ""}${path}`;
    const failed = (why: string): Availability => ({
      status: "False",
      reason: "FailedDiscoveryCheck",
      message: `failing or missing response from ${url}: ${why}`,
    });
    const egress = server.egress();
    if (!found || !egress) return failed(`Get "${url}": no route to the cluster's network`);
    if (!api.spec?.insecureSkipTLSVerify && !api.spec?.caBundle)
      return failed(`Get "${url}": tls: failed to verify certificate: x509: certificate signed by unknown authority`);
    try {
      const exchange = {
        method: "GET",
        target: path,
        host: found.host,
        headers: [
          ["Accept", "application/json"],
          ["X-Remote-User", "system:kube-aggregator"],
          ["X-Remote-Group", "system:masters"],
        ] as const,
      };
      const answer = await egress.http(found.place, exchange, CHECK_TIMEOUT_MS);
      const text = await textOf(answer.body);
      if (answer.status < 200 || answer.status >= 300) return failed(`bad status from ${url}: ${answer.status}`);
      return JSON.parse(text) as object;
    } catch (error) {
      if (error instanceof EgressError) return failed(`Get "${url}": ${error.message}`);
      return failed(error instanceof Error ? error.message : String(error));
    }
  };

  const show = (api: APIService, list: unknown): void => {
    const groupVersion = groupVersionOf(api);
    for (const kind of shown.get(groupVersion) ?? []) kinds.remove(kind);
    const rows = list === undefined ? [] : remoteKinds(api.spec?.group ?? "", api.spec?.version ?? "", list);
    for (const kind of rows) kinds.add(kind);
    if (rows.length > 0) shown.set(groupVersion, rows);
    else shown.delete(groupVersion);
  };

  const tell = async (name: string, availability: Availability, causes: readonly Cause[]): Promise<void> => {
    const api = get(name);
    const next = api && withAvailability(api, availability, clock.now());
    if (next === undefined || next === api) return;
    const path = `/apis/apiregistration.k8s.io/v1/apiservices/${name}/status`;
    await handle({ method: "PUT", path, body: next, user: LOOPBACK, agent: "kube-apiserver", causes, trusted: true });
  };

  const check = async (name: string, causes: readonly Cause[]): Promise<void> => {
    const api = get(name);
    if (api?.spec?.service === undefined || checking.has(name)) return;
    const problem = serviceProblem(api, serviceOf(api), slicesOf(api));
    if (problem !== undefined) {
      show(api, undefined);
      return tell(name, problem, causes);
    }
    checking.add(name);
    const answer = await discover(api);
    checking.delete(name);
    if ("reason" in answer && "status" in answer && answer.reason === "FailedDiscoveryCheck") {
      show(api, undefined);
      return tell(name, answer as Availability, causes);
    }
    show(api, answer);
    return tell(name, { status: "True", reason: "Passed", message: "all checks passed" }, causes);
  };

  const checkAll = (causes: readonly Cause[], about?: (api: APIService) => boolean): void => {
    for (const api of remote.values()) if (about?.(api) ?? true) void check(api.metadata?.name ?? "", causes);
  };

  const arm = (causes: readonly Cause[]): void => {
    if (again !== undefined || remote.size === 0) return;
    again = clock.timer(RESYNC_MS, () => {
      again = undefined;
      const because = [timerCause("apiservice-resync", causes)];
      checkAll(because);
      arm(because);
    });
  };

  /** Takes up what is stored under a name now. */
  const adopt = (name: string): void => {
    for (const [groupVersion, api] of remote) {
      if (api.metadata?.name !== name) continue;
      remote.delete(groupVersion);
      if (get(name)?.spec?.service === undefined) show(api, undefined);
    }
    const api = get(name);
    if (api?.spec?.service !== undefined) remote.set(groupVersionOf(api), api);
  };

  store.watch({ prefix: PREFIX, from: 0 }, (revisions) => {
    for (const { key, revision, previous, value } of revisions) {
      const name = key.slice(PREFIX.length);
      adopt(name);
      const causes: readonly Cause[] = [{ kind: "revision", revision }];
      // A word on its availability alone asks for no other.
      const changed = (previous?.value as APIService | undefined)?.spec !== (value as APIService | undefined)?.spec;
      if (changed) void check(name, causes);
      arm(causes);
    }
  });
  for (const prefix of [SERVICES, SLICES])
    store.watch({ prefix, from: 0 }, (revisions) => {
      if (remote.size === 0) return;
      for (const { key, revision, value, previous } of revisions) {
        const object = (value ?? previous?.value) as KubeObject;
        const name = prefix === SERVICES ? object.metadata?.name : object.metadata?.labels?.["kubernetes.io/service-name"];
        const namespace = key.slice(prefix.length).split("/")[0];
        checkAll([{ kind: "revision", revision }], ({ spec }) => spec?.service?.namespace === namespace && spec?.service?.name === name);
      }
    });

  return {
    has: (groupVersion) => remote.has(groupVersion),
    async serve(groupVersion, request, user) {
      const api = remote.get(groupVersion);
      const egress = server.egress();
      const found = api && isAvailable(api) ? placeOf(api) : undefined;
      if (!found || !egress) return textAnswer(503, "service unavailable");
      return passOn(egress, found.place, found.host, request, user);
    },
    stale: () =>
      [...remote.values()]
        .filter((api) => !shown.has(groupVersionOf(api)))
        .map(({ spec }) => ({ group: spec?.group ?? "", version: spec?.version ?? "" })),
    restored() {
      const causes = (store.range({ prefix: PREFIX }).entries as readonly Entry<APIService>[]).map(({ key, modRevision }) => {
        adopt(key.slice(PREFIX.length));
        return { kind: "revision" as const, revision: modRevision };
      });
      // Asked once machines are there to answer.
      if (remote.size > 0) clock.timer(1_000, () => checkAll([timerCause("apiservice-resync", causes)]));
      arm(causes.slice(-8));
    },
  };
}
