import type { Entry } from "./types.ts";

/** A key as etcd's clients see it: the value is text, an object's JSON. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  /** Nothing here expires. */
  readonly lease: 0;
}

interface Stored {
  readonly metadata?: { readonly resourceVersion?: string };
}

const texts = new WeakMap<object, string>();

/** An object carries its revision only in memory; in etcd it is the key's. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  let text = texts.get(value);
  if (text === undefined) {
    const entries = Object.entries(value).map(([name, child]) => [
      name,
      name === "metadata" ? withoutVersion(child as object) : (child as unknown),
    ]);
    text = JSON.stringify(Object.fromEntries(entries));
    texts.set(value, text);
  }
  return text;
}

function withoutVersion(metadata: object): object {
  const { resourceVersion: _, ...kept } = metadata as { readonly resourceVersion?: string };
  return kept;
}

/** What is kept for a text: the object that it is, under the revision it is about to get. */
export function valueOf(key: string, text: string, revision: number): unknown {
  if (!key.startsWith("/registry/")) return text;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error("etcd: what is put under /registry/ must be an object's JSON in Timonel");
  return { ...value, metadata: { ...(value as Stored).metadata, resourceVersion: String(revision) } };
}

export function keyValue({ key, value, createRevision, modRevision, version }: Entry, keysOnly = false): KeyValue {
  return { key, value: keysOnly ? "" : textOf(value), createRevision, modRevision, version, lease: 0 };
}
