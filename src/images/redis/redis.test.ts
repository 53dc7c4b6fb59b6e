import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { computer } from "../database/testing/computer.ts";
import { crc64 } from "./rdb.ts";

const recorded = (name: string): string => readFileSync(new URL(`./testing/${name}`, import.meta.url), "utf8");
/** A log without its times and ids. */
const plain = (log: string): string => log.replace(/\d\d \w{3} \d{4} \d\d:\d\d:\d\d\.\d{3}/g, "T").replace(/[0-9a-f]{40}/g, "ID");

it("sums as redis does", () => {
  expect([...crc64("123456789")].map((c) => c.charCodeAt(0).toString(16))).toEqual(["ca", "d9", "b8", "c4", "14", "d9", "c6", "e9"]);
});

it("answers every command as the recorded redis 7.0.15 did", async () => {
  const c = computer();
  const pod = await c.run("redis", "redis:7.0");
  const mine = await pod.sh(`redis-cli --no-raw <<'END'\n${recorded("commands.txt")}END\n`);
  expect(mine.split("\n")).toEqual(recorded("recorded.txt").split("\n"));
});

it("is valkey, too: the same engine under its own name, with redis' names beside", async () => {
  const c = computer();
  const first = await c.run("one", "valkey/valkey:8.1", {}, { "/data": { name: "v" } });
  expect(
    await first.sh(
      "valkey-cli set k v; redis-cli get k; valkey-cli --version; valkey-server --version | cut -d' ' -f1-3; valkey-cli info server | head -5; VALKEYCLI_AUTH=x valkey-cli -p 1 ping; valkey-cli --stat",
    ),
  ).toBe(
    `OK\nv\nvalkey-cli 8.1.4\nValkey server v=8.1.4\n# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.4\r\nvalkey_release_stage:ga\r\nCould not connect to Valkey at 127.0.0.1:1: Connection refused\nvalkey-cli: --stat is not simulated by Timonel\n[1]`,
  );
  await first.stop();
  expect(plain(first.log())).toMatchInlineSnapshot(`
    "1:C T * oO0OoO0OoO0Oo Valkey is starting oO0OoO0OoO0Oo
    1:C T * Valkey version=8.1.4, bits=64, commit=00000000, modified=0, pid=1, just started
    1:C T # Warning: no config file specified, using the default config. In order to specify a config file use valkey-server /path/to/valkey.conf
    1:M T * monotonic clock: POSIX clock_gettime
    1:M T * Running mode=standalone, port=6379.
    1:M T * Server initialized
    1:M T * Ready to accept connections tcp
    1:signal-handler (1767323046) Received SIGTERM scheduling shutdown...
    1:M T * User requested shutdown...
    1:M T * Saving the final RDB snapshot before exiting.
    1:M T * DB saved on disk
    1:M T * Valkey is now ready to exit, bye bye...
    "
  `);
  const second = await c.run("two", "valkey/valkey:9.0-alpine", {}, { "/data": { name: "v" } });
  expect(await second.sh("valkey-cli get k")).toBe("v\n");
  expect(plain(second.log())).toContain("1:M T * Loading RDB produced by Valkey version 8.1.4\n");
});

