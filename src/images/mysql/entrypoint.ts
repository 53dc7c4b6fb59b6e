import { Errno, type ProcessContext, type Program } from "../../runtime/index.ts";
import { stepDown } from "../database/step-down.ts";
import { readIfThere } from "../process.ts";
import { timestampText } from "../sql/convert.ts";
import { SqlError } from "../sql/errors.ts";
import { numberedStatements } from "../sql/lexer.ts";
import { buildOf, listens, options, serverGroups } from "./main.ts";
import { verifier } from "./password.ts";
import { MysqlServer } from "./server.ts";
import { readOptions } from "./settings.ts";
import { type MysqlVersion, since } from "./versions.ts";

const INIT = "/docker-entrypoint-initdb.d";

type Level = "Note" | "Warn" | "ERROR";
class Failed extends Error {}

/** docker-entrypoint.sh of both images (docker-library/mysql, MariaDB/mariadb-docker): an empty data folder becomes a database first. */
export const mysqlEntrypoint: Program = async (proc) => {
  let args = proc.argv.slice(1);
  const v = buildOf(proc);
  const daemon = v.maria && since(v.version, "10.6") ? "mariadbd" : "mysqld";
  if ((args[0] ?? "").startsWith("-")) args = [daemon, ...args];
  const [command = ""] = args;
  if (!/^(mysqld|mariadbd)$/.test(command) || args.some((a) => /^(-\?|--help|--print-defaults|-V|--version)$/.test(a)))
    return args.length === 0 ? 0 : proc.exec(args);
  const say = (level: Level, text: string): Promise<void> =>
    (level === "Note" ? proc.stdout : proc.stderr).write(
      `${timestampText(proc.clock.now(), false)}+00:00 [${level}] [Entrypoint]: ${text}\n`,
    );
  const product = v.maria ? (since(v.version, "10.6") ? "MariaDB" : "MySQL") : "MySQL";
  const started = `Entrypoint script for ${product} Server ${v.maria ? `1:${v.version}+maria~${since(v.version, "10.7") ? "ubu2204" : "focal"}` : `${v.version}-1.el9`} started.`;
  await proc.cpu(30);
  await say("Note", started);
  const { settings, unknown } = readOptions(v, options(proc, serverGroups(v), args.slice(1)));
  if (unknown !== undefined) {
    await say(
      "ERROR",
      `${command} failed while attempting to check config\n\tcommand was: ${args.join(" ")} --verbose --help${v.maria ? "" : " --log-bin-index=/tmp/tmp.timonel"}\n\t${timestampText(proc.clock.now(), false)} 0 [ERROR] /usr/sbin/${command}: unknown ${unknown.includes("=") ? "variable" : "option"} '${unknown}'\n\t${timestampText(proc.clock.now(), false)} 0 [ERROR] Aborting`,
    );
    return 1;
  }
  const datadir = (settings["datadir"] as string).replace(/\/$/, "");
  if (proc.uid === 0) {
    await say("Note", "Switching to dedicated user 'mysql'");
    const socket = (settings["socket"] as string).replace(/\/[^/]*$/, "");
    return stepDown(proc, { user: "mysql", folders: [datadir, socket], make: [datadir, socket] }, args);
  }
  try {
    proc.fs.mkdir(datadir, { recursive: true });
    if (!proc.fs.exists(`${datadir}/mysql`)) await initialise(proc, v, settings, datadir, say, product);
  } catch (error) {
    if (error instanceof Failed) return 1;
    if (!(error instanceof Errno)) throw error;
    await proc.stderr.write(
      v.maria
        ? `Can't create test file ${datadir}/${proc.hostname}.lower-test\nmkdir: cannot create directory '${datadir}/mysql': ${error.message}\n`
        : `mysqld: Can't create/write to file '${datadir}/is_writable' (OS errno 13 - ${error.message})\n`,
    );
    return 1;
  }
  return proc.exec(args);
};

/** A variable, or what the file named by its _FILE twin holds. */
function variable(proc: ProcessContext, name: string): string | undefined {
  const file = proc.env[`${name}_FILE`];
  if (file !== undefined && file !== "") return readIfThere(proc, file)?.replace(/\n+$/, "");
  const value = proc.env[name];
  return value === "" ? undefined : value;
}

