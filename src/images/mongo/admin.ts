import { base64, challenge, proven, unbase64, verifier } from "../database/scram.ts";
import type { Call, Commands } from "./call.ts";
import { cursor, doc, long } from "./reads.ts";
import { rolesOf, sees, type User, userDoc, userOf } from "./roles.ts";
import { matcher } from "./query.ts";
import type { Collection, Index } from "./store.ts";
import { type Doc, equal, isArray, isDoc, MongoError, numeric, shown, truthy, type Value } from "./values.ts";
import { major } from "./versions.ts";

const missing = (ns: string, message = `ns not found`): MongoError =>
  new MongoError(26, "NamespaceNotFound", `${message}${message === "ns not found" ? "" : ns}`);
const diskSize = (c: Collection): number => c.disk * (1 + c.indexes.length);

function stats(c: Collection): Doc {
  return { size: c.bytes, count: c.docs.size, storageSize: c.disk, totalIndexSize: c.disk * c.indexes.length, nindexes: c.indexes.length };
}
/** Releases are built from a commit; which one, nothing here knows. */
const NO_COMMIT = "0".repeat(40);
const hello = (call: Call): Doc => ({
  [call.name === "hello" ? "isWritablePrimary" : "ismaster"]: true,
  topologyVersion: { processId: { $oid: call.server.processId }, counter: long(0) },
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  localTime: { $date: call.now },
  logicalSessionTimeoutMinutes: 30,
  connectionId: call.session.id,
  minWireVersion: 0,
  maxWireVersion: { 4.2: 8, 4.4: 9, 5: 13, 6: 17, 7: 21, 8: 25, 8.2: 27 }[major(call.server.version)] ?? 25,
  readOnly: false,
  ok: 1,
});
const adminOnly = (call: Call): void => {
  if (call.db !== "admin") throw new MongoError(13, "Unauthorized", `${call.name} may only be run against the admin database.`);
};

function account(call: Call, name: string): User {
  const user = call.server.user(`${call.db}.${name}`);
  if (!user) throw new MongoError(11, "UserNotFound", `Could not find user "${name}" for db "${call.db}"`);
  return user;
}
const secret = (call: Call, password: Value | undefined): string => {
  if (typeof password !== "string" || password === "") throw new MongoError(2, "BadValue", "Password cannot be empty");
  return verifier(password, String.fromCharCode(...call.server.proc.random.bytes(28)));
};
function putUser(call: Call, user: User): Doc {
  const { store } = call.server;
  const there = store.docs("admin", "system.users").some((d) => equal(d["_id"], `${user.db}.${user.user}`));
  if (there) store.replace("admin", "system.users", userDoc(user));
  else store.insert("admin", "system.users", userDoc(user));
  return { ok: 1 };
}
const public_ = (d: Doc): Doc => {
  const { credentials: _secret, ...rest } = d;
  return { ...rest, mechanisms: ["SCRAM-SHA-256"] };
};

