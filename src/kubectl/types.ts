import type { Cancel, Cause } from "../sim/index.ts";
import type { Flags, FlagTable } from "./flags/parse.ts";
import type { Session } from "./rest/session.ts";

/** JSON as kubectl sees objects: it knows few kinds by heart, the server knows the rest. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** An object of any kind, with the fields that all kinds have. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ResourceMeta;
  readonly [field: string]: unknown;
}
export interface ResourceMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
    readonly controller?: boolean;
  }[];
  readonly finalizers?: readonly string[];
  readonly [field: string]: unknown;
}

// --- What kubectl needs of the API server; apiserver's Api fits it as it is. ---

export interface KubectlRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly body?: unknown;
  readonly as?: "Object" | "Table" | "PartialObjectMetadata";
  readonly agent: string;
  readonly causes: readonly Cause[];
  readonly signal?: AbortSignal;
}
export interface KubectlStream {
  read(): Promise<Uint8Array | null>;
  cancel(): void;
}
export interface KubectlResponse {
  readonly status: number;
  readonly body?: object | string | Uint8Array;
  readonly contentType?: string;
  readonly warnings?: readonly string[];
  readonly watch?: {
    start(
      onEvents: (events: readonly { readonly type: string; readonly object: object }[], revision: number) => void,
      onEnd?: () => void,
    ): Cancel;
  };
  readonly stream?: KubectlStream;
}
export interface KubectlDuplex {
  readonly stdin: { write(data: Uint8Array): Promise<void>; close(): void };
  readonly stdout: KubectlStream;
  readonly stderr: KubectlStream;
  resize(columns: number, rows: number): void;
  readonly status: Promise<object>;
  close(): void;
}
/** A connection to a port in a pod. */
export interface KubectlPortStream {
  read(): Promise<Uint8Array | null>;
  write(data: Uint8Array): Promise<void>;
  end(): void;
  close(): void;
}
export interface KubectlForward {
  /** Rejects with what the kubelet says when nobody listens there. */
  open(port: number): Promise<KubectlPortStream>;
}
export interface KubectlApi {
  handle(request: KubectlRequest): Promise<KubectlResponse>;
  /** port-forward. */
  forward(request: KubectlRequest): Promise<KubectlForward | KubectlResponse>;
  /** exec and attach. */
  connect(request: KubectlRequest): Promise<KubectlDuplex | KubectlResponse>;
}

/** How a server is trusted, and what it is shown. */
export interface Access {
  /** PEM; undefined: those of the system. */
  readonly authorities: string | undefined;
  readonly insecure: boolean;
  /** What the server's certificate must be for, instead of its address. */
  readonly serverName: string | undefined;
  /** PEM. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly token: string | undefined;
  readonly basic: { readonly username: string; readonly password: string } | undefined;
  /** A program that prints credentials when they are asked for. */
  readonly exec?: ExecConfig;
}
/** k8s: clientcmd/api ExecConfig. */
export interface ExecConfig {
  readonly apiVersion?: string;
  readonly command?: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly interactiveMode?: string;
  readonly provideClusterInfo?: boolean;
}

/** What a kubeconfig and the flags over it say about where to go, as whom. */
export interface ClientConfig {
  readonly server: string;
  readonly namespace: string;
  readonly access: Access;
  readonly impersonate?: {
    readonly user: string;
    readonly groups: readonly string[];
    readonly extra: ReadonlyMap<string, readonly string[]>;
    readonly uid?: string;
  };
}

/** Injected by the cluster room. What `connect` gives rejects with an Error named Unreached, in the words of Go's dialer and TLS, where nobody answers. */
export interface KubectlOptions {
  connect(config: ClientConfig, proc: KubectlProcess): KubectlApi;
  /** Virtual ms that pass before a command begins; default 0. */
  readonly startMs?: number;
  /** The cause that this invocation's writes carry; default: an input stamped with the process's time and pid. */
  cause?(commandLine: string, at: number, pid: number): Cause;
}

// --- What kubectl needs of its process; runtime's ProcessContext fits it as it is. ---

