import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { computer } from "../database/testing/computer.ts";

const recorded = (name: string): string => readFileSync(new URL(`./testing/${name}`, import.meta.url), "utf8");
const moments = (text: string): string => text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, (m) => (m.startsWith("2024") ? m : "T"));

it("answers every statement as the recorded MariaDB 10.11 did", async () => {
  const c = computer();
  const pod = await c.run(
    "db",
    "mariadb:10.11",
    { env: { MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: "1" } },
    { "/sql": { name: "sql", files: { "statements.sql": recorded("statements.sql") } } },
  );
  await c.clock.advance(10_000);
  expect(pod.log()).toContain("ready for connections");
  const mine = await pod.sh("mariadb -t -vv -f < /sql/statements.sql 2> /tmp/errors");
  expect((await pod.sh("cat /tmp/errors")).split("\n")).toEqual(recorded("errors.txt").split("\n"));
  expect(moments(mine).split("\n")).toEqual(moments(recorded("recorded.txt")).split("\n"));
});

const ROOT = { MARIADB_ROOT_PASSWORD: "secret" };

describe("the entry point", () => {
  it("makes databases and users as asked, and runs what lies in /docker-entrypoint-initdb.d", async () => {
    const c = computer();
    const env = { ...ROOT, MARIADB_DATABASE: "shop", MARIADB_USER: "app", MARIADB_PASSWORD_FILE: "/run/secrets/pw" };
    const files = {
      "1.sql": "create table t (id int auto_increment primary key, v varchar(20));\ninsert into t (v) values ('one'), ('two');\n",
      "2.sh": "#!/bin/sh\necho hello from $0\nmysql -uroot -psecret shop -e \"insert into t (v) values ('three')\"\n",
      "3.txt": "nothing",
    };
    const pod = await c.run(
      "db",
      "mariadb:10.5.9",
      { env },
      { "/docker-entrypoint-initdb.d": { name: "init", files }, "/run/secrets": { name: "s", files: { pw: "apppw\n" } } },
    );
    expect(await pod.sh("mysqladmin ping -uroot -psecret")).toContain(
      "Can't connect to local server through socket '/run/mysqld/mysqld.sock' (2)",
    );
    await c.clock.advance(20_000);
    expect(pod.log().replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/gm, "T")).toMatchInlineSnapshot(`
      "T+00:00 [Note] [Entrypoint]: Entrypoint script for MySQL Server 1:10.5.9+maria~focal started.
      T+00:00 [Note] [Entrypoint]: Switching to dedicated user 'mysql'
      T+00:00 [Note] [Entrypoint]: Entrypoint script for MySQL Server 1:10.5.9+maria~focal started.
      T+00:00 [Note] [Entrypoint]: Initializing database files
      T+00:00 [Note] [Entrypoint]: Database files initialized
      T+00:00 [Note] [Entrypoint]: Starting temporary server
      T+00:00 [Note] [Entrypoint]: Waiting for server startup
      T+00:00 [Note] [Entrypoint]: Temporary server started.
      T+00:00 [Note] [Entrypoint]: Creating database shop
      T+00:00 [Note] [Entrypoint]: Creating user app
      T+00:00 [Note] [Entrypoint]: Giving user app access to schema shop

      T+00:00 [Note] [Entrypoint]: Running /docker-entrypoint-initdb.d/1.sql

      T+00:00 [Note] [Entrypoint]: Running /docker-entrypoint-initdb.d/2.sh
      hello from /docker-entrypoint-initdb.d/2.sh
      T+00:00 [Warn] [Entrypoint]: Ignoring /docker-entrypoint-initdb.d/3.txt
      T+00:00 [Note] [Entrypoint]: Stopping temporary server
      T+00:00 [Note] [Entrypoint]: Temporary server stopped

      T+00:00 [Note] [Entrypoint]: MySQL init process done. Ready for start up.

      T 0 [Note] mysqld (mysqld 10.5.9-MariaDB-1:10.5.9+maria~focal) starting as process 1 ...
      T 0 [Note] InnoDB: Compressed tables use zlib 1.2.13
      T 0 [Note] InnoDB: Number of transaction pools: 1
      T 0 [Note] InnoDB: Using Linux native AIO
      T 0 [Note] InnoDB: Initializing buffer pool, total size = 134217728, chunk size = 134217728
      T 0 [Note] InnoDB: Completed initialization of buffer pool
      T 0 [Note] InnoDB: 128 rollback segments are active.
      T 0 [Note] InnoDB: log sequence number 7; transaction id 7
      T 0 [Note] Plugin 'FEEDBACK' is disabled.
      T 0 [Note] Server socket created on IP: '0.0.0.0'.
      T 0 [Note] mysqld: ready for connections.
      Version: '10.5.9-MariaDB-1:10.5.9+maria~focal'  socket: '/run/mysqld/mysqld.sock'  port: 3306  mariadb.org binary distribution
      "
    `);
    const other = await c.run("client", "mariadb:11.4", { command: ["sleep", "1000"] });
    expect(await other.sh(`mariadb -h ${pod.ip} -uapp -papppw shop -e 'select * from t; select user(), current_user()'`)).toBe(
      `id\tv\n1\tone\n2\ttwo\n3\tthree\nuser()\tcurrent_user()\napp@${other.ip}\tapp@%\n`,
    );
    expect(await other.sh(`mariadb -h ${pod.ip} -uroot -pwrong -e 'select 1'; mariadb -h ${pod.ip} -uroot -e 'select 1'`)).toBe(
      `ERROR 1045 (28000): Access denied for user 'root'@'${other.ip}' (using password: YES)\nERROR 1045 (28000): Access denied for user 'root'@'${other.ip}' (using password: NO)\n[1]`,
    );
    expect(
      await other.sh(
        `mariadb -h ${pod.ip} -uapp -papppw -e 'use mysql'; mariadb -h ${pod.ip} -uapp -papppw -e 'create database x'; mariadb -h nowhere -e x; mariadb -h ${pod.ip} -P 99 -e x`,
      ),
    ).toBe(
      `ERROR 1044 (42000) at line 1: Access denied for user 'app'@'%' to database 'mysql'\nERROR 1044 (42000) at line 1: Access denied for user 'app'@'%' to database 'x'\nERROR 2005 (HY000): Unknown server host 'nowhere' (-3)\nERROR 2002 (HY000): Can't connect to server on '${pod.ip}' (111)\n[1]`,
    );
  });
  it.each([
    [
      "mariadb:10.5.9",
      {},
      "You need to specify one of MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD and MYSQL_RANDOM_ROOT_PASSWORD\n",
      1,
    ],
    [
      "mariadb:11.4",
      {},
      "You need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD\n",
      1,
    ],
    [
      "mysql:8.0",
      {},
      "    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD\n",
      1,
    ],
    [
      "mysql:8.0",
      { MYSQL_USER: "root", MYSQL_ROOT_PASSWORD: "x" },
      'MYSQL_USER="root", MYSQL_USER and MYSQL_PASSWORD are for configuring a regular user',
      1,
    ],
  ])("%s with %j ends with its words and exit code 1", async (image, env, words, code) => {
    const c = computer();
    const pod = await c.run("db", image, { env });
    await c.clock.advance(5000);
    expect(pod.log()).toContain(words);
    expect(pod.status()).toMatchObject({ state: "exited", exitCode: code });
  });
});

