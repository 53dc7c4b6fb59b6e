import { deepEqual } from "./equal.ts";
import { isMap, type JsonMap, PatchError, setKey } from "./patch-merge.ts";

/** One operation of RFC 6902. */
export interface JsonPatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** What an applied patch may grow to by copying, in values. */
const COPY_LIMIT = 200_000;

/** Checks the shape of a decoded patch. Throws PatchError in the API server's words. */
export function decodeJsonPatch(document: unknown): readonly JsonPatchOperation[] {
  if (!Array.isArray(document)) {
    throw new PatchError(`error decoding patch: json: cannot unmarshal ${jsonKind(document)} into Go value of type []handlers.jsonPatchOp`);
  }
  for (const op of document) {
    const wrong = isMap(op)
      ? ["op", "path", "from"].find((key) => op[key] !== undefined && op[key] !== null && typeof op[key] !== "string")
      : undefined;
    if (wrong !== undefined)
      throw new PatchError(
        `error decoding patch: json: cannot unmarshal ${jsonKind((op as JsonMap)[wrong])} into Go struct field jsonPatchOp.${wrong} of type string`,
      );
    if (!isMap(op))
      throw new PatchError(`error decoding patch: json: cannot unmarshal ${jsonKind(op)} into Go value of type handlers.jsonPatchOp`);
  }
  return document as readonly JsonPatchOperation[];
}

/** How encoding/json names what it found. */
function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (value === null) return "null";
  return typeof value === "boolean" ? "bool" : typeof value;
}

/** Applies operations in order; only the paths touched are copied. Throws PatchError (wording: evanphx/json-patch). */
export function applyJsonPatch(document: unknown, operations: readonly JsonPatchOperation[]): unknown {
  let doc = document;
  const budget = { left: COPY_LIMIT };
  for (const o of operations) doc = applyOne(doc, o, budget);
  return doc;
}

function applyOne(doc: unknown, o: JsonPatchOperation, budget: { left: number }): unknown {
  const { op, path } = o;
  if (typeof op !== "string" || !OPS.has(op)) throw new PatchError(`Unexpected kind: ${typeof op === "string" ? op : "unknown"}`);
  if (typeof path !== "string") throw new PatchError(`${op} operation failed to decode path: missing path`);
  const missing = (what: string): PatchError => new PatchError(`${op} operation does not apply: ${what}: missing value`);
  switch (op) {
    case "add":
      return edit(doc, path, op, "add", given(o));
    case "replace":
      if (read(doc, path, op) === undefined) throw missing(`doc is missing key: ${path}`);
      return edit(doc, path, op, "replace", given(o));
    case "remove":
      return edit(doc, path, op, "remove", undefined);
    case "test": {
      const found = read(doc, path, op);
      const wanted = o.value ?? null;
      if (deepEqual(found ?? null, wanted)) return doc;
      throw new PatchError(`testing value ${path} failed: test failed`);
    }
    default: {
      const from = o.from;
      if (typeof from !== "string") throw new PatchError(`${op} operation failed to decode from: missing value`);
      const moved = read(doc, from, op);
      if (moved === undefined) throw missing(`doc is missing from path: ${from}`);
      if (op === "copy") {
        budget.left -= size(moved, budget.left);
        if (budget.left < 0) throw new PatchError("copy operation does not apply: accumulated copy size limit exceeded");
        return edit(doc, path, op, "add", moved);
      }
      if (path.startsWith(from + "/")) throw missing(`unable to move ${from} into its own child ${path}`);
      return edit(edit(doc, from, op, "remove", undefined), path, op, "add", moved);
    }
  }
}

const OPS: ReadonlySet<string> = new Set(["add", "remove", "replace", "move", "copy", "test"]);

function given(o: JsonPatchOperation): unknown {
  return o.value === undefined ? null : o.value;
}

function size(v: unknown, limit: number): number {
  if (typeof v !== "object" || v === null) return 1;
  let n = 1;
  for (const inner of Object.values(v)) {
    n += size(inner, limit - n);
    if (n > limit) break;
  }
  return n;
}

function segments(path: string, op: string): readonly string[] {
  if (path === "") return [];
  if (!path.startsWith("/")) throw new PatchError(`${op} operation does not apply: doc is missing path: "${path}": missing value`);
  return path
    .slice(1)
    .split("/")
    .map((s) => s.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function read(doc: unknown, path: string, op: string): unknown {
  let at = doc;
  for (const key of segments(path, op)) {
    if (Array.isArray(at)) at = at[index(key, at.length - 1, op)];
    else if (isMap(at) && Object.hasOwn(at, key)) at = at[key];
    else return undefined;
  }
  return at;
}

/** A list index; negative ones count from the end, as the API server's library allows. */
function index(key: string, max: number, op: string): number {
  if (!/^-?[0-9]+$/.test(key)) throw new PatchError(`${op} operation does not apply: strconv.Atoi: parsing "${key}": invalid syntax`);
  const n = Number(key);
  const i = n < 0 ? n + max + 1 : n;
  if (i < 0 || i > max)
    throw new PatchError(`${op} operation does not apply: Unable to access invalid index: ${n}: invalid index referenced`);
  return i;
}

type Edit = "add" | "replace" | "remove";

function edit(doc: unknown, path: string, op: string, how: Edit, value: unknown): unknown {
  return editAt(doc, segments(path, op), 0, path, op, how, value);
}

function editAt(at: unknown, keys: readonly string[], depth: number, path: string, op: string, how: Edit, value: unknown): unknown {
  const key = keys[depth];
  if (key === undefined) {
    if (how === "remove") throw new PatchError("remove operation does not apply: cannot remove the whole document");
    return value;
  }
  const last = depth === keys.length - 1;
  if (Array.isArray(at)) {
    if (last && how === "add") return at.toSpliced(key === "-" ? at.length : index(key, at.length, op), 0, value);
    const i = index(key, at.length - 1, op);
    if (last && how === "remove") return at.toSpliced(i, 1);
    return at.with(i, editAt(at[i], keys, depth + 1, path, op, how, value));
  }
  const present = isMap(at) && Object.hasOwn(at, key);
  if (!isMap(at) || (!last && !present))
    throw new PatchError(`${op} operation does not apply: doc is missing path: "${path}": missing value`);
  if (last && how === "remove") {
    if (!present) throw new PatchError(`error in remove for path: '${path}': Unable to remove nonexistent key: ${key}: missing value`);
    const { [key]: _removed, ...rest } = at;
    return rest;
  }
  const copy: Record<string, unknown> = { ...at };
  setKey(copy, key, last ? value : editAt(at[key], keys, depth + 1, path, op, how, value));
  return copy;
}
