import { run } from "./aggregate.ts";
import { projector } from "./project.ts";
import { matcher, sorter } from "./query.ts";
import type { Call, Commands } from "./call.ts";
import { at, type Doc, isArray, isDoc, keyOf, MongoError, numeric, type Value } from "./values.ts";

/** What a client gets at once when it does not say how much (mongo: find's first batch). */
const BATCH = 101;

/** An argument that has to be a document. */
export function doc(call: Call, name: string): Doc {
  const v = call.args[name];
  if (v === undefined) return {};
  if (isDoc(v)) return v;
  throw new MongoError(
    14,
    "TypeMismatch",
    `BSON field '${call.name}.${name}' is the wrong type '${isArray(v) ? "array" : typeof v}', expected type 'object'`,
  );
}
/** The first batch of what was found; the rest waits under a number. */
export function cursor(call: Call, name: string, docs: readonly Doc[], batch: number): Doc {
  const ns = `${call.db}.${name}`;
  const rest = docs.slice(batch);
  const id = rest.length === 0 ? 0 : call.server.nextCursor();
  if (rest.length > 0) call.session.state.cursors = [...call.session.state.cursors, { id, ns, docs: rest }];
  return { cursor: { firstBatch: docs.slice(0, batch), id: long(id), ns }, ok: 1 };
}
export const long = (n: number): Doc => ({ $numberLong: String(n) });

function found(call: Call, name: string): readonly Doc[] {
  const all = call.server.store.docs(call.db, name);
  call.cost(all.length);
  let docs = all.filter(matcher(doc(call, call.name === "count" || call.name === "distinct" ? "query" : "filter")));
  const sort = doc(call, "sort");
  if (Object.keys(sort).length > 0) docs = [...docs].sort(sorter(sort));
  const skip = numeric(call.args["skip"]) ?? 0;
  const limit = Math.abs(numeric(call.args["limit"]) ?? 0);
  return docs.slice(skip, limit === 0 ? undefined : skip + limit);
}

export const reads: Commands = {
  find: (call) => {
    const name = String(call.args["find"]);
    const project = projector(doc(call, "projection"));
    const docs = found(call, name);
    const shaped = call.args["projection"] === undefined ? docs : docs.map((d) => project(d, { now: call.now }));
    return cursor(call, name, shaped, numeric(call.args["batchSize"]) ?? BATCH);
  },
  getMore: (call) => {
    const id = numeric(call.args["getMore"]);
    const there = call.session.state.cursors.find((c) => c.id === id);
    if (!there) throw new MongoError(43, "CursorNotFound", `cursor id ${id} not found`);
    const batch = numeric(call.args["batchSize"]) ?? there.docs.length;
    const rest = there.docs.slice(batch);
    call.session.state.cursors = call.session.state.cursors.flatMap((c) =>
      c.id !== id ? [c] : rest.length > 0 ? [{ ...c, docs: rest }] : [],
    );
    return { cursor: { nextBatch: there.docs.slice(0, batch), id: long(rest.length > 0 ? there.id : 0), ns: there.ns }, ok: 1 };
  },
  killCursors: (call) => {
    const ids = isArray(call.args["cursors"]) ? call.args["cursors"].map(numeric) : [];
    call.session.state.cursors = call.session.state.cursors.filter((c) => !ids.includes(c.id));
    return { ok: 1 };
  },
  count: (call) => ({ n: found(call, String(call.args["count"])).length, ok: 1 }),
  distinct: (call) => {
    const values = new Map<string, Value>();
    const path = String(call.args["key"]).split(".");
    for (const d of found(call, String(call.args["distinct"])))
      for (const v of at(d, path).flatMap<Value | undefined>((w) => (isArray(w) ? w : [w]))) if (v !== undefined) values.set(keyOf(v), v);
    return { values: [...values.values()], ok: 1 };
  },
  aggregate: (call) => {
    const name = call.args["aggregate"];
    const pipeline = call.args["pipeline"];
    if (!isArray(pipeline)) throw new MongoError(14, "TypeMismatch", "'pipeline' option must be specified as an array");
    const batch = numeric(doc(call, "cursor")["batchSize"]) ?? BATCH;
    const last = pipeline.at(-1);
    const out = isDoc(last) ? last["$out"] : undefined;
    const { store } = call.server;
    const start = typeof name === "string" ? store.docs(call.db, name) : [];
    call.cost(start.length * Math.max(1, pipeline.length));
    const docs = run(start, out === undefined ? pipeline : pipeline.slice(0, -1), {
      collection: (other) => store.docs(call.db, other),
      now: call.now,
    });
    if (out === undefined) return cursor(call, typeof name === "string" ? name : "$cmd.aggregate", docs, batch);
    if (typeof out !== "string") throw new MongoError(16_990, "Location16990", "$out only supports a string argument in Timonel");
    if (store.collection(call.db, out)) store.drop(call.db, out);
    store.ensure(call.db, out);
    for (const d of docs) store.insert(call.db, out, d["_id"] === undefined ? { _id: call.server.objectId(), ...d } : d);
    return cursor(call, String(name), [], batch);
  },
};
