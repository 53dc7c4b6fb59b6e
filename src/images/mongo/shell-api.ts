/** db, cursors, rs and the shell's own functions, in JavaScript, run inside the interpreter after BSON's types. */
export const SHELL_API = String.raw`
let current = host("database");
const legacy = host("legacy") === 1;
// The old shell's way to show a value: JSON with spaces, a line each unless it is told to keep to one.
function tojson(v, indent, flat) {
  if (v === undefined) return "undefined";
  if (v === null || typeof v === "number" || typeof v === "boolean") return String(v);
  if (typeof v === "string") return JSON.stringify(v);
  if (v instanceof ObjectId) return 'ObjectId("' + v.hex + '")';
  if (v instanceof Date) return 'ISODate("' + v.toISOString().replace(".000Z", "Z") + '")';
  if (v instanceof LongType) return Math.abs(Number(v.value)) < 2 ** 31 ? "NumberLong(" + v.value + ")" : 'NumberLong("' + v.value + '")';
  if (v instanceof DecimalType) return 'NumberDecimal("' + v.value + '")';
  if (v instanceof TimestampType) return "Timestamp(" + v.value.t + ", " + v.value.i + ")";
  if (v instanceof RegExp) return String(v);
  if (v instanceof Outcome) return v.kind + "(" + tojson(v.body, "", flat) + ")";
  if (typeof v === "function") return String(v[custom] ? v[custom]() : v);
  if (v[custom]) return v[custom]();
  const more = indent + (flat ? "" : "\t");
  const [open, close] = Array.isArray(v) ? ["[", "]"] : ["{", "}"];
  const parts = Array.isArray(v) ? v.map((e) => tojson(e, more, flat)) : Object.keys(v).map((k) => JSON.stringify(k) + " : " + tojson(v[k], more, flat));
  if (parts.length === 0) return Array.isArray(v) ? "[ ]" : "{  }";
  const line = open + " " + parts.join(", ") + " " + close;
  if (flat || (line.length < 80 && !line.includes("\n"))) return line;
  return open + "\n" + parts.map((p) => more + p).join(",\n") + "\n" + indent + close;
}
class Outcome { constructor(kind, body) { hide(this, { kind, body }); Object.assign(this, body); } }
globalThis.tojson = (v) => tojson(v, "", false);
const fail = (name) => { throw named("MongoshUnimplementedError", name + " is not simulated by Timonel"); };
function command(database, doc) {
  const reply = JSON.parse(ask("command", JSON.stringify(Object.assign(pack(doc, []), { $db: database }))));
  if (reply.$failed) throw named(reply.kind, reply.$failed);
  return reply;
}
const mistake = (reply) => named("MongoServerError", reply.errmsg, { code: reply.code, codeName: reply.codeName });
function run(database, doc) {
  const reply = command(database, doc);
  if (reply.ok !== 1) throw mistake(reply);
  return reply;
}
const writeMistake = (reply) => {
  const [first] = reply.writeErrors ?? [];
  return first ? named("MongoServerError", first.errmsg, { code: first.code, index: first.index }) : undefined;
};
const need = (v, method, what) => {
  if (v === undefined) throw named("MongoshInvalidInputError", "[COMMON-10001] Missing required argument at position 0 (" + method + ")");
  if (what === "object" && (typeof v !== "object" || v === null)) throw named("MongoshInvalidInputError", "[COMMON-10001] Argument at position 0 must be of type object, got " + typeof v + " (" + method + ")");
  return v;
};

class Cursor {
  constructor(database, ns, doc) { hide(this, { database, ns, doc, at: undefined, batch: [], id: "0", mapper: undefined, asked: false }); }
  _set(k, v) { if (this.asked) throw named("MongoshRuntimeError", "Cursor is already initialized"); this.doc[k] = v; return this; }
  sort(v) { return this.doc.aggregate ? (this.doc.pipeline.push({ $sort: v }), this) : this._set("sort", v); }
  limit(n) { return this._set("limit", n); }
  skip(n) { return this._set("skip", n); }
  projection(v) { return this._set("projection", v); }
  project(v) { return this._set("projection", v); }
  batchSize(n) { this.doc.aggregate ? (this.doc.cursor = { batchSize: n }) : this._set("batchSize", n); return this; }
  comment() { return this; } hint() { return this; } maxTimeMS() { return this; } allowDiskUse() { return this; } pretty() { return this; } noCursorTimeout() { return this; }
  explain() { return fail("explain"); }
  _ask() {
    if (this.asked) return;
    this.asked = true;
    const { cursor } = run(this.database, this.doc);
    this.batch = cursor.firstBatch;
    this.id = cursor.id.$numberLong;
    this.at = 0;
  }
  _fill() {
    this._ask();
    while (this.at >= this.batch.length && this.id !== "0") {
      const { cursor } = run(this.database, { getMore: new LongType(this.id), collection: this.ns });
      this.batch = cursor.nextBatch;
      this.id = cursor.id.$numberLong;
      this.at = 0;
    }
    return this.at < this.batch.length;
  }
  hasNext() { return this._fill(); }
  tryNext() { return this._fill() ? this._one() : null; }
  next() { return this.tryNext(); }
  _one() { const v = unpack(this.batch[this.at++]); return this.mapper ? this.mapper(v) : v; }
  toArray() { const out = []; while (this._fill()) out.push(this._one()); return out; }
  forEach(fn) { while (this._fill()) if (fn(this._one()) === false) break; }
  map(fn) { const before = this.mapper; this.mapper = before ? (v) => fn(before(v)) : fn; return this; }
  count() { return run(this.database, { count: this.ns, query: this.doc.filter ?? {} }).n; }
  size() { return run(this.database, { count: this.ns, query: this.doc.filter ?? {}, skip: this.doc.skip ?? 0, limit: this.doc.limit ?? 0 }).n; }
  itcount() { return this.toArray().length; }
  isExhausted() { return this.asked && this.at >= this.batch.length && this.id === "0"; }
  objsLeftInBatch() { this._ask(); return this.batch.length - this.at; }
  close() { this.id = "0"; this.batch = []; }
  *[Symbol.iterator]() { while (this._fill()) yield this._one(); }
  _page() {
    const docs = [];
    while (docs.length < 20 && this._fill()) docs.push(this._one());
    if (docs.length === 0) return "";
    latest = this;
    return (legacy ? docs.map((d) => tojson(d, "", true)).join("\n") : show(docs)) + (this._fill() ? '\nType "it" for more' : "");
  }
}
let latest;
const hide = (o, fields) => { for (const k of Object.keys(fields)) Object.defineProperty(o, k, { value: fields[k], writable: true, enumerable: false }); return o; };
const acknowledged = (more) => ({ acknowledged: true, ...more });
const indexName = (key) => Object.entries(key).map(([k, v]) => k + "_" + v).join("_");

class Collection {
  constructor(database, name) { hide(this, { _database: database, _name: name }); }
  getName() { return this._name; }
  getFullName() { return this._database._name + "." + this._name; }
  getDB() { return this._database; }
  _run(doc) { return run(this._database._name, doc); }
  find(filter = {}, projection) { return new Cursor(this._database._name, this._name, { find: this._name, filter, ...(projection && { projection }) }); }
  findOne(filter = {}, projection) { return this.find(filter, projection).limit(1).tryNext(); }
  aggregate(...args) {
    const pipeline = Array.isArray(args[0]) ? args[0].slice() : args;
    const cursor = new Cursor(this._database._name, this._name, { aggregate: this._name, pipeline, cursor: {} });
    if (pipeline.some((s) => s && s.$out)) cursor._ask();
    return cursor;
  }
  count(query = {}) { return this._run({ count: this._name, query }).n; }
  countDocuments(filter = {}, { skip, limit } = {}) {
    const pipeline = [{ $match: filter }, ...(skip ? [{ $skip: skip }] : []), ...(limit ? [{ $limit: limit }] : []), { $group: { _id: 1, n: { $sum: 1 } } }];
    return this._run({ aggregate: this._name, pipeline, cursor: {} }).cursor.firstBatch[0]?.n ?? 0;
  }
  estimatedDocumentCount() { return this._run({ count: this._name }).n; }
  distinct(key, query = {}) { return this._run({ distinct: this._name, key, query }).values.map(unpack); }
  insertOne(doc) {
    need(doc, "Collection.insertOne", "object");
    if (doc._id === undefined) doc._id = new ObjectId();
    const reply = this._run({ insert: this._name, documents: [doc] });
    const wrong = writeMistake(reply);
    if (wrong) throw wrong;
    return acknowledged({ insertedId: doc._id });
  }
  insertMany(docs, { ordered = true } = {}) {
    if (!Array.isArray(need(docs, "Collection.insertMany", "object"))) throw named("MongoInvalidArgumentError", 'Argument "docs" must be an array of documents');
    if (docs.length === 0) throw named("MongoInvalidArgumentError", "Invalid BulkOperation, Batch cannot be empty");
    const ids = {};
    docs.forEach((d, i) => { if (d._id === undefined) d._id = new ObjectId(); ids[i] = d._id; });
    const reply = this._run({ insert: this._name, documents: docs, ordered });
    const wrong = writeMistake(reply);
    if (wrong) {
      wrong.name = "MongoBulkWriteError";
      wrong.result = { insertedCount: reply.n, matchedCount: 0, modifiedCount: 0, deletedCount: 0, upsertedCount: 0, upsertedIds: {}, insertedIds: Object.fromEntries(Object.entries(ids).slice(0, ordered ? reply.n : undefined)) };
      wrong.writeErrors = reply.writeErrors.map((e) => ({ err: { index: e.index, code: e.code, errmsg: e.errmsg, op: docs[e.index] } }));
      throw wrong;
    }
    return acknowledged({ insertedIds: legacy ? Object.values(ids) : ids });
  }
  insert(docs, options) {
    if (legacy) {
      let done;
      try { done = this.insertMany(Array.isArray(docs) ? docs : [docs], options); } catch (e) {
        if (Array.isArray(docs) || !e.writeErrors) throw e;
        return new Outcome("WriteResult", { nInserted: 0, writeError: { code: e.code, errmsg: e.message } });
      }
      const n = Object.keys(done.insertedIds).length;
      return Array.isArray(docs) ? new Outcome("BulkWriteResult", { writeErrors: [], writeConcernErrors: [], nInserted: n, nUpserted: 0, nMatched: 0, nModified: 0, nRemoved: 0, upserted: [] }) : new Outcome("WriteResult", { nInserted: n });
    }
    const many = Array.isArray(docs) ? docs : [docs];
    warn("DeprecationWarning: Collection.insert() is deprecated. Use insertOne, insertMany, or bulkWrite.");
    return this.insertMany(many, options);
  }
  _update(q, u, multi, { upsert = false } = {}) {
    const reply = this._run({ update: this._name, updates: [{ q, u, multi, upsert }] });
    const wrong = writeMistake(reply);
    if (wrong) throw wrong;
    const made = reply.upserted?.[0];
    if (legacy) return acknowledged({ matchedCount: reply.n - (made ? 1 : 0), modifiedCount: reply.nModified, ...(made && { upsertedId: unpack(made._id) }) });
    return acknowledged({ insertedId: made ? unpack(made._id) : null, matchedCount: reply.n - (made ? 1 : 0), modifiedCount: reply.nModified, upsertedCount: made ? 1 : 0 });
  }
  _atomic(u, method) {
    if (!Array.isArray(need(u, method, "object")) && !Object.keys(u)[0]?.startsWith("$")) throw named("MongoInvalidArgumentError", "Update document requires atomic operators");
    return u;
  }
  updateOne(q, u, o) { return this._update(q, this._atomic(u, "Collection.updateOne"), false, o); }
  updateMany(q, u, o) { return this._update(q, this._atomic(u, "Collection.updateMany"), true, o); }
  replaceOne(q, u, o) {
    if (Object.keys(need(u, "Collection.replaceOne", "object"))[0]?.startsWith("$")) throw named("MongoInvalidArgumentError", "Replacement document must not contain atomic operators");
    return this._update(q, u, false, o);
  }
  update(q, u, o = {}) {
    if (legacy) {
      const done = this._update(q, u, o.multi === true, o);
      return new Outcome("WriteResult", { nMatched: done.matchedCount, nUpserted: done.upsertedId === undefined ? 0 : 1, nModified: done.modifiedCount, ...(done.upsertedId !== undefined && { _id: done.upsertedId }) });
    }
    warn("DeprecationWarning: Collection.update() is deprecated. Use updateOne, updateMany, or bulkWrite.");
    return this._update(q, this._atomic(u, "Collection.update"), o.multi === true, o);
  }
  _delete(q, limit) {
    const reply = this._run({ delete: this._name, deletes: [{ q: need(q, "Collection.delete", "object"), limit }] });
    return acknowledged({ deletedCount: reply.n });
  }
  deleteOne(q) { return this._delete(q, 1); }
  deleteMany(q) { return this._delete(q, 0); }
  remove(q, one) {
    if (legacy) return new Outcome("WriteResult", { nRemoved: this._delete(q, one === true || one?.justOne ? 1 : 0).deletedCount });
    warn("DeprecationWarning: Collection.remove() is deprecated. Use deleteOne, deleteMany, findOneAndDelete, or bulkWrite.");
    return this._delete(q, one === true || one?.justOne ? 1 : 0);
  }
  _modify(query, more, { sort = {}, projection, returnDocument, returnNewDocument, upsert = false } = {}) {
    const fresh = returnDocument === "after" || returnNewDocument === true;
    return unpack(this._run({ findAndModify: this._name, query, sort, ...(projection && { fields: projection }), ...more, ...(more.update && { new: fresh, upsert }) }).value);
  }
  findOneAndUpdate(q, u, o) { return this._modify(q, { update: this._atomic(u, "Collection.findOneAndUpdate") }, o); }
  findOneAndReplace(q, u, o) { return this._modify(q, { update: u }, o); }
  findOneAndDelete(q, o) { return this._modify(q, { remove: true }, o); }
  createIndex(key, options = {}) { if (legacy) return clean(this._run({ createIndexes: this._name, indexes: [{ key, name: indexName(key), ...options }] })); return this.createIndexes([key], options)[0]; }
  ensureIndex(key, options) { return this.createIndexes([key], options); }
  createIndexes(keys, options = {}) {
    const indexes = keys.map((key) => ({ key, name: indexName(key), ...options }));
    this._run({ createIndexes: this._name, indexes });
    return indexes.map((i) => i.name);
  }
  getIndexes() { return this._run({ listIndexes: this._name }).cursor.firstBatch.map(unpack); }
  dropIndex(index) { return clean(this._run({ dropIndexes: this._name, index: need(index, "Collection.dropIndex") })); }
  dropIndexes() { return clean(this._run({ dropIndexes: this._name, index: "*" })); }
  drop() {
    const reply = command(this._database._name, { drop: this._name });
    if (reply.ok === 1) return true;
    if (reply.codeName === "NamespaceNotFound") return false;
    throw mistake(reply);
  }
  stats() { return clean(this._run({ collStats: this._name })); }
  dataSize() { return this.stats().size; }
  storageSize() { return this.stats().storageSize; }
  totalIndexSize() { return this.stats().totalIndexSize; }
  exists() { return this._database.getCollectionInfos({ name: this._name })[0] ?? null; }
  bulkWrite() { return fail("Collection.bulkWrite"); }
  watch() { return fail("Collection.watch"); }
  mapReduce() { return fail("Collection.mapReduce"); }
  renameCollection() { return fail("Collection.renameCollection"); }
  explain() { return fail("Collection.explain"); }
  validate() { return fail("Collection.validate"); }
  initializeOrderedBulkOp() { return fail("Collection.initializeOrderedBulkOp"); }
  initializeUnorderedBulkOp() { return fail("Collection.initializeUnorderedBulkOp"); }
  help() { return fail("Collection.help"); }
  [custom]() { return this.getFullName(); }
}
const clean = (reply) => unpack(reply);
// A name that is no method is a collection's: db.users, db.users.archived.
const named_ = (t, make) => new Proxy(function () {}, {
  apply() { throw new TypeError("db." + (t.getFullName ? t.getFullName().replace(/^[^.]*\./, "") : t.getName()) + " is not a function"); },
  get(_, key) {
    if (typeof key === "symbol" || key in t || key.startsWith("__")) return typeof t[key] === "function" ? t[key].bind(t) : t[key];
    if (key === "then" || key === "toJSON" || key === "stack") return undefined;
    return make(key);
  },
  has: (_, key) => key in t,
  getPrototypeOf: () => Object.getPrototypeOf(t),
});
const collection = (database, name) => named_(new Collection(database, name), (more) => collection(database, name + "." + more));

class Database {
  constructor(name) { hide(this, { _name: name }); }
  getName() { return this._name; }
  getMongo() { return mongo; }
  getSiblingDB(name) { return databaseOf(name); }
  getCollection(name) { return collection(this, name); }
  getCollectionNames() { return this.getCollectionInfos().map((c) => c.name); }
  getCollectionInfos(filter = {}) { return run(this._name, { listCollections: 1, filter }).cursor.firstBatch.map(unpack); }
  createCollection(name, options = {}) { return clean(run(this._name, { create: name, ...options })); }
  createView() { return fail("Database.createView"); }
  runCommand(c) { return clean(run(this._name, typeof c === "string" ? { [c]: 1 } : c)); }
  adminCommand(c) { return clean(run("admin", typeof c === "string" ? { [c]: 1 } : c)); }
  aggregate(pipeline = []) { return new Cursor(this._name, "$cmd.aggregate", { aggregate: 1, pipeline, cursor: {} }); }
  stats(scale = 1) { return clean(run(this._name, { dbStats: 1, scale: typeof scale === "object" ? (scale.scale ?? 1) : scale })); }
  version() { return run("admin", { buildInfo: 1 }).version; }
  hello() { return clean(run(this._name, { hello: 1 })); }
  isMaster() { return clean(run(this._name, { isMaster: 1 })); }
  serverStatus() { return clean(run("admin", { serverStatus: 1 })); }
  serverBuildInfo() { return clean(run("admin", { buildInfo: 1 })); }
  serverCmdLineOpts() { return clean(run("admin", { getCmdLineOpts: 1 })); }
  dropDatabase() { return clean(run(this._name, { dropDatabase: 1 })); }
  shutdownServer() { command("admin", { shutdown: 1 }); }
  _user(verb, name, doc, also = {}) {
    const { user, pwd, roles, ...more } = doc;
    const [odd] = Object.keys(more).filter((k) => !["customData", "mechanisms", "passwordDigestor", "writeConcern"].includes(k));
    if (odd) throw named("MongoshInvalidInputError", "Unknown option " + odd);
    const password = pwd === undefined ? {} : { pwd };
    return clean(run(this._name, { [verb]: name, ...password, ...(roles && { roles }), ...also }));
  }
  createUser(doc) {
    need(doc, "Database.createUser", "object");
    if (doc.user === undefined) throw named("MongoshInvalidInputError", "[COMMON-10001] Missing required property: \"user\"");
    if (doc.roles === undefined) throw named("MongoshInvalidInputError", "[COMMON-10001] Missing required property: \"roles\"");
    const done = this._user("createUser", doc.user, doc);
    if (!legacy) return done;
    const { pwd, ...rest } = doc;
    say("Successfully added user: " + tojson(rest, "", false));
  }
  updateUser(name, doc) { return this._user("updateUser", name, doc); }
  changeUserPassword(name, pwd) { return this._user("updateUser", name, { pwd }); }
  grantRolesToUser(name, roles) { return clean(run(this._name, { grantRolesToUser: name, roles })); }
  revokeRolesFromUser(name, roles) { return clean(run(this._name, { revokeRolesFromUser: name, roles })); }
  dropUser(name) { return clean(run(this._name, { dropUser: name })); }
  removeUser(name) { return this.dropUser(name); }
  getUser(name) { return run(this._name, { usersInfo: { user: name, db: this._name } }).users.map(unpack)[0] ?? null; }
  getUsers() { return { users: run(this._name, { usersInfo: 1 }).users.map(unpack), ok: 1 }; }
  auth(user, pwd) {
    const given = typeof user === "object" ? user : { user, pwd };
    const wrong = ask("auth", this._name, given.user, given.pwd ?? given.passwd);
    if (legacy) { if (wrong) say("Error: " + wrong); return wrong ? 0 : 1; }
    if (wrong) throw named("MongoServerError", wrong);
    return { ok: 1 };
  }
  logout() { return clean(run(this._name, { logout: 1 })); }
  currentOp() { return fail("Database.currentOp"); }
  killOp() { return fail("Database.killOp"); }
  watch() { return fail("Database.watch"); }
  setProfilingLevel() { return fail("Database.setProfilingLevel"); }
  printReplicationInfo() { return fail("Database.printReplicationInfo"); }
  printSecondaryReplicationInfo() { return fail("Database.printSecondaryReplicationInfo"); }
  help() { return fail("Database.help"); }
  [custom]() { return this._name; }
}
const databases = new Map();
function databaseOf(name) {
  if (typeof name !== "string" || name === "" || /[\/\\. "$]/.test(name)) throw named("MongoshInvalidInputError", "[COMMON-10001] Invalid database name: " + name);
  if (!databases.has(name)) { const db = new Database(name); const shown = named_(db, (c) => collection(shown, c)); databases.set(name, shown); }
  return databases.get(name);
}
class Mongo {
  getDB(name) { return databaseOf(name); }
  getDBs() { return clean(run("admin", { listDatabases: 1 })); }
  getDBNames() { return run("admin", { listDatabases: 1 }).databases.map((d) => d.name); }
  getURI() { return host("uri"); }
  setReadPref() {} 
  startSession() { return fail("Mongo.startSession"); }
  [custom]() { return host("uri"); }
}
const mongo = new Mongo();
Object.defineProperty(globalThis, "db", { get: () => databaseOf(current), set: (v) => { current = v.getName(); }, configurable: true });

// rs, sh: asked of the server, which says what it has not.
globalThis.rs = {
  status: () => clean(run("admin", { replSetGetStatus: 1 })),
  initiate: (config) => clean(run("admin", { replSetInitiate: config ?? {} })),
  hello: () => databaseOf("admin").hello(),
  isMaster: () => databaseOf("admin").isMaster(),
  conf: () => clean(run("admin", { replSetGetConfig: 1 })).config,
  add: () => fail("rs.add"), remove: () => fail("rs.remove"), stepDown: () => fail("rs.stepDown"), reconfig: () => fail("rs.reconfig"), addArb: () => fail("rs.addArb"),
  secondaryOk: () => {}, slaveOk: () => {},
};
globalThis.rs.config = globalThis.rs.conf;
globalThis.sh = new Proxy({}, { get: (_, k) => (typeof k === "symbol" || k === "toJSON" ? undefined : () => fail("sh." + k)) });

const text = (v) => (typeof v === "string" ? v : show(v));
const say = (t) => { host("write", 1, latin(utf8(t + "\n"))); };
const warn = (t) => { host("write", 2, latin(utf8(t + "\n"))); };
globalThis.print = globalThis.console.log = (...args) => say(args.map(text).join(" "));
globalThis.printjson = globalThis.print;
globalThis.console.error = globalThis.console.warn = (...args) => warn(args.map(text).join(" "));
globalThis.sleep = (ms) => { ask("sleep", Number(ms)); };
globalThis.quit = globalThis.exit = (code) => { host("quit", Number(code ?? 0)); throw named("Exit", ""); };
globalThis.version = () => host("version");
globalThis.load = (path) => { const source = host("file", String(path)); if (source.startsWith("\u0001")) throw named("Error", source.slice(1)); (0, eval)(source); return true; };
globalThis.cls = () => say("\u001b[H\u001b[2J");
globalThis.passwordPrompt = () => fail("passwordPrompt");
globalThis.enableTelemetry = globalThis.disableTelemetry = () => fail("telemetry");
globalThis.connect = () => fail("connect");
globalThis.Mongo = () => fail("Mongo");
globalThis.config = new Proxy({}, { get: (_, k) => (typeof k === "symbol" || k === "toJSON" ? undefined : () => fail("config." + k)) });
globalThis.use = (name) => { databaseOf(name); if (name === current) return "already on db " + name; current = name; return "switched to db " + name; };
const bytes = (n) => legacy ? (n / 2 ** 30).toFixed(3) + "GB" : (n < 1024 ? n + " B" : n < 2 ** 20 ? (n / 1024).toFixed(2) + " KiB" : n < 2 ** 30 ? (n / 2 ** 20).toFixed(2) + " MiB" : (n / 2 ** 30).toFixed(2) + " GiB");
function table(rows) {
  const widths = [0, 1].map((i) => Math.max(0, ...rows.map((r) => r[i].length)));
  return rows.map(([a, b]) => a.padEnd(widths[0]) + "  " + b.padStart(widths[1])).join("\n");
}
globalThis.show = (what) => {
  if (what === "dbs" || what === "databases") return table(run("admin", { listDatabases: 1 }).databases.map((d) => [d.name, bytes(Number(d.sizeOnDisk.$numberLong))]));
  if (what === "collections" || what === "tables") return databaseOf(current).getCollectionNames().sort().join("\n");
  if (what === "users") return databaseOf(current).getUsers().users;
  if (/^(roles|profile|logs?|startupWarnings|automationNotices|nonGenuineMongoDBCheck)$/.test(what ?? "")) return fail("show " + what);
  throw named("MongoshInvalidInputError", "[COMMON-10001] '" + what + "' is not a valid argument for \"show\".");
};
globalThis.it = () => (latest ? latest._page() || "no cursor" : "no cursor");
function show(v) {
  if (v instanceof Cursor) return v._page();
  if (legacy) return tojson(v, "", false);
  return inspectValue(v, 6, 0, []);
}
globalThis.__prompt = () => (legacy ? "" : current);
globalThis.__show = (v) => (v === undefined ? "" : typeof v === "string" ? v : guarded(v));
// To show a cursor is to ask for it: that can fail, too.
function guarded(v) { try { return show(v); } catch (e) { return "\u0001" + globalThis.__error(e); } }
globalThis.__error = (e) => {
  if (legacy) return "uncaught exception: " + (e instanceof Error ? (e.name === "MongoServerError" ? (e.index === undefined ? "Error: command failed: " : "WriteError: ") : e.name + ": ") + e.message + (e.codeName ? " :" : "") : tojson(e, "", true));
  if (!(e instanceof Error)) return "Uncaught:\n" + inspectValue(e, 6, 0, []);
  const code = e.codeName ? "[" + e.codeName + "]" : "";
  let out = (e.name === "SyntaxError" ? "SyntaxError" : e.name + code) + ": " + e.message;
  if (e.result) out += "\nResult: " + inspectValue(e.result, 6, 0, []);
  if (e.writeErrors) out += "\nWrite Errors: " + inspectValue(e.writeErrors, 6, 0, []);
  return out;
};
`;
