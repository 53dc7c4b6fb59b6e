import type { LaterImage } from "../runtime/index.ts";

/** Releases, with the builds that Kubernetes makes of them. */
const ROWS: readonly (readonly [version: string, tags: string, builds: string, megabytes: number])[] = [
  ["3.6.8", "v3.6.8", "3.6.8-0", 23],
  ["3.6.6", "v3.6.6", "3.6.6-0", 23],
  ["3.6.5", "v3.6.5 v3.6.4 v3.6.1 v3.6.0", "3.6.5-0 3.6.4-0", 22],
  [
    "3.5.24",
    "v3.5.24 v3.5.21 v3.5.18 v3.5.17 v3.5.16 v3.5.15 v3.5.14 v3.5.13 v3.5.12 v3.5.11 v3.5.10 v3.5.9",
    "3.5.24-0 3.5.21-0 3.5.16-0 3.5.15-0 3.5.12-0 3.5.10-0 3.5.9-0",
    21,
  ],
  ["3.5.7", "v3.5.7 v3.5.6 v3.5.5 v3.5.4 v3.5.2 v3.5.1 v3.5.0", "3.5.7-0 3.5.6-0 3.5.4-0 3.5.3-0 3.5.1-0", 101],
  ["3.4.37", "v3.4.37 v3.4.27 v3.4.24 v3.4.20 v3.4.18 v3.4.15 v3.4.14 v3.4.13 v3.4.9 v3.4.3 v3.4.0", "3.4.13-0 3.4.3-0", 38],
];

/** etcd's own images and Kubernetes'. */
export const etcdImages: readonly LaterImage[] = ROWS.flatMap(([version, tags, builds, megabytes]) =>
  ["quay.io/coreos/etcd", "gcr.io/etcd-development/etcd", "registry.k8s.io/etcd"].map((repository, i) => ({
    repository,
    tags: (i === 2 ? builds : tags).split(" "),
    size: megabytes * 1_000_000,
    load: async () => (await import("./etcd/contents.ts")).etcd(version, i === 2),
  })),
);