export const admin: Commands = {
  ping: () => ({ ok: 1 }),
  hello,
  isMaster: hello,
  ismaster: hello,
  buildInfo: ({ server: { version } }) => ({
    version: version.version,
    gitVersion: NO_COMMIT,
    modules: [],
    allocator: major(version) >= 8 ? "tcmalloc-google" : "tcmalloc",
    javascriptEngine: "mozjs",
    sysInfo: "deprecated",
    versionArray: [...version.version.split(".").map(Number), 0],
    bits: 64,
    debug: false,
    maxBsonObjectSize: 16_777_216,
    storageEngines: ["wiredTiger"],
    ok: 1,
  }),
  connectionStatus: (call) => {
    const user = call.session.state.user === null ? undefined : call.server.user(call.session.state.user);
    return {
      authInfo: {
        authenticatedUsers: user ? [{ user: user.user, db: user.db }] : [],
        authenticatedUserRoles: user ? user.roles.map((r) => ({ role: r.role, db: r.db })) : [],
      },
      ok: 1,
    };
  },
  whatsmyuri: ({ session: { socket } }) => ({ you: `${socket.remote.ip}:${socket.remote.port}`, ok: 1 }),
  endSessions: () => ({ ok: 1 }),
  getCmdLineOpts: ({ server }) => ({ argv: server.proc.argv, parsed: server.parsed, ok: 1 }),
  getLog: (call) => {
    if (call.args["getLog"] !== "startupWarnings")
      throw new MongoError(2, "BadValue", `getLog of '${String(call.args["getLog"])}' is not simulated by Timonel`);
    return { totalLinesWritten: call.server.warnings.length, log: call.server.warnings, ok: 1 };
  },
  getParameter: (call) => {
    if (!("featureCompatibilityVersion" in call.args)) throw new MongoError(72, "InvalidOptions", "no option found to get");
    return { featureCompatibilityVersion: { version: call.server.version.version.split(".").slice(0, 2).join(".") }, ok: 1 };
  },
  serverStatus: ({ server, now }) => ({
    host: server.proc.hostname,
    version: server.version.version,
    process: "mongod",
    pid: long(server.proc.pid),
    uptime: Math.floor((now - server.started) / 1000),
    uptimeMillis: long(Math.floor(now - server.started)),
    localTime: { $date: now },
    connections: {
      current: server.sessions.all.length,
      available: 838_860 - server.sessions.all.length,
      totalCreated: server.sessions.next - 1,
      active: 1,
    },
    opcounters: { ...server.counts },
    mem: { bits: 64, resident: Math.round(server.memory / 2 ** 20) },
    storageEngine: { name: "wiredTiger", supportsCommittedReads: true, persistent: true },
    ok: 1,
  }),
  listDatabases: (call) => {
    adminOnly(call);
    const roles = call.server.rolesOf(call.session);
    const databases = [...call.server.store.databases]
      .filter(([name]) => !roles || sees(roles, name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, all]) => {
        const sizeOnDisk = [...all.values()].reduce((n, c) => n + diskSize(c), 0);
        return { name, sizeOnDisk: long(sizeOnDisk), empty: [...all.values()].every((c) => c.docs.size === 0) };
      });
    const total = databases.reduce((n, d) => n + (numeric(d.sizeOnDisk) ?? 0), 0);
    return { databases, totalSize: long(total), totalSizeMb: long(Math.floor(total / 2 ** 20)), ok: 1 };
  },
  listCollections: (call) => {
    const all = [...(call.server.store.databases.get(call.db) ?? [])].map(([name, c]): Doc => ({
      name,
      type: "collection",
      options: {},
      info: { readOnly: false },
      idIndex: { v: 2, key: c.indexes[0]?.key as Doc, name: "_id_" },
    }));
    return cursor(call, "$cmd.listCollections", all.filter(matcher(doc(call, "filter"))), all.length);
  },
  create: (call) => {
    const name = String(call.args["create"]);
    const { $db: _db, create: _create, lsid: _lsid, ...options } = call.args;
    const [option] = Object.keys(options);
    if (option !== undefined) throw new MongoError(72, "InvalidOptions", `the option '${option}' of create is not simulated by Timonel`);
    if (call.server.store.collection(call.db, name))
      throw new MongoError(48, "NamespaceExists", `Collection ${call.db}.${name} already exists.`);
    call.server.store.ensure(call.db, name);
    return { ok: 1 };
  },
  drop: (call) => {
    const name = String(call.args["drop"]);
    const c = call.server.store.collection(call.db, name);
    if (!c) {
      if (major(call.server.version) >= 7) return { ok: 1 };
      throw missing(`${call.db}.${name}`);
    }
    call.server.store.drop(call.db, name);
    return { nIndexesWas: c.indexes.length, ns: `${call.db}.${name}`, ok: 1 };
  },
  dropDatabase: (call) => {
    if (/^(admin|config|local)$/.test(call.db))
      throw new MongoError(20, "IllegalOperation", `Dropping the '${call.db}' database is prohibited.`);
    const all = call.server.store.databases.get(call.db);
    if (!all) return { ok: 1 };
    for (const name of all.keys()) call.server.store.drop(call.db, name);
    return { dropped: call.db, ok: 1 };
  },
  listIndexes: (call) => {
    const name = String(call.args["listIndexes"]);
    const c = call.server.store.collection(call.db, name);
    if (!c) throw missing(`${call.db}.${name}`, "ns does not exist: ");
    const all = c.indexes.map((i): Doc => ({ v: 2, key: i.key, name: i.name, ...(i.unique && { unique: true }), ...i.more }));
    return cursor(call, name, all, all.length);
  },
  createIndexes: (call) => {
    const name = String(call.args["createIndexes"]);
    const { store } = call.server;
    const had = store.collection(call.db, name);
    const c = store.ensure(call.db, name);
    const fresh = (isArray(call.args["indexes"]) ? call.args["indexes"] : []).map((given): Index => {
      const { key, name: title, unique, v: _v, background: _background, ...more } = given as Doc;
      const [option] = Object.keys(more).filter((o) => o !== "sparse" && o !== "expireAfterSeconds");
      if (option !== undefined || more["expireAfterSeconds"] !== undefined || more["sparse"] !== undefined)
        throw new MongoError(
          197,
          "InvalidIndexSpecificationOption",
          `the index option '${option ?? Object.keys(more)[0]}' is not simulated by Timonel`,
        );
      const kind = Object.values(key as Doc).find((way) => numeric(way) === undefined);
      if (kind !== undefined) throw new MongoError(67, "CannotCreateIndex", `an index of type ${shown(kind)} is not simulated by Timonel`);
      return { key: key as Doc, name: String(title), ...(truthy(unique) && { unique: true }) };
    });
    const added = fresh.filter((i) => !c.indexes.some((o) => o.name === i.name && equal(o.key, i.key)));
    const clash = added.find((i) => c.indexes.some((o) => o.name === i.name || equal(o.key, i.key)));
    if (clash) throw new MongoError(85, "IndexOptionsConflict", `Index already exists with a different name or options: ${clash.name}`);
    const before = c.indexes.length;
    if (added.length > 0) store.index(call.db, name, [...c.indexes, ...added]);
    call.cost(c.docs.size * added.length);
    return {
      numIndexesBefore: before,
      numIndexesAfter: before + added.length,
      ...(had === undefined && { createdCollectionAutomatically: true }),
      ...(added.length === 0 && { note: "all indexes already exist" }),
      ok: 1,
    };
  },
  dropIndexes: (call) => {
    const name = String(call.args["dropIndexes"]);
    const c = call.server.store.collection(call.db, name);
    if (!c) throw missing(`${call.db}.${name}`, "ns not found ");
    const { index } = call.args;
    if (index === "_id_") throw new MongoError(72, "InvalidOptions", "cannot drop _id index");
    const left = c.indexes.filter(
      (i) => i.name === "_id_" || (index !== "*" && i.name !== index && !(isDoc(index) && equal(i.key, index))),
    );
    if (left.length === c.indexes.length && index !== "*")
      throw new MongoError(27, "IndexNotFound", `index not found with name [${String(index)}]`);
    call.server.store.index(call.db, name, left);
    return { nIndexesWas: c.indexes.length, ok: 1 };
  },
  dbStats: (call) => {
    const all = [...(call.server.store.databases.get(call.db)?.values() ?? [])];
    const sum = (f: (c: Collection) => number): number => all.reduce((n, c) => n + f(c), 0);
    const [objects, dataSize] = [sum((c) => c.docs.size), sum((c) => c.bytes)];
    return {
      db: call.db,
      collections: long(all.length),
      views: long(0),
      objects: long(objects),
      avgObjSize: objects === 0 ? 0 : dataSize / objects,
      dataSize,
      storageSize: sum((c) => c.disk),
      indexes: long(sum((c) => c.indexes.length)),
      indexSize: sum((c) => c.disk * c.indexes.length),
      totalSize: sum(diskSize),
      scaleFactor: long(1),
      ok: 1,
    };
  },
  collStats: (call) => {
    const name = String(call.args["collStats"]);
    const c = call.server.store.collection(call.db, name);
    if (!c) return { ns: `${call.db}.${name}`, size: 0, count: 0, storageSize: 0, totalIndexSize: 0, nindexes: 0, ok: 1 };
    return {
      ns: `${call.db}.${name}`,
      ...stats(c),
      avgObjSize: c.docs.size === 0 ? 0 : Math.round(c.bytes / c.docs.size),
      capped: false,
      ok: 1,
    };
  },
  replSetGetStatus: () => {
    throw new MongoError(76, "NoReplicationEnabled", "not running with --replSet");
  },
  replSetInitiate: () => {
    throw new MongoError(76, "NoReplicationEnabled", "This node was not started with replication enabled.");
  },
  shutdown: (call) => {
    adminOnly(call);
    call.server.stop();
    return { ok: 1 };
  },

  createUser: (call) => {
    const name = String(call.args["createUser"]);
    if (call.server.user(`${call.db}.${name}`)) throw new MongoError(51_003, "Location51003", `User "${name}@${call.db}" already exists`);
    return putUser(call, {
      user: name,
      db: call.db,
      roles: rolesOf(call.args["roles"], call.db),
      verifier: secret(call, call.args["pwd"]),
    });
  },
  updateUser: (call) => {
    const old = account(call, String(call.args["updateUser"]));
    return putUser(call, {
      ...old,
      ...(call.args["roles"] !== undefined && { roles: rolesOf(call.args["roles"], call.db) }),
      ...(call.args["pwd"] !== undefined && { verifier: secret(call, call.args["pwd"]) }),
    });
  },
  grantRolesToUser: (call) => {
    const old = account(call, String(call.args["grantRolesToUser"]));
    const more = rolesOf(call.args["roles"], call.db).filter((r) => !old.roles.some((o) => o.role === r.role && o.db === r.db));
    return putUser(call, { ...old, roles: [...old.roles, ...more] });
  },
  revokeRolesFromUser: (call) => {
    const old = account(call, String(call.args["revokeRolesFromUser"]));
    const gone = rolesOf(call.args["roles"], call.db);
    return putUser(call, { ...old, roles: old.roles.filter((r) => !gone.some((o) => o.role === r.role && o.db === r.db)) });
  },
  dropUser: (call) => {
    const user = account(call, String(call.args["dropUser"]));
    call.server.store.remove("admin", "system.users", userDoc(user));
    return { ok: 1 };
  },
  usersInfo: (call) => {
    const { usersInfo } = call.args;
    const all = call.server.store.docs("admin", "system.users");
    const wanted = isDoc(usersInfo) ? { user: usersInfo["user"], db: usersInfo["db"] ?? call.db } : { user: usersInfo, db: call.db };
    const users = all.filter((d) => (numeric(usersInfo) === 1 ? d["db"] === call.db : d["user"] === wanted.user && d["db"] === wanted.db));
    return { users: users.map(public_), ok: 1 };
  },

  saslStart: (call) => {
    if (call.args["mechanism"] !== "SCRAM-SHA-256")
      throw new MongoError(
        334,
        "MechanismUnavailable",
        `Received authentication for mechanism ${String(call.args["mechanism"])} which is unknown or not enabled`,
      );
    const bare = String(call.args["payload"]).slice(3);
    const [, name = "", nonce = ""] = /^n=([^,]*),r=(.+)$/.exec(bare) ?? [];
    const { random } = call.server.proc;
    const user = userOf(call.server.store.docs("admin", "system.users").find((d) => d["_id"] === `${call.db}.${name}`));
    const reply = challenge(
      user?.verifier ?? "",
      nonce + base64(String.fromCharCode(...random.bytes(24))),
      String.fromCharCode(...random.bytes(28)),
    );
    call.session.state.auth = { user: name, db: call.db, text: `${bare},${reply}` };
    return { conversationId: 1, done: false, payload: reply, ok: 1 };
  },
  saslContinue: (call) => {
    const { auth } = call.session.state;
    if (!auth) throw new MongoError(17, "ProtocolError", "No SASL session state found");
    call.session.state.auth = null;
    const [without = "", proof = ""] = String(call.args["payload"]).split(",p=");
    const user = call.server.user(`${auth.db}.${auth.user}`);
    const signature = user && unbase64(proof) !== "" ? proven(user.verifier, `${auth.text},${without}`, proof) : undefined;
    call.server.authenticated(call.session, auth, user, signature !== undefined);
    if (signature === undefined) throw new MongoError(18, "AuthenticationFailed", "Authentication failed.");
    call.session.state.user = `${auth.db}.${auth.user}`;
    return { conversationId: 1, done: true, payload: `v=${signature}`, ok: 1 };
  },
  logout: (call) => {
    call.session.state.user = null;
    return { ok: 1 };
  },
};
