import type { Kind, KindRegistry, KubeObject } from "../api/index.ts";
import { groupResource } from "../machinery/index.ts";
import type { MemoryStore } from "../etcd/index.ts";
import type { Clock, Origin, Random } from "../sim/index.ts";
import type { Registrations } from "./admission/dynamic/registrations.ts";
import type { Admission } from "./admission/types.ts";
import type { Allocators } from "./allocators.ts";
import type { Authentication } from "./authn/index.ts";
import type { ServiceAccountTokens } from "./authn/service-account-tokens.ts";
import type { Authorization } from "./authz/index.ts";
import type { RequestLog, RequestRecord } from "./observe/requests.ts";
import type { WriteOptions } from "./options.ts";
import type { LaterCode } from "./later-code.ts";
import type { ResourceInfo } from "./route.ts";
import type { ApiRequest, Egress, UserInfo } from "./types.ts";
import type { Component } from "./virtual/component-statuses.ts";
import type { ObjectIndexes } from "./indexes.ts";
import type { WatchCaches } from "./watch-cache.ts";

/** What the pipeline needs besides the request; one a server. */
export interface ServerContext {
  readonly store: MemoryStore;
  readonly kinds: KindRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly authentication: Authentication;
  readonly authorization: Authorization;
  readonly accountTokens: ServiceAccountTokens;
  readonly admission: Admission;
  readonly allocators: Allocators;
  readonly watches: WatchCaches;
  readonly requests: RequestLog;
  readonly indexes: ObjectIndexes;
  readonly egress: () => Egress | undefined;
  readonly code: LaterCode;
  /** Policies and webhooks, by what they are about. */
  readonly registrations: Registrations;
  /** What the simulator knows of a resource and does not store. */
  readonly observed: (plural: string) => readonly KubeObject[];
  /** Whether the control loops of a component run. */
  readonly isRunning: (component: Component) => boolean;
}

/** One request about a resource, after routing and authentication. */
export interface Scope<T extends KubeObject = KubeObject> {
  readonly server: ServerContext;
  /** How objects are kept; what everything but decoding and answering is about. */
  readonly kind: Kind<T>;
  /** What the path names: `kind`, or another version of it. */
  readonly requested: Kind<T>;
  readonly info: ResourceInfo;
  readonly request: ApiRequest;
  readonly user: UserInfo;
  readonly origin: Origin;
  readonly verb: string;
  /** What a create, update or patch says in its query. */
  readonly options: WriteOptions;
  readonly dryRun: boolean;
  /** Collected on the way; sent as Warning headers. */
  readonly warnings: string[];
  /** What is kept of the request for who looks at it later. */
  readonly record: RequestRecord;
}

/** etcd's key prefix of a kind: `/registry/pods/`, or `/registry/clocks.sim.timonel.dev/` outside the built-in groups. */
export function prefixOf(kind: Pick<Kind, "group" | "plural" | "custom">): string {
  let prefix = prefixes.get(kind);
  if (prefix === undefined) {
    const own = kind.custom === true || kind.group.includes("timonel");
    prefixes.set(kind, (prefix = `/registry/${own ? groupResource(kind.plural, kind.group) : kind.plural}/`));
  }
  return prefix;
}
const prefixes = new WeakMap<object, string>();

export function keyOf(kind: Pick<Kind, "group" | "plural" | "namespaced" | "custom">, namespace: string, name: string): string {
  return kind.namespaced ? `${prefixOf(kind)}${namespace}/${name}` : `${prefixOf(kind)}${name}`;
}

export function queryValue(request: ApiRequest, name: string): string | undefined {
  const value = request.query?.[name];
  return typeof value === "string" || value === undefined ? value : value[0];
}