export interface Stream {
  readonly tty: boolean;
  read(max?: number): Promise<Uint8Array | null>;
  write(data: string | Uint8Array): Promise<void>;
  readonly size?: { readonly columns: number; readonly rows: number };
  setRaw?(raw: boolean): void;
}
export interface Files {
  readFile(path: string): Uint8Array;
  readText(path: string): string;
  writeFile(path: string, data: string | Uint8Array, options?: { readonly append?: boolean; readonly mode?: number }): void;
  stat(path: string): { readonly type: string; readonly mode: number };
  lstat(path: string): {
    readonly type: string;
    readonly mode: number;
    readonly size: number;
    readonly mtime: number;
    readonly uid: number;
    readonly gid: number;
  };
  readlink(path: string): string;
  exists(path: string): boolean;
  readdir(path: string): readonly string[];
  mkdir(path: string, options?: { readonly recursive?: boolean; readonly mode?: number }): void;
  unlink(path: string): void;
  rmdir(path: string): void;
}
/** One end of a connection. */
export interface Socket {
  read(max?: number): Promise<Uint8Array | null>;
  write(data: Uint8Array): Promise<void>;
  end(): void;
  destroy(): void;
}
export interface Listener {
  readonly port: number;
  accept(): Promise<Socket>;
  close(): void;
}
export interface KubectlProcess {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
  readonly fs: Files;
  readonly stdin: Stream;
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly clock: { now(): number; sleep(ms: number): Promise<void> };
  /** Absent: there is no network. */
  readonly net?: {
    /** Where port-forward listens. */
    listen(port: number, options: { readonly address: string }): Promise<Listener>;
    /** Reject with an Error in Go's words. */
    lookup?(host: string): Promise<readonly string[]>;
    connect?(host: string, port: number): Promise<Socket>;
  };
  readonly signal: AbortSignal;
  on(signal: "INT" | "TERM" | "WINCH", handler: () => void): Cancel;
  spawn(options: { readonly argv: readonly string[] }): Promise<{ readonly exited: Promise<{ readonly code: number }> }>;
  readonly random: { suffix(length: number): string };
  /** Milliseconds of a processor; absent: they are not counted. */
  cpu?(ms: number): Promise<void>;
  /** Code that few commands need (dlopen); absent: it is loaded as it is. */
  code?<T>(later: Later<T>): T | Promise<T>;
}
/** A part of kubectl that is fetched when a command first needs it. */
export interface Later<T> {
  readonly load: () => Promise<T>;
  program: T | undefined;
}

// --- Commands ---

/** One invocation of one command. */
export interface Invocation {
  readonly proc: KubectlProcess;
  readonly command: Command;
  /** "kubectl rollout status": how messages name the command. */
  readonly path: string;
  /** Arguments that are no flags. */
  readonly args: readonly string[];
  /** How many arguments came before `--`; -1 without one. */
  readonly dash: number;
  readonly flags: Flags;
  readonly session: Session;
  readonly options: KubectlOptions;
  out(text: string): Promise<void>;
  err(text: string): Promise<void>;
  /** The command tree, for help and completion. */
  readonly root: Command;
}

/** What completion offers for a command's arguments. */
export type ArgumentKind =
  | "resources"
  | "serviceaccounts"
  | "pods"
  | "pods, containers"
  | "pods, ports"
  | "pod names"
  | "nodes"
  | "contexts"
  | "clusters"
  | "users"
  | "copies"
  | "shells"
  /** Nothing that kubectl knows: the shell offers files. */
  | "none";

/** One row of the table of commands: parser, help and completion are derived from it. */
export interface Command {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly short: string;
  /** After "kubectl <path>": "(TYPE NAME | -f FILENAME)". */
  readonly usage?: string;
  readonly group?: string;
  readonly flags?: FlagTable;
  /** Flags that there are only where an environment variable is "true". */
  readonly alpha?: { readonly env: string; readonly flags: FlagTable };
  /** Flags that must be given (cobra's MarkFlagRequired). */
  readonly required?: readonly string[];
  readonly arguments?: ArgumentKind;
  /** The types that completion offers, where the command takes only some. */
  readonly offers?: readonly string[];
  /** Completion offers one object and no more. */
  readonly offersOne?: boolean;
  /** A program on $PATH: completion asks it. */
  readonly plugin?: boolean;
  readonly subcommands?: readonly Command[];
  run?(invocation: Invocation): Promise<number | void>;
}
