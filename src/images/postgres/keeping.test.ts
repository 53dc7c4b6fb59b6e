import { expect, it } from "vitest";
import { computer } from "../database/testing/computer.ts";

async function database() {
  const c = computer();
  const pod = await c.run("db", "postgres:16", { env: { POSTGRES_PASSWORD: "pw" } });
  await c.clock.advance(10_000);
  await pod.sh(`cat > /tmp/a.sql <<'X'
create table users (id serial primary key, name varchar(20) not null, email text unique);
create table orders (id int generated always as identity primary key, user_id int references users(id), total numeric(8,2) check (total > 0));
insert into users (name, email) values ('Ana', 'a@x'), ('Bob', null);
insert into orders (user_id, total) values (1, 2.5);
comment on table users is 'who buys';
comment on column users.name is 'in full';
create view rich as select u.name, sum(o.total) as total from users u join orders o on o.user_id = u.id group by u.name;
create index users_name on users(name);
create role app login password 'x';
grant select on all tables in schema public to app;
grant select, insert on users to app;
X
psql -q -U postgres -f /tmp/a.sql`);
  return { c, pod };
}

it("runs as its own user, whose the files are", async () => {
  const { pod } = await database();
  expect(await pod.sh("ls -ln /var/lib/postgresql/data | sed -n 2p; awk '/^Uid/{print $2}' /proc/1/status; postgres")).toMatch(
    /^-rw------- 1 999 999 .*PG_VERSION\n999\n"root" execution of the PostgreSQL server is not permitted\.\n[\s\S]*\[1\]$/,
  );
});

it("shows comments, views, sequences and privileges where they are looked for", async () => {
  const { pod } = await database();
  expect(await pod.sh("psql -U postgres -c '\\d' -c '\\d+ rich' -c '\\dt+ users' -c '\\dp users' -c '\\d users_id_seq'")).toBe(
    `              List of relations
 Schema |     Name      |   Type   |  Owner   
--------+---------------+----------+----------
 public | orders        | table    | postgres
 public | orders_id_seq | sequence | postgres
 public | rich          | view     | postgres
 public | users         | table    | postgres
 public | users_id_seq  | sequence | postgres
(5 rows)

                                    View "public.rich"
 Column |         Type          | Collation | Nullable | Default | Storage  | Description 
--------+-----------------------+-----------+----------+---------+----------+-------------
 name   | character varying(20) |           |          |         | extended | 
 total  | numeric               |           |          |         | main     | 
View definition:
 select u.name, sum(o.total) as total from users u join orders o on o.user_id = u.id group by u.name;

                       List of relations
 Schema | Name  | Type  |  Owner   | Persistence | Description 
--------+-------+-------+----------+-------------+-------------
 public | users | table | postgres | permanent   | who buys
(1 row)

                                 Access privileges
 Schema | Name  | Type  |     Access privileges     | Column privileges | Policies 
--------+-------+-------+---------------------------+-------------------+----------
 public | users | table | postgres=arwdDxt/postgres+|                   | 
        |       |       | app=ar/postgres           |                   | 
(1 row)

                    Sequence "public.users_id_seq"
  Type   | Start | Minimum |  Maximum   | Increment | Cycles? | Cache 
---------+-------+---------+------------+-----------+---------+-------
 integer |     1 |       1 | 2147483647 |         1 | no      |     1
Owned by: public.users.id

`,
  );
});

it.each([
  ["select name from rich", " name \n------\n Ana\n(1 row)\n\n"],
  ["insert into users (name) values ('q')", "ERROR:  permission denied for sequence users_id_seq\n[1]"],
  ["delete from users", "ERROR:  permission denied for table users\n[1]"],
  ["create table x (id int)", "ERROR:  permission denied for schema public\nLINE 1: create table x (id int)\n                     ^\n[1]"],
  ["drop table users", "ERROR:  must be owner of table users\n[1]"],
  [
    "checkpoint",
    'ERROR:  permission denied to execute CHECKPOINT command\nDETAIL:  Only roles with privileges of the "pg_checkpoint" role may execute this command.\n[1]',
  ],
])("answers a role without privileges: %s", async (sql, answer) => {
  const { pod } = await database();
  expect(await pod.sh(`psql -U app postgres -c "${sql}"`)).toBe(answer);
});

it("keeps out whom a database is closed to, and lets in whom it is opened to", async () => {
  const { pod } = await database();
  expect(
    await pod.sh(
      "psql -U postgres -qc 'create database shop' -c 'revoke connect on database shop from public'; psql -U app shop -c 'select 1'; psql -U postgres -qc 'grant connect on database shop to app'; psql -U app shop -tAc 'select 1'; psql -U postgres -c 'drop role app'",
    ),
  ).toMatch(
    /FATAL: {2}permission denied for database "shop"\n1\nERROR: {2}role "app" cannot be dropped because some objects depend on it\nDETAIL: {2}privileges for table users\nprivileges for table orders\nprivileges for view rich\nprivileges for database shop\n/,
  );
});

