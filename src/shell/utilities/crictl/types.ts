/** What the runtime tells of a container. */
export interface CriContainer {
  readonly id: string;
  readonly sandbox: string;
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  readonly imageRef: string;
  readonly imageId: string;
  readonly state: "created" | "running" | "exited";
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly pid?: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
export interface CriSandbox {
  readonly id: string;
  readonly ready: boolean;
  readonly ip: string;
  readonly createdAt: number;
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly attempt: number;
  readonly labels: Readonly<Record<string, string>>;
}
export interface CriImage {
  readonly imageRef: string;
  readonly names: readonly string[];
  readonly size: number;
  readonly id?: string;
}

/** How long ago (docker: go-units HumanDuration). */
export function ago(ms: number): string {
  const s = Math.floor(ms / 1000);
  const minutes = Math.floor(s / 60);
  const hours = Math.round(s / 3600);
  if (s < 1) return "Less than a second ago";
  if (s === 1) return "1 second ago";
  if (s < 60) return `${s} seconds ago`;
  if (minutes === 1) return "About a minute ago";
  if (minutes < 60) return `${minutes} minutes ago`;
  if (hours === 1) return "About an hour ago";
  if (hours < 48) return `${hours} hours ago`;
  if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days ago`;
  if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks ago`;
  return hours < 24 * 365 * 2 ? `${Math.floor(hours / 24 / 30)} months ago` : `${Math.floor(hours / 24 / 365)} years ago`;
}

/** 59.7MB: decimal units, three or four digits (docker: go-units HumanSizeWithPrecision). */
export function size(bytes: number, digits = 3): string {
  let value = bytes;
  let i = 0;
  while (value >= 1000 && i < 5) {
    value /= 1000;
    i++;
  }
  return `${Number(value.toPrecision(digits))}${["B", "kB", "MB", "GB", "TB", "PB"][i]}`;
}

/** Columns at least `least` wide with `gap` between them, as Go's text/tabwriter sets them. */
export function tabular(rows: readonly (readonly string[])[], least: number, gap: number): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(least, ...rows.map((r) => (r[i] ?? "").length + gap)));
  return rows.map((r) => `${r.map((cell, i) => (i === r.length - 1 ? cell : cell.padEnd(widths[i] as number))).join("")}\n`).join("");
}

/** An image's number: what stands behind the digest's algorithm, short. */
export const short = (id: string): string => (id.split("@").at(-1) as string).replace(/^sha256:/, "").slice(0, 13);
