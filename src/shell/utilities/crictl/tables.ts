import type { Tool } from "../tool.ts";
import { call } from "./client.ts";
import { ago, type CriContainer, type CriImage, type CriSandbox, short, size, tabular } from "./types.ts";

const STATES = { created: "Created", running: "Running", exited: "Exited" } as const;
const newest = (a: { readonly createdAt: number }, b: { readonly createdAt: number }): number => b.createdAt - a.createdAt;

/** crictl ps. */
export async function ps(t: Tool): Promise<number> {
  const { now, containers } = await call<{ now: number; containers: CriContainer[] }>(t, "ListContainers");
  const { sandboxes } = await call<{ sandboxes: CriSandbox[] }>(t, "ListPodSandbox");
  const wanted = t.value("state")?.toLowerCase();
  const shown = containers
    .filter((c) => (wanted !== undefined ? c.state === wanted : t.has("all") || c.state === "running"))
    .filter((c) => named(t, c.name) && (t.value("pod") === undefined || c.sandbox.startsWith(t.value("pod") as string)))
    .filter((c) => t.args[0] === undefined || c.id.startsWith(t.args[0]))
    .sort(newest);
  if (t.has("quiet")) {
    for (const c of shown) await t.out(`${c.id}\n`);
    return 0;
  }
  if (t.value("output") === "json") {
    await t.out(
      `${JSON.stringify({ containers: shown.map((c) => ({ id: c.id, podSandboxId: c.sandbox, metadata: { name: c.name, attempt: c.attempt }, image: { image: c.imageId, userSpecifiedImage: c.image }, imageRef: c.imageId, state: `CONTAINER_${c.state.toUpperCase()}`, createdAt: String(c.createdAt * 1_000_000), labels: c.labels, annotations: c.annotations })) }, undefined, 2)}\n`,
    );
    return 0;
  }
  const rows = shown.map((c) => {
    const pod = sandboxes.find((s) => s.id === c.sandbox);
    return [
      short(c.id),
      short(c.imageId),
      ago(now - c.createdAt),
      STATES[c.state],
      c.name,
      String(c.attempt),
      short(c.sandbox),
      pod?.name ?? "unknown",
      pod?.namespace ?? "",
    ];
  });
  await t.out(tabular([["CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID", "POD", "NAMESPACE"], ...rows], 20, 3));
  return 0;
}

/** A regular expression in the real one; here what it is mostly used for, a part of the name. */
const named = (t: Tool, name: string): boolean => name.includes(t.value("name") ?? "");

/** crictl pods. */
export async function pods(t: Tool): Promise<number> {
  const { now, sandboxes } = await call<{ now: number; sandboxes: CriSandbox[] }>(t, "ListPodSandbox");
  const shown = sandboxes
    .filter((s) => named(t, s.name) && (t.value("namespace") === undefined || s.namespace === t.value("namespace")))
    .filter((s) => t.value("state") === undefined || (t.value("state")?.toLowerCase() === "ready") === s.ready)
    .sort(newest);
  if (t.has("quiet")) {
    for (const s of shown) await t.out(`${s.id}\n`);
    return 0;
  }
  const rows = shown.map((s) => [
    short(s.id),
    ago(now - s.createdAt),
    s.ready ? "Ready" : "NotReady",
    s.name,
    s.namespace,
    String(s.attempt),
    "(default)",
  ]);
  await t.out(tabular([["POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT", "RUNTIME"], ...rows], 20, 3));
  return 0;
}

/** crictl images. */
export async function images(t: Tool): Promise<number> {
  const { images: all } = await call<{ images: (CriImage & { readonly id: string })[] }>(t, "ListImages");
  const wanted = t.args[0];
  const rows: string[][] = [];
  for (const image of all) {
    const digest = image.imageRef.split("@")[1] ?? "";
    const names = image.names.length > 0 ? image.names : [`${image.imageRef.split("@", 1)[0]}:<none>`];
    for (const name of names) {
      const colon = name.lastIndexOf(":");
      if (wanted !== undefined && !name.slice(0, colon).endsWith(wanted) && name !== wanted) continue;
      rows.push([
        name.slice(0, colon),
        name.slice(colon + 1),
        ...(t.has("digests") ? [digest.replace(/^sha256:/, "").slice(0, 13)] : []),
        short(image.id),
        size(image.size),
      ]);
    }
  }
  if (t.has("quiet")) {
    for (const image of all) await t.out(`${image.id}\n`);
    return 0;
  }
  rows.sort((a, b) => ((a[0] as string) < (b[0] as string) ? -1 : 1));
  await t.out(tabular([["IMAGE", "TAG", ...(t.has("digests") ? ["DIGEST"] : []), "IMAGE ID", "SIZE"], ...rows], 20, 3));
  return 0;
}

interface Stats {
  readonly id: string;
  readonly name: string;
  readonly cpu?: number;
  readonly memory?: number;
  readonly disk?: { readonly bytes?: number; readonly inodes?: number };
}

/** crictl stats: two looks a second apart give the share of a CPU. */
export async function stats(t: Tool): Promise<number> {
  const more = t.args[0] === undefined ? {} : { id: t.args[0] };
  const first = await call<{ now: number; stats: Stats[] }>(t, "ContainerStats", more);
  await t.proc.clock.sleep(Number(t.value("seconds") ?? 1) * 1000);
  const second = await call<{ now: number; stats: Stats[] }>(t, "ContainerStats", more);
  const rows = second.stats.map((s) => {
    const before = first.stats.find((x) => x.id === s.id);
    const share = before && second.now > first.now ? (((s.cpu ?? 0) - (before.cpu ?? 0)) * 100) / (second.now - first.now) : 0;
    return [short(s.id), s.name, share.toFixed(2), size(s.memory ?? 0, 4), size(s.disk?.bytes ?? 0, 4), String(s.disk?.inodes ?? 0), "0B"];
  });
  await t.out(tabular([["CONTAINER", "NAME", "CPU %", "MEM", "DISK", "INODES", "SWAP"], ...rows], 20, 3));
  return 0;
}
