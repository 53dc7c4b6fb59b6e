import { matcher, sorter } from "./query.ts";
import {
  bad,
  compare,
  at,
  type Doc,
  equal,
  isArray,
  isDoc,
  mismatch,
  MongoError,
  numeric,
  put,
  shown,
  typeOf,
  unparsed,
  type Value,
} from "./values.ts";

/** What an update knows besides the document. */
export interface UpdateScope {
  readonly now: number;
  /** The document is being made by an upsert. */
  readonly inserting: boolean;
}
type Change = (doc: Doc, path: readonly string[], given: Value, scope: UpdateScope) => Doc;

const read = (doc: Doc, path: readonly string[]): Value | undefined => at(doc, path)[0];
const write = (doc: Doc, path: readonly string[], value: Value | undefined): Doc => put(doc, path, value) as Doc;

function arithmetic(name: string, step: (a: number, b: number) => number, start: number): Change {
  return (doc, path, given) => {
    const n = numeric(given);
    const done = name === "$inc" ? "increment" : "multiply";
    if (n === undefined) throw mismatch(`Cannot ${done} with non-numeric argument: {${path.join(".")}: ${shown(given)}}`);
    const old = read(doc, path);
    if (old !== undefined && numeric(old) === undefined)
      throw mismatch(
        `Cannot apply ${name} to a value of non-numeric type. {_id: ${shown(doc["_id"])}} has the field '${path.at(-1)}' of non-numeric type ${typeOf(old)}`,
      );
    return write(doc, path, old === undefined ? (name === "$inc" ? n : start) : step(numeric(old) as number, n));
  };
}
const extreme =
  (way: number): Change =>
  (doc, path, given) => {
    const old = read(doc, path);
    return old === undefined || compare(given, old) * way > 0 ? write(doc, path, given) : doc;
  };
function listAt(doc: Doc, path: readonly string[], name: string): readonly Value[] {
  const old = read(doc, path);
  if (old === undefined) return [];
  if (isArray(old)) return old;
  if (name === "$push" || name === "$addToSet")
    throw bad(`The field '${path.join(".")}' must be an array but is of type ${typeOf(old)} in document {_id: ${shown(doc["_id"])}}`);
  throw bad(`Cannot apply ${name} to a non-array value`);
}
const eachOf = (given: Value): readonly Value[] => {
  if (!isDoc(given) || given["$each"] === undefined) return [given];
  if (!isArray(given["$each"])) throw bad(`The argument to $each in $push must be an array but it was of type: ${typeOf(given["$each"])}`);
  return given["$each"];
};

