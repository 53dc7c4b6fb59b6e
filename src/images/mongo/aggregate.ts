import { evaluate } from "./expressions.ts";
import { projector } from "./project.ts";
import { matcher, sorter } from "./query.ts";
import { at, bad, compare, type Doc, isArray, isDoc, keyOf, MongoError, numeric, put, shown, type Value } from "./values.ts";

/** What stages may look at. */
export interface Sources {
  readonly collection: (name: string) => readonly Doc[];
  readonly now: number;
}
/** Pairs that $lookup compares at most: there is no index to go by. */
const LOOKUPS = 2_000_000;
type Stage = (docs: readonly Doc[], given: Value, sources: Sources) => readonly Doc[];

const located = (code: number, message: string): MongoError => new MongoError(code, `Location${code}`, message);

/** $group's accumulators: from the values of a group. */
const ACCUMULATORS: Readonly<Record<string, (values: readonly (Value | undefined)[]) => Value>> = {
  $sum: (values) => values.reduce((n: number, v) => n + (numeric(v) ?? 0), 0),
  $count: (values) => values.length,
  $avg: (values) => {
    const all = values.flatMap((v) => numeric(v) ?? []);
    return all.length === 0 ? null : all.reduce((a, b) => a + b, 0) / all.length;
  },
  $min: (values) =>
    values.filter((v) => v !== undefined && v !== null).reduce<Value>((m, v) => (m === null || compare(v, m) < 0 ? (v as Value) : m), null),
  $max: (values) =>
    values.filter((v) => v !== undefined && v !== null).reduce<Value>((m, v) => (m === null || compare(v, m) > 0 ? (v as Value) : m), null),
  $first: (values) => values[0] ?? null,
  $last: (values) => values.at(-1) ?? null,
  $push: (values) => values.filter((v): v is Value => v !== undefined),
  $addToSet: (values) => [...new Map(values.filter((v): v is Value => v !== undefined).map((v) => [keyOf(v), v])).values()],
};

function object(given: Value, name: string, code: number): Doc {
  if (isDoc(given)) return given;
  throw located(code, `the ${name} specification must be an object`);
}
function count(given: Value, name: string, least: number): number {
  const n = numeric(given);
  if (n === undefined || !Number.isInteger(n) || n < least)
    throw located(
      5_107_200,
      `invalid argument to ${name} stage: Expected a ${least > 0 ? "positive" : "non-negative"} number in: ${name}: ${shown(given)}`,
    );
  return n;
}

