import type { Cursor } from "./cursor.ts";

/** What a place in lesson.yaml may hold: read it to a value, or describe it as JSON Schema to an editor. */
export interface Shape<T> {
  /** Undefined where it is something else, which the cursor has been told. */
  read(at: Cursor): T | undefined;
  readonly schema: object;
}
interface Field<T> {
  readonly shape: Shape<T>;
  readonly required: boolean;
  /** Of a field that is not there. */
  readonly fallback: T | undefined;
}
type Fields = Readonly<Record<string, Field<unknown>>>;
type ValueOf<F> = F extends Field<infer T> ? T : never;

const wrong = (at: Cursor, wanted: string): undefined => at.fail(`expected ${wanted}, found ${at.kind}`, `Write ${wanted}.`);

export const required = <T>(shape: Shape<T>): Field<T> => ({ shape, required: true, fallback: undefined });
export const optional = <T>(shape: Shape<T>): Field<T | undefined> => ({
  shape: shape as Shape<T | undefined>,
  required: false,
  fallback: undefined,
});
export const defaulted = <T>(shape: Shape<T>, fallback: T): Field<T> => ({ shape, required: false, fallback });

/** Text; with a pattern, `what` says in words what fits it. */
export function text(description: string, rule?: { readonly pattern: RegExp; readonly what: string }): Shape<string> {
  return {
    read(at) {
      if (at.kind === "mapping" || at.kind === "list" || at.kind === "nothing") return wrong(at, rule?.what ?? "text");
      const value = at.kind === "text" ? String(at.scalar) : at.typed;
      if (rule && !rule.pattern.test(value)) return at.fail(`${JSON.stringify(value)} is not ${rule.what}`, `Write ${rule.what}.`);
      return value;
    },
    schema: { type: ["string", "number", "boolean"], description, ...(rule && { pattern: rule.pattern.source }) },
  };
}

export function whole(description: string, { min, max }: { readonly min: number; readonly max: number }): Shape<number> {
  const what = `a whole number from ${min} to ${max}`;
  return {
    read(at) {
      const value = at.scalar;
      return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max ? value : wrong(at, what);
    },
    schema: { type: "integer", minimum: min, maximum: max, description },
  };
}

export const flag = (description: string): Shape<boolean> => ({
  read: (at) => (typeof at.scalar === "boolean" ? at.scalar : wrong(at, "true or false")),
  schema: { type: "boolean", description },
});

export function oneOf<T extends string>(description: string, values: readonly T[]): Shape<T> {
  return {
    read(at) {
      const value = at.scalar as T;
      return values.includes(value) ? value : at.fail(`${JSON.stringify(at.typed)} is not known`, `Write one of ${values.join(", ")}.`);
    },
    schema: { enum: values, description },
  };
}

/** "60s", "5m": virtual time, read as ms. */
export function duration(description: string, longestMs: number): Shape<number> {
  const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  return {
    read(at) {
      const [, count, unit] = /^(\d+)(ms|s|m|h)$/.exec(String(at.scalar)) ?? [];
      if (count === undefined) return wrong(at, "a time such as 30s or 5m");
      const ms = Number(count) * (UNITS[unit as string] as number);
      return ms <= longestMs ? ms : at.fail(`${at.typed} is too long`, `Wait ${longestMs / 1000}s at most.`);
    },
    schema: { type: "string", pattern: "^\\d+(ms|s|m|h)$", description },
  };
}

export function list<T>(description: string, item: Shape<T>, most: number): Shape<readonly T[]> {
  return {
    read(at) {
      if (at.kind !== "list") return wrong(at, "a list");
      const items = at.items();
      if (items.length > most) return at.fail(`${items.length} entries`, `Keep it to ${most}.`);
      return items.flatMap((c) => item.read(c) ?? []);
    },
    schema: { type: "array", items: item.schema, maxItems: most, description },
  };
}

/** One alone or a list. */
export function oneOrMore<T>(item: Shape<T>, description: string, most: number): Shape<readonly T[]> {
  const many = list(description, item, most);
  return {
    read(at) {
      if (at.kind === "list") return many.read(at);
      const only = item.read(at);
      return only === undefined ? undefined : [only];
    },
    schema: { anyOf: [item.schema, many.schema] },
  };
}

/** A mapping with these fields and no other. `make` sees the whole, and may refuse it. */
export function object<F extends Fields, T>(
  description: string,
  fields: F,
  make: (value: { readonly [K in keyof F]: ValueOf<F[K]> }, at: Cursor) => T | undefined,
): Shape<T> {
  return {
    read(at) {
      if (at.kind !== "mapping") return wrong(at, "a mapping");
      const found = new Map(at.entries().map(([key, place, value]) => [key, { place, value }]));
      let broken = false;
      for (const [key, { place }] of found)
        if (!(key in fields)) broken = place.fail("is no field here", `Known are ${Object.keys(fields).join(", ")}.`) === undefined;
      const value: Record<string, unknown> = {};
      for (const [name, { shape, required: must, fallback }] of Object.entries(fields)) {
        const given = found.get(name);
        if (!given) {
          if (must) broken = at.fail(`${name} is missing`, `Add ${name}.`) === undefined;
          value[name] = fallback;
          continue;
        }
        value[name] = shape.read(given.value);
        if (value[name] === undefined) broken = true;
      }
      return broken ? undefined : make(value as { readonly [K in keyof F]: ValueOf<F[K]> }, at);
    },
    schema: {
      type: "object",
      description,
      additionalProperties: false,
      properties: Object.fromEntries(Object.entries(fields).map(([name, { shape }]) => [name, shape.schema])),
      required: Object.entries(fields).flatMap(([name, f]) => (f.required ? [name] : [])),
    },
  };
}

/** The first that a value's kind fits. */
export function either<A, B>(a: { readonly when: (at: Cursor) => boolean; readonly shape: Shape<A> }, b: Shape<B>): Shape<A | B> {
  return { read: (at) => (a.when(at) ? a.shape.read(at) : b.read(at)), schema: { anyOf: [a.shape.schema, b.schema] } };
}