async function initialise(
  proc: ProcessContext,
  v: MysqlVersion,
  settings: Readonly<Record<string, string>>,
  datadir: string,
  say: (level: Level, text: string) => Promise<void>,
  product: string,
): Promise<void> {
  const fail = async (text: string): Promise<never> => {
    await say("ERROR", text);
    throw new Failed();
  };
  const names = [
    "ROOT_PASSWORD",
    "ROOT_PASSWORD_HASH",
    "ALLOW_EMPTY_ROOT_PASSWORD",
    "ALLOW_EMPTY_PASSWORD",
    "RANDOM_ROOT_PASSWORD",
    "DATABASE",
    "USER",
    "PASSWORD",
    "PASSWORD_HASH",
    "ROOT_HOST",
    "ONETIME_PASSWORD",
    "INITDB_SKIP_TZINFO",
  ];
  const given = new Map<string, string>();
  for (const name of names) {
    if (proc.env[`MYSQL_${name}`] && proc.env[`MYSQL_${name}_FILE`])
      await fail(`Both MYSQL_${name} and MYSQL_${name}_FILE are set (but are exclusive)`);
    const value = (v.maria ? variable(proc, `MARIADB_${name}`) : undefined) ?? variable(proc, `MYSQL_${name}`);
    if (value !== undefined) given.set(name, value);
  }
  const root = given.get("ROOT_PASSWORD");
  const empty = given.get("ALLOW_EMPTY_ROOT_PASSWORD") ?? given.get("ALLOW_EMPTY_PASSWORD");
  const random = given.get("RANDOM_ROOT_PASSWORD");
  if (root === undefined && empty === undefined && random === undefined && given.get("ROOT_PASSWORD_HASH") === undefined) {
    if (!v.maria)
      await fail(
        "Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD",
      );
    await fail(
      since(v.version, "10.6")
        ? "Database is uninitialized and password option is not specified\n\tYou need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD"
        : "Database is uninitialized and password option is not specified\n\tYou need to specify one of MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD and MYSQL_RANDOM_ROOT_PASSWORD",
    );
  }
  if (!v.maria && given.get("USER") === "root")
    await fail(
      'MYSQL_USER="root", MYSQL_USER and MYSQL_PASSWORD are for configuring a regular user and cannot be used for the root user\n    Remove MYSQL_USER="root" and use one of the following to control the root user password:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD',
    );
  await say("Note", "Initializing database files");
  if (!v.maria && proc.fs.readdir(datadir).length > 0) {
    const stamp = `${timestampText(proc.clock.now(), false).replace(" ", "T")}.000000Z 0`;
    await proc.stderr.write(
      `${stamp} [ERROR] [MY-010457] [Server] --initialize specified but the data directory has files in it. Aborting.\n${stamp} [ERROR] [MY-013236] [Server] The designated data directory ${datadir}/ is unusable. You can remove all files that the server added to it.\n${stamp} [ERROR] [MY-010119] [Server] Aborting\n`,
    );
    throw new Failed();
  }
  proc.memory(80 * 1024 * 1024);
  await proc.cpu(v.maria ? 900 : 2500);
  for (const folder of ["mysql", "performance_schema", ...(v.maria && !since(v.version, "10.6") ? [] : ["sys"])])
    proc.fs.mkdir(`${datadir}/${folder}`, { recursive: true, mode: 0o700 });
  for (const file of v.maria
    ? ["ibdata1", "ib_logfile0", "ib_buffer_pool", "aria_log.00000001", "aria_log_control"]
    : ["ibdata1", "ib_logfile0", "ib_buffer_pool", "auto.cnf", "mysql.ibd", "undo_001", "undo_002", "ca.pem", "server-cert.pem"])
    proc.fs.writeFile(`${datadir}/${file}`, "", { mode: 0o660 });
  await say("Note", "Database files initialized");
  await say("Note", "Starting temporary server");
  const server = new MysqlServer(proc, v, { ...settings, skip_networking: "ON" });
  await say("Note", "Waiting for server startup");
  await proc.cpu(v.maria ? 350 : 700);
  await listens(server);
  await say("Note", "Temporary server started.");
  await setUp(server, given, say);
  await scripts(proc, server, given.get("DATABASE") ?? "", say, fail);
  await say("Note", "Stopping temporary server");
  await proc.cpu(v.maria ? 80 : 400);
  server.stopping = true;
  server.disk.flush();
  proc.fs.unlink(server.setting("socket"));
  await say("Note", "Temporary server stopped");
  await proc.stdout.write("\n");
  await say("Note", `${product} init process done. Ready for start up.`);
  await proc.stdout.write("\n");
}

