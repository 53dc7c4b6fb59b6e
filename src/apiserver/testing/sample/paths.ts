import { structureOf, type FieldStructure, type Shape } from "../../../api/index.ts";
import { innermost } from "./build.ts";
import { said, sampleScalar, shortName } from "./values.ts";
import { companions, detours, elsewhere, typedValues, unions } from "./words.ts";
import { mapKeys } from "./map-keys.ts";

/** One field on the way from a kind to one of its fields. */
export interface Step {
  readonly type: string;
  readonly field: FieldStructure;
}

type Plain = Readonly<Record<string, unknown>>;

/** Each field of each type, at the first place where it is met below `root`; `seen` is shared between kinds. */
export function fieldPaths(root: string, seen: Set<string>, skip: (step: Step) => boolean): readonly (readonly Step[])[] {
  const out: (readonly Step[])[] = [];
  const queue: { readonly type: string; readonly way: readonly Step[] }[] = [{ type: root, way: [] }];
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (seen.has(next.type)) continue;
    seen.add(next.type);
    // By name, so that what a type is met by first does not follow the order of Go's structs.
    for (const field of [...structureOf(next.type).fields.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const step = { type: next.type, field };
      if (skip(step)) continue;
      const way = [...next.way, step];
      out.push(way);
      const inner = innermost(field.shape);
      if (inner.kind === "ref" && !elsewhere.has(`${shortName(next.type)}.${field.name}`))
        queue.push({ type: inner.name, way: detoured(way, inner.name) });
    }
  }
  return out;
}

function detoured(way: readonly Step[], type: string): readonly Step[] {
  const further = detours[nameOf(way)];
  const field = further === undefined ? undefined : structureOf(type).fields.get(further);
  return field === undefined ? way : [...way, { type, field }];
}

/** What is required of a type, and what it cannot do without. */
export function minimal(type: string, turn = 0): Plain {
  const out: Record<string, unknown> = {};
  for (const field of structureOf(type).fields.values()) if (field.required) out[field.name] = valueOf({ type, field }, field.shape, turn);
  return { ...out, ...said(companions, type) };
}

function valueOf(step: Step, shape: Shape, turn: number): unknown {
  switch (shape.kind) {
    case "scalar":
      return sampleScalar({ type: step.type, field: step.field }, shape.scalar, turn);
    case "ref":
      return said(typedValues, step.type, step.field.name) ?? minimal(shape.name, turn);
    case "list":
      return [valueOf(step, shape.of, turn)];
    case "map":
      return { [said(mapKeys, step.type, step.field.name) ?? "akey"]: valueOf(step, shape.of, turn) };
  }
}

/** `object` with a value in the field that `way` leads to, and whatever it needs on the way. */
export function withField(object: Plain, way: readonly Step[], turn = 0): Plain {
  const [step, ...rest] = way;
  if (step === undefined) return object;
  const own = prepared(object, step);
  const key = step.field.name;
  const before = own[key];
  const value =
    rest.length === 0
      ? (before ?? valueOf(step, step.field.shape, turn))
      : inside(before ?? valueOf(step, step.field.shape, turn), step.field.shape, (inner) => withField(inner, rest, turn));
  return { ...own, [key]: value };
}

/** Without the other members of the field's union, and with what the field needs beside it. */
function prepared(object: Plain, { type, field }: Step): Plain {
  const union = said(unions, type)?.find((members) => members.includes(field.name)) ?? [];
  const own = Object.fromEntries(Object.entries(object).filter(([key]) => key === field.name || !union.includes(key)));
  const beside = said(companions, type, field.name) ?? {};
  return Object.fromEntries(Object.entries({ ...own, ...beside }).filter(([, value]) => value !== undefined));
}

function inside(value: unknown, shape: Shape, change: (inner: Plain) => Plain): unknown {
  if (shape.kind === "list") {
    const [first, ...others] = value as readonly unknown[];
    return [inside(first, shape.of, change), ...others];
  }
  if (shape.kind === "map") {
    const entries = Object.entries(value as Plain);
    return Object.fromEntries(entries.map(([key, item], i) => [key, i === 0 ? inside(item, shape.of, change) : item]));
  }
  return change(value as Plain);
}

export const nameOf = (way: readonly Step[]): string => {
  const last = way.at(-1) as Step;
  return `${shortName(last.type)}.${last.field.name}`;
};

/** Where the field is, as `getIn` reads it: the first item of lists, the first key of maps. */
export function valueAt(object: unknown, way: readonly Step[]): unknown {
  let value: unknown = object;
  for (const [i, { field }] of way.entries()) {
    value = (value as Plain | undefined)?.[field.name];
    if (i < way.length - 1)
      for (let s = field.shape; s.kind !== "ref" && s.kind !== "scalar"; s = s.of) value = Object.values((value ?? {}) as object)[0];
  }
  return value;
}
