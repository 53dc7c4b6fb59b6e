import { deterministicText, field, type FieldError } from "../../../machinery/index.ts";
import { isPlain, own, type Schema, valuesOf } from "../schema/schema.ts";

/** `x-kubernetes-list-type` set and map: no item twice (k8s: schema/listtype). `path` "" at the root. */
export function checkListTypes(errors: FieldError[], path: string, schema: Schema | undefined, value: unknown): void {
  if (schema === undefined) return;
  if (Array.isArray(value)) {
    if (schema["x-kubernetes-list-type"] === "set") checkSet(errors, path, value);
    if (schema["x-kubernetes-list-type"] === "map") checkMap(errors, path, schema["x-kubernetes-list-map-keys"] ?? [], value);
    for (const [i, item] of value.entries()) checkListTypes(errors, `${path}[${i}]`, schema.items, item);
    return;
  }
  if (!isPlain(value)) return;
  const values = valuesOf(schema);
  for (const key in value) {
    const known = own(schema.properties, key);
    if (known !== undefined) checkListTypes(errors, path === "" ? key : `${path}.${key}`, known, value[key]);
    else if (values !== undefined) checkListTypes(errors, `${path}[${key}]`, values, value[key]);
  }
}

function checkSet(errors: FieldError[], path: string, list: readonly unknown[]): void {
  for (const i of repeated(list)) errors.push(field.duplicate(`${path}[${i}]`, list[i]));
}

function checkMap(errors: FieldError[], path: string, names: readonly string[], list: readonly unknown[]): void {
  const odd = list.findIndex((item) => item !== null && !isPlain(item));
  if (odd >= 0) {
    errors.push(field.invalid(`${path}[${odd}]`, list[odd], "must be an object for an array of list-type map"));
    return;
  }
  const keys = list.map((item) => {
    const entries = names.flatMap((name) => (isPlain(item) && Object.hasOwn(item, name) ? [[name, item[name]] as const] : []));
    return Object.fromEntries(entries);
  });
  for (const i of repeated(keys)) errors.push(field.duplicate(`${path}[${i}]`, keys[i]));
}

/** Where a value stands the second time; a third is not told. */
function repeated(list: readonly unknown[]): readonly number[] {
  const seen = new Map<string, number>();
  const found: number[] = [];
  for (const [i, item] of list.entries()) {
    const key = `${typeof item}:${deterministicText(item)}`;
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    if (times === 1) found.push(i);
  }
  return found;
}