async function setUp(
  server: MysqlServer,
  given: ReadonlyMap<string, string>,
  say: (level: Level, text: string) => Promise<void>,
): Promise<void> {
  const { proc, store, version: v } = server;
  let root = given.get("ROOT_PASSWORD") ?? "";
  if (given.get("RANDOM_ROOT_PASSWORD") !== undefined) {
    root = Array.from({ length: 32 }, () => "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"[proc.random.int(57)]).join("");
    await say("Note", `GENERATED ROOT PASSWORD: ${root}`);
  }
  const hash = given.get("ROOT_PASSWORD_HASH");
  const password = hash ?? verifier(root);
  const everything = { "*.*": ["all privileges", "grant option"] };
  const host = given.get("ROOT_HOST") ?? "%";
  const admin = (where: string) => ({ user: "root", host: where, password, attributes: {}, grants: everything });
  const users = [admin("localhost"), ...(host === "localhost" ? [] : [admin(host)])];
  users.push({
    user: v.maria ? "mariadb.sys" : "mysql.sys",
    host: "localhost",
    password: "*THISISNOTAVALIDPASSWORDTHATCANBEUSEDHERE",
    attributes: {},
    grants: {} as never,
  });
  const tx = store.begin(false);
  store.setUsers(tx, users);
  store.commit(tx);
  const run = (sql: string): void => {
    const session = server.local();
    const statement = session.parse(sql);
    if (statement) session.run(statement);
  };
  const quote = (name: string): string => `\`${name.replaceAll("`", "``")}\``;
  const text = (value: string): string => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
  const database = given.get("DATABASE");
  const user = given.get("USER");
  const secret = given.get("PASSWORD") ?? given.get("PASSWORD_HASH");
  if (v.maria && since(v.version, "10.6")) await say("Note", "Securing system users (equivalent to running mysql_secure_installation)");
  if (database !== undefined) {
    await say("Note", `Creating database ${database}`);
    run(`create database if not exists ${quote(database)}`);
  }
  if (user !== undefined && secret !== undefined) {
    await say("Note", `Creating user ${user}`);
    run(`create user ${text(user)}@'%' identified by ${text(secret)}`);
    if (database !== undefined) {
      await say("Note", `Giving user ${user} access to schema ${database}`);
      run(`grant all on ${quote(database)}.* to ${text(user)}@'%'`);
    }
  } else if (v.maria && (user === undefined) !== (secret === undefined))
    await say("Warn", "MARIADB_USER or MARIADB_PASSWORD is missing: no user is created");
}

/** What the learner put beside: .sh is run, .sql is fed to the server. */
async function scripts(
  proc: ProcessContext,
  server: MysqlServer,
  database: string,
  say: (level: Level, text: string) => Promise<void>,
  fail: (text: string) => Promise<never>,
): Promise<void> {
  const files = proc.fs.exists(INIT) ? proc.fs.readdir(INIT) : [];
  await proc.stdout.write(files.length > 0 ? "\n" : "");
  for (const name of files) {
    const path = `${INIT}/${name}`;
    if (proc.fs.stat(path).type === "directory" || name.startsWith("..")) continue;
    if (name.endsWith(".sh")) {
      const direct = (proc.fs.stat(path).mode & 0o111) !== 0;
      await say("Note", `${direct ? "Running" : "Sourcing"} ${path}`);
      const { code } = await (await proc.spawn({ argv: direct ? [path] : ["bash", path] })).exited;
      if (code !== 0) throw new Failed();
    } else if (name.endsWith(".sql")) {
      await say("Note", `Running ${path}`);
      const session = server.local(database);
      for (const { sql, line } of numberedStatements(proc.fs.readText(path), false)) {
        try {
          const statement = session.parse(sql);
          if (statement) session.run(statement);
        } catch (error) {
          if (!(error instanceof SqlError)) throw error;
          await proc.stderr.write(`ERROR ${error.code} (${error.state}) at line ${line}: ${error.message}\n`);
          throw new Failed();
        }
        await proc.cpu(0.5);
      }
      await proc.stdout.write("\n");
    } else if (/\.sql\.(gz|xz|zst|bz2)$/.test(name)) await fail(`${path}: compressed scripts are not simulated by Timonel`);
    else await say("Warn", `Ignoring ${path}`);
  }
}
