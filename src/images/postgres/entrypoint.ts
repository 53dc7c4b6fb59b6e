import { Errno, type ProcessContext, type Program } from "../../runtime/index.ts";
import { stepDown } from "../database/step-down.ts";
import { readIfThere } from "../process.ts";
import { SqlError } from "../sql/errors.ts";
import { numberedStatements } from "../sql/lexer.ts";
import { bind, buildOf, serverFlags } from "./main.ts";
import { PostgresServer } from "./server.ts";
import { readSettings } from "./settings.ts";
import { major, type PostgresVersion } from "./versions.ts";

const INIT = "/docker-entrypoint-initdb.d";
class Failed extends Error {}

/** docker-entrypoint.sh (docker-library/postgres): an empty PGDATA becomes a cluster first. */
export const postgresEntrypoint: Program = async (proc) => {
  let args = proc.argv.slice(1);
  if ((args[0] ?? "").startsWith("-")) args = ["postgres", ...args];
  if (args[0] !== "postgres" || args.some((a) => /^(-\?|--help|--describe-config|-V|--version)$/.test(a)))
    return args.length === 0 ? 0 : proc.exec(args);
  const v = buildOf(proc);
  const data = (proc.env["PGDATA"] ?? "/var/lib/postgresql/data").replace(/\/$/, "");
  await proc.cpu(20);
  if (proc.uid === 0) return stepDown(proc, { user: "postgres", folders: [data, "/var/run/postgresql"], make: [data] }, args);
  try {
    proc.fs.mkdir(data, { recursive: true, mode: 0o700 });
    if (proc.fs.exists(`${data}/PG_VERSION`))
      await proc.stdout.write("\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n");
    else await initialise(proc, v, data, args.slice(1));
  } catch (error) {
    if (error instanceof Failed) return 1;
    if (!(error instanceof Errno)) throw error;
    await proc.stderr.write(
      error.code === "EACCES"
        ? `mkdir: cannot create directory ‘${data}’: ${error.message}\n`
        : `initdb: error: could not access directory "${data}": ${error.message}\n`,
    );
    return 1;
  }
  return proc.exec(args);
};

async function variable(proc: ProcessContext, name: string, otherwise = ""): Promise<string> {
  const file = proc.env[`${name}_FILE`] ?? "";
  if (file !== "" && (proc.env[name] ?? "") !== "") {
    await proc.stderr.write(`error: both ${name} and ${name}_FILE are set (but are exclusive)\n`);
    throw new Failed();
  }
  if (file !== "") return (readIfThere(proc, file) ?? "").replace(/\n+$/, "");
  return proc.env[name] || otherwise;
}

const NO_PASSWORD = `Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.

       See PostgreSQL documentation about "trust":
       https://www.postgresql.org/docs/current/auth-trust.html
`;

