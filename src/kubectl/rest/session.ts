import type { Cause } from "../../sim/index.ts";
import { genericServerResponse, type Status, type StatusError } from "../../machinery/index.ts";
import { clientConfig, loadKubeconfig } from "../config/kubeconfig.ts";
import { ApiFailure, asFailure, CliError, errorMessage, Exit } from "../errors.ts";
import type { withPluginCredentials } from "../config/exec-plugin.ts";
import type { Flags } from "../flags/parse.ts";
import type { Preference } from "../kuberc/file.ts";
import type {
  ClientConfig,
  KubectlApi,
  KubectlDuplex,
  KubectlOptions,
  KubectlProcess,
  KubectlRequest,
  KubectlResponse,
  Resource,
  KubectlForward,
  Later,
} from "../types.ts";
import { promptFor } from "../config/prompt.ts";
import { queryText, Trace } from "./trace.ts";
import { tellUndiscovered, undiscovered } from "./undiscovered.ts";
import type { Seldom } from "./seldom.ts";
import { UrlError } from "./url-error.ts";
import { discover, type Discovery, type Get, type ResourceType } from "./discovery.ts";

export type Query = Record<string, string | readonly string[] | undefined>;
export interface RequestOptions {
  readonly query?: Query;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly as?: KubectlRequest["as"];
  readonly signal?: AbortSignal;
  /** A path as somebody typed it: a client that is given one does not know what it stands for. */
  readonly raw?: boolean;
  /** What a kubectl knows from its cache: -v does not tell of it, and whoever one acts as is not asked. */
  readonly untold?: boolean;
}

/** Few users have one. */
const plugin: Later<typeof withPluginCredentials> = {
  load: async () => (await import("../config/exec-plugin.ts")).withPluginCredentials,
  program: undefined,
};

/** What this kubectl is. */
export const CLIENT_VERSION = "v1.36.2";
const AGENT = `kubectl/${CLIENT_VERSION} (linux/amd64) kubernetes/timonel`;

/** One invocation's conversation with the API server: where, as whom, why, and what the server warned of. */
export class Session {
  readonly #proc: KubectlProcess;
  readonly #flags: Flags;
  readonly #options: KubectlOptions;
  readonly #path: string | undefined;
  readonly #causes: readonly Cause[];
  readonly #warned = new Set<string>();
  readonly #preference: Preference | undefined;
  readonly #seldom: Seldom | undefined;
  #config: ClientConfig | undefined;
  #api: Promise<KubectlApi> | undefined;
  #discovery: Promise<Discovery> | undefined;

  /** `path`: of the command that failures of discovery are told for; absent: nobody listens. */
  constructor(proc: KubectlProcess, flags: Flags, options: KubectlOptions, path?: string, preference?: Preference, seldom?: Seldom) {
    this.#preference = preference;
    this.#seldom = seldom;
    this.#proc = proc;
    this.#path = path;
    this.#flags = flags;
    this.#options = options;
    const line = ["kubectl", ...proc.argv.slice(1)].join(" ");
    const cause: Cause = options.cause?.(line, proc.clock.now(), proc.pid) ?? {
      kind: "input",
      at: proc.clock.now(),
      sequence: proc.pid,
      what: line,
    };
    this.#causes = [cause];
  }

