/** Of getrlimit(2), with what a container has of it: soft, hard. Infinity: unlimited. */
export const LIMITS = {
  cpu: [Infinity, Infinity],
  fsize: [Infinity, Infinity],
  data: [Infinity, Infinity],
  stack: [8 * 1024 * 1024, Infinity],
  core: [Infinity, Infinity],
  rss: [Infinity, Infinity],
  nproc: [Infinity, Infinity],
  nofile: [1_048_576, 1_048_576],
  memlock: [8 * 1024 * 1024, 8 * 1024 * 1024],
  as: [Infinity, Infinity],
  locks: [Infinity, Infinity],
  sigpending: [96_000, 96_000],
  msgqueue: [819_200, 819_200],
  nice: [0, 0],
  rtprio: [0, 0],
  rttime: [Infinity, Infinity],
} as const satisfies Record<string, readonly [soft: number, hard: number]>;
export type LimitName = keyof typeof LIMITS;
export type Limit = readonly [soft: number, hard: number];
/** Those that are not as usual. */
export type Limits = Readonly<Partial<Record<LimitName, Limit>>>;