async function initialise(proc: ProcessContext, v: PostgresVersion, data: string, args: readonly string[]): Promise<void> {
  const password = await variable(proc, "POSTGRES_PASSWORD");
  const user = await variable(proc, "POSTGRES_USER", "postgres");
  const database = await variable(proc, "POSTGRES_DB", user);
  const method = proc.env["POSTGRES_HOST_AUTH_METHOD"] ?? "";
  if (password === "" && method !== "trust") {
    await proc.stderr.write(NO_PASSWORD);
    throw new Failed();
  }
  const say = (text: string): Promise<void> => proc.stdout.write(text);
  await say(
    `The files belonging to this database system will be owned by user "postgres".\nThis user must also own the server process.\n\nThe database cluster will be initialized with locale "en_US.utf8".\nThe default database encoding has accordingly been set to "UTF8".\nThe default text search configuration will be set to "english".\n\nData page checksums are ${major(v) >= 18 ? "enabled" : "disabled"}.\n\n`,
  );
  const there = proc.fs.readdir(data);
  if (there.length > 0) {
    const lost = there.includes("lost+found");
    await proc.stderr.write(
      `initdb: error: directory "${data}" exists but is not empty\n${lost ? "initdb: detail: It contains a lost+found directory, perhaps due to it being a mount point.\ninitdb: hint: Using a mount point directly as the data directory is not recommended.\nCreate a subdirectory under the mount point.\n" : `initdb: hint: If you want to create a new database system, either remove or empty the directory "${data}" or run initdb with an argument other than "${data}".\n`}`,
    );
    throw new Failed();
  }
  await say(`fixing permissions on existing directory ${data} ... ok\ncreating subdirectories ... `);
  proc.memory(24 * 1024 * 1024);
  for (const folder of ["base", "global", "pg_wal", "pg_stat", "pg_tblspc", "pg_logical", "pg_xact"])
    proc.fs.mkdir(`${data}/${folder}`, { recursive: true, mode: 0o700 });
  await say(
    "ok\nselecting dynamic shared memory implementation ... posix\nselecting default max_connections ... 100\nselecting default shared_buffers ... 128MB\nselecting default time zone ... Etc/UTC\ncreating configuration files ... ",
  );
  proc.fs.writeFile(`${data}/PG_VERSION`, `${major(v)}\n`, { mode: 0o600 });
  proc.fs.writeFile(`${data}/postgresql.conf`, CONF, { mode: 0o600 });
  proc.fs.writeFile(
    `${data}/postgresql.auto.conf`,
    "# Do not edit this file manually!\n# It will be overwritten by the ALTER SYSTEM command.\n",
    { mode: 0o600 },
  );
  proc.fs.writeFile(`${data}/pg_ident.conf`, "", { mode: 0o600 });
  proc.fs.writeFile(`${data}/pg_hba.conf`, `${HBA}\nhost all all all ${method === "" ? "scram-sha-256" : method}\n`, { mode: 0o600 });
  await say("ok\nrunning bootstrap script ... ");
  await proc.cpu(350);
  await say("ok\nperforming post-bootstrap initialization ... ");
  await proc.cpu(450);
  const { settings } = readSettings(v, serverFlags(args).lines);
  Object.assign(settings, { data_directory: data, listen_addresses: "" });
  const server = new PostgresServer(proc, v, settings, () => true);
  const tx = server.store.begin(false);
  server.store.setUsers(tx, [
    {
      user,
      host: "",
      password: password === "" ? "" : server.verifier(password),
      attributes: { superuser: true, createrole: true, createdb: true, replication: true, bypassrls: true, login: true },
      grants: {},
    },
  ]);
  for (const name of ["template1", "template0", "postgres"])
    server.store.createDatabase(tx, name, user, name === "postgres" ? {} : { acl: `=c/${user}\n${user}=CTc/${user}` });
  server.store.commit(tx);
  await say("ok\nsyncing data to disk ... ok\n\n\nSuccess. You can now start the database server using:\n\n    pg_ctl -D ");
  await say(`${data} -l logfile start\n\n`);
  await proc.stderr.write(
    'initdb: warning: enabling "trust" authentication for local connections\ninitdb: hint: You can change this by editing pg_hba.conf or using the option -A, or --auth-local and --auth-host, the next time you run initdb.\n',
  );
  await say("waiting for server to start....");
  await proc.cpu(40);
  await bind(server, "127.0.0.1");
  await server.log("LOG", "database system is ready to accept connections");
  await say(" done\nserver started\n");
  if (database !== "postgres") {
    const session = server.local("postgres", user);
    const statement = session.parse(`create database "${database.replaceAll('"', '""')}"`);
    if (statement) session.run(statement);
    await say("CREATE DATABASE\n\n");
  }
  await say("\n");
  await scripts(proc, server, user, database);
  await say("\nwaiting for server to shut down....");
  await server.log("LOG", "received fast shutdown request");
  server.stopping = true;
  server.disk.flush();
  proc.fs.writeFile(`${data}/global/pg_control`, "");
  await server.log("LOG", "database system is shut down");
  await say(" done\nserver stopped\n\nPostgreSQL init process complete; ready for start up.\n\n");
}

async function scripts(proc: ProcessContext, server: PostgresServer, user: string, database: string): Promise<void> {
  const files = proc.fs.exists(INIT) ? proc.fs.readdir(INIT).filter((n) => !n.startsWith("..")) : [];
  if (files.length === 0) await proc.stdout.write(`/usr/local/bin/docker-entrypoint.sh: ignoring ${INIT}/*\n`);
  for (const name of files) {
    const path = `${INIT}/${name}`;
    if (proc.fs.stat(path).type === "directory") continue;
    if (name.endsWith(".sh")) {
      const direct = (proc.fs.stat(path).mode & 0o111) !== 0;
      await proc.stdout.write(`/usr/local/bin/docker-entrypoint.sh: ${direct ? "running" : "sourcing"} ${path}\n`);
      const env = { ...proc.env, PGUSER: user, PGDATABASE: database, POSTGRES_USER: user, POSTGRES_DB: database };
      const { code } = await (await proc.spawn({ argv: direct ? [path] : ["bash", path], env })).exited;
      if (code !== 0) throw new Failed();
      await proc.stdout.write("\n");
    } else if (name.endsWith(".sql")) {
      await proc.stdout.write(`/usr/local/bin/docker-entrypoint.sh: running ${path}\n`);
      const session = server.local(database, user);
      for (const { sql, line } of numberedStatements(proc.fs.readText(path), true)) {
        try {
          const statement = session.parse(sql);
          if (statement) await proc.stdout.write(`${session.run(statement).tag}\n`);
        } catch (error) {
          if (!(error instanceof SqlError)) throw error;
          await server.log("ERROR", error.message);
          await proc.stderr.write(`psql:${path}:${line}: ERROR:  ${error.message}\n`);
          throw new Failed();
        }
        await proc.cpu(0.5);
      }
      await proc.stdout.write("\n\n");
    } else await proc.stdout.write(`/usr/local/bin/docker-entrypoint.sh: ignoring ${path}\n`);
  }
}

const CONF = `# PostgreSQL configuration file
listen_addresses = '*'
#port = 5432				# (change requires restart)
max_connections = 100			# (change requires restart)
shared_buffers = 128MB			# min 128kB
dynamic_shared_memory_type = posix
max_wal_size = 1GB
min_wal_size = 80MB
log_timezone = 'Etc/UTC'
datestyle = 'iso, mdy'
timezone = 'Etc/UTC'
default_text_search_config = 'pg_catalog.english'
`;
const HBA = `# TYPE  DATABASE        USER            ADDRESS                 METHOD

# "local" is for Unix domain socket connections only
local   all             all                                     trust
# IPv4 local connections:
host    all             all             127.0.0.1/32            trust
# IPv6 local connections:
host    all             all             ::1/128                 trust
`;
