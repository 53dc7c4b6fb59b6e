import type { EtcdBackend } from "./etcd/backend.ts";

/** Of what a machine runs as a container. */
export interface ContainerRun {
  readonly machine: string;
  readonly pid: number;
}

/** How an etcd of the control plane meets what the API server keeps. */
export interface EtcdLink {
  /** Whether the control plane is on that machine. */
  home(machine: string): boolean;
  /** It ended before it began. */
  failed(run: ContainerRun, component: string): void;
  /** An etcd that has found this in its folder (nothing, for a new cluster); undefined: there is one already. */
  etcd(run: ContainerRun, data: EtcdData | "resumed" | undefined, about: EtcdAbout): EtcdRun | undefined;
}

export interface EtcdData {
  /** Of the folder's database: one that was written last by this cluster holds what the cluster has. */
  readonly hash: number;
  readonly revision: number;
  /** Keys and values as binary strings. */
  readonly pairs: () => Iterable<readonly [key: string, value: string]>;
}
export interface EtcdAbout {
  readonly name: string;
  readonly peers: readonly string[];
  readonly clients: readonly string[];
  readonly token: string;
  readonly version: string;
}
export interface EtcdRun {
  readonly backend: EtcdBackend;
  /** The folder has been written anew. */
  written(hash: number): void;
  /** It answers from now on. */
  serve(): void;
  stop(): void;
}
