/** Builds of the official image. */
export interface PostgresVersion {
  readonly version: string;
  readonly alpine: boolean;
  readonly tags: readonly string[];
  /** Compressed bytes. */
  readonly size: number;
}
const pair = (version: string, tags: readonly string[], sizes: readonly [number, number]): readonly PostgresVersion[] => [
  {
    version,
    alpine: false,
    size: sizes[0],
    tags: tags.flatMap((t) => (t === "latest" ? [t, "bookworm"] : [t, `${t}-bookworm`, `${t}-bullseye`])),
  },
  { version, alpine: true, size: sizes[1], tags: tags.map((t) => (t === "latest" ? "alpine" : `${t}-alpine`)) },
];
export const VERSIONS: readonly PostgresVersion[] = [
  ...pair("18.0", ["latest", "18", "18.0"], [161_000_000, 110_000_000]),
  ...pair("17.6", ["17", "17.6", "17.5", "17.4", "17.2", "17.0"], [157_000_000, 105_000_000]),
  ...pair("16.10", ["16", "16.10", "16.4", "16.3", "16.2", "16.1", "16.0"], [154_000_000, 104_000_000]),
  ...pair("15.14", ["15", "15.14", "15.4", "15.3", "15.2", "15.1"], [151_000_000, 95_000_000]),
  ...pair("14.19", ["14", "14.19", "14.5", "14.2", "14.1"], [149_000_000, 94_000_000]),
  ...pair("13.22", ["13", "13.22", "13.3", "13.2"], [147_000_000, 92_000_000]),
  ...pair("12.22", ["12", "12.22", "12.3"], [148_000_000, 93_000_000]),
  ...pair("11.16", ["11", "11.16"], [106_000_000, 81_000_000]),
  ...pair("10.21", ["10", "10.21", "10.1", "10.4"], [76_000_000, 32_000_000]),
  ...pair("9.6.24", ["9", "9.6", "9.6.24", "9.5"], [74_000_000, 15_000_000]),
];
export const versionOf = (text: string | undefined): PostgresVersion =>
  VERSIONS.find((v) => `${v.version}${v.alpine ? "-alpine" : ""}` === text?.trim()) ?? (VERSIONS[0] as PostgresVersion);
export const major = (v: PostgresVersion): number => Number(v.version.split(".")[0]);
/** As SHOW server_version has it. */
export const serverVersion = (v: PostgresVersion): string => (v.alpine ? v.version : `${v.version} (Debian ${v.version}-1.pgdg12+1)`);
export const fullVersion = (v: PostgresVersion): string =>
  `PostgreSQL ${serverVersion(v)} on x86_64-pc-linux-${v.alpine ? "musl, compiled by gcc (Alpine 14.2.0) 14.2.0" : "gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0"}, 64-bit`;