const CHANGES: Readonly<Record<string, Change>> = {
  $set: (doc, path, given) => write(doc, path, given),
  $unset: (doc, path) => (read(doc, path) === undefined ? doc : write(doc, path, undefined)),
  $setOnInsert: (doc, path, given, { inserting }) => (inserting ? write(doc, path, given) : doc),
  $inc: arithmetic("$inc", (a, b) => a + b, 0),
  $mul: arithmetic("$mul", (a, b) => a * b, 0),
  $min: extreme(-1),
  $max: extreme(1),
  $rename: (doc, path, given) => {
    const old = read(doc, path);
    return old === undefined ? doc : write(write(doc, path, undefined), String(given).split("."), old);
  },
  $currentDate: (doc, path, given, { now }) =>
    write(doc, path, isDoc(given) && given["$type"] === "timestamp" ? { $timestamp: { t: Math.floor(now / 1000), i: 1 } } : { $date: now }),
  $push: (doc, path, given) => {
    const old = listAt(doc, path, "$push");
    const each = isDoc(given) && given["$each"] !== undefined ? given : undefined;
    const position = numeric(each?.["$position"]) ?? old.length;
    let list: readonly Value[] = [...old.slice(0, position), ...eachOf(given), ...old.slice(position)];
    const sort = each?.["$sort"];
    if (isDoc(sort)) list = [...list].sort(sorter(sort) as (a: Value, b: Value) => number);
    else if (numeric(sort) !== undefined) list = [...list].sort((a, b) => compare(a, b) * (numeric(sort) as number));
    const slice = numeric(each?.["$slice"]);
    if (slice !== undefined) list = slice < 0 ? list.slice(slice) : list.slice(0, slice);
    return write(doc, path, list);
  },
  $addToSet: (doc, path, given) => {
    const old = listAt(doc, path, "$addToSet");
    const fresh = eachOf(given).filter((v, i, all) => !old.some((o) => equal(o, v)) && all.findIndex((w) => equal(w, v)) === i);
    return fresh.length === 0 ? doc : write(doc, path, [...old, ...fresh]);
  },
  $pull: (doc, path, given) => {
    if (read(doc, path) === undefined) return doc;
    const wanted = isDoc(given) ? given : undefined;
    const plain = wanted && Object.keys(wanted).some((k) => k.startsWith("$"));
    const is = wanted ? matcher(plain ? { v: wanted } : wanted) : undefined;
    return write(
      doc,
      path,
      listAt(doc, path, "$pull").filter((v) => !(is ? is(plain ? { v } : isDoc(v) ? v : {}) : equal(v, given))),
    );
  },
  $pop: (doc, path, given) => {
    const list = listAt(doc, path, "$pop");
    return list.length === 0 ? doc : write(doc, path, numeric(given) === -1 ? list.slice(1) : list.slice(0, -1));
  },
};

/** Whether it replaces the document: no operators. */
export const replaces = (update: Doc): boolean => !Object.keys(update).some((k) => k.startsWith("$"));

/** A document after an update. Throws MongoError. */
export function updated(doc: Doc, update: Doc, scope: UpdateScope): Doc {
  if (replaces(update)) {
    const { _id, ...rest } = update;
    if (_id !== undefined && doc["_id"] !== undefined && !equal(_id, doc["_id"])) throw immutable(doc["_id"]);
    const id = doc["_id"] ?? _id;
    return id === undefined ? rest : { _id: id, ...rest };
  }
  let out = doc;
  for (const [name, fields] of Object.entries(update)) {
    const change = CHANGES[name];
    if (!change)
      throw name.startsWith("$")
        ? unparsed(`Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`)
        : unparsed(`The dollar ($) prefixed field '${name}' is not allowed in the context of an update`);
    if (!isDoc(fields))
      throw unparsed(
        `Modifiers operate on fields but we found type ${typeOf(fields)} instead. For example: {$mod: {<field>: ...}} not {${name}: ${shown(fields)}}`,
      );
    for (const [path, given] of Object.entries(fields)) {
      if (path.includes("$")) throw bad(`the positional operator in '${path}' is not simulated by Timonel`);
      out = change(out, path.split("."), given as Value, scope);
    }
  }
  if (doc["_id"] !== undefined && !equal(doc["_id"], out["_id"])) throw immutable(doc["_id"]);
  return out;
}
const immutable = (id: Value): MongoError =>
  new MongoError(
    66,
    "ImmutableField",
    `Performing an update on the path '_id' would modify the immutable field '_id'${id === undefined ? "" : ""}`,
  );

/** What an upsert begins with: the filter's equalities. */
export function seed(filter: Doc): Doc {
  let out: Doc = {};
  for (const [name, wanted] of Object.entries(filter)) {
    if (name === "$and" && isArray(wanted)) for (const part of wanted) out = { ...out, ...(isDoc(part) ? seed(part) : {}) };
    if (name.startsWith("$")) continue;
    const operators = isDoc(wanted) && Object.keys(wanted).some((k) => k.startsWith("$"));
    const value = operators ? (wanted as Doc)["$eq"] : wanted;
    if (value !== undefined && typeOf(value) !== "regex") out = write(out, name.split("."), value);
  }
  return out;
}
