interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}
export interface ClusterPod {
  readonly metadata?: Metadata;
  readonly spec?: { readonly nodeName?: string };
}
export interface ClusterNode {
  readonly metadata?: Metadata;
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly daemonEndpoints?: { readonly kubeletEndpoint?: { readonly Port: number } };
  };
}

/** What metrics-server watches: the composition root joins it to the API, with the rights of its service account. */
export interface ClusterObjects {
  /** Whether its informers have their first lists. */
  synced(): boolean;
  nodes(): readonly ClusterNode[];
  pods(): readonly ClusterPod[];
}
