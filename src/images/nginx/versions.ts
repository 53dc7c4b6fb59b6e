/** Builds of the official image that differ in what a learner sees. */
export interface NginxVersion {
  readonly version: string;
  readonly built: string;
  readonly alpine: boolean;
  /** 1.18's scripts had no level in their messages and fewer of them; its default log level was warn. */
  readonly info: "" | "info: ";
  readonly scripts: readonly string[];
  readonly level: "warn" | "notice";
  readonly tags: readonly string[];
  /** Compressed bytes. */
  readonly size: number;
}

const OLD = ["10-listen-on-ipv6-by-default.sh", "20-envsubst-on-templates.sh"];
const NEW = ["10-listen-on-ipv6-by-default.sh", "15-local-resolvers.envsh", "20-envsubst-on-templates.sh", "30-tune-worker-processes.sh"];
const GCC = {
  bookworm: "gcc 12.2.0 (Debian 12.2.0-14)",
  trixie: "gcc 14.2.0 (Debian 14.2.0-19)",
  buster: "gcc 8.3.0 (Debian 8.3.0-6)",
  bullseye: "gcc 10.2.1 20210110 (Debian 10.2.1-6)",
};

function build(version: string, gcc: string, tags: readonly string[], size: number): NginxVersion {
  const old = version.startsWith("1.1");
  return {
    version,
    built: gcc,
    alpine: gcc.includes("Alpine"),
    info: old ? "" : "info: ",
    scripts: old ? OLD : NEW,
    level: old ? "warn" : "notice",
    tags,
    size,
  };
}

function tagged(base: readonly string[], alpine: boolean, suite: string): readonly string[] {
  return base.flatMap((tag) => {
    const plain = tag === "latest";
    if (!alpine) return plain ? ["latest", suite] : [tag, `${tag}-${suite}`];
    return plain ? ["alpine", "alpine-slim"] : [`${tag}-alpine`, `${tag}-alpine-slim`];
  });
}

function pair(
  version: string,
  base: readonly string[],
  debian: keyof typeof GCC,
  alpine: string,
  sizes: readonly [number, number],
): readonly NginxVersion[] {
  return [
    build(version, GCC[debian], tagged(base, false, debian), sizes[0]),
    build(version, `gcc ${alpine} (Alpine ${alpine})`, tagged(base, true, debian), sizes[1]),
  ];
}

export const VERSIONS: readonly NginxVersion[] = [
  ...pair("1.29.5", ["latest", "mainline", "1", "1.29", "1.29.5"], "trixie", "15.2.0", [62_900_000, 22_900_000]),
  ...pair("1.28.2", ["stable", "1.28", "1.28.2", "1.28.0"], "bookworm", "14.2.0", [72_200_000, 21_000_000]),
  ...pair("1.27.5", ["1.27", "1.27.5", "1.27.4", "1.27.3", "1.27.2", "1.27.1", "1.27.0"], "bookworm", "14.2.0", [72_400_000, 20_900_000]),
  ...pair("1.26.3", ["1.26", "1.26.3", "1.26.2", "1.26.1", "1.26.0"], "bookworm", "13.2.1", [72_100_000, 20_400_000]),
  ...pair("1.25.5", ["1.25", "1.25.5", "1.25.4", "1.25.3", "1.25.2", "1.25.1", "1.25.0"], "bookworm", "13.2.1", [71_000_000, 18_100_000]),
  ...pair("1.24.0", ["1.24", "1.24.0"], "bullseye", "12.2.1", [56_800_000, 17_600_000]),
  ...pair("1.23.4", ["1.23", "1.23.4", "1.23.3", "1.23.2", "1.23.1", "1.23.0"], "bullseye", "12.2.1", [57_000_000, 16_200_000]),
  ...pair("1.22.1", ["1.22", "1.22.1", "1.22.0"], "bullseye", "11.2.1", [56_700_000, 10_200_000]),
  ...pair(
    "1.21.6",
    ["1.21", "1.21.6", "1.21.5", "1.21.4", "1.21.3", "1.21.2", "1.21.1", "1.21.0"],
    "bullseye",
    "10.3.1",
    [56_700_000, 10_200_000],
  ),
  ...pair("1.20.2", ["1.20", "1.20.2", "1.20.1", "1.20.0"], "bullseye", "10.3.1", [56_600_000, 9_900_000]),
  ...pair(
    "1.19.10",
    ["1.19", "1.19.10", "1.19.9", "1.19.8", "1.19.7", "1.19.6", "1.19.5", "1.19.4", "1.19.3", "1.19.2", "1.19.1", "1.19.0"],
    "buster",
    "10.2.1",
    [53_700_000, 9_600_000],
  ),
  ...pair("1.18.0", ["1.18", "1.18.0"], "buster", "9.3.0", [53_300_000, 9_200_000]),
  ...pair(
    "1.17.10",
    ["1.17", "1.17.10", "1.17.9", "1.17.8", "1.17.7", "1.17.6", "1.17.5", "1.17.4", "1.17.3", "1.17.2", "1.17.1", "1.17.0"],
    "buster",
    "9.2.0",
    [50_900_000, 7_900_000],
  ),
  ...pair("1.16.1", ["1.16", "1.16.1", "1.16.0"], "buster", "8.3.0", [50_500_000, 7_700_000]),
  ...pair("1.15.12", ["1.15", "1.15.12"], "buster", "8.3.0", [44_700_000, 6_200_000]),
  ...pair("1.14.2", ["1.14", "1.14.2", "1.14.1", "1.14.0"], "buster", "8.2.0", [44_700_000, 7_000_000]),
  ...pair("1.7.9", ["1.7.9"], "buster", "6.3.0", [39_900_000, 7_000_000]),
];

/** The build of this name; `1.27.1` is told from those beside it by its number alone. */
export function versionOf(text: string | undefined): NginxVersion {
  const known = VERSIONS.find((v) => `${v.version}${v.alpine ? "-alpine" : ""}` === text);
  if (known) return known;
  const near = VERSIONS.find((v) => text !== undefined && v.tags.includes(text));
  return near ? { ...near, version: (text ?? "").replace(/-.*$/, "") } : (VERSIONS[0] as NginxVersion);
}
