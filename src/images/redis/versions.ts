/** Builds of the official image: what they say of themselves and what a pull costs. */
export interface RedisVersion {
  readonly version: string;
  readonly tags: readonly string[];
  readonly alpine: boolean;
  /** Compressed bytes. */
  readonly size: number;
}

const pair = (version: string, tags: readonly string[], suite: string, sizes: readonly [number, number]): readonly RedisVersion[] => [
  { version, alpine: false, size: sizes[0], tags: tags.flatMap((t) => (t === "latest" ? ["latest", suite] : [t, `${t}-${suite}`])) },
  { version, alpine: true, size: sizes[1], tags: tags.map((t) => (t === "latest" ? "alpine" : `${t}-alpine`)) },
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
  { version: "2.8.23", tags: ["2", "2.8", "2.8.23"], alpine: false, size: 53_000_000 },
];

export const versionOf = (text: string | undefined): RedisVersion =>
  VERSIONS.find((v) => v.version === text?.trim()) ?? (VERSIONS[0] as RedisVersion);
/** Whether a version is at least this. */
export function since(version: string, least: string): boolean {
  const [a, b] = [version.split(".").map(Number), least.split(".").map(Number)];
  for (let i = 0; i < b.length; i++) if ((a[i] ?? 0) !== (b[i] as number)) return (a[i] ?? 0) > (b[i] as number);
  return true;
}
