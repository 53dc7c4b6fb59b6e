import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { ImageFile as FileSpec, ImageSpec } from "../../api/index.ts";
import { base64Decode, value } from "../../machinery/index.ts";
import {
  type Architecture,
  type FoundImage,
  type ImageConfig,
  type ImageContents,
  type ImageFile,
  type LaterImage,
  parseReference,
  programIn,
} from "../../runtime/index.ts";

/** What an image begins with when it does not say. */
const DEFAULT_BASE = "docker.io/library/alpine:latest";
const NOTHING: ImageContents = { config: {}, files: {} };
const SCRIPT = "/entrypoint.sh";
const SERVERS = "/etc/http-server.json";

/** The base that a spec names; undefined: it begins with nothing. */
export const baseOf = ({ from = "" }: ImageSpec): string | undefined => (from === "scratch" ? undefined : from || DEFAULT_BASE);

/** A catalogue's row of an image that somebody has made. */
export function imageRow(spec: ImageSpec, base: FoundImage | undefined): LaterImage {
  const { repository = "", tag = "latest" } = parseReference(spec.reference ?? "") ?? {};
  const { reference: _, registry: _r, repository: _p, tag: _t, ...made } = spec;
  const files = fileTable(spec);
  const lower = base?.manifest(base.architectures[0] as Architecture);
  const bytes = (lower?.size ?? 0) + Object.values(files).reduce((sum, file) => sum + sizeOf(file), 0);
  return {
    repository,
    tags: [tag],
    size: spec.size === undefined ? bytes : value(spec.size),
    build: `${bytesToHex(sha256(new TextEncoder().encode(JSON.stringify(made))))} on ${base?.digest ?? "nothing"}`,
    ...(spec.architectures && { architectures: spec.architectures as readonly Architecture[] }),
    ...(spec.singlePlatform && { plain: true }),
    ...(base && { lower: (architecture) => base.manifest(architecture).layers }),
    load: async () => {
      await lower?.body.load?.();
      return imageContents(spec, lower?.body.contents ?? NOTHING, files);
    },
  };
}

export function imageContents(spec: ImageSpec, lower: ImageContents, own = fileTable(spec)): ImageContents {
  const removed = (spec.files ?? []).flatMap(({ removed: gone, path }) => (gone ? [path] : []));
  const kept = Object.entries(lower.files).filter(([path]) => !removed.some((gone) => path === gone || path.startsWith(`${gone}/`)));
  return {
    config: configOf(spec, lower.config),
    files: { ...Object.fromEntries(removed.length > 0 ? kept : []), ...(removed.length > 0 ? {} : lower.files), ...own },
  };
}

/** What is said goes before what the base says; an entrypoint of its own has no arguments of the base's (Docker: ENTRYPOINT). */
function configOf(spec: ImageSpec, base: ImageConfig): ImageConfig {
  const serves = spec.http !== undefined && spec.http.length > 0;
  const entrypoint = ownEntrypoint(spec);
  const cmd = spec.command ?? (entrypoint ? (serves && spec.script !== undefined ? ["http-server"] : []) : base.cmd);
  const env = Object.fromEntries((spec.env ?? []).map(({ name, value: text = "" }) => [name, text]));
  const ports = [...(spec.ports ?? []), ...(spec.http ?? []).map(({ port }) => port)];
  return {
    ...base,
    ...(entrypoint && { entrypoint }),
    ...(cmd && { cmd }),
    env: { ...base.env, ...env },
    ...(spec.user !== undefined && { user: spec.user }),
    ...(spec.workingDir !== undefined && { workingDir: spec.workingDir }),
    ...(spec.stopSignal !== undefined && { stopSignal: spec.stopSignal.replace(/^SIG/, "") as NonNullable<ImageConfig["stopSignal"]> }),
    ...(ports.length > 0 && { exposedPorts: [...new Set([...(base.exposedPorts ?? []), ...ports])] }),
  };
}
function ownEntrypoint({ script, entrypoint, command, http }: ImageSpec): readonly string[] | undefined {
  if (script !== undefined) return [SCRIPT];
  if (entrypoint) return entrypoint;
  return command === undefined && http?.length ? ["http-server"] : undefined;
}

/** What a container runs, as far as the image itself says. */
export const commandOf = (spec: ImageSpec): readonly string[] => [
  ...(ownEntrypoint(spec) ?? []),
  ...(spec.command ?? (spec.script !== undefined && spec.http?.length ? ["http-server"] : [])),
];

function fileTable(spec: ImageSpec): Readonly<Record<string, ImageFile>> {
  const files: Record<string, ImageFile> = {};
  if (spec.http?.length) {
    files["/usr/local/bin/http-server"] = { program: "http-server" };
    files[SERVERS] = JSON.stringify(spec.http);
  }
  if (spec.script !== undefined)
    files[SCRIPT] = { text: spec.script.startsWith("#!") ? spec.script : `#!/bin/sh\n${spec.script}`, mode: 0o755 };
  for (const file of spec.files ?? []) if (!file.removed) files[file.path] = fileOf(file);
  return files;
}

function fileOf({ content, data, link, directory, mode, owner }: FileSpec): ImageFile {
  const bits = { ...(mode !== undefined && { mode: Number.parseInt(mode, 8) }), ...(owner !== undefined && { uid: owner }) };
  if (link !== undefined) return { link };
  if (directory) return { directory: true, ...bits };
  if (data === undefined) return { text: content ?? "", ...bits };
  const decoded = base64Decode(data);
  const bytes = typeof decoded === "number" ? new Uint8Array() : decoded;
  const program = programIn(bytes);
  return program === undefined ? { bytes, ...bits } : { program, mode: bits.mode ?? 0o755 };
}

function sizeOf(file: ImageFile): number {
  if (typeof file === "string") return file.length;
  if ("text" in file) return file.text.length;
  return "bytes" in file ? file.bytes.length : 0;
}
