/** Builds of the official image. */
export interface MongoVersion {
  readonly version: string;
  /** Of the shell in it; undefined: only the old one. */
  readonly shell: string | undefined;
  readonly ubuntu: string;
  readonly ssl: string;
}
const NOBLE = { ubuntu: "24.04", ssl: "OpenSSL 3.0.13 30 Jan 2024" };
const JAMMY = { ubuntu: "22.04", ssl: "OpenSSL 3.0.2 15 Mar 2022" };
const FOCAL = { ubuntu: "20.04", ssl: "OpenSSL 1.1.1f  31 Mar 2020" };

export const VERSIONS: readonly MongoVersion[] = [
  { version: "8.2.1", shell: "2.5.8", ...NOBLE },
  { version: "8.0.15", shell: "2.5.8", ...NOBLE },
  { version: "7.0.25", shell: "2.5.8", ...JAMMY },
  { version: "6.0.26", shell: "2.5.8", ...JAMMY },
  { version: "5.0.31", shell: "1.10.6", ...FOCAL },
  { version: "4.4.29", shell: undefined, ...FOCAL },
  { version: "4.2.24", shell: undefined, ubuntu: "18.04", ssl: "OpenSSL 1.1.1  11 Sep 2018" },
];
export const versionOf = (text: string | undefined): MongoVersion =>
  VERSIONS.find((v) => v.version === text?.trim()) ?? (VERSIONS[1] as MongoVersion);
export const major = ({ version }: MongoVersion): number => Number.parseFloat(version);
