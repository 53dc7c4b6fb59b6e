import { kindTable, type Kind, type KubeObject, type List, type ResourceTypes, type Scale, type WatchEvent } from "../api/index.ts";
import { genericServerResponse, type Status, StatusError } from "../machinery/index.ts";
import type { Cancel, Cause } from "../sim/index.ts";
import type { Client, DeleteOptions, ListOptions, PatchType, Resource } from "./types.ts";

/** The part of the API server that a client speaks to; structurally apiserver's `Api`. */
export interface ClientApi {
  handle(request: ClientRequest): Promise<ClientResponse>;
}

interface ClientRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  readonly contentType?: string | undefined;
  readonly body?: unknown;
  readonly user?: { readonly name: string; readonly groups: readonly string[] };
  readonly agent: string;
  readonly causes: readonly Cause[];
  readonly trusted?: boolean;
}

interface ClientResponse {
  readonly status: number;
  readonly body?: unknown;
  readonly watch?: {
    start(
      onEvents: (events: readonly { readonly type: string; readonly object: KubeObject }[], revision: number) => void,
      onEnd?: () => void,
    ): () => void;
  };
}

const PATCH_TYPES: Readonly<Record<PatchType, string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

interface ClientOptions {
  readonly api: ClientApi;
  readonly user: { readonly name: string; readonly groups: readonly string[] };
  readonly agent: string;
  readonly causes?: readonly Cause[];
}

/** A typed client of one component: `user` is whom it acts as, `agent` what it calls itself. */
export function createClient(options: ClientOptions): Client {
  return new ApiClient(options, options.causes ?? []);
}

/** One is made for nearly every write (`because`), so it holds two references and no closures. */
class ApiClient implements Client {
  readonly #options: ClientOptions;
  readonly #causes: readonly Cause[];

  constructor(options: ClientOptions, causes: readonly Cause[]) {
    this.#options = options;
    this.#causes = causes;
  }

