import { describe, expect, it } from "vitest";
import { computer } from "../database/testing/computer.ts";

/** Without times, ids and ports. */
const plain = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(\+00:00|Z)/g, "T")
    .replace(/[0-9a-f]{24}/g, "ID")
    .replace(/(\d+\.\d+\.\d+\.\d+):\d{5}"/g, '$1:PORT"')
    .replace(/"durationMillis":\d+/g, '"durationMillis":N');
const lines = (log: string): readonly string[] =>
  plain(log)
    .split("\n")
    .map((l) => l.replace(/^\{"t":\{"\$date":"T"\},"s":"(.)", +"c":"([^"]+)", +"id":(\d+), +"ctx":"([^"]+)","msg":/, "$1 $2 $3 [$4] "));

/** A conversation with the shell, and what it printed. */
const SESSION = `db.users.insertOne({name: "ann", age: 33, tags: ["a", "b"], at: ISODate("2024-01-02")})
db.users.insertMany([{_id: 1, name: "bob", age: 41}, {_id: 2, name: "cat", age: 7, nested: {a: {b: {c: 1}}}}])
db.users.find({}, {at: 0})
db.users.find({age: {$gt: 10}}, {_id: 0, name: 1}).sort({age: -1})
db.users.findOne({_id: 9})
db.users.updateOne({name: "bob"}, {$set: {age: 42}, $push: {tags: "x"}})
db.users.updateMany({}, {$inc: {age: 1}})
db.users.replaceOne({_id: 9}, {name: "new"}, {upsert: true})
db.users.aggregate([{$match: {age: {$exists: true}}}, {$group: {_id: null, total: {$sum: "$age"}, oldest: {$max: "$age"}, n: {$count: {}}}}])
db.users.aggregate([{$project: {_id: 0, who: {$toUpper: "$name"}}}, {$sort: {who: 1}}, {$skip: 1}, {$limit: 2}])
db.users.createIndex({name: 1}, {unique: true})
db.users.insertOne({name: "ann"})
db.users.countDocuments({"nested.a.b.c": 1}) + db.users.find({tags: "x"}).count()
for (let i = 0; i < 25; i++) {
  db.logs.insertOne({ _id: i });
}
db.logs.find({_id: {$lt: 3}}).forEach(d => print(d._id))
db.logs.deleteMany({_id: {$gte: 3}})
db.users.distinct("name")
show collections
use other
db.dropDatabase()
db.foo.bar()
db.users.find({a: {$foo: 1}})
db.users.updateOne({}, {a: 1})
db.runCommand({nothing: 1})
rs.status()
1 +
1
`;

describe("mongo", () => {
  it("answers its shell", async () => {
    const c = computer();
    const pod = await c.run("one", "mongo:7");
    await c.clock.advance(3000);
    expect(plain(await pod.sh(`mongosh --quiet shop <<'END'\n${SESSION}END`))).toMatchInlineSnapshot(`
      "shop> {
        acknowledged: true,
        insertedId: ObjectId('ID')
      }
      shop> { acknowledged: true, insertedIds: { '0': 1, '1': 2 } }
      shop> [
        {
          _id: ObjectId('ID'),
          name: 'ann',
          age: 33,
          tags: [ 'a', 'b' ]
        },
        { _id: 1, name: 'bob', age: 41 },
        {
          _id: 2,
          name: 'cat',
          age: 7,
          nested: { a: { b: { c: 1 } } }
        }
      ]
      shop> [ { name: 'bob' }, { name: 'ann' } ]
      shop> null
      shop> {
        acknowledged: true,
        insertedId: null,
        matchedCount: 1,
        modifiedCount: 1,
        upsertedCount: 0
      }
      shop> {
        acknowledged: true,
        insertedId: null,
        matchedCount: 3,
        modifiedCount: 3,
        upsertedCount: 0
      }
      shop> {
        acknowledged: true,
        insertedId: 9,
        matchedCount: 0,
        modifiedCount: 0,
        upsertedCount: 1
      }
      shop> [ { _id: null, total: 85, oldest: 43, n: 3 } ]
      shop> [ { who: 'BOB' }, { who: 'CAT' } ]
      shop> name_1
      shop> MongoServerError: E11000 duplicate key error collection: shop.users index: name_1 dup key: { name: "ann" }
      shop> 2
      shop> ... ... { acknowledged: true, insertedId: 24 }
      shop> 0
      1
      2
      shop> { acknowledged: true, deletedCount: 22 }
      shop> [ 'ann', 'bob', 'cat', 'new' ]
      shop> logs
      users
      shop> switched to db other
      other> { ok: 1 }
      other> TypeError: db.foo.bar is not a function
      other> MongoServerError[BadValue]: unknown operator: $foo
      other> MongoInvalidArgumentError: Update document requires atomic operators
      other> MongoServerError[CommandNotFound]: no such command: 'nothing'
      other> MongoServerError[NoReplicationEnabled]: not running with --replSet
      other> ... 2
      other> "
    `);
    expect(plain(await pod.sh("mongosh --eval 'db.adminCommand(\"ping\")' --eval 'show dbs'"))).toMatchInlineSnapshot(`
      "Current Mongosh Log ID:	ID
      Connecting to:		mongodb://127.0.0.1:27017/?directConnection=true&serverSelectionTimeoutMS=2000&appName=mongosh+2.5.8
      Using MongoDB:		7.0.25
      Using Mongosh:		2.5.8

      For mongosh info see: https://www.mongodb.com/docs/mongodb-shell/

      ------
         The server generated these startup warnings when booting
         T: Access control is not enabled for the database. Read and write access to data and configuration is unrestricted
      ------

      admin   40.00 KiB
      config  12.00 KiB
      local   40.00 KiB
      shop    20.00 KiB
      "
    `);
    expect(await pod.sh("mongosh --quiet --eval 'while (true) {}'; mongosh --quiet --eval 'sleep(5); quit(7)'; mongosh --quiet --port 1"))
      .toMatchInlineSnapshot(`
      "InternalError: interrupted
      MongoNetworkError: connect ECONNREFUSED 127.0.0.1:1
      [1]"
    `);
  });
  it("has the old shell in old images", async () => {
    const c = computer();
    const pod = await c.run("one", "mongo:4.4");
    await c.clock.advance(3000);
    expect(
      plain(
        await pod.sh(
          `mongo --quiet shop <<'END'
db.users.insert({_id: 1, name: "ann"})
db.users.insertOne({_id: 2, name: "bob"})
db.users.find()
db.users.update({_id: 1}, {$set: {name: "eve"}})
db.users.findOne({_id: 1})
db.users.insert({_id: 1})
show dbs
END
mongo --eval 'db.users.count()' shop; mongo --port 1; mongosh`,
        ),
      ),
    ).toMatchInlineSnapshot(`
      "> WriteResult({ "nInserted" : 1 })
      > { "acknowledged" : true, "insertedId" : 2 }
      > { "_id" : 1, "name" : "ann" }
      { "_id" : 2, "name" : "bob" }
      > WriteResult({ "nMatched" : 1, "nUpserted" : 0, "nModified" : 1 })
      > { "_id" : 1, "name" : "eve" }
      > WriteResult({
      	"nInserted" : 0,
      	"writeError" : {
      		"code" : 11000,
      		"errmsg" : "E11000 duplicate key error collection: shop.users index: _id_ dup key: { _id: 1 }"
      	}
      })
      > admin   0.000GB
      config  0.000GB
      local   0.000GB
      shop    0.000GB
      > MongoDB shell version v4.4.29
      connecting to: mongodb://127.0.0.1:27017/shop?compressors=disabled&gssapiServiceName=mongodb
      MongoDB server version: 4.4.29
      2
      MongoDB shell version v4.4.29
      connecting to: mongodb://127.0.0.1:1/?compressors=disabled&gssapiServiceName=mongodb
      Error: couldn't connect to server 127.0.0.1:1, connection attempt failed: SocketException: Error connecting to 127.0.0.1:1 :: caused by :: Connection refused :
      connect@src/mongo/shell/mongo.js:374:17
      @(connect):2:6
      exception: connect failed
      exiting with code 1
      sh: 10: mongosh: not found
      [127]"
    `);
  });
  it("starts, stops and starts again on its volume, which a kill leaves whole", async () => {
    const c = computer();
    const volume = { "/data/db": { name: "v" } };
    const first = await c.run("one", "mongo:8.0", {}, volume);
    await c.clock.advance(3000);
    await first.sh("mongosh --quiet shop --eval 'db.k.insertOne({_id: 1, v: \"ä\"})'");
    await first.stop();
    expect(first.status()?.exitCode).toBe(0);
    expect(lines(first.log()).join("\n")).toMatchInlineSnapshot(`
      "I CONTROL 23285 [main] "Automatically disabling TLS 1.0, to force-enable TLS 1.0 specify --sslDisabledProtocols 'none'"}
      I CONTROL 4615611 [initandlisten] "MongoDB starting","attr":{"pid":1,"port":27017,"dbPath":"/data/db","architecture":"64-bit","host":"one"}}
      I CONTROL 23403 [initandlisten] "Build Info","attr":{"buildInfo":{"version":"8.0.15","openSSLVersion":"OpenSSL 3.0.13 30 Jan 2024","modules":[],"allocator":"tcmalloc-google","environment":{"distmod":"ubuntu2404","distarch":"x86_64","target_arch":"x86_64"}}}}
      I CONTROL 51765 [initandlisten] "Operating System","attr":{"os":{"name":"Ubuntu","version":"24.04"}}}
      I CONTROL 21951 [initandlisten] "Options set by command line","attr":{"options":{"net":{"bindIp":"*"}}}}
      I STORAGE 22315 [initandlisten] "Opening WiredTiger","attr":{"config":"create,session_max=33000,eviction=(threads_min=4,threads_max=4)"}}
      I STORAGE 4795906 [initandlisten] "WiredTiger opened","attr":{"durationMillis":N}}
      W CONTROL 22120 [initandlisten] "Access control is not enabled for the database. Read and write access to data and configuration is unrestricted","tags":["startupWarnings"]}
      I NETWORK 23015 [listener] "Listening on","attr":{"address":"0.0.0.0"}}
      I NETWORK 23016 [listener] "Waiting for connections","attr":{"port":27017,"ssl":"off"}}
      I NETWORK 22943 [listener] "Connection accepted","attr":{"remote":"127.0.0.1:PORT","connectionId":1,"connectionCount":1}}
      I NETWORK 51800 [conn1] "client metadata","attr":{"remote":"127.0.0.1:PORT","client":"conn1","doc":{"application":{"name":"mongosh 2.5.8"},"driver":{"name":"nodejs|mongosh","version":"6.16.0|2.5.8"},"platform":"Node.js v20.19.5, LE","os":{"name":"linux","architecture":"x64","version":"6.1.0-timonel","type":"Linux"}}}}
      I CONTROL 23377 [SignalHandler] "Received signal","attr":{"signal":15,"error":"Terminated"}}
      I CONTROL 23378 [SignalHandler] "Signal was sent by kill(2)","attr":{"pid":0,"uid":0}}
      I CONTROL 23381 [SignalHandler] "will terminate after current cmd ends"}
      I NETWORK 20562 [SignalHandler] "Shutdown: going to close listening sockets"}
      I NETWORK 4784905 [SignalHandler] "Shutting down the global connection pool"}
      I NETWORK 22944 [conn1] "Connection ended","attr":{"remote":"127.0.0.1:PORT","connectionId":1,"connectionCount":0}}
      I STORAGE 4795902 [SignalHandler] "Closing WiredTiger","attr":{"closeConfig":"leak_memory=true,"}}
      I STORAGE 4795901 [SignalHandler] "WiredTiger closed","attr":{"durationMillis":N}}
      I STORAGE 22279 [SignalHandler] "shutdown: removing fs lock..."}
      I CONTROL 20565 [SignalHandler] "Now exiting"}
      I CONTROL 23138 [SignalHandler] "Shutting down","attr":{"exitCode":0}}
      "
    `);
    const second = await c.run("two", "mongo:8.0", {}, volume);
    await c.clock.advance(3000);
    expect(await second.sh("mongosh --quiet shop --eval 'db.k.insertOne({_id: 2}); db.k.find()'")).toBe(
      "[ { _id: 1, v: 'ä' }, { _id: 2 } ]\n",
    );
    await second.stop(0);
    expect(second.status()?.exitCode).toBe(137);
    const third = await c.run("three", "mongo:8.0", {}, volume);
    await c.clock.advance(3000);
    expect(await third.sh("mongosh --quiet shop --eval 'db.k.countDocuments()'")).toBe("2\n");
    expect(lines(third.log()).filter((l) => /^W|22430/.test(l))).toMatchInlineSnapshot(`
      [
        "W STORAGE 22271 [initandlisten] "Detected unclean shutdown - Lock file is not empty","attr":{"lockFile":"/data/db/mongod.lock"}}",
        "I STORAGE 22430 [initandlisten] "WiredTiger message","attr":{"message":{"category":"WT_VERB_RECOVERY_PROGRESS","msg":"Recovering log 1 through 2"}}}",
        "W CONTROL 22120 [initandlisten] "Access control is not enabled for the database. Read and write access to data and configuration is unrestricted","tags":["startupWarnings"]}",
      ]
    `);
  });
  it("makes its first user and runs what is beside, and lets nobody else in", async () => {
    const c = computer();
    const env = { MONGO_INITDB_ROOT_USERNAME: "root", MONGO_INITDB_ROOT_PASSWORD: "s3cret", MONGO_INITDB_DATABASE: "shop" };
    const script = `db.createUser({user: "app", pwd: "pw", roles: ["readWrite"]}); db.items.insertOne({_id: 1}); print("seeded " + db.getName())`;
    const pod = await c.run(
      "one",
      "mongo:7",
      { env },
      { "/docker-entrypoint-initdb.d": { name: "init", files: { "a.js": script, "b.txt": "" } } },
    );
    await c.clock.advance(10_000);
    expect(
      pod
        .log()
        .split("\n")
        .filter((l) => !l.startsWith("{")),
    ).toMatchInlineSnapshot(`
      [
        "about to fork child process, waiting until server is ready for connections.",
        "forked process: 2",
        "",
        "child process started successfully, parent exiting",
        "admin> { ok: 1 }",
        "admin> ",
        "/usr/local/bin/docker-entrypoint.sh: running /docker-entrypoint-initdb.d/a.js",
        "seeded shop",
        "",
        "",
        "/usr/local/bin/docker-entrypoint.sh: ignoring /docker-entrypoint-initdb.d/b.txt",
        "",
        "",
        "MongoDB init process complete; ready for start up.",
        "",
        "",
      ]
    `);
    const client = await c.run("client", "mongo:7", { command: ["sleep", "infinity"] });
    const from = (args: string): Promise<string> => client.sh(`mongosh --quiet ${args}`);
    expect(await from(`mongodb://root:s3cret@${pod.ip}:27017/?authSource=admin --eval 'db.getSiblingDB("shop").items.find()'`)).toBe(
      "[ { _id: 1 } ]\n",
    );
    expect(await from(`--host ${pod.ip} -u app -p pw --authenticationDatabase shop shop --eval 'db.items.countDocuments()'`)).toBe("1\n");
    expect(await from(`--host ${pod.ip} -u root -p wrong --eval 1`)).toBe("MongoServerError: Authentication failed.\n[1]");
    expect(await from(`--host ${pod.ip} shop --eval 'db.items.find()'`)).toBe(
      "MongoServerError[Unauthorized]: Command find requires authentication\n[1]",
    );
    expect(await from(`--host ${pod.ip} --eval 'db.adminCommand("ping")'`)).toBe("{ ok: 1 }\n");
    expect(await from(`mongodb://app:pw@${pod.ip}/shop --eval 'db.getSiblingDB("other").x.insertOne({_id: 1})'`)).toMatch(
      /^MongoServerError\[Unauthorized\]: not authorized on other to execute command \{ insert: "x", documents: \[ \{ _id: 1 \} \]/,
    );
    expect(
      lines(pod.log())
        .filter((l) => / ACCESS /.test(l))
        .slice(-2),
    ).toMatchInlineSnapshot(`
      [
        "I ACCESS 5286307 [conn3] "Failed to authenticate","attr":{"client":"10.244.0.3:PORT","isSpeculative":false,"isClusterMember":false,"mechanism":"SCRAM-SHA-256","user":"root","db":"admin","result":18,"error":"AuthenticationFailed: SCRAM authentication failed, storedKey mismatch"}}",
        "I ACCESS 5286306 [conn6] "Successfully authenticated","attr":{"client":"10.244.0.3:PORT","isSpeculative":false,"isClusterMember":false,"mechanism":"SCRAM-SHA-256","user":"app","db":"shop","result":0}}",
      ]
    `);
    const lone = await c.run("lone", "mongo:7", { env: { MONGO_INITDB_ROOT_USERNAME: "root" } });
    await c.clock.advance(3000);
    expect(lone.status()?.exitCode).toBe(1);
    expect(lone.log()).toMatchInlineSnapshot(`
      "
      error: missing 'MONGO_INITDB_ROOT_USERNAME' or 'MONGO_INITDB_ROOT_PASSWORD'
             both must be specified for a user to be created

      "
    `);
  });
  it("says what is wrong with its folder and its options", async () => {
    const c = computer();
    const readOnly = await c.run("one", "mongo:7", { user: { uid: 999 } }, { "/data/db": { name: "r", readOnly: true } });
    await c.clock.advance(3000);
    expect(readOnly.status()?.exitCode).toBe(100);
    expect(lines(readOnly.log()).filter((l) => /20557|23138/.test(l))).toMatchInlineSnapshot(`
      [
        "E CONTROL 20557 [initandlisten] "DBException in initAndListen, terminating","attr":{"error":"IllegalOperation: Attempted to create a lock file on a read-only directory: /data/db"}}",
        "I CONTROL 23138 [initandlisten] "Shutting down","attr":{"exitCode":100}}",
      ]
    `);
    const set = await c.run("two", "mongo:7", { args: ["--replSet", "rs0"] });
    await c.clock.advance(3000);
    expect(`${set.log()}${set.status()?.exitCode}`).toBe(
      "BadValue: --replSet is not simulated by Timonel\ntry 'mongod --help' for more information\n2",
    );
  });
  it("does not start in a folder that another has, until that one has ended", async () => {
    const c = computer();
    const volume = { "/data/db": { name: "v" } };
    const first = await c.run("one", "mongo:7", {}, volume);
    await c.clock.advance(3000);
    const second = await c.run("two", "mongo:7", {}, volume);
    await c.clock.advance(3000);
    expect(second.status()?.exitCode).toBe(100);
    expect(lines(second.log()).filter((l) => /20557|22271/.test(l))).toMatchInlineSnapshot(`
      [
        "E CONTROL 20557 [initandlisten] "DBException in initAndListen, terminating","attr":{"error":"DBPathInUse: Unable to lock the lock file: /data/db/mongod.lock (Resource temporarily unavailable). Another mongod instance is already running on the /data/db directory"}}",
      ]
    `);
    const after = computer(c.freeze());
    await after.thaw();
    const third = await after.run("three", "mongo:7", {}, volume);
    await after.clock.advance(3000);
    expect(third.status()?.exitCode).toBe(100);
    await after.pod("one").stop();
    const fourth = await after.run("four", "mongo:7", {}, volume);
    await after.clock.advance(3000);
    expect(await fourth.sh("mongosh --quiet --eval 1")).toBe("1\n");
    expect(first.log()).not.toContain('"s":"E"');
  });
  it("goes on where it was after it has been put away, with its connections", async () => {
    const c = computer();
    const pod = await c.run("m", "mongo:7");
    await c.clock.advance(3000);
    await pod.sh("mongosh --quiet --eval 'db.k.insertOne({_id: 1}); sleep(10)'");
    const after = computer(c.freeze());
    await after.thaw();
    expect(await after.pod("m").sh("mongosh --quiet --eval 'db.k.insertOne({_id: 2}); db.k.countDocuments()'")).toBe("2\n");
  });
});
