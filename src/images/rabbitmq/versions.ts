export interface RabbitVersion {
  readonly version: string;
  readonly erlang: string;
  readonly year: number;
}
export const VERSIONS: readonly RabbitVersion[] = [
  { version: "4.2.0", erlang: "27.3.4.4", year: 2025 },
  { version: "4.1.5", erlang: "27.3.4.4", year: 2025 },
  { version: "4.0.9", erlang: "27.3.4", year: 2024 },
  { version: "3.13.7", erlang: "26.2.5", year: 2024 },
  { version: "3.12.14", erlang: "25.3.2", year: 2024 },
  { version: "3.11.28", erlang: "25.3.2", year: 2023 },
  { version: "3.10.25", erlang: "25.3.2", year: 2023 },
  { version: "3.9.29", erlang: "24.3.4", year: 2022 },
  { version: "3.8.34", erlang: "24.3.4", year: 2022 },
];
export const versionOf = (text: string | undefined): RabbitVersion =>
  VERSIONS.find((v) => v.version === text?.trim()) ?? (VERSIONS[0] as RabbitVersion);