  #handle(
    method: ClientRequest["method"],
    path: string,
    query?: ClientRequest["query"],
    body?: unknown,
    contentType?: string,
  ): Promise<ClientResponse> {
    const { api, user, agent } = this.#options;
    return api.handle({ method, path, query, contentType, body, user, agent, causes: this.#causes, trusted: true });
  }
  /** The answer's body; every request goes through here, so with one promise and no more. */
  #send<T>(
    method: ClientRequest["method"],
    path: string,
    query?: ClientRequest["query"],
    body?: unknown,
    contentType?: string,
  ): Promise<T> {
    return this.#handle(method, path, query, body, contentType).then(bodyOf) as Promise<T>;
  }

  because(more: readonly Cause[]): Client {
    return new ApiClient(this.#options, more);
  }
  get<R extends Resource>(resource: R, namespace: string | undefined, name: string): Promise<ResourceTypes[R]> {
    return this.#send("GET", pathOf(resource, namespace, name));
  }
  scale(resource: Resource, namespace: string, name: string): Promise<Scale> {
    return this.#send("GET", pathOf(resource, namespace, name, "scale"));
  }
  read(path: string, query: Readonly<Record<string, string>>, of?: { resource: string; group: string; name?: string }): Promise<unknown> {
    return this.#handle("GET", path, query).then((response) => accepted(response, of && { verb: "get", ...of }).body);
  }
  list<R extends Resource>(resource: R, list: ListOptions = {}): Promise<List<ResourceTypes[R]>> {
    return this.#send("GET", pathOf(resource, list.namespace), listQuery(list));
  }
  create<R extends Resource>(resource: R, object: ResourceTypes[R], subresource?: string): Promise<ResourceTypes[R]> {
    const { namespace, name } = (object as KubeObject).metadata ?? {};
    const path = subresource ? pathOf(resource, namespace, name, subresource) : pathOf(resource, namespace);
    return this.#send("POST", path, undefined, object);
  }
  update<R extends Resource>(resource: R, object: ResourceTypes[R], subresource?: string): Promise<ResourceTypes[R]> {
    const { namespace, name } = (object as KubeObject).metadata ?? {};
    return this.#send("PUT", pathOf(resource, namespace, name, subresource), undefined, object);
  }
  patch<R extends Resource>(
    resource: R,
    namespace: string | undefined,
    name: string,
    type: PatchType,
    patch: unknown,
    subresource?: string,
  ): Promise<ResourceTypes[R]> {
    return this.#send("PATCH", pathOf(resource, namespace, name, subresource), undefined, patch, PATCH_TYPES[type]);
  }
  apply<R extends Resource>(resource: R, object: ResourceTypes[R], manager: string, subresource?: string): Promise<ResourceTypes[R]> {
    const { namespace, name } = (object as KubeObject).metadata ?? {};
    const query = { fieldManager: manager, force: "true" };
    return this.#send("PATCH", pathOf(resource, namespace, name, subresource), query, object, "application/apply-patch+yaml");
  }
  async delete<R extends Resource>(resource: R, namespace: string | undefined, name: string, deletion: DeleteOptions = {}): Promise<void> {
    await this.#send("DELETE", pathOf(resource, namespace, name), undefined, Object.keys(deletion).length > 0 ? deletion : undefined);
  }
  watch<R extends Resource>(
    resource: R,
    list: ListOptions,
    onEvents: (events: readonly WatchEvent<ResourceTypes[R]>[]) => void,
    onEnd?: (error?: unknown) => void,
  ): Cancel {
    let cancelled = false;
    let cancel: (() => void) | undefined;
    this.#handle("GET", pathOf(resource, list.namespace), { ...listQuery(list), watch: "true" })
      .then((response) => accepted(response))
      .then(
        ({ watch }) => {
          if (!cancelled) cancel = watch?.start((events) => onEvents(events as never), onEnd);
        },
        (error: unknown) => onEnd?.(error),
      );
    return () => {
      cancelled = true;
      cancel?.();
    };
  }
}

/** Throws what was refused; `asked` is named where the server had no Status to say. */
function accepted(response: ClientResponse, asked: { verb: string; resource?: string } = { verb: "" }): ClientResponse {
  const { status: code, body } = response;
  if (code >= 400)
    throw typeof body === "string" ? genericServerResponse({ ...asked, code, message: body }) : new StatusError(body as Status);
  return response;
}
const bodyOf = (response: ClientResponse): unknown => accepted(response).body;

function listQuery(options: ListOptions): Readonly<Record<string, string | undefined>> {
  const { labelSelector, fieldSelector, resourceVersion, limit, continue: token } = options;
  return { labelSelector, fieldSelector, resourceVersion, limit: limit?.toString(), continue: token };
}

const roots = new WeakMap<Kind, string>();

/** What a client calls a kind's resource: custom resources, which the table does not have, say all of it in their name. */
export const resourceOf = ({ plural, version, group, custom }: Pick<Kind, "plural" | "version" | "group" | "custom">): Resource =>
  (custom ? `${plural}.${version}.${group}` : plural) as Resource;

function rootOf(kind: Kind): string {
  let root = roots.get(kind);
  if (root === undefined) roots.set(kind, (root = kind.group === "" ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`));
  return root;
}

/** `/apis/apps/v1/namespaces/default/deployments/web/scale`; namespace undefined: all of them. */
export function pathOf(resource: Resource, namespace?: string, name?: string, subresource?: string): string {
  const kind = kindTable[resource] as unknown as Kind | undefined;
  const [plural = "", version, ...group] = kind ? [kind.plural] : resource.split(".");
  const root = kind ? rootOf(kind) : `/apis/${group.join(".")}/${version}`;
  const within = namespace && (kind?.namespaced ?? true);
  const collection = within ? `${root}/namespaces/${namespace}/${plural}` : `${root}/${plural}`;
  if (name === undefined) return collection;
  return subresource === undefined ? `${collection}/${name}` : `${collection}/${name}/${subresource}`;
}
