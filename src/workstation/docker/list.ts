import type { LocalImage } from "./image.ts";
import type { DockerStore } from "./store.ts";

/** Bytes as docker writes them: 5.6MB. */
export function sizeText(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1000 && unit < 3) {
    amount /= 1000;
    unit++;
  }
  return `${Number(amount.toPrecision(3))}${["B", "kB", "MB", "GB"][unit]}`;
}

/** How long ago, as go-units' HumanDuration says it. */
export function ago(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return "Less than a second ago";
  if (seconds === 1) return "1 second ago";
  if (seconds < 60) return `${seconds} seconds ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return "About a minute ago";
  if (minutes < 60) return `${minutes} minutes ago`;
  const hours = Math.floor(minutes / 60 + 0.5);
  if (hours === 1) return "About an hour ago";
  if (hours < 48) return `${hours} hours ago`;
  if (hours < 24 * 14) return `${Math.floor(hours / 24)} days ago`;
  if (hours < 24 * 60) return `${Math.floor(hours / 168)} weeks ago`;
  return `${Math.floor(hours / 720)} months ago`;
}

export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length)));
  return rows
    .map((row) => `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd((widths[i] ?? 0) + 3))).join("")}\n`)
    .join("");
}

/** As people write it: without Docker Hub's defaults. */
export const familiar = (reference: string): string => reference.replace(/^docker\.io\/(?:library\/)?/, "");

export function imagesTable(store: DockerStore, now: number, wanted: string | undefined): string {
  const names = Object.entries(store.names);
  const rows: string[][] = [];
  for (const id of store.ids()) {
    const image = store.get(id);
    if (!image) continue;
    const tags = names.filter(([, of]) => of === id).map(([name]) => familiar(name));
    for (const name of tags.length > 0 ? tags : ["<none>:<none>"]) {
      const colon = name.lastIndexOf(":");
      const [repository, tag] = [name.slice(0, colon), name.slice(colon + 1)];
      if (wanted !== undefined && wanted !== repository && wanted !== name) continue;
      const created = image.created === 0 ? "N/A" : ago(now - image.created);
      rows.push([repository, tag, id.slice(7, 19), created, sizeText(image.size)]);
    }
  }
  rows.sort((a, b) => (`${a[0]}:${a[1]}` < `${b[0]}:${b[1]}` ? -1 : 1));
  return table([["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"], ...rows]);
}

export function historyTable(id: string, image: LocalImage, now: number): string {
  const entries = image.history.toReversed().map(({ createdBy, created, size }, i) => {
    const by = createdBy.replaceAll(/\s+/g, " ");
    return [
      i === 0 ? id.slice(7, 19) : "<missing>",
      created === 0 ? "N/A" : ago(now - created),
      by.length > 45 ? `${by.slice(0, 44)}…` : by,
      sizeText(size),
      i === 0 ? "buildkit.dockerfile.v0" : "",
    ];
  });
  return table([["IMAGE", "CREATED", "CREATED BY", "SIZE", "COMMENT"], ...entries]);
}

/** What `docker inspect` prints of an image. */
export function inspected(id: string, image: LocalImage, tags: readonly string[], created: string): object {
  const { config } = image;
  return {
    Id: id,
    RepoTags: tags.map(familiar),
    RepoDigests: image.files.length === 0 && image.from.includes("@") ? [familiar(image.from)] : [],
    Created: created,
    Config: {
      ...(config.user ? { User: config.user } : {}),
      ...(config.ports.length > 0 ? { ExposedPorts: Object.fromEntries(config.ports.map((port) => [port, {}])) } : {}),
      Env: Object.entries(config.env).map(([name, value]) => `${name}=${value}`),
      Cmd: config.command ?? null,
      ...(config.healthcheck ? { Healthcheck: { Test: config.healthcheck } } : {}),
      ...(config.volumes.length > 0 ? { Volumes: Object.fromEntries(config.volumes.map((path) => [path, {}])) } : {}),
      WorkingDir: config.workingDir ?? "",
      Entrypoint: config.entrypoint ?? null,
      Labels: Object.keys(config.labels).length > 0 ? config.labels : null,
      ...(config.stopSignal ? { StopSignal: config.stopSignal } : {}),
    },
    Architecture: "amd64",
    Os: "linux",
    Size: image.size,
  };
}
