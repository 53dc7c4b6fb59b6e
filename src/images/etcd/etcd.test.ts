import { describe, expect, it } from "vitest";
import { computer } from "../database/testing/computer.ts";
import { clusterId, memberId } from "./member.ts";

const ARGS = ["etcd", "--data-dir=/data", "--listen-client-urls=http://0.0.0.0:2379", "--advertise-client-urls=http://127.0.0.1:2379"];
const IMAGE = "registry.k8s.io/etcd:3.5.21-0";

it("numbers members and clusters as the real one does", () => {
  // What etcd 3.4.23 said of itself on this machine.
  const id = memberId(["http://127.0.0.1:23800"], "etcd-cluster");
  expect([id, clusterId([id])]).toEqual(["2e1259d415f2a040", "048276a8f75b6a87"]);
});

/** Commands that the real etcdctl 3.4.23 was given, and more; what differs from its answers is times and sizes. */
const COMMANDS = `put foo bar
put foo bar2 --prev-kv
put foo2 baz
put z/1 one
get foo
get foo --print-value-only
get foo -w json
get foo -w fields
get --prefix fo
get --prefix "" --keys-only
get --from-key foo2
get foo z
get foo --rev=2
get --prefix "" --limit=1
get --prefix "" --order=DESCEND --sort-by=KEY
get nothing
get nothing -w json
del foo2
del nothing
del foo --prev-kv
del --prefix z/ -w json
get
nothing
get a --nothing
lease list
lease timetolive 1234
lease revoke 1234
member list
member list -w table
member list -w json
endpoint status
endpoint status -w table
endpoint health -w json
snapshot save /data/snap.db
snapshot status /data/snap.db -w table
snapshot status /data/nothing.db
snapshot restore /data/snap.db --data-dir /data
compact 3
compact 3
get foo --rev=2
get foo --rev=200
defrag
alarm list
user list
--cacert=/x get a
--endpoints=127.0.0.1:1 endpoint health`;

const plain = (text: string): string =>
  text
    .replace(/"ts":"[^"]+"/g, '"ts":"T"')
    .replace(/"took":"[^"]+"/g, '"took":"D"')
    .replace(/took = \S+/g, "took = D")
    .replace(/\b[0-9a-f]{8}\b(?= \|)/g, "HASHHASH");

