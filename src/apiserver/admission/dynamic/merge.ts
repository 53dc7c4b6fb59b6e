import { type FieldStructure, type Kind, type Shape, structureOf, typeNameOf, type TypeStructure } from "../../../api/index.ts";
import { deepEqual } from "../../../machinery/index.ts";

type Json = Readonly<Record<string, unknown>>;

/** An apply configuration can't be merged; the message is structured-merge-diff's. */
export class MergeError extends Error {}

/** What merging must know of a value: fields of an object, values of a map, items of a list. Undefined: nothing is known of it. */
type Known = { readonly type?: TypeStructure; readonly shape?: Shape; readonly field?: FieldStructure } | undefined;

/** A custom resource is merged by what its values are: maps by key, lists as a whole. */
export const rootOf = (kind: Kind): Known => (kind.custom ? undefined : { type: structureOf(typeNameOf(kind)) });

const isMap = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

function known(field: FieldStructure | undefined): Known {
  if (field === undefined) return undefined;
  return { field, ...of(field.shape) };
}

const of = (shape: Shape): NonNullable<Known> => (shape.kind === "ref" ? { type: structureOf(shape.name) } : { shape });

const child = (parent: Known, name: string): Known => {
  if (parent?.type) return known(parent.type.fields.get(name));
  return parent?.shape?.kind === "map" ? of(parent.shape.of) : undefined;
};
const item = (parent: Known): Known => (parent?.shape?.kind === "list" ? of(parent.shape.of) : undefined);

/** Paths of what an apply configuration may not hold: it would take away whatever it does not name (k8s: policy/mutating/patch findAtomics). */
export function atomicsIn(value: unknown, about: Known, path = ""): readonly string[] {
  if (Array.isArray(value)) {
    const { field } = about ?? {};
    const atomic = about?.shape?.kind === "list" && field?.listType !== "map" && field?.listType !== "set";
    return [...(atomic ? [path] : []), ...value.flatMap((one, i) => atomicsIn(one, item(about), `${path}[${i}]`))];
  }
  if (!isMap(value)) return [];
  const atomic = about?.type?.mapType === "atomic" || about?.field?.mapType === "atomic";
  const inner = Object.entries(value).flatMap(([name, one]) =>
    about?.shape?.kind === "map" ? [] : atomicsIn(one, child(about, name), `${path}.${name}`),
  );
  return [...(atomic ? [path] : []), ...inner];
}

/** `live` with what `applied` says, as a server-side apply without owners merges them. Throws MergeError. */
export function merge(live: unknown, applied: unknown, about: Known, path = ""): unknown {
  if (Array.isArray(applied)) return mergeList(Array.isArray(live) ? live : [], applied, about, path);
  if (!isMap(applied)) return applied;
  if (!isMap(live) || about?.type?.mapType === "atomic" || about?.field?.mapType === "atomic") return applied;
  const out: Record<string, unknown> = { ...live };
  for (const [name, value] of Object.entries(applied)) {
    const next = merge(live[name], value, child(about, name), `${path}.${name}`);
    if (next === null) delete out[name];
    else out[name] = next;
  }
  return deepEqual(out, live) ? live : out;
}

function mergeList(live: readonly unknown[], applied: readonly unknown[], about: Known, path: string): readonly unknown[] {
  const { listType, listMapKeys = [] } = about?.field ?? {};
  if (listType === "set") return [...live, ...applied.filter((one) => !live.some((other) => deepEqual(one, other)))];
  if (listType !== "map") return applied;
  const element = item(about);
  const out = [...live];
  for (const [i, one] of applied.entries()) {
    const keys = listMapKeys.map((key) => keyOf(one, key, element, `${path}: element ${i}`));
    const at = out.findIndex((other) => isMap(other) && listMapKeys.every((key, k) => deepEqual(valueOf(other, key, element), keys[k])));
    if (at < 0) out.push(one);
    else out[at] = merge(out[at], one, element, `${path}[${i}]`);
  }
  return out;
}

const valueOf = (value: Json, key: string, element: Known): unknown => value[key] ?? element?.type?.fields.get(key)?.default;

function keyOf(value: unknown, key: string, element: Known, where: string): unknown {
  const found = isMap(value) ? valueOf(value, key, element) : undefined;
  if (found !== undefined) return found;
  throw new MergeError(
    `failed to convert patch object to typed object: ${where}: associative list with keys has an element that omits key field ${JSON.stringify(key)} (and doesn't have default value)`,
  );
}
