import type { Call, Commands } from "./call.ts";
import { projector } from "./project.ts";
import { matcher, sorter } from "./query.ts";
import { doc } from "./reads.ts";
import { replaces, seed, updated } from "./update.ts";
import { type Doc, equal, isArray, isDoc, MongoError, numeric, truthy, typeOf, unparsed, type Value } from "./values.ts";

const SIZE = 16 * 1024 * 1024;

function list(call: Call, name: string): readonly Doc[] {
  const v = call.args[name];
  if (!isArray(v) || v.length === 0 || v.length > 100_000)
    throw new MongoError(
      16,
      "InvalidLength",
      `Write batch sizes must be between 1 and 100000. Got ${isArray(v) ? v.length : 0} operations.`,
    );
  return v as readonly Doc[];
}
function collectionName(call: Call): string {
  const name = call.args[call.name];
  if (typeof name !== "string") throw new MongoError(73, "InvalidNamespace", `collection name has invalid type ${typeOf(name)}`);
  if (name === "") throw new MongoError(73, "InvalidNamespace", `Invalid namespace specified '${call.db}.'`);
  return name;
}
/** Each statement of a batch; one that fails ends an ordered one. */
function batch(call: Call, statements: readonly Doc[], one: (statement: Doc, index: number) => void): readonly Doc[] {
  const errors: Doc[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      one(statement, index);
    } catch (error) {
      if (!(error instanceof MongoError)) throw error;
      errors.push({ index, code: error.code, ...error.more, errmsg: error.message });
      if (call.args["ordered"] !== false) break;
    }
  }
  return errors;
}
const reply = (counts: Doc, errors: readonly Doc[]): Doc => ({ ...counts, ...(errors.length > 0 && { writeErrors: errors }), ok: 1 });

function fits(d: Doc): Doc {
  if (JSON.stringify(d).length > SIZE)
    throw new MongoError(
      10_334,
      "BSONObjectTooLarge",
      `BSONObj size: ${JSON.stringify(d).length} is invalid. Size must be between 0 and 16793600(16MB)`,
    );
  if (isArray(d["_id"])) throw new MongoError(53, "InvalidIdField", "The '_id' value cannot be of type array");
  return d;
}
/** With an _id, and that first. */
function identified(call: Call, d: Doc): Doc {
  const { _id = call.server.objectId(), ...rest } = d;
  return { _id, ...rest };
}

/** One update statement: what matched, changed and was made. */
function update(call: Call, name: string, q: Doc, u: Value, multi: boolean, upsert: boolean) {
  if (isArray(u)) throw unparsed("an update that is a pipeline is not simulated by Timonel");
  if (!isDoc(u)) throw unparsed("Update argument must be either an object or an array");
  if (multi && replaces(u)) throw unparsed("multi update is not supported for replacement-style update");
  const { store } = call.server;
  const all = store.docs(call.db, name);
  call.cost(all.length);
  const is = matcher(q);
  let [matched, modified] = [0, 0];
  for (const old of all) {
    if (!is(old)) continue;
    matched++;
    const fresh = updated(old, u, { now: call.now, inserting: false });
    if (!equal(fresh, old)) {
      store.replace(call.db, name, fits(fresh));
      modified++;
    }
    if (!multi) break;
  }
  if (matched > 0 || !upsert) return { matched, modified, upserted: undefined };
  const made = identified(call, updated(seed(q), u, { now: call.now, inserting: true }));
  store.insert(call.db, name, fits(made));
  return { matched, modified, upserted: made["_id"] as Value };
}

export const writes: Commands = {
  insert: (call) => {
    const name = collectionName(call);
    let n = 0;
    const errors = batch(call, list(call, "documents"), (d) => {
      call.server.store.insert(call.db, name, fits(identified(call, d)));
      call.cost(1);
      n++;
    });
    return reply({ n }, errors);
  },
  update: (call) => {
    const name = collectionName(call);
    let [n, nModified] = [0, 0];
    const upserted: Doc[] = [];
    const errors = batch(call, list(call, "updates"), (s, index) => {
      const done = update(call, name, s["q"] as Doc, s["u"] as Value, truthy(s["multi"]), truthy(s["upsert"]));
      n += done.matched;
      nModified += done.modified;
      if (done.upserted === undefined) return;
      n++;
      upserted.push({ index, _id: done.upserted });
    });
    return reply({ n, nModified, ...(upserted.length > 0 && { upserted }) }, errors);
  },
  delete: (call) => {
    const name = collectionName(call);
    const { store } = call.server;
    let n = 0;
    const errors = batch(call, list(call, "deletes"), (s) => {
      const all = store.docs(call.db, name);
      call.cost(all.length);
      const limit = numeric(s["limit"]) ?? 0;
      const is = matcher(s["q"] as Doc);
      for (const d of all) {
        if (!is(d)) continue;
        store.remove(call.db, name, d);
        n++;
        if (limit === 1) break;
      }
    });
    return reply({ n }, errors);
  },
  findAndModify: (call) => {
    const name = collectionName(call);
    const { store } = call.server;
    const all = store.docs(call.db, name).filter(matcher(doc(call, "query")));
    const sort = doc(call, "sort");
    const [old] = Object.keys(sort).length > 0 ? [...all].sort(sorter(sort)) : all;
    call.cost(all.length);
    const shape = (d: Doc | undefined): Value =>
      d === undefined ? null : call.args["fields"] === undefined ? d : projector(doc(call, "fields"))(d, { now: call.now });
    if (truthy(call.args["remove"])) {
      if (old) store.remove(call.db, name, old);
      return { lastErrorObject: { n: old ? 1 : 0 }, value: shape(old), ok: 1 };
    }
    if (!old && !truthy(call.args["upsert"])) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null, ok: 1 };
    const done = update(call, name, old ? { _id: old["_id"] as Value } : doc(call, "query"), call.args["update"] as Value, false, true);
    const id = done.upserted ?? old?.["_id"];
    const fresh = store.docs(call.db, name).find((d) => equal(d["_id"], id));
    return {
      lastErrorObject: { n: 1, updatedExisting: old !== undefined, ...(done.upserted !== undefined && { upserted: done.upserted }) },
      value: truthy(call.args["new"]) ? shape(fresh) : shape(old),
      ok: 1,
    };
  },
};
