import { isPlain, own, type Plain, type Schema, valuesOf } from "../schema/schema.ts";
import { mapItems } from "./prune.ts";

const absent = (value: unknown, schema: Schema | undefined): boolean => value === null && schema !== undefined && !schema.nullable;

/** `value` with the schema's defaults where fields are absent, or null without being nullable (k8s: schema/defaulting Default). */
export function withDefaults<T>(value: T, schema: Schema | undefined): T {
  if (schema === undefined) return value;
  if (Array.isArray(value)) {
    const { items } = schema;
    return mapItems(value, (item) => withDefaults(absent(item, items) ? (items?.default ?? null) : item, items)) as T;
  }
  if (!isPlain(value)) return value;
  let copy: Record<string, unknown> | undefined;
  for (const name in schema.properties) {
    const field = own(schema.properties, name);
    if (field?.default === undefined || (Object.hasOwn(value, name) && !absent(value[name], field))) continue;
    copy ??= { ...(value as Plain) };
    copy[name] = field.default;
  }
  const values = valuesOf(schema);
  for (const name in copy ?? value) {
    const field = own(schema.properties, name) ?? values;
    if (field === undefined) continue;
    const before = (copy ?? (value as Plain))[name];
    const after = withDefaults(field === values && absent(before, values) ? (values?.default ?? null) : before, field);
    if (after === before) continue;
    copy ??= { ...(value as Plain) };
    copy[name] = after;
  }
  return (copy as T | undefined) ?? value;
}
