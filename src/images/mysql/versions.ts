/** Builds of the official images: what they say of themselves and what a pull costs. */
export interface MysqlVersion {
  readonly maria: boolean;
  /** "10.5.9" */
  readonly version: string;
  /** As the server says it: "10.5.9-MariaDB-1:10.5.9+maria~focal". */
  readonly full: string;
  readonly comment: string;
  readonly tags: readonly string[];
  /** Compressed bytes. */
  readonly size: number;
}

const maria = (version: string, suite: string, size: number, tags: readonly string[]): MysqlVersion => ({
  maria: true,
  version,
  full: `${version}-MariaDB${Number(version.split(".")[0]) >= 11 ? `-ubu${suite === "noble" ? 2404 : 2204}` : `-1:${version}+maria~${suite === "jammy" ? "ubu2204" : suite}`}`,
  comment: "mariadb.org binary distribution",
  tags,
  size,
});
const oracle = (version: string, size: number, tags: readonly string[]): MysqlVersion => ({
  maria: false,
  version,
  full: version,
  comment: `MySQL Community Server${version.startsWith("5") ? " (GPL)" : " - GPL"}`,
  tags,
  size,
});

export const VERSIONS: readonly MysqlVersion[] = [
  maria("12.0.2", "noble", 108_000_000, ["latest", "12", "12.0", "12.0.2", "noble"]),
  maria("11.8.3", "noble", 107_000_000, ["lts", "11", "11.8", "11.8.3"]),
  maria("11.4.8", "noble", 116_000_000, ["11.4", "11.4.8", "11.4.2", "11.2", "11.3", "11.5", "11.1", "11.0"]),
  maria("10.11.14", "jammy", 113_000_000, ["10", "10.11", "10.11.14", "10.11.6", "10.11.2", "10.9", "10.10", "10.8"]),
  maria("10.6.23", "focal", 118_000_000, ["10.6", "10.6.23", "10.6.4", "10.7"]),
  maria("10.5.29", "focal", 118_000_000, ["10.5", "10.5.29", "10.5.8"]),
  maria("10.5.9", "focal", 118_000_000, ["10.5.9", "10.5.9-focal"]),
  maria("10.4.34", "focal", 117_000_000, ["10.4", "10.4.34", "10.3", "10.2", "10.1"]),
  oracle("9.4.0", 233_000_000, ["latest", "9", "9.4", "9.4.0", "innovation", "9.0", "9.1", "9.2", "9.3"]),
  oracle("8.4.6", 198_000_000, ["lts", "8", "8.4", "8.4.6", "8.4.0"]),
  oracle("8.0.43", 181_000_000, ["8.0", "8.0.43", "8.0.36", "8.0.33", "8.0.32", "8.0.28", "8.0-debian", "8.0.35", "8.0.40", "debian"]),
  oracle("5.7.44", 142_000_000, ["5", "5.7", "5.7.44", "5.7.39", "5.7.35"]),
  oracle("5.6.51", 96_000_000, ["5.6", "5.6.51"]),
];
export const versionOf = (text: string | undefined): MysqlVersion =>
  VERSIONS.find((v) => `${v.maria ? "mariadb" : "mysql"} ${v.version}` === text?.trim()) ?? (VERSIONS[0] as MysqlVersion);
/** Whether a version is at least this. */
export function since(version: string, least: string): boolean {
  const [a, b] = [version.split(".").map(Number), least.split(".").map(Number)];
  for (let i = 0; i < b.length; i++) if ((a[i] ?? 0) !== (b[i] as number)) return (a[i] ?? 0) > (b[i] as number);
  return true;
}
