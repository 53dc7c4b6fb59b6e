import { structureErrorsOf, type StructureErrors } from "../decode.ts";
import type { KubeObject } from "../meta.ts";
import { isEmbedded, isPlain, own, type Plain, type Schema, valuesOf } from "./schema/schema.ts";
import { dropNulls, mapItems, prune } from "./value/prune.ts";

const OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/** Strict decoding by a schema (k8s: customresource_handler.go schemaCoercingDecoder): metadata is typed, the rest is pruned. */
export function decodeCustom<T extends KubeObject>(schema: Schema, object: T): StructureErrors<T> {
  const { metadata, ...rest } = object;
  const found: Found = { typeErrors: [], unknown: [] };
  const meta = metadata === undefined || metadata === null ? undefined : typedMeta(found, metadata, "metadata");
  if (meta === undefined && metadata !== undefined && metadata !== null && found.typeErrors.length === 0)
    found.typeErrors.push(`metadata accessor error: ${JSON.stringify(metadata)} is not a map`);
  const pruned = prune(rest, schema, true);
  found.unknown.push(...pruned.unknown.map((path) => `unknown field ${JSON.stringify(path)}`));
  const value = typedEmbedded(found, dropNulls(pruned.value, schema), schema, "", true) as Plain;
  return { ...found, pruned: (meta === undefined ? value : { ...value, metadata: meta }) as T };
}

interface Found {
  readonly typeErrors: string[];
  readonly unknown: string[];
}

function typedMeta(found: Found, metadata: unknown, path: string): unknown {
  const { typeErrors, unknown, pruned } = structureErrorsOf(OBJECT_META, metadata, path);
  found.typeErrors.push(...typeErrors);
  found.unknown.push(...unknown);
  return pruned;
}

/** The metadata of resources inside the resource is typed, too (k8s: schema/objectmeta Coerce). */
function typedEmbedded(found: Found, value: unknown, schema: Schema | undefined, path: string, root: boolean): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) return mapItems(value, (item, i) => typedEmbedded(found, item, schema.items, `${path}[${i}]`, false));
  if (!isPlain(value)) return value;
  let copy: Record<string, unknown> | undefined;
  const values = valuesOf(schema);
  for (const name in value) {
    const at = path === "" ? name : `${path}.${name}`;
    const before = value[name];
    const isMeta = !root && isEmbedded(schema) && name === "metadata" && isPlain(before);
    const after = isMeta ? typedMeta(found, before, at) : typedEmbedded(found, before, own(schema.properties, name) ?? values, at, false);
    if (after === before) continue;
    copy ??= { ...value };
    copy[name] = after;
  }
  return copy ?? value;
}
