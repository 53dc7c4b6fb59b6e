import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { computer } from "../database/testing/computer.ts";

const recorded = (name: string): string => readFileSync(new URL(`./testing/${name}`, import.meta.url), "utf8");
const moments = (text: string): string => text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?/g, "T");

it("answers every statement as the recorded PostgreSQL 15 did", async () => {
  const c = computer();
  const sql = { "/sql": { name: "sql", files: { "statements.sql": recorded("statements.sql") } } };
  const pod = await c.run("db", "postgres:15", { env: { POSTGRES_PASSWORD: "pw" } }, sql);
  await c.clock.advance(10_000);
  expect(pod.log()).toMatch(/database system is ready to accept connections\n$/);
  const mine = await pod.sh("psql -U postgres < /sql/statements.sql 2> /tmp/errors");
  expect(moments(await pod.sh("cat /tmp/errors")).split("\n")).toEqual(moments(recorded("errors.txt")).split("\n"));
  expect(mine.split("\n")).toEqual(recorded("recorded.txt").split("\n"));
});

describe("the entry point", () => {
  it("wants a password, and no lost+found", async () => {
    const c = computer();
    const none = await c.run("a", "postgres:16");
    const full = await c.run(
      "b",
      "postgres:16",
      { env: { POSTGRES_PASSWORD: "x" } },
      { "/var/lib/postgresql/data": { name: "disk", files: { "lost+found": "" } } },
    );
    await c.clock.advance(5000);
    expect(none.log()).toContain(
      "Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n",
    );
    expect(full.log()).toContain(
      'initdb: error: directory "/var/lib/postgresql/data" exists but is not empty\ninitdb: detail: It contains a lost+found directory, perhaps due to it being a mount point.\ninitdb: hint: Using a mount point directly as the data directory is not recommended.\nCreate a subdirectory under the mount point.\n',
    );
    for (const pod of [none, full]) expect(pod.status()).toMatchObject({ state: "exited", exitCode: 1 });
  });
  it("makes what is asked for, keeps it through kills, freezes and new pods, and lets others in by password", async () => {
    const c = computer();
    const env = { POSTGRES_PASSWORD_FILE: "/run/secrets/pw", POSTGRES_USER: "admin", POSTGRES_DB: "shop" };
    const volumes = {
      "/var/lib/postgresql/data": { name: "data" },
      "/run/secrets": { name: "s", files: { pw: "secret\n" } },
      "/docker-entrypoint-initdb.d": {
        name: "init",
        files: {
          "1.sql": "create table t (id serial primary key, v text);\ninsert into t (v) values ('one');\n",
          "2.sh": "#!/bin/sh\npsql -U $POSTGRES_USER $POSTGRES_DB -c \"insert into t (v) values ('two')\"\n",
        },
      },
    };
    const first = await c.run("one", "postgres:17-alpine", { env, args: ["-c", "max_connections=33"] }, volumes);
    await c.clock.advance(10_000);
    expect(first.log()).toMatch(
      /running \/docker-entrypoint-initdb.d\/1.sql\nCREATE TABLE\nINSERT 0 1\n\n\n.*running \/docker-entrypoint-initdb.d\/2.sh\nINSERT 0 1\n[\s\S]*PostgreSQL init process complete; ready for start up.[\s\S]*listening on IPv4 address "0.0.0.0", port 5432\n/,
    );
    expect(await first.sh("psql -U admin shop -tAc 'select v from t; show max_connections'; pg_isready; pg_isready -p 5433")).toBe(
      "one\ntwo\n33\n/var/run/postgresql:5432 - accepting connections\n/var/run/postgresql:5433 - no response\n[2]",
    );
    const other = await c.run("other", "postgres:17", { command: ["sleep", "100000"] });
    const at = `psql -h ${first.ip} -U admin -d shop`;
    expect(
      await other.sh(
        `${at} -c 'select 1'; PGPASSWORD=bad ${at} -c 'select 1'; PGPASSWORD=secret ${at} -tAc 'select count(*) from t'; PGPASSWORD=secret psql postgresql://admin@${first.ip}/nodb -c x`,
      ),
    ).toBe(
      `psql: error: connection to server at "${first.ip}", port 5432 failed: fe_sendauth: no password supplied\npsql: error: connection to server at "${first.ip}", port 5432 failed: FATAL:  password authentication failed for user "admin"\n2\npsql: error: connection to server at "${first.ip}", port 5432 failed: FATAL:  database "nodb" does not exist\n[2]`,
    );
    expect(first.log()).toContain('FATAL:  password authentication failed for user "admin"\n');
    const after = computer(c.freeze());
    await after.thaw();
    expect(await after.pod("one").sh("psql -U admin shop -c \"insert into t (v) values ('three')\" -tAc 'select count(*) from t'")).toBe(
      "INSERT 0 1\n3\n",
    );
    await after.pod("one").stop(0);
    const second = await after.run("two", "postgres:17", { env }, volumes);
    await after.clock.advance(5000);
    expect(second.log()).toMatch(
      /Skipping initialization\n[\s\S]*automatic recovery in progress\n.*redo done\n.*ready to accept connections\n$/,
    );
    expect(await second.sh("psql -U admin shop -tAc \"insert into t (v) values ('four') returning id\"")).toBe("4\nINSERT 0 1\n");
    await second.stop();
    expect(second.status()?.exitCode).toBe(0);
    expect(second.log()).toMatch(
      /received fast shutdown request\n.*aborting any active transactions\n.*shutting down\n.*database system is shut down\n$/,
    );
    const wrong = await after.run("three", "postgres:16", { env }, volumes);
    await after.clock.advance(3000);
    expect(wrong.log()).toContain("FATAL:  database files are incompatible with server\n");
  });
});
