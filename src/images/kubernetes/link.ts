import type { ContainerRun, EtcdLink } from "../etcd-link.ts";

/** How the API server's process wants it to be. */
export interface ApiServerSettings {
  readonly component: "kube-apiserver";
  readonly version: string;
  readonly port: number;
  /** PEM: what it shows, and whose clients it knows. */
  readonly certificate: string;
  readonly key: string;
  readonly clientCa: string;
  readonly authorization: readonly string[];
  readonly admission: { readonly enable: readonly string[]; readonly disable: readonly string[] };
}
/** A program that works through the API: where it looks for the server. */
export interface ClientSettings {
  readonly component: "kube-controller-manager" | "kube-scheduler";
  readonly server: string;
}
export type Settings = ApiServerSettings | ClientSettings;

/** Joins containers to the components that they stand for: while one runs, the component does. */
export interface ControlPlaneLink extends EtcdLink {
  /** Undefined: that machine is not where the control plane is. */
  begin(run: ContainerRun, settings: Settings): { stop(): void } | undefined;
  /** What is wrong with names of authorization modes and admission plugins, in upstream's words. */
  problems(settings: Pick<ApiServerSettings, "authorization" | "admission">): readonly string[];
}