describe("a redis server", () => {
  it("starts and stops with its log, saving what changed into its volume, where the next one finds it", async () => {
    const c = computer();
    const first = await c.run("one", "redis:7.4", {}, { "/data": { name: "v" } });
    await first.sh("redis-cli set k 'ä b'; redis-cli expire k 1000; redis-cli rpush l 1 2");
    await first.stop();
    expect(first.status()?.exitCode).toBe(0);
    expect(plain(first.log())).toMatchInlineSnapshot(`
      "1:C T * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
      1:C T * Redis version=7.4.7, bits=64, commit=00000000, modified=0, pid=1, just started
      1:C T # Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf
      1:M T * monotonic clock: POSIX clock_gettime
      1:M T * Running mode=standalone, port=6379.
      1:M T * Server initialized
      1:M T * Ready to accept connections tcp
      1:signal-handler (1767323046) Received SIGTERM scheduling shutdown...
      1:M T * User requested shutdown...
      1:M T * Saving the final RDB snapshot before exiting.
      1:M T * DB saved on disk
      1:M T * Redis is now ready to exit, bye bye...
      "
    `);
    const second = await c.run("two", "redis:7.4", {}, { "/data": { name: "v" } });
    expect(await second.sh("redis-cli get k; redis-cli ttl k; redis-cli lrange l 0 -1; ls /data")).toBe("ä b\n1000\n1\n2\ndump.rdb\n");
    expect(plain(second.log())).toContain("1:M T * Done loading RDB, keys loaded: 2, keys expired: 0.\n1:M T * DB loaded from disk: 0.");
    const other = await c.run("three", "redis:7.4");
    expect(await other.sh("redis-cli dbsize")).toBe("0\n");
  });
  it("loses what was not saved when it is killed, and nothing with appendonly", async () => {
    const c = computer();
    const killed = await c.run("a", "redis:7.4", {}, { "/data": { name: "v" } });
    await killed.sh("redis-cli set k v");
    await killed.stop(0);
    expect(killed.status()?.exitCode).toBe(137);
    const again = await c.run("b", "redis:7.4", { args: ["redis-server", "--appendonly", "yes"] }, { "/data": { name: "v" } });
    expect(await again.sh("redis-cli get k; redis-cli set k2 v2; redis-cli incr n; ls /data/appendonlydir")).toBe(
      "\nOK\n1\nappendonly.aof.1.base.rdb\nappendonly.aof.1.incr.aof\nappendonly.aof.manifest\n",
    );
    await again.stop(0);
    const last = await c.run("c", "redis:7.4", { args: ["redis-server", "--appendonly", "yes"] }, { "/data": { name: "v" } });
    expect(await last.sh("redis-cli get k2; redis-cli get n")).toBe("v2\n1\n");
    expect(plain(last.log())).toContain("1:M T * DB loaded from incr file appendonly.aof.1.incr.aof");
  });
  it("saves by itself when enough has changed for long enough", async () => {
    const c = computer();
    const pod = await c.run("a", "redis:7.4", { args: ["--save", "60", "2"] });
    await pod.sh("redis-cli set a 1");
    await c.clock.advance(120_000);
    expect(await pod.sh("ls /data")).toBe("");
    await pod.sh("redis-cli set b 1");
    await c.clock.advance(1000);
    expect(plain(pod.log())).toMatch(
      /1:M T \* 2 changes in 60 seconds. Saving...\n1:M T \* Background saving started by pid (\d+)\n\1:C T \* DB saved on disk\n\1:C T \* Fork CoW for RDB: current 0 MB, peak 0 MB, average 0 MB\n1:M T \* Background saving terminated with success\n$/,
    );
    expect(await pod.sh("ls /data; redis-cli info persistence | grep changes")).toBe("dump.rdb\nrdb_changes_since_last_save:0\r\n");
  });
  it("asks for its password, and says what it does not know", async () => {
    const c = computer();
    const conf = {
      "/etc/redis": {
        name: "conf",
        files: { "redis.conf": "requirepass s3cret\nport 7000\nmaxmemory 1mb\nmaxmemory-policy allkeys-lru\n" },
      },
    };
    const pod = await c.run("a", "redis:7.4-alpine", { args: ["/etc/redis/redis.conf"] }, conf);
    expect(
      await pod.sh(
        "redis-cli -p 7000 ping; redis-cli -p 7000 -a bad ping; redis-cli -p 7000 -a s3cret ping; REDISCLI_AUTH=s3cret redis-cli -p 7000 config get port; redis-cli ping",
      ),
    ).toBe(
      "NOAUTH Authentication required.\n\nWarning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\nAUTH failed: WRONGPASS invalid username-password pair or user is disabled.\nNOAUTH Authentication required.\n\nWarning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\nPONG\nport\n7000\nCould not connect to Redis at 127.0.0.1:6379: Connection refused\n[1]",
    );
    const bad = await c.run("b", "redis:7.4", { args: ["--nonsense", "1"] });
    await c.clock.advance(100);
    expect(bad.log()).toBe(
      "\n*** FATAL CONFIG FILE ERROR (Redis 7.4.7) ***\nReading the configuration file, at line 1\n>>> 'nonsense \"1\"'\nBad directive or wrong number of arguments\n",
    );
    expect(bad.status()).toMatchObject({ state: "exited", exitCode: 1 });
  });
  it("is asked across pods, also by hand", async () => {
    const c = computer();
    const server = await c.run("a", "redis:7.4");
    const client = await c.run("b", "busybox:1.36", { command: ["sleep", "1000"] });
    expect(await client.sh(`printf 'PING\\r\\nSET k v\\r\\nGET k\\r\\nQUIT\\r\\n' | nc ${server.ip} 6379`)).toBe(
      "+PONG\r\n+OK\r\n$1\r\nv\r\n+OK\r\n",
    );
  });
  it("waits for a list's element, and publishes to who listens", async () => {
    const c = computer();
    const pod = await c.run("a", "redis:7.4");
    expect(
      await pod.sh(
        "redis-cli blpop jobs 5 > /tmp/got & sleep 1; redis-cli rpush jobs one two; wait; cat /tmp/got; redis-cli lrange jobs 0 -1; redis-cli blpop none 1",
      ),
    ).toBe("2\njobs\none\ntwo\n\n");
    expect(
      await pod.sh("redis-cli subscribe news > /tmp/heard & sleep 1; redis-cli publish news hello; sleep 1; kill $!; cat /tmp/heard"),
    ).toBe("1\nsubscribe\nnews\n1\nmessage\nnews\nhello\n");
  });
  it("evicts by its policy, or refuses when there is none", async () => {
    const c = computer();
    const pod = await c.run("a", "redis:7.4", { args: ["--maxmemory", "1500kb", "--maxmemory-policy", "allkeys-lru"] });
    const fill = "for i in 1 2 3 4 5 6 7 8; do head -c 100000 /dev/zero | tr '\\0' x | redis-cli -x set k$i; done";
    expect(await pod.sh(`${fill}; redis-cli exists k1 k8; redis-cli info stats | grep evicted`)).toMatch(
      /^(OK\n){8}1\nevicted_keys:[1-9]\r\n$/,
    );
    await pod.sh("redis-cli config set maxmemory-policy noeviction");
    expect(await pod.sh(fill)).toContain("OOM command not allowed when used memory > 'maxmemory'.");
  });
});