describe("a server", () => {
  it("keeps its data in its volume through kills and new pods, and honours my.cnf", async () => {
    const c = computer();
    const volumes = {
      "/var/lib/mysql": { name: "data" },
      "/etc/mysql/conf.d": { name: "conf", files: { "my.cnf": "[mysqld]\nport = 3310\nmax_connections=5\n" } },
    };
    const first = await c.run("one", "mysql:8.0", { env: { MYSQL_ROOT_PASSWORD: "pw" } }, volumes);
    await c.clock.advance(20_000);
    expect(
      await first.sh(
        "mysql -uroot -ppw -e \"create database d; create table d.t (a int); insert into d.t values (1); show variables like 'max_conn%'\"",
      ),
    ).toContain("max_connections\t5\n");
    await first.stop(0);
    expect(first.status()?.exitCode).toBe(137);
    const second = await c.run("two", "mysql:8.0", {}, volumes);
    await c.clock.advance(10_000);
    expect(
      await second.sh(
        "mysql -uroot -ppw -P 3310 -h 127.0.0.1 -N -e 'select * from d.t; insert into d.t values (2)' 2> /dev/null; ls /var/lib/mysql/d",
      ),
    ).toBe("1\ndb.opt\nt.frm\nt.ibd\n");
    await second.stop();
    expect(second.status()?.exitCode).toBe(0);
    expect(second.log()).toMatch(
      /Received SHUTDOWN from user <via user signal>\. Shutting down mysqld \(Version: 8\.0\.43\)\.\n.*Shutdown complete/,
    );
    const third = await c.run("three", "mysql:8.0", {}, volumes);
    await c.clock.advance(10_000);
    expect(await third.sh("mysql -uroot -ppw -N -e 'select * from d.t' 2> /dev/null")).toBe("1\n2\n");
  });
  it("lets a transaction see its own, others wait for its rows, and a freeze lose nothing", async () => {
    const c = computer();
    const pod = await c.run("db", "mariadb:11.4", { env: ROOT });
    await c.clock.advance(20_000);
    await pod.sh(
      "mariadb -uroot -psecret -e 'create database d; create table d.t (a int primary key, b int); insert into d.t values (1, 10), (2, 20)'",
    );
    const slow = "begin; update t set b = b + 1 where a = 1; select b from t where a = 1; select sleep(5); commit;";
    const quick = "select b from t where a = 1; update t set b = b * 2 where a = 1; select b from t where a = 1";
    expect(
      await pod.sh(
        `mariadb -uroot -psecret d -N -e '${slow}' > /tmp/slow & sleep 1; date +%s > /tmp/from; mariadb -uroot -psecret d -N -e '${quick}'; echo $(( $(date +%s) - $(cat /tmp/from) )); wait; cat /tmp/slow`,
      ),
    ).toBe("10\n22\n4\n11\n0\n");
    const after = computer(c.freeze());
    await after.thaw();
    const thawed = after.pod("db");
    expect(await thawed.sh("mariadb -uroot -psecret d -N -e 'select * from t; insert into t values (3, 30)'")).toBe("1\t22\n2\t20\n");
    const again = computer(after.freeze());
    await again.thaw();
    expect(
      await again
        .pod("db")
        .sh(
          "mariadb -uroot -psecret d -N -e 'select count(*) from t'; mariadb-admin -uroot -psecret status; healthcheck.sh --connect --innodb_initialized && echo healthy",
        ),
    ).toMatch(
      /^3\nUptime: \d+ {2}Threads: 1 {2}Questions: \d+ {2}Slow queries: 0 {2}Opens: 18 {2}Open tables: 11 {2}Queries per second avg: \d\.\d{3}\nhealthy\n$/,
    );
  });
  it("dumps what another can read, and refuses by name what it cannot", async () => {
    const c = computer();
    const pod = await c.run("db", "mariadb:10.11", { env: ROOT });
    await c.clock.advance(20_000);
    await pod.sh(
      "mariadb -uroot -psecret -e \"create database a; create database b; create table a.t (id int auto_increment primary key, v text); insert into a.t (v) values ('it''s'), (null)\"",
    );
    expect(
      await pod.sh("mariadb-dump -uroot -psecret a | mariadb -uroot -psecret b && mariadb -uroot -psecret b -e 'select * from t'"),
    ).toBe("id\tv\n1\tit's\n2\tNULL\n");
    expect(
      await pod.sh(
        `mariadb -f -uroot -psecret a -e "explain select * from t; set names latin1; set sql_mode='ANSI'; flush logs; set transaction isolation level serializable; create table m (a int) engine=myisam; kill query 3" 2>&1 | sed "s/.*support//"`,
      ),
    ).toBe(
      [
        "EXPLAIN is",
        "the character set latin1 is",
        "sql_mode ANSI is",
        "FLUSH LOGS is",
        "ISOLATION LEVEL SERIALIZABLE is",
        "the storage engine myisam is",
        "KILL QUERY is",
      ]
        .map((what) => ` '${what} not simulated by Timonel'\n`)
        .join(""),
    );
  });
  it("dumps views and references in an order that can be read again, with checks put off meanwhile", async () => {
    const c = computer();
    const pod = await c.run("db", "mariadb:10.11", { env: ROOT });
    await c.clock.advance(20_000);
    await pod.sh(`cat > /tmp/a.sql <<'X'
create database a; create database b; use a;
create table users (id int auto_increment primary key, name varchar(20) not null);
create table orders (id int auto_increment primary key, user_id int, foreign key (user_id) references users(id));
insert into users (name) values ('Ana'); insert into orders (user_id) values (1);
create view bought as select u.name, o.id from users u join orders o on o.user_id = u.id;
X
mariadb -uroot -psecret < /tmp/a.sql`);
    expect(
      await pod.sh(
        `mariadb-dump -uroot -psecret a > /tmp/1; mariadb -uroot -psecret b < /tmp/1; mariadb-dump -uroot -psecret b > /tmp/2
         diff /tmp/1 /tmp/2 | grep -v 'Database:\\|^---$\\|completed\\|c[0-9]'; mariadb -uroot -psecret b -e 'select * from bought; show full tables; select @@foreign_key_checks'
         head -1 /tmp/1; ls -ln /var/lib/mysql | sed -n 2p; mariadb-dump -uroot -psecret --where=1 a`,
      ),
    ).toMatch(
      /^name\tid\nAna\t1\nTables_in_b\tTable_type\nbought\tVIEW\norders\tBASE TABLE\nusers\tBASE TABLE\n@@foreign_key_checks\n1\n\/\*M!999999\\- enable the sandbox mode \*\/ \ndrwx------ 2 999 999 .*\nmariadb-dump: --where=1 is not simulated by Timonel\n\[7\]$/,
    );
  });
  it("makes others wait for what LOCK TABLES has locked, and reads in a transaction what was there at its beginning", async () => {
    const c = computer();
    const pod = await c.run("db", "mariadb:10.11", { env: ROOT });
    await c.clock.advance(20_000);
    const at = "mariadb -uroot -psecret -N -f";
    await pod.sh(
      `${at} -e "create database a; create table a.t (id int primary key); create table a.u (id int); insert into a.t values (1)"`,
    );
    expect(
      await pod.sh(
        `${at} a -e "lock tables t read; insert into t values (9); select * from u; select sleep(5); unlock tables" & sleep 1
         ${at} a -e "select 'others read', count(*) from t; set lock_wait_timeout=2; insert into t values (2)"
         ${at} a -e "insert into t values (3); select 'waited'"; wait`,
      ),
    ).toBe(
      "ERROR 1099 (HY000) at line 1: Table 't' was locked with a READ lock and can't be updated\nERROR 1100 (HY000) at line 1: Table 'u' was not locked with LOCK TABLES\nothers read\t1\nERROR 1205 (HY000) at line 1: Lock wait timeout exceeded; try restarting transaction\n0\nwaited\n",
    );
    expect(
      await pod.sh(
        `${at} a -e "begin; select count(*) from t; select sleep(3); select count(*) from t; commit; select count(*) from t" & sleep 1
         ${at} a -e "insert into t values (4)"; wait
         ${at} a -e "begin; select id from t where id = 1 for update; select sleep(4); rollback" & sleep 1
         ${at} a -e "set innodb_lock_wait_timeout=1; update t set id=7 where id=3; update t set id=8 where id=1; start transaction read only; delete from t"; wait`,
      ),
    ).toBe(
      "2\n0\n2\n3\n1\nERROR 1205 (HY000) at line 1: Lock wait timeout exceeded; try restarting transaction\nERROR 1792 (25006) at line 1: Cannot execute statement in a READ ONLY transaction\n0\n",
    );
  });
});
