import type { LaterImage } from "../runtime/index.ts";

const ROWS: readonly (readonly [version: string, tags: string, megabytes: number])[] = [
  ["8.2.1", "8.2 8.2.1", 322],
  ["8.0.15", "latest 8 8.0 8.0.15 8.0.4 8.0.3 8.0.0", 312],
  ["7.0.25", "7 7.0 7.0.25 7.0.14 7.0.12 7.0.9 7.0.8 7.0.7 7.0.5 7.0.4 7.0.2", 277],
  ["6.0.26", "6 6.0 6.0.26 6.0.13 6.0.9 6.0.8 6.0.6 6.0.5 6.0.4 6.0.2 6.0.1", 254],
  ["5.0.31", "5 5.0 5.0.31 5.0.15 5.0.9 5.0.6 5.0.5 5.0.3 5.0.2", 241],
  ["4.4.29", "4 4.4 4.4.29 4.4.18 4.4.10 4.4.6 4.4.4 4.4.3 4.4.1", 162],
  ["4.2.24", "4.2 4.2.24 4.2.6", 150],
];

/** The official mongo images. */
export const mongoImages: readonly LaterImage[] = ROWS.map(([version, tags, megabytes]) => ({
  repository: "docker.io/library/mongo",
  tags: tags.split(" "),
  size: megabytes * 1_000_000,
  load: async () => (await import("./mongo/contents.ts")).mongo(version),
}));