describe("etcd", () => {
  it("answers etcdctl as the recorded one did", async () => {
    const c = computer();
    const pod = await c.run("e", IMAGE, { command: ARGS }, { "/data": { name: "v" } });
    await c.clock.advance(2000);
    let out = "";
    for (const line of COMMANDS.split("\n")) out += `$ ${line}\n${await pod.sh(`etcdctl ${line} 2>&1`)}`;
    expect(plain(out)).toMatchInlineSnapshot(`
      "$ put foo bar
      OK
      $ put foo bar2 --prev-kv
      OK
      foo
      bar
      $ put foo2 baz
      OK
      $ put z/1 one
      OK
      $ get foo
      foo
      bar2
      $ get foo --print-value-only
      bar2
      $ get foo -w json
      {"header":{"cluster_id":14841639068965178418,"member_id":10276657743932975437,"revision":5,"raft_term":2},"kvs":[{"key":"Zm9v","create_revision":2,"mod_revision":3,"version":2,"value":"YmFyMg=="}],"count":1}
      $ get foo -w fields
      "ClusterID" : 14841639068965178418
      "MemberID" : 10276657743932975437
      "Revision" : 5
      "RaftTerm" : 2
      "Key" : "foo"
      "CreateRevision" : 2
      "ModRevision" : 3
      "Version" : 2
      "Value" : "bar2"
      "Lease" : 0
      "More" : false
      "Count" : 1
      $ get --prefix fo
      foo
      bar2
      foo2
      baz
      $ get --prefix "" --keys-only
      foo

      foo2

      z/1

      $ get --from-key foo2
      foo2
      baz
      z/1
      one
      $ get foo z
      foo
      bar2
      foo2
      baz
      $ get foo --rev=2
      foo
      bar
      $ get --prefix "" --limit=1
      foo
      bar2
      $ get --prefix "" --order=DESCEND --sort-by=KEY
      z/1
      one
      foo2
      baz
      foo
      bar2
      $ get nothing
      $ get nothing -w json
      {"header":{"cluster_id":14841639068965178418,"member_id":10276657743932975437,"revision":5,"raft_term":2}}
      $ del foo2
      1
      $ del nothing
      0
      $ del foo --prev-kv
      1
      foo
      bar2
      $ del --prefix z/ -w json
      {"header":{"cluster_id":14841639068965178418,"member_id":10276657743932975437,"revision":8,"raft_term":2},"deleted":1}
      $ get
      Error: get command needs one argument as key and an optional argument as range_end
      [128]$ nothing
      Error: unknown command "nothing" for "etcdctl"
      Run 'etcdctl --help' for usage.
      [1]$ get a --nothing
      Error: unknown flag: --nothing
      [1]$ lease list
      found 0 leases
      $ lease timetolive 1234
      lease 0000000000001234 already expired
      $ lease revoke 1234
      {"level":"warn","ts":"T","logger":"etcd-client","caller":"v3@v3.5.24/retry_interceptor.go:63","msg":"retrying of unary invoker failed","target":"etcd-endpoints://127.0.0.1:2379","attempt":0,"error":"rpc error: code = NotFound desc = etcdserver: requested lease not found"}
      Error: failed to revoke lease (etcdserver: requested lease not found)
      [1]$ member list
      8e9e05c52164694d, started, default, http://localhost:2380, http://127.0.0.1:2379, false
      $ member list -w table
      +------------------+---------+---------+-----------------------+-----------------------+------------+
      |        ID        | STATUS  |  NAME   |      PEER ADDRS       |     CLIENT ADDRS      | IS LEARNER |
      +------------------+---------+---------+-----------------------+-----------------------+------------+
      | 8e9e05c52164694d | started | default | http://localhost:2380 | http://127.0.0.1:2379 |      false |
      +------------------+---------+---------+-----------------------+-----------------------+------------+
      $ member list -w json
      {"header":{"cluster_id":14841639068965178418,"member_id":10276657743932975437,"raft_term":2},"members":[{"ID":10276657743932975437,"name":"default","peerURLs":["http://localhost:2380"],"clientURLs":["http://127.0.0.1:2379"]}]}
      $ endpoint status
      127.0.0.1:2379, 8e9e05c52164694d, 3.5.24, 20 kB, true, false, 2, 11, 11, 
      $ endpoint status -w table
      +----------------+------------------+---------+---------+-----------+------------+-----------+------------+--------------------+--------+
      |    ENDPOINT    |        ID        | VERSION | DB SIZE | IS LEADER | IS LEARNER | RAFT TERM | RAFT INDEX | RAFT APPLIED INDEX | ERRORS |
      +----------------+------------------+---------+---------+-----------+------------+-----------+------------+--------------------+--------+
      | 127.0.0.1:2379 | 8e9e05c52164694d |  3.5.24 |   20 kB |      true |      false |         2 |         11 |                 11 |        |
      +----------------+------------------+---------+---------+-----------+------------+-----------+------------+--------------------+--------+
      $ endpoint health -w json
      [{"endpoint":"127.0.0.1:2379","health":true,"took":"D"}]
      $ snapshot save /data/snap.db
      {"level":"info","ts":"T","caller":"snapshot/v3_snapshot.go:65","msg":"created temporary db file","path":"/data/snap.db.part"}
      {"level":"info","ts":"T","logger":"client","caller":"v3@v3.5.24/maintenance.go:212","msg":"opened snapshot stream; downloading"}
      {"level":"info","ts":"T","caller":"snapshot/v3_snapshot.go:73","msg":"fetching snapshot","endpoint":"127.0.0.1:2379"}
      {"level":"info","ts":"T","logger":"client","caller":"v3@v3.5.24/maintenance.go:220","msg":"completed snapshot read; closing"}
      {"level":"info","ts":"T","caller":"snapshot/v3_snapshot.go:88","msg":"fetched snapshot","endpoint":"127.0.0.1:2379","size":"20 kB","took":"D"}
      {"level":"info","ts":"T","caller":"snapshot/v3_snapshot.go:97","msg":"saved","path":"/data/snap.db"}
      Snapshot saved at /data/snap.db
      $ snapshot status /data/snap.db -w table
      Deprecated: Use \`etcdutl snapshot status\` instead.

      +----------+----------+------------+------------+
      |   HASH   | REVISION | TOTAL KEYS | TOTAL SIZE |
      +----------+----------+------------+------------+
      | HASHHASH |        8 |         13 |      20 kB |
      +----------+----------+------------+------------+
      $ snapshot status /data/nothing.db
      Deprecated: Use \`etcdutl snapshot status\` instead.

      Error: stat /data/nothing.db: no such file or directory
      [1]$ snapshot restore /data/snap.db --data-dir /data
      Deprecated: Use \`etcdutl snapshot restore\` instead.

      Error: data-dir "/data" not empty or could not be read
      [1]$ compact 3
      compacted revision 3
      $ compact 3
      {"level":"warn","ts":"T","logger":"etcd-client","caller":"v3@v3.5.24/retry_interceptor.go:63","msg":"retrying of unary invoker failed","target":"etcd-endpoints://127.0.0.1:2379","attempt":0,"error":"rpc error: code = OutOfRange desc = etcdserver: mvcc: required revision has been compacted"}
      Error: etcdserver: mvcc: required revision has been compacted
      [1]$ get foo --rev=2
      {"level":"warn","ts":"T","logger":"etcd-client","caller":"v3@v3.5.24/retry_interceptor.go:63","msg":"retrying of unary invoker failed","target":"etcd-endpoints://127.0.0.1:2379","attempt":0,"error":"rpc error: code = OutOfRange desc = etcdserver: mvcc: required revision has been compacted"}
      Error: etcdserver: mvcc: required revision has been compacted
      [1]$ get foo --rev=200
      {"level":"warn","ts":"T","logger":"etcd-client","caller":"v3@v3.5.24/retry_interceptor.go:63","msg":"retrying of unary invoker failed","target":"etcd-endpoints://127.0.0.1:2379","attempt":0,"error":"rpc error: code = OutOfRange desc = etcdserver: mvcc: required revision is a future revision"}
      Error: etcdserver: mvcc: required revision is a future revision
      [1]$ defrag
      Finished defragmenting etcd member[127.0.0.1:2379]
      $ alarm list
      $ user list
      Error: user is not simulated by Timonel
      [1]$ --cacert=/x get a
      Error: open /x: no such file or directory
      [1]$ --endpoints=127.0.0.1:1 endpoint health
      {"level":"warn","ts":"T","logger":"etcd-client","caller":"v3@v3.5.24/retry_interceptor.go:63","msg":"retrying of unary invoker failed","target":"etcd-endpoints://127.0.0.1:1","attempt":0,"error":"rpc error: code = DeadlineExceeded desc = latest balancer error: last connection error: connection error: desc = \\"transport: Error while dialing: dial tcp 127.0.0.1:1: connect: connection refused\\""}
      127.0.0.1:1 is unhealthy: failed to commit proposal: context deadline exceeded
      Error: unhealthy cluster
      [1]"
    `);
  });
  it("keeps its keys in its folder, through an orderly end and a kill, and restores a snapshot", async () => {
    const c = computer();
    const volume = { "/data": { name: "v" } };
    const first = await c.run("a", IMAGE, { command: ARGS }, volume);
    await c.clock.advance(2000);
    await first.sh("etcdctl put k 1; etcdctl snapshot save /data/s.db; etcdctl put k 2");
    await first.stop();
    expect(first.status()?.exitCode).toBe(0);
    expect(
      first
        .log()
        .split("\n")
        .filter(Boolean)
        .map((l) => (JSON.parse(l) as { readonly msg: string }).msg),
    ).toMatchInlineSnapshot(`
      [
        "Running: ",
        "configuring peer listeners",
        "configuring client listeners",
        "starting an etcd server",
        "opened backend db",
        "starting local member",
        "8e9e05c52164694d became follower at term 1",
        "starting etcd server",
        "now serving peer/client/metrics",
        "8e9e05c52164694d is starting a new election at term 1",
        "8e9e05c52164694d became candidate at term 2",
        "8e9e05c52164694d became leader at term 2",
        "raft.node: 8e9e05c52164694d elected leader 8e9e05c52164694d at term 2",
        "published local member to cluster through raft",
        "ready to serve client requests",
        "serving client traffic insecurely; this is strongly discouraged!",
        "received signal; shutting down",
        "closing etcd server",
        "skipped leadership transfer for single voting member cluster",
        "closed etcd server",
      ]
    `);
    const second = await c.run("b", IMAGE, { command: ARGS }, volume);
    await c.clock.advance(2000);
    expect(await second.sh("etcdctl get k --print-value-only; etcdctl put k 3")).toBe("2\nOK\n");
    await second.stop(0);
    const third = await c.run("c", IMAGE, { command: ARGS }, volume);
    await c.clock.advance(2000);
    expect(await third.sh("etcdctl get k --print-value-only; etcdctl endpoint status")).toMatch(
      /^3\n127\.0\.0\.1:2379, 8e9e05c52164694d, 3\.5\.24, 20 kB, true, false, 4, /,
    );
    expect(await third.sh("etcdutl snapshot restore /data/s.db --data-dir /data/new 2>/dev/null; ls /data /data/new/member")).toBe(
      "/data:\nmember\nnew\ns.db\n\n/data/new/member:\nsnap\nwal\n",
    );
    const restored = await c.run("d", IMAGE, { command: ["etcd", "--data-dir=/data/new"] }, volume);
    await c.clock.advance(2000);
    expect(await restored.sh("etcdctl get k --print-value-only; echo broken > /data/s.db; etcdutl snapshot status /data/s.db")).toBe(
      "1\nError: snapshot file integrity check failed. 1 errors found.\ninvalid database\n[1]",
    );
  });
  it("tells watchers, ends leases, and is asked with curl", async () => {
    const c = computer();
    const pod = await c.run("a", IMAGE, { command: ARGS }, { "/data": { name: "v" } });
    await c.clock.advance(2000);
    expect(
      await pod.sh(
        "timeout 30 etcdctl watch w --prefix > /tmp/seen & sleep 1; etcdctl put w1 a >/dev/null; etcdctl put w2 b >/dev/null; etcdctl del w1 >/dev/null; L=$(etcdctl lease grant 5 | cut -d' ' -f2); etcdctl put --lease=$L w3 c >/dev/null; sleep 10; etcdctl get w3; cat /tmp/seen",
      ),
    ).toBe("PUT\nw1\na\nPUT\nw2\nb\nDELETE\nw1\n\nPUT\nw3\nc\nDELETE\nw3\n\n");
    const client = await c.run("curl", "curlimages/curl:latest", { command: ["sleep", "infinity"] });
    expect(
      await client.sh(
        `U=http://${pod.ip}:2379; curl -s $U/health; curl -s $U/version; curl -s $U/v3/kv/put -d '{"key":"Zm9v","value":"YmFy"}'; curl -s $U/v3/kv/range -d '{"key":"Zm9v"}'; curl -s $U/metrics | grep ^etcd_server_has; curl -s $U/v2/keys`,
      ),
    ).toMatchInlineSnapshot(`
      "{"health":"true","reason":""}{"etcdserver":"3.5.24","etcdcluster":"3.5.0"}{"header":{"cluster_id":"14841639068965178418","member_id":"10276657743932975437","revision":"7","raft_term":"2"}}{"header":{"cluster_id":"14841639068965178418","member_id":"10276657743932975437","revision":"7","raft_term":"2"},"kvs":[{"key":"Zm9v","create_revision":"7","mod_revision":"7","version":"1","value":"YmFy"}],"count":"1"}etcd_server_has_leader 1
      404 page not found
      "
    `);
    expect(await pod.sh('printf \'value("foo") = "bar"\\n\\nput foo new\\nget foo\\n\\nget nothing\\n\' | etcdctl txn')).toBe(
      "SUCCESS\n\nOK\n\nfoo\nnew\n",
    );
    const after = computer(c.freeze());
    await after.thaw();
    expect(await after.pod("a").sh("etcdctl get foo --print-value-only; etcdctl put foo 2; etcdctl get foo -w json | cut -d, -f3")).toMatch(
      /^new\nOK\n"revision":\d+\n$/,
    );
  });
  it("refuses by name what it has not", async () => {
    const c = computer();
    const several = await c.run(
      "a",
      IMAGE,
      { command: [...ARGS, "--initial-cluster=default=http://localhost:2380,b=http://b:2380"] },
      { "/data": { name: "v" } },
    );
    const tls = await c.run("b", IMAGE, { command: [...ARGS, "--cert-file=/x"] }, { "/data": { name: "v" } });
    const unknown = await c.run("c", IMAGE, { command: [...ARGS, "--nothing"] }, { "/data": { name: "v" } });
    const readOnly = await c.run("d", IMAGE, { command: ARGS }, { "/data": { name: "r", readOnly: true } });
    await c.clock.advance(2000);
    expect(
      [several, tls, unknown, readOnly].map(
        (p) =>
          `${plain(p.log())
            .trimEnd()
            .split("\n")
            .at(p === unknown ? 0 : -1)} [${p.status()?.exitCode}]`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "{"level":"fatal","ts":"T","caller":"etcdmain/etcd.go:186","msg":"discovery failed","error":"a cluster of several members is not simulated by Timonel"} [1]",
        "{"level":"fatal","ts":"T","caller":"etcdmain/etcd.go:186","msg":"discovery failed","error":"--cert-file: TLS is not simulated by Timonel"} [1]",
        "flag provided but not defined: -nothing [2]",
        "{"level":"fatal","ts":"T","caller":"etcdmain/etcd.go:186","msg":"discovery failed","error":"cannot access data directory: mkdir /data: read-only file system"} [1]",
      ]
    `);
  });
});