const STAGES: Readonly<Record<string, Stage>> = {
  $match: (docs, given) => docs.filter(matcher(object(given, "$match filter", 15_959))),
  $sort: (docs, given) => [...docs].sort(sorter(object(given, "$sort key", 15_973))),
  $limit: (docs, given) => docs.slice(0, count(given, "$limit", 1)),
  $skip: (docs, given) => docs.slice(count(given, "$skip", 0)),
  $count: (docs, given) => {
    if (typeof given !== "string" || given === "") throw located(40_156, "the count field must be a non-empty string");
    return docs.length === 0 ? [] : [{ [given]: docs.length }];
  },
  $project: (docs, given, { now }) => {
    const project = projector(object(given, "$project", 15_969));
    return docs.map((d) => project(d, { now }));
  },
  $addFields: (docs, given, { now }) => {
    const fields = Object.entries(object(given, "$addFields", 40_272));
    return docs.map((doc) => fields.reduce((out, [path, e]) => put(out, path.split("."), evaluate(e as Value, { doc, now })) as Doc, doc));
  },
  $unset: (docs, given) => {
    const names = isArray(given) ? given : [given];
    return docs.map((doc) => names.reduce((out, n) => put(out as Doc, String(n).split("."), undefined) as Doc, doc as Value) as Doc);
  },
  $group: (docs, given, { now }) => {
    const { _id, ...fields } = object(given, "group", 15_947);
    if (_id === undefined) throw located(15_955, "a group specification must include an _id");
    const accumulators = Object.entries(fields).map(([name, spec]) => {
      const [operator = ""] = isDoc(spec) ? Object.keys(spec) : [];
      if (operator === "") throw located(40_234, `The field '${name}' must be an accumulator object`);
      const make = ACCUMULATORS[operator];
      if (!make) throw located(15_952, `unknown group operator '${operator}'`);
      return { name, make, expression: (spec as Doc)[operator] as Value };
    });
    const groups = new Map<string, { readonly id: Value; readonly docs: Doc[] }>();
    for (const doc of docs) {
      const id = evaluate(_id, { doc, now }) ?? null;
      const key = keyOf(id);
      const group = groups.get(key);
      if (group) group.docs.push(doc);
      else groups.set(key, { id, docs: [doc] });
    }
    return [...groups.values()].map((g) => ({
      _id: g.id,
      ...Object.fromEntries(
        accumulators.map(({ name, make, expression }) => [name, make(g.docs.map((doc) => evaluate(expression, { doc, now })))]),
      ),
    }));
  },
  $sortByCount: (docs, given, sources) => run(docs, [{ $group: { _id: given, count: { $sum: 1 } } }, { $sort: { count: -1 } }], sources),
  $unwind: (docs, given) => {
    const spec = isDoc(given) ? given : { path: given };
    const path = spec["path"];
    if (typeof path !== "string" || !path.startsWith("$"))
      throw located(28_818, `path option to $unwind stage should be prefixed with a '$': ${String(path)}`);
    const names = path.slice(1).split(".");
    const keep = spec["preserveNullAndEmptyArrays"] === true;
    return docs.flatMap((doc) => {
      const [v] = at(doc, names);
      if (isArray(v) && v.length > 0) return v.map((e) => put(doc, names, e) as Doc);
      if (v === undefined || v === null || isArray(v)) return keep ? [isArray(v) ? (put(doc, names, undefined) as Doc) : doc] : [];
      return [doc];
    });
  },
  $lookup: (docs, given, { collection }) => {
    const { from, localField, foreignField, as } = object(given, "$lookup", 9);
    if (typeof from !== "string" || typeof localField !== "string" || typeof foreignField !== "string" || typeof as !== "string")
      throw bad("$lookup is simulated by Timonel only with from, localField, foreignField and as");
    const others = collection(from);
    if (docs.length * others.length > LOOKUPS)
      throw bad(`$lookup of ${docs.length} documents among ${others.length} is more than Timonel simulates`);
    return docs.map((doc) => {
      const [v] = at(doc, localField.split("."));
      const is = matcher({ [foreignField]: isArray(v) ? { $in: v } : { $eq: v ?? null } });
      return put(doc, as.split("."), others.filter(is)) as Doc;
    });
  },
  $replaceRoot: (docs, given, { now }) =>
    docs.map((doc) => {
      const root = evaluate(object(given, "$replaceRoot", 40_229)["newRoot"] as Value, { doc, now });
      if (!isDoc(root)) throw located(40_228, `'newRoot' expression must evaluate to an object, but resulting value was: ${shown(root)}`);
      return root;
    }),
};
const ALIASES: Readonly<Record<string, string>> = { $set: "$addFields" };

export function run(docs: readonly Doc[], pipeline: readonly Value[], sources: Sources): readonly Doc[] {
  return pipeline.reduce<readonly Doc[]>((all, stage) => {
    if (!isDoc(stage)) throw new MongoError(14, "TypeMismatch", "Each element of the 'pipeline' array must be an object");
    const [name = "", ...others] = Object.keys(stage);
    if (name === "" || others.length > 0) throw located(40_323, "A pipeline stage specification object must contain exactly one field.");
    const step = STAGES[ALIASES[name] ?? name];
    if (!step) throw located(40_324, `Unrecognized pipeline stage name: '${name}'`);
    return step(all, stage[name] as Value, sources);
  }, docs);
}
