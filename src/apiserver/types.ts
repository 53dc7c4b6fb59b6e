import type { KubeObject, WatchEvent } from "../api/index.ts";
import type { Cancel, Cause } from "../sim/index.ts";

export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** A request inside the process: objects by reference, identity already known to the caller's composition root. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS";
  /** Path without query: `/api/v1/namespaces/default/pods/web`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Lower-case names. Only `fetch` fills it. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Media type of `body`; a patch says which kind of patch it is. Default application/json. */
  readonly contentType?: string;
  /** A JSON value (taken by reference: the caller lets go of it), or bytes as they came. */
  readonly body?: unknown;
  /** What the answer should be: plain objects (default), `Table` (meta.k8s.io/v1), or metadata only; "NotAcceptable": nothing that is served. */
  readonly as?: "Object" | "Table" | "PartialObjectMetadata" | "PartialObjectMetadataList" | "NotAcceptable";
  /** Absent: authenticate from certificate and headers (anonymous when there are none). */
  readonly user?: UserInfo;
  /** A client certificate that came with the connection; without a user it is not of this cluster's authority. */
  readonly peer?: { readonly user?: UserInfo };
  readonly agent: string;
  readonly causes: readonly Cause[];
  readonly signal?: AbortSignal;
  /** The typed client's word that `body` already has the kind's shape: decoding is skipped, nothing else is. */
  readonly trusted?: boolean;
}

export interface ApiResponse {
  readonly status: number;
  /** An object (by reference, immutable), text, or bytes. */
  readonly body?: object | string | Uint8Array;
  readonly contentType?: string;
  /** Answers as plain JSON whatever was asked for, like everything that is no API. */
  readonly plain?: true;
  /** Texts for `Warning: 299 - "…"` headers. */
  readonly warnings?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** A watch, or a log that is followed. */
  readonly watch?: WatchStream;
  readonly stream?: ByteStream;
}

/** Events by reference. Batches arrive in turns. */
export interface WatchStream {
  /** Starts the flow; `onEnd` once, when the server ends it. */
  start(onEvents: (events: readonly WatchEvent<KubeObject>[], revision: number) => void, onEnd?: () => void): Cancel;
}

/** Bytes that a component produces over time. `read` answers null at the end. */
export interface ByteStream {
  read(): Promise<Uint8Array | null>;
  cancel(): void;
}

/** Channels of exec and attach, as `v5.channel.k8s.io` numbers them. */
export interface Duplex {
  readonly stdin: { write(data: Uint8Array): Promise<void>; close(): void };
  readonly stdout: ByteStream;
  readonly stderr: ByteStream;
  resize(columns: number, rows: number): void;
  /** The final Status, as on the error channel: `Success`, or a Failure with an ExitCode cause. */
  readonly status: Promise<object>;
  close(): void;
}

/** A connection to a port in a pod. */
export interface PortStream {
  /** null at the end. Rejects when the connection is reset. */
  read(): Promise<Uint8Array | null>;
  write(data: Uint8Array): Promise<void>;
  /** Nothing more will be written. */
  end(): void;
  /** Cuts both directions. */
  close(): void;
}

/** A client's hold on a pod's ports. */
export interface PortForward {
  /** Rejects EgressError with what the error stream says when nobody listens there. */
  open(port: number): Promise<PortStream>;
}

export interface Api {
  handle(request: ApiRequest): Promise<ApiResponse>;
  /** `peer`: whom the connection's client certificate names. */
  fetch(request: Request, peer?: ApiRequest["peer"]): Promise<Response>;
  /** exec and attach: a Duplex, or a plain answer when refused. */
  connect(request: ApiRequest): Promise<Duplex | ApiResponse>;
  /** port-forward, or a plain answer when refused. */
  forward(request: ApiRequest): Promise<PortForward | ApiResponse>;
}

/** An HTTP request that the API server sends: to a pod, a webhook, an aggregated server. */
export interface HttpExchange {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Host and port as in the URL. */
  readonly host: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: ByteStream;
}

/** Nobody answered. `message` is Go's: `dial tcp 10.244.1.5:80: connect: connection refused`, `context deadline exceeded`. */
export class EgressError extends Error {
  override readonly name = "EgressError";
  readonly timeout: boolean;
  constructor(message: string, timeout = false) {
    super(message);
    this.timeout = timeout;
  }
}

/** How the API server reaches what it proxies to: kubelets, pods, webhooks and aggregated servers. */
export interface Egress {
  /**
   * One exchange over the cluster's network, from the API server's own machine. `ip`: a pod's or a node's (a Service's
   * endpoint is the caller's to choose). Rejects EgressError. `timeout` in virtual ms up to the head of the answer.
   */
  http(to: { readonly ip: string; readonly port: number }, request: HttpExchange, timeout?: number): Promise<HttpAnswer>;
  logs(node: string, request: LogRequest): Promise<ByteStream | ApiResponse>;
  exec(node: string, request: ExecRequest): Promise<Duplex | ApiResponse>;
  /** A port of a pod, by way of its kubelet. Rejects EgressError. */
  portForward(node: string, pod: { readonly namespace: string; readonly name: string }, port: number): Promise<PortStream>;
  /** A path of the kubelet's own HTTP server: "stats/summary". */
  proxy(node: string, path: string): Promise<ApiResponse>;
}

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** Virtual milliseconds. */
  readonly since?: number;
  readonly signal?: AbortSignal;
}

export interface ExecRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Undefined: attach to the container's main process. */
  readonly command?: readonly string[];
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}
