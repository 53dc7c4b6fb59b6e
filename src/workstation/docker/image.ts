import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { base64Encode } from "../../machinery/index.ts";
import type { FileChange, ImageContents, ImageFile } from "../../runtime/index.ts";
import type { MadeFile, MadeImage } from "./engine.ts";

/** What a container of an image is told, as `docker inspect` shows it. */
export interface LocalConfig {
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingDir?: string;
  readonly stopSignal?: string;
  readonly ports: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly healthcheck?: string;
}
export interface HistoryEntry {
  readonly createdBy: string;
  readonly created: number;
  /** Bytes that it added. */
  readonly size: number;
}
/** An image on the learner's computer: what a registry has, and what was made of it. */
export interface LocalImage {
  /** Virtual ms; 0: nobody knows. */
  readonly created: number;
  readonly from: string;
  readonly files: readonly MadeFile[];
  readonly config: LocalConfig;
  readonly history: readonly HistoryEntry[];
  readonly size: number;
}

export const idOf = (image: LocalImage): string => `sha256:${bytesToHex(sha256(new TextEncoder().encode(JSON.stringify(image))))}`;

/** As the images of a registry, and an Image object, describe it. */
export function madeOf({ from, files, config }: LocalImage): MadeImage {
  const { entrypoint, command, env, user, workingDir, stopSignal, ports } = config;
  const numbers = ports.map((port) => Number.parseInt(port, 10)).filter((port) => port > 0);
  return {
    from,
    files,
    ...(entrypoint && { entrypoint }),
    ...(command && { command }),
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    ...(user && { user }),
    ...(workingDir && { workingDir }),
    ...(stopSignal && { stopSignal }),
    ...(numbers.length > 0 && { ports: numbers }),
  };
}

/** What was pulled, as it is. */
export function pulledImage(from: string, contents: ImageContents, size: number): LocalImage {
  return { created: 0, from, files: [], config: configFrom(contents), history: [{ createdBy: from, created: 0, size }], size };
}
export function configFrom({ config }: ImageContents): LocalConfig {
  return {
    ...(config.entrypoint && { entrypoint: config.entrypoint }),
    ...(config.cmd && { command: config.cmd }),
    env: config.env ?? {},
    ...(config.user !== undefined && { user: config.user }),
    ...(config.workingDir !== undefined && { workingDir: config.workingDir }),
    ...(config.stopSignal !== undefined && { stopSignal: `SIG${config.stopSignal}` }),
    ports: (config.exposedPorts ?? []).map((port) => `${port}/tcp`),
    labels: {},
    volumes: [],
  };
}

const octal = (mode: number): string => `0${mode.toString(8).padStart(3, "0")}`.slice(-4).padStart(4, "0");

/** Bytes as text where they are some. */
export function contentOf(bytes: Uint8Array): Pick<MadeFile, "content" | "data"> {
  try {
    return { content: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { data: base64Encode(bytes) };
  }
}

export function fileOfChange({ path, type, mode, uid, bytes, target }: FileChange): MadeFile {
  if (type === "removed") return { path, removed: true };
  if (type === "symlink") return { path, link: target ?? "" };
  const bits = { mode: octal(mode), ...(uid === 0 ? {} : { owner: uid }) };
  return type === "directory" ? { path, directory: true, ...bits } : { path, ...contentOf(bytes), ...bits };
}

/** A file of a registry's image, to be copied into another. */
export function fileOfImage(path: string, file: ImageFile): MadeFile {
  if (typeof file === "string") return { path, content: file };
  if ("link" in file) return { path, link: file.link };
  if ("same" in file) return { path, link: file.same };
  const bits = { ...(file.mode !== undefined && { mode: octal(file.mode) }), ...("uid" in file && file.uid ? { owner: file.uid } : {}) };
  if ("directory" in file) return { path, directory: true, ...bits };
  if ("text" in file) return { path, content: file.text, ...bits };
  if ("bytes" in file) return { path, ...contentOf(file.bytes), ...bits };
  const program = "program" in file ? file.program : "hold";
  return { path, content: `\x7fELF\x02\x01\x01 timonel program ${program}\n`, mode: bits.mode ?? "0755" };
}

/** Later files take the place of those with the same path; what goes takes with it what is in it. */
export function layered(below: readonly MadeFile[], above: readonly MadeFile[]): readonly MadeFile[] {
  const all = new Map(below.map((file) => [file.path, file]));
  for (const file of above) {
    if (file.removed) for (const path of all.keys()) if (path.startsWith(`${file.path}/`)) all.delete(path);
    all.set(file.path, file);
  }
  return [...all.values()];
}

export const bytesIn = (files: readonly MadeFile[]): number =>
  files.reduce((sum, { content, data }) => sum + (content?.length ?? Math.floor(((data?.length ?? 0) * 3) / 4)), 0);