it("dumps what psql reads into another database that dumps the same", async () => {
  const { pod } = await database();
  expect(
    await pod.sh(
      `psql -U postgres -qc 'create database copy'; pg_dump -U postgres > /tmp/dump.sql; psql -v ON_ERROR_STOP=1 -qU postgres copy < /tmp/dump.sql
       for d in postgres copy; do pg_dump -U postgres $d | grep -v restrict > /tmp/$d; done; diff /tmp/postgres /tmp/copy && grep -c . /tmp/copy
       psql -U postgres copy -tA -c 'select * from rich' -c "insert into users (name) values ('z') returning id"
       grep -A8 'CREATE TABLE public.orders' /tmp/copy; pg_restore -d copy /tmp/dump.sql; pg_dump -Fc -U postgres`,
    ),
  ).toBe(
    ` set_config 
------------
 
(1 row)

 setval 
--------
      1
(1 row)

 setval 
--------
      2
(1 row)

140
Ana|2.50
3
INSERT 0 1
CREATE TABLE public.orders (
    id integer NOT NULL,
    user_id integer,
    total numeric(8,2),
    CONSTRAINT orders_total_check CHECK (total > 0)
);


ALTER TABLE public.orders OWNER TO postgres;
pg_restore: error: input file appears to be a text format dump. Please use psql.
pg_dump: error: the format "c" is not simulated by Timonel
[1]`,
  );
});

it("copies files of the client in and out, and fills in what -v and \\set have said", async () => {
  const { pod } = await database();
  expect(
    await pod.sh(
      `printf 'name,email\\n"Q, z",q@x\\nR,\\n' > /tmp/u.csv
       psql -U postgres -c "\\copy users(name,email) from '/tmp/u.csv' csv header" -c "\\copy (select name, email from users where id > 2) to '/tmp/o.csv' with (format csv, header)"
       cat /tmp/o.csv; echo "select :'who', count(*) from :t" | psql -tAU postgres -v who="it's" -v t=users; psql -U postgres -c '\\watch'`,
    ),
  ).toBe('COPY 2\nCOPY 2\nname,email\n"Q, z",q@x\nR,\nit\'s|4\npsql: \\watch is not simulated by Timonel\n[1]');
});

it("reads at REPEATABLE READ what was there at its first look, and refuses what it cannot", async () => {
  const { pod } = await database();
  expect(
    await pod.sh(`cat > /tmp/t.sql <<'X'
begin isolation level repeatable read;
select count(*) from orders;
\\! psql -U postgres -qc "update orders set total = 9"
select total from orders;
update orders set total = 1;
rollback;
show transaction_isolation;
begin read only;
delete from orders;
rollback;
begin;
select * from users where id = 1 for update;
\\! psql -tAU postgres -c "set lock_timeout=200" -c "update users set name=2 where id=1" -c "select id from users for update nowait" -c "select id from users for update skip locked"
rollback;
begin transaction isolation level serializable;
set timezone = 'Europe/Madrid';
X
psql -tAU postgres -f /tmp/t.sql 2>&1`),
  ).toBe(
    [
      "BEGIN",
      "1",
      "2.50",
      "psql:/tmp/t.sql:5: ERROR:  could not serialize access due to concurrent update",
      "ROLLBACK",
      "read committed",
      "BEGIN",
      "psql:/tmp/t.sql:9: ERROR:  cannot execute DELETE in a read-only transaction",
      "ROLLBACK",
      "BEGIN",
      "1|Ana|a@x",
      "SET",
      "ERROR:  canceling statement due to lock timeout",
      'ERROR:  could not obtain lock on row in relation "users"',
      "2",
      "ROLLBACK",
      "psql:/tmp/t.sql:15: ERROR:  ISOLATION LEVEL SERIALIZABLE is not simulated by Timonel",
      "psql:/tmp/t.sql:16: ERROR:  the time zone Europe/Madrid is not simulated by Timonel",
      "",
    ].join("\n"),
  );
});

it("looks into JSON by names and places, and MySQL by paths", async () => {
  const { c, pod } = await database();
  expect(
    await pod.sh(
      `psql -tAU postgres -c "create table docs (id int, j jsonb)" -c "insert into docs values (1, '{\\"a\\":{\\"b\\":[1,\\"x\\"]},\\"n\\":null}')" -c "select j->'a', j->'a'->'b'->>1, j->'a'->'b'->-2, j->>'n', j->'nope' from docs where j->'a'->'b'->>0 = '1'" -c "select id->'a' from docs"`,
    ),
  ).toMatch(/^CREATE TABLE\nINSERT 0 1\n\{"b": \[1, "x"\]\}\|x\|1\|\|\nERROR: {2}operator does not exist: int(eger)? -> unknown\n/);
  const other = await c.run("my", "mysql:8.0", { env: { MYSQL_ROOT_PASSWORD: "pw" } });
  await c.clock.advance(20_000);
  expect(
    await other.sh(
      `mysql -uroot -ppw -N -e "create database d; use d; create table docs (j json); insert into docs values ('{\\"a\\":[{\\"b\\":\\"x\\"}]}'); select j->'$.a[0].b', j->>'$.a[0].b', j->'$.c' from docs; select j->'a' from docs" 2>&1 | grep -v Warning`,
    ),
  ).toBe('"x"\tx\tNULL\nERROR 3143 (42000) at line 1: Invalid JSON path expression. The error is around character position 1.\n');
});
