import { deepEqual } from "../equal.ts";
import { type FieldType, isPlain, type ListType, type MapType, type Plain, typeFor, typeOfKey, untyped } from "./field-type.ts";
import { elementOf, type PathElement } from "./path-element.ts";

/**
 * A configuration over what is there (k8s: typed/merge.go): nothing is removed, leaves are the configuration's. What
 * does not change is shared; the live value itself when nothing does. Both conform to the type.
 */
export function mergeTyped(live: unknown, config: unknown, declared: FieldType): unknown {
  if (config === undefined) return live;
  if (live === undefined) return config;
  const type = typeFor(declared, config);
  if (type.kind === "map" && !type.atomic) {
    if (isPlain(live) && isPlain(config)) return mergeMaps(live, config, type);
    // A null says nothing about a map or a list; an empty one says that it is there.
    if (config === null) return live;
  }
  if (type.kind === "list" && type.relation !== "atomic") {
    if (Array.isArray(live) && Array.isArray(config)) return mergeLists(live, config, type);
    if (config === null) return live;
  }
  return deepEqual(live, config) ? live : config;
}

function mergeMaps(live: Plain, config: Plain, type: MapType): Plain {
  let out: Record<string, unknown> | undefined;
  for (const key of Object.keys(config)) {
    const before = live[key];
    const after = mergeTyped(before, config[key], typeOfKey(type, key) ?? untyped);
    if (after !== before) (out ??= { ...live })[key] = after;
  }
  return out ?? live;
}

/**
 * Items of both: in the live order where the configuration does not say otherwise, in its order where it does.
 * Worked example: live [a b c], configuration [c x]: a and b come before c as they did, then x.
 */
function mergeLists(live: readonly unknown[], config: readonly unknown[], type: ListType): readonly unknown[] {
  const left = live.map((item) => elementOf(type, item));
  const right = config.map((item) => elementOf(type, item));
  const liveAt = positions(left);
  const configAt = new Map(right.map((key, i) => [key, i]));
  const shared = right.filter((key) => liveAt.has(key));
  const done = new Set<PathElement>();
  const out: unknown[] = [];
  let next = 0;
  const take = (i: number): void => {
    const key = right[i] as PathElement;
    const at = liveAt.get(key);
    done.add(key);
    // Of several live items with one key none is the one to merge with.
    out.push(mergeTyped(at === undefined || at < 0 ? undefined : live[at], config[i], type.of));
    if (shared[next] === key) next++;
  };
  for (let l = 0, r = 0; l < left.length || r < right.length;) {
    const key = left[l];
    if (key !== undefined && r < right.length) {
      if (key === right[r]) {
        take(r++);
        l++;
        continue;
      }
      // Shared, and not the one whose turn it is.
      if (configAt.has(key) && next < shared.length && shared[next] !== key) {
        l++;
        continue;
      }
    }
    if (key !== undefined && !configAt.has(key)) {
      out.push(live[l++]);
      continue;
    }
    if (key !== undefined && done.has(key)) l++;
    if (r < right.length) take(r++);
  }
  return out.length === live.length && out.every((item, i) => item === live[i]) ? live : out;
}

/** Where each key is; -1 for one that is there more than once. */
function positions(keys: readonly PathElement[]): Map<PathElement, number> {
  const at = new Map<PathElement, number>();
  for (const [i, key] of keys.entries()) at.set(key, at.has(key) ? -1 : i);
  return at;
}
