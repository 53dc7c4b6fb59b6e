import type { Api, ApiRequest, ApiResponse } from "../../apiserver/index.ts";
import type { Cancel, Clock } from "../../sim/index.ts";
import { nobodyAt } from "../link.ts";

type Watch = NonNullable<ApiResponse["watch"]>;

/** After how long a request that waits for etcd is given up (k8s: --request-timeout). */
const REQUEST_TIMEOUT_MS = 60_000;
/** What is kept in etcd; the rest is answered without it. */
const STORED = /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)\/./;
/** The simulator's own group is no process's: it is there as long as the tab is. */
const SIMULATOR = "/apis/sim.timonel.dev/";

/** The way to an API server that may be down, or without its etcd. While nothing is wrong it only passes on. */
export class ApiGate implements Api {
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #server: () => string;
  readonly #watches = new Set<() => void>();
  readonly #waiting = new Set<() => void>();
  readonly #listeners: ((up: boolean) => void)[] = [];
  #up = true;
  #etcd = true;

  /** `server`: its URL. */
  constructor(api: Api, clock: Clock, server: () => string) {
    this.#api = api;
    this.#clock = clock;
    this.#server = server;
  }

  get up(): boolean {
    return this.#up;
  }
  /** Whenever the server has ended, or is there again. */
  on(fn: (up: boolean) => void): void {
    this.#listeners.push(fn);
  }

  /** The server has ended, or is there again. */
  turn(up: boolean): void {
    if (this.#up === up) return;
    this.#up = up;
    for (const tell of this.#listeners) tell(up);
    if (up) return;
    // Its connections end with it.
    this.#go();
    for (const end of [...this.#watches]) this.#clock.turn(end);
  }

  turnEtcd(up: boolean): void {
    if (this.#etcd === up) return;
    this.#etcd = up;
    if (up) this.#go();
  }

  handle(request: ApiRequest): Promise<ApiResponse> {
    if (request.path.startsWith(SIMULATOR)) return this.#api.handle(request);
    if (!this.#up) return nobodyAt(this.#server()).handle(request as never) as Promise<ApiResponse>;
    if (!this.#etcd && STORED.test(request.path)) return this.#patiently(request);
    const answer = this.#api.handle(request);
    return request.query?.["watch"] === undefined ? answer : answer.then((response) => this.#tapped(response));
  }

  async fetch(request: Request, peer?: ApiRequest["peer"]): Promise<Response> {
    const path = /^[a-z]+:\/\/[^/]+([^?#]*)/.exec(request.url)?.[1] ?? "/";
    if (!this.#etcd && /^\/(?:livez|readyz|healthz)\b/.test(path)) return unhealthy(path);
    if (this.#up && (this.#etcd || !STORED.test(path))) return this.#api.fetch(request, peer);
    const { status, body } = this.#up
      ? ((await this.#reached()) ?? timedOut())
      : await this.handle({ method: "GET", path, agent: "", causes: [] });
    if (status === 200) return this.fetch(request, peer);
    return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
  }

  connect(request: ApiRequest): ReturnType<Api["connect"]> {
    return this.#up && this.#etcd ? this.#api.connect(request) : this.handle(request);
  }
  forward(request: ApiRequest): ReturnType<Api["forward"]> {
    return this.#up && this.#etcd ? this.#api.forward(request) : this.handle(request);
  }

  async #patiently(request: ApiRequest): Promise<ApiResponse> {
    return (await this.#reached()) === undefined ? timedOut() : this.handle(request);
  }

  /** Once something has changed; undefined: nothing has in time. */
  #reached(): Promise<{ readonly status: 200; readonly body?: object } | undefined> {
    return new Promise((resolve) => {
      const go = (): void => {
        cancel();
        this.#waiting.delete(go);
        resolve({ status: 200 });
      };
      const cancel = this.#clock.timer(REQUEST_TIMEOUT_MS, () => {
        this.#waiting.delete(go);
        resolve(undefined);
      });
      this.#waiting.add(go);
    });
  }
  #go(): void {
    for (const go of [...this.#waiting]) this.#clock.turn(go);
  }

  #tapped(response: ApiResponse): ApiResponse {
    const { watch } = response;
    return watch === undefined ? response : { ...response, watch: { start: (onEvents, onEnd) => this.#start(watch, onEvents, onEnd) } };
  }
  #start(watch: Watch, onEvents: Parameters<Watch["start"]>[0], onEnd?: () => void): Cancel {
    const over = (): void => {
      cancel();
      if (this.#watches.delete(over)) onEnd?.();
    };
    this.#watches.add(over);
    const cancel = watch.start(onEvents, () => {
      if (this.#watches.delete(over)) onEnd?.();
    });
    return () => {
      this.#watches.delete(over);
      cancel();
    };
  }
}

/** k8s: endpoints/filters/timeout.go. */
function timedOut(): ApiResponse {
  const message = "the server was unable to return a response in the time allotted, but may still be processing requests";
  return {
    status: 504,
    body: {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: `Timeout: ${message}`,
      reason: "Timeout",
      details: {},
      code: 504,
    },
  };
}

/** k8s: apiserver/pkg/server/healthz. */
const unhealthy = (path: string): Response =>
  new Response(`[+]ping ok\n[+]log ok\n[-]etcd failed: reason withheld\n${path.slice(1)} check failed\n`, {
    status: 500,
    headers: { "content-type": "text/plain; charset=utf-8" },
  });
