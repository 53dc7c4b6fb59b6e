import type { ClientApi } from "../client/index.ts";
import type { Cancel, Cause, Clock } from "../sim/index.ts";
import { mergeCauses } from "../sim/index.ts";

type Request = Parameters<ClientApi["handle"]>[0];
type Response = Awaited<ReturnType<ClientApi["handle"]>>;
type Watch = NonNullable<Response["watch"]>;

/** How long a kubelet waits for an answer (k8s: its clients' timeouts, and the lease's renew timeout). */
const REQUEST_TIMEOUT_MS = 10_000;
/** After how long of silence a connection that carries watches is given up (k8s: HTTP/2 ReadIdleTimeout and PingTimeout). */
const WATCH_TIMEOUT_MS = 45_000;

/** A watch that is open over the link. */
interface Line {
  readonly cancel: Cancel;
  readonly onEnd: (() => void) | undefined;
  /** What came while the link was cut, in order. */
  readonly held: (() => void)[];
}

/** One process's connection to the API server. While nothing is wrong with it, it only passes on. */
export class Link implements ClientApi {
  readonly #api: ClientApi;
  readonly #clock: Clock;
  readonly #lines = new Set<Line>();
  /** Requests that have had no answer since the link was cut. */
  readonly #waiting = new Set<() => void>();
  #lost: ReadonlySet<string> | undefined;
  #state: "up" | "cut" | "closed" = "up";
  #giveUp: Cancel | undefined;
  #late: { readonly upTo: number; readonly causes: readonly Cause[] } | undefined;
  /** Faults that make what goes over it other than it would be: stamped on every write. */
  causes: readonly Cause[] = [];

  constructor(api: ClientApi, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
  }

  /** What is done about revisions up to this one is done late, because of these faults. */
  late(upTo: number, causes: readonly Cause[]): void {
    if (causes.length > 0) this.#late = { upTo, causes };
  }

  handle(request: Request): Promise<Response> {
    if (this.#state !== "up" || this.#lost?.has(request.path)) return this.#troubled(request);
    return this.#send(request);
  }

  /** No packet gets through from here on. */
  cut(): void {
    if (this.#state !== "up") return;
    this.#state = "cut";
    this.#giveUp = this.#clock.timer(WATCH_TIMEOUT_MS, () => {
      for (const line of [...this.#lines]) {
        this.#drop(line);
        line.onEnd?.();
      }
    });
  }

  /** What was on its way arrives: TCP has kept trying. */
  heal(): void {
    if (this.#state !== "cut") return;
    this.#state = "up";
    this.#giveUp?.();
    for (const line of [...this.#lines]) for (const deliver of line.held.splice(0)) deliver();
    for (const go of [...this.#waiting]) go();
  }

  /** Writes to these paths are lost on the way. */
  lose(paths: ReadonlySet<string> | undefined): void {
    this.#lost = paths;
  }

  /** The process is gone: nothing it began goes on. */
  close(): void {
    this.#state = "closed";
    this.#giveUp?.();
    this.#waiting.clear();
    for (const line of [...this.#lines]) this.#drop(line);
  }

  #send(request: Request): Promise<Response> {
    const answer = this.#api.handle(request.method === "GET" ? request : this.#stamped(request));
    return request.query?.["watch"] === undefined ? answer : answer.then((response) => this.#tapped(response));
  }

  #stamped(request: Request): Request {
    const late = this.#late;
    const more = late && request.causes.some((c) => c.kind === "revision" && c.revision <= late.upTo) ? late.causes : this.causes;
    return more.length === 0 ? request : { ...request, causes: mergeCauses(request.causes, more) };
  }

  #troubled(request: Request): Promise<Response> {
    // A dead process waits for nothing.
    if (this.#state === "closed") return new Promise(() => {});
    if (this.#state === "up" && request.method === "GET") return this.#send(request);
    return new Promise((resolve, reject) => {
      const go = (): void => {
        done();
        this.handle(request).then(resolve, reject);
      };
      const cancel = this.#clock.timer(REQUEST_TIMEOUT_MS, () => {
        done();
        resolve(timedOut(request));
      });
      const done = (): void => {
        cancel();
        this.#waiting.delete(go);
      };
      if (this.#state === "cut") this.#waiting.add(go);
    });
  }

  #tapped(response: Response): Response {
    const { watch } = response;
    return watch === undefined ? response : { ...response, watch: { start: (onEvents, onEnd) => this.#start(watch, onEvents, onEnd) } };
  }

  #start(watch: Watch, onEvents: Parameters<Watch["start"]>[0], onEnd?: () => void): Cancel {
    if (this.#state === "closed") return () => {};
    const held: (() => void)[] = [];
    const cancel = watch.start(
      (events, revision) => {
        if (this.#state === "up") onEvents(events, revision);
        else held.push(() => onEvents(events, revision));
      },
      () => {
        if (this.#state === "up") onEnd?.();
        else held.push(() => onEnd?.());
      },
    );
    const line: Line = { cancel, onEnd, held };
    this.#lines.add(line);
    return () => this.#drop(line);
  }

  #drop(line: Line): void {
    line.cancel();
    line.held.length = 0;
    this.#lines.delete(line);
  }
}

const VERBS: Readonly<Record<Request["method"], string>> = { GET: "Get", POST: "Post", PUT: "Put", PATCH: "Patch", DELETE: "Delete" };

/** Where nobody listens: what a client makes of it, in Go's words. */
export function nobodyAt(server = ""): ClientApi {
  const { host } = /^https?:\/\/(?<host>[^/]+)/.exec(server)?.groups ?? { host: server };
  return {
    handle({ method, path }) {
      const message = `${VERBS[method]} "${server}${path}": dial tcp ${host}: connect: connection refused`;
      return Promise.resolve({
        status: 503,
        body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason: "ServiceUnavailable", code: 503 },
      });
    },
  };
}

/** What a client makes of a server that does not answer, in Go's words. */
function timedOut({ method, path }: Request): Response {
  const message = `${VERBS[method]} "https://control-plane:6443${path}?timeout=10s": context deadline exceeded`;
  return {
    status: 504,
    body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason: "Timeout", code: 504 },
  };
}