describe("replicas", () => {
  it("follow their master through a freeze, read only, and come back to it", async () => {
    const c = computer();
    const master = await c.run("m", "redis:7.4");
    await master.sh("redis-cli set before 1");
    const replica = await c.run("r", "redis:7.4", { args: ["--replicaof", master.ip, "6379"] });
    await c.clock.advance(6000);
    expect(await replica.sh("redis-cli get before; redis-cli set x 1; redis-cli role")).toBe(
      `1\nREADONLY You can't write against a read only replica.\n\nslave\n${master.ip}\n6379\nconnected\n0\n`,
    );
    expect(plain(master.log()).replaceAll(replica.ip, "R")).toMatchInlineSnapshot(`
      "1:C T * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
      1:C T * Redis version=7.4.7, bits=64, commit=00000000, modified=0, pid=1, just started
      1:C T # Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf
      1:M T * monotonic clock: POSIX clock_gettime
      1:M T * Running mode=standalone, port=6379.
      1:M T * Server initialized
      1:M T * Ready to accept connections tcp
      1:M T * Replica R:6379 asks for synchronization
      1:M T * Full resync requested by replica R:6379
      1:M T * Replication backlog created, my new replication IDs are 'ID' and 'ID'
      1:M T * Delay next BGSAVE for diskless SYNC
      1:M T * Starting BGSAVE for SYNC with target: replicas sockets
      1:M T * Background RDB transfer started by pid 3
      1:M T * Background RDB transfer terminated with success
      1:M T * Streamed replication with replica R:6379 succeeded (socket). Waiting for REPLCONF ACK from replica to enable streaming
      1:M T * Synchronization with replica R:6379 succeeded
      "
    `);
    expect(plain(replica.log()).replaceAll(master.ip, "M")).toMatchInlineSnapshot(`
      "1:C T * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
      1:C T * Redis version=7.4.7, bits=64, commit=00000000, modified=0, pid=1, just started
      1:C T * Configuration loaded
      1:M T * monotonic clock: POSIX clock_gettime
      1:M T * Running mode=standalone, port=6379.
      1:M T * Server initialized
      1:M T * Ready to accept connections tcp
      1:S T * Connecting to MASTER M:6379
      1:S T * MASTER <-> REPLICA sync started
      1:S T * Non blocking connect for SYNC fired the event.
      1:S T * Master replied to PING, replication can continue...
      1:S T * Partial resynchronization not possible (no cached master)
      1:S T * Full resync from master: ID:0
      1:S T * MASTER <-> REPLICA sync: receiving 112 bytes from master to disk
      1:S T * MASTER <-> REPLICA sync: Flushing old data
      1:S T * MASTER <-> REPLICA sync: Loading DB in memory
      1:S T * Loading RDB produced by version 7.4.7
      1:S T * Done loading RDB, keys loaded: 1, keys expired: 0.
      1:S T * MASTER <-> REPLICA sync: Finished with success
      "
    `);
    await master.sh("redis-cli set during 2");

    const after = computer(c.freeze());
    await after.thaw();
    expect(await after.pod("m").sh("redis-cli get during; redis-cli set after 3")).toBe("2\nOK\n");
    await after.clock.advance(10);
    expect(await after.pod("r").sh("redis-cli mget before during after")).toBe("1\n2\n3\n");
    expect(after.pod("m").log().startsWith(master.log())).toBe(true);
    expect(await after.pod("m").sh("redis-cli info replication | grep slave")).toMatch(
      /connected_slaves:1\r\nslave0:ip=.*,port=6379,state=online,offset=\d+,lag=0\r\n/,
    );
    await after.pod("m").stop();
    await after.clock.advance(500);
    expect(plain(after.pod("r").log())).toMatch(
      /1:S T \* Connection with master lost\.\n1:S T \* Caching the disconnected master state\.\n$/,
    );
  });
});
