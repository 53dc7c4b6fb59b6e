/** Redis, or the fork that goes on under the free licence: one engine, two names. */
export type Product = "Redis" | "Valkey";

/** Builds of the official images: what they say of themselves and what a pull costs. */
export interface RedisVersion {
  readonly product: Product;
  readonly version: string;
  readonly tags: readonly string[];
  readonly alpine: boolean;
  /** Compressed bytes. */
  readonly size: number;
}

const pair = (version: string, tags: readonly string[], suite: string, sizes: readonly [number, number]): readonly RedisVersion[] => [
  {
    product: "Redis",
    version,
    alpine: false,
    size: sizes[0],
    tags: tags.flatMap((t) => (t === "latest" ? ["latest", suite] : [t, `${t}-${suite}`])),
  },
  { product: "Redis", version, alpine: true, size: sizes[1], tags: tags.map((t) => (t === "latest" ? "alpine" : `${t}-alpine`)) },
];

export const VERSIONS: readonly RedisVersion[] = [
  ...pair("8.2.3", ["latest", "8", "8.2", "8.2.3", "8.0", "8.0.3"], "bookworm", [52_800_000, 25_700_000]),
  ...pair("7.4.7", ["7", "7.4", "7.4.7", "7.4.2", "7.4.1", "7.4.0"], "bookworm", [45_900_000, 17_100_000]),
  ...pair("7.2.12", ["7.2", "7.2.12", "7.2.4", "7.2.5", "7.2.3"], "bookworm", [45_600_000, 16_600_000]),
  ...pair("7.0.15", ["7.0", "7.0.15", "7.0.12", "7.0.11", "7.0.5", "7.0.4"], "bookworm", [44_900_000, 12_900_000]),
  ...pair("6.2.21", ["6", "6.2", "6.2.21", "6.2.6", "6.2.7", "6.2.14"], "bookworm", [41_300_000, 11_200_000]),
  ...pair("6.0.20", ["6.0", "6.0.20", "6.0.5", "6.0.16"], "buster", [38_600_000, 10_700_000]),
  ...pair("5.0.14", ["5", "5.0", "5.0.14", "5.0.4", "5.0.3"], "buster", [38_000_000, 10_300_000]),
  ...pair("4.0.14", ["4", "4.0", "4.0.14"], "buster", [35_900_000, 9_500_000]),
  ...pair("3.2.12", ["3", "3.2", "3.2.12", "3.2.10"], "stretch", [29_200_000, 8_400_000]),
  { product: "Redis", version: "2.8.23", tags: ["2", "2.8", "2.8.23"], alpine: false, size: 53_000_000 },
];

/** https://hub.docker.com/r/valkey/valkey */
export const VALKEYS: readonly RedisVersion[] = (
  [
    ["9.0.0", ["latest", "9", "9.0", "9.0.0", "unstable"], "trixie", [45_700_000, 15_900_000]],
    ["8.1.4", ["8", "8.1", "8.1.4", "8.1.3", "8.1.2", "8.1.1", "8.1.0"], "trixie", [44_800_000, 15_300_000]],
    ["8.0.6", ["8.0", "8.0.6", "8.0.5", "8.0.4", "8.0.3", "8.0.2", "8.0.1", "8.0.0"], "bookworm", [43_200_000, 15_000_000]],
    ["7.2.11", ["7", "7.2", "7.2.11", "7.2.8", "7.2.7", "7.2.6", "7.2.5"], "bookworm", [42_100_000, 14_200_000]],
  ] as const
).flatMap(([version, tags, suite, sizes]) => pair(version, tags, suite, sizes).map((v) => ({ ...v, product: "Valkey" as const })));

/** What an image says of its build. */
export const buildText = (v: RedisVersion): string => `${v.product} ${v.version}\n`;
export const versionOf = (text: string | undefined): RedisVersion =>
  [...VERSIONS, ...VALKEYS].find((v) => buildText(v) === text) ?? (VERSIONS[0] as RedisVersion);
/** What the release says it can be taken for: clients ask for this. */
export const compatible = (v: RedisVersion): string => (v.product === "Valkey" ? "7.2.4" : v.version);
/** Whether a version is at least this. */
export function since(version: string, least: string): boolean {
  const [a, b] = [version.split(".").map(Number), least.split(".").map(Number)];
  for (let i = 0; i < b.length; i++) if ((a[i] ?? 0) !== (b[i] as number)) return (a[i] ?? 0) > (b[i] as number);
  return true;
}