  get config(): ClientConfig {
    this.#config ??= clientConfig(loadKubeconfig(this.#proc.fs, this.#flags, this.#proc.env), this.#flags, this.#proc.fs, this.#proc.env);
    return this.#config;
  }
  get namespace(): string {
    return this.config.namespace;
  }
  /** Whether -n was given: then a manifest may not name another namespace. */
  get namespaceGiven(): boolean {
    return this.#flags.changed("namespace");
  }
  get #verbosity(): number {
    const v = this.#flags.has("v") ? this.#flags.int("v") : 0;
    return this.#seldom?.level("round_trippers", v) ?? v;
  }
  get warnings(): number {
    return this.#warned.size;
  }
  get now(): number {
    return this.#proc.clock.now();
  }

  /** `fresh`: as the server tells it now, and -v tells of that. */
  discovery(fresh = false): Promise<Discovery> {
    return (this.#discovery ??= this.attemptDiscovery(fresh).catch((error: unknown) => this.#tell(error)));
  }

  /** The same for those who can do without: a failure is told nowhere. */
  async attemptDiscovery(fresh = false): Promise<Discovery> {
    const get: Get = (path, headers) =>
      this.object("GET", path, fresh ? { headers, query: { timeout: "32s" } } : { headers, untold: true });
    try {
      return await discover(this.#seldom?.documents(this.config, fresh, get) ?? get);
    } catch (error) {
      throw undiscovered(error);
    }
  }

  #trace(level: number): Trace {
    const bodies = this.#seldom ? this.#seldom.level("helper", this.#flags.int("v")) : level;
    return new Trace(this.#proc, { level, bodies }, this.config);
  }

  /** Looks again, when what is asked for is nowhere in what a kubectl remembers: only -v shows it (k8s: restmapper/discovery.go). */
  async rediscover(): Promise<void> {
    if (this.#verbosity < 6) return;
    await this.#trace(this.#verbosity).say("discovery.go:214", "Invalidating discovery information");
    await discover((path, headers) => this.object("GET", path, { headers, query: { timeout: "32s" } }));
  }

  async #tell(error: unknown): Promise<never> {
    const told = error instanceof ApiFailure || error instanceof UrlError;
    if (told && this.#path !== undefined) await tellUndiscovered(this.#proc, this.#path, error);
    throw error;
  }

  /** Discovery for objects of a file: whoever validates them asks for schemas first, others name the file (k8s: resource.Builder). */
  async discoveryFor(source: string, validates: boolean): Promise<Discovery> {
    try {
      return await this.attemptDiscovery();
    } catch (error) {
      if (!(error instanceof ApiFailure || error instanceof UrlError)) throw error;
      if (validates)
        throw new CliError(
          `error validating ${JSON.stringify(source)}: error validating data: failed to download openapi: ${error.message.replace(/\/api\?/, "/openapi/v2?")}; if you choose to ignore these errors, turn validation off with --validate=false`,
        );
      if (this.#path !== undefined) await tellUndiscovered(this.#proc, this.#path, error, 1);
      throw new CliError(`unable to recognize ${JSON.stringify(source)}: ${error.message}`);
    }
  }

  /** The whole answer; throws ApiFailure when it is a refusal. */
  async request(method: KubectlRequest["method"], path: string, options: RequestOptions = {}): Promise<KubectlResponse> {
    const response = await this.#send((api, request) => api.handle(request), method, path, options);
    if ("status" in response && typeof response.status === "number")
      return this.#accept(response as KubectlResponse, method, options.raw ? "" : path);
    throw new CliError("unexpected answer from the server");
  }

  /** The answer as it is, a refusal too. */
  async pass(method: KubectlRequest["method"], path: string, options: RequestOptions = {}): Promise<KubectlResponse> {
    try {
      return await this.#send((api, request) => api.handle(request), method, path, options);
    } catch (error) {
      if (error instanceof ApiFailure) return { status: error.code, body: error.status };
      throw error;
    }
  }

  async object(method: KubectlRequest["method"], path: string, options: RequestOptions = {}): Promise<object> {
    const { body, stream } = await this.request(method, path, options);
    // What another server answers through this one comes as it is.
    if (stream) return JSON.parse(await readAll(stream)) as object;
    return typeof body === "object" && !(body instanceof Uint8Array) ? body : { message: body };
  }

  async text(path: string, options: RequestOptions = {}): Promise<string> {
    const { body, stream } = await this.request("GET", path, options);
    if (stream) return readAll(stream);
    return typeof body === "string" ? body : body instanceof Uint8Array ? new TextDecoder().decode(body) : JSON.stringify(body ?? {});
  }

  async connect(path: string, query: Query, method: "POST" | "GET" = "POST"): Promise<KubectlDuplex> {
    const answer = await this.#send((api, request) => api.connect(request), method, path, { query });
    if ("stdin" in answer) return answer;
    await this.#accept(answer, "GET", path);
    throw new CliError("unable to upgrade connection: the server gave a plain answer");
  }

  async forward(path: string): Promise<KubectlForward> {
    const answer = await this.#send((api, request) => api.forward(request), "POST", path, {});
    if ("open" in answer) return answer;
    await this.#accept(answer, "POST", path);
    throw new CliError("unable to upgrade connection: the server gave a plain answer");
  }

  get(type: ResourceType, namespace: string | undefined, name: string, options: RequestOptions = {}): Promise<Resource> {
    return this.object("GET", pathOf(type, namespace, name), options) as Promise<Resource>;
  }

  async list(
    type: ResourceType,
    namespace: string | undefined,
    query: Query = {},
    limit = 0,
  ): Promise<{ items: Resource[]; resourceVersion: string; object: object }> {
    let items: Resource[] = [];
    let token: string | undefined;
    let object: object;
    let resourceVersion = "";
    do {
      object = await this.object("GET", pathOf(type, namespace), {
        query: { ...query, ...(limit ? { limit: String(limit) } : {}), ...(token ? { continue: token } : {}) },
      });
      const page = object as { items?: readonly Resource[]; metadata?: { continue?: string; resourceVersion?: string } };
      // Items of a list carry no kind of their own on the wire; kubectl fills it in.
      const typed = (page.items ?? []).map((o) =>
        o.kind && o.apiVersion ? o : { ...o, apiVersion: type.group ? `${type.group}/${type.version}` : type.version, kind: type.kind },
      );
      items = items.length === 0 ? typed : items.concat(typed);
      resourceVersion = page.metadata?.resourceVersion ?? "";
      token = page.metadata?.continue || undefined;
    } while (token);
    return { items, resourceVersion, object };
  }

  /** Prints `Warning: …`, each text once. */
  async warn(text: string): Promise<void> {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    const colour = this.#proc.stderr.tty && this.#proc.env["TERM"] !== "dumb" && this.#proc.env["NO_COLOR"] === undefined;
    await this.#proc.stderr.write(colour ? `\u001b[33;1mWarning:\u001b[0m ${text}\n` : `Warning: ${text}\n`);
  }

  async #send<T extends KubectlResponse | KubectlDuplex | KubectlForward>(
    call: (api: KubectlApi, request: KubectlRequest) => Promise<T>,
    method: KubectlRequest["method"],
    path: string,
    options: RequestOptions,
  ): Promise<T> {
    const { headers: asked, raw: _, untold, ...rest } = options;
    const impersonate = untold ? undefined : this.config.impersonate;
    const headers: Record<string, string> = impersonate
      ? {
          ...asked,
          "impersonate-user": impersonate.user,
          ...(impersonate.groups.length ? { "impersonate-group": impersonate.groups.join(", ") } : {}),
          ...(impersonate.uid ? { "impersonate-uid": impersonate.uid } : {}),
          ...Object.fromEntries(
            [...impersonate.extra].map(([key, values]) => [`impersonate-extra-${key.toLowerCase()}`, values.join(", ")]),
          ),
        }
      : { ...asked };
    const unlimited: KubectlRequest = {
      method,
      path,
      agent: AGENT,
      causes: this.#causes,
      signal: this.#proc.signal,
      ...(impersonate || asked ? { headers } : {}),
      ...rest,
    };
    const request = this.#seldom?.limited(unlimited) ?? unlimited;
    try {
      await this.#seldom?.match(CLIENT_VERSION, () => this.object("GET", "/version", { query: { timeout: "32s" } }));
      const api = await (this.#api ??= this.#connect());
      const level = this.#verbosity;
      if (level < 6 || untold) return await call(api, request);
      return await this.#traced((traced) => call(api, traced), request, level);
    } catch (error) {
      const e = asFailure(error);
      if (e instanceof ApiFailure || e instanceof CliError || e instanceof Exit) throw e;
      if (this.#proc.signal.aborted) throw e;
      // Discovery is asked for with a limit of its own.
      const timed = path === "/api" || path === "/apis" ? { timeout: "32s", ...request.query } : request.query;
      if (e instanceof Error && e.name === "Unreached")
        throw new UrlError(method, `${this.config.server}${path}${queryText(timed)}`, errorMessage(e));
      throw e;
    }
  }

  async #connect(): Promise<KubectlApi> {
    const api = await this.#reach();
    return this.#seldom?.api(api) ?? api;
  }

  async #reach(): Promise<KubectlApi> {
    if (this.#path === undefined) return this.#options.connect(this.config, this.#proc);
    let { access } = this.config;
    if (access.exec !== undefined) {
      const fromPlugin = plugin.program ?? (await (this.#proc.code ? this.#proc.code(plugin) : plugin.load()));
      access = await fromPlugin(this.#proc, this.config, this.#preference);
    }
    return this.#options.connect({ ...this.config, access: await promptFor({ ...this.config, access }, this.#proc) }, this.#proc);
  }

  /** -v=6 and more: what is asked and answered is told on stderr. */
  async #traced<T extends KubectlResponse | KubectlDuplex | KubectlForward>(
    call: (request: KubectlRequest) => Promise<T>,
    request: KubectlRequest,
    level: number,
  ): Promise<T> {
    const answered = await this.#trace(level).request(request);
    try {
      const answer = await call(request);
      await answered("status" in answer && typeof answer.status === "number" ? (answer as KubectlResponse) : { status: 101 });
      return answer;
    } catch (error) {
      const e = asFailure(error);
      if (e instanceof ApiFailure) await answered({ status: e.code, body: e.status });
      throw error;
    }
  }

  async #accept(response: KubectlResponse, method: string, path: string): Promise<KubectlResponse> {
    for (const warning of response.warnings ?? []) await this.warn(warning);
    if (response.status < 400) return response;
    const body = response.stream ? statusOf(await readAll(response.stream)) : response.body;
    if (typeof body === "object" && !(body instanceof Uint8Array) && (body as { kind?: string }).kind === "Status")
      throw new ApiFailure(body as Status);
    const text = typeof body === "string" ? body : body instanceof Uint8Array ? new TextDecoder().decode(body) : JSON.stringify(body ?? "");
    if (response.status === 404) throw new ApiFailure(unknownPath(method, path, text).status);
    throw new ApiFailure({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      code: response.status,
      reason: REASONS[response.status] ?? "",
      message: text.trim() || `the server responded with ${response.status}`,
    });
  }
}

function statusOf(text: string): object | string {
  try {
    return JSON.parse(text) as object;
  } catch {
    return text;
  }
}

/** What client-go makes of an answer without words: the verb, the resource and the name it had asked for. */
function unknownPath(method: string, path: string, message: string): StatusError {
  const [, , group = "", , resource = "", name = ""] =
    // The client of scales asks for a path and nothing else.
    (path.endsWith("/scale") ? undefined : /^\/(api|apis\/([^/]+))\/([^/]+)\/(?:namespaces\/[^/]+\/)?([^/?]+)(?:\/([^/?]+))?/.exec(path)) ??
    [];
  return genericServerResponse({ code: 404, verb: method, resource, group, name, message });
}

const REASONS: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  409: "Conflict",
  500: "InternalError",
  503: "ServiceUnavailable",
};

export function pathOf(type: ResourceType, namespace: string | undefined, name?: string, subresource?: string): string {
  const base = type.group ? `/apis/${type.group}/${type.version}` : `/api/${type.version}`;
  const scope = type.namespaced && namespace !== undefined && namespace !== "" ? `/namespaces/${namespace}` : "";
  return `${base}${scope}/${type.name}${name === undefined ? "" : `/${name}`}${subresource ? `/${subresource}` : ""}`;
}

async function readAll(stream: { read(): Promise<Uint8Array | null> }): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
