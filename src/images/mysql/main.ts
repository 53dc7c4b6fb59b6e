import { NetError } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import { timestampText } from "../sql/convert.ts";
import { MysqlServer, type StoredServer } from "./server.ts";
import { optionFile, readOptions } from "./settings.ts";
import { since, versionOf, type MysqlVersion } from "./versions.ts";

export const BUILD = "/usr/local/lib/mysql/build";
export const buildOf = (proc: ProcessContext): MysqlVersion => versionOf(readIfThere(proc, BUILD));

const FILES = ["/etc/my.cnf", "/etc/mysql/my.cnf"];
/** Option files' lines, then the command line's. */
export function options(proc: ProcessContext, groups: readonly string[], args: readonly string[]): readonly string[] {
  const include = (path: string, folder: boolean): readonly string[] => {
    if (!folder) return [readIfThere(proc, path) ?? ""];
    if (!proc.fs.exists(path)) return [];
    return proc.fs
      .readdir(path)
      .flatMap((name) => (/\.(cnf|ini)$/.test(name) ? [readIfThere(proc, `${path.replace(/\/$/, "")}/${name}`) ?? ""] : []));
  };
  const own = args.find((a) => a.startsWith("--defaults-file="))?.slice(16);
  const files = own !== undefined ? [own] : args.includes("--no-defaults") ? [] : FILES;
  const read = files.flatMap((file) => optionFile(readIfThere(proc, file) ?? "", groups, include));
  return [...read, ...args.filter((a) => a.startsWith("--") && !/^--(defaults-|no-defaults)/.test(a)).map((a) => a.slice(2))];
}
export const serverGroups = (v: MysqlVersion): readonly string[] => {
  const short = v.version.split(".").slice(0, 2).join(".");
  return ["mysqld", "server", `mysqld-${short}`, ...(v.maria ? ["mariadb", "mariadbd", `mariadb-${short}`] : [])];
};
const program = (proc: ProcessContext): string => (proc.argv[0] as string).replace(/^.*\//, "");

/** MySQL 8's lines: `2026-01-02T03:04:05.678901Z 0 [System] [MY-010116] [Server] …` */
export function oracleLine(proc: ProcessContext, level: string, code: string, part: string, text: string): Promise<void> {
  const iso = timestampText(proc.clock.now(), true);
  const [whole = "", fraction = ""] = iso.split(".");
  return proc.stderr.write(`${whole.replace(" ", "T")}.${fraction.padEnd(6, "0")}Z 0 [${level}] [MY-${code}] [${part}] ${text}\n`);
}

/** mysqld and mariadbd. */
export const mysqld: Program = async (proc) => {
  const v = buildOf(proc);
  const args = proc.argv.slice(1);
  const name = program(proc);
  const path = `/usr/sbin/${name}`;
  if (args.includes("--version") || args.includes("-V")) {
    await proc.stdout.write(
      v.maria
        ? `${path}  Ver ${v.full} for debian-linux-gnu on x86_64 (${v.comment})\n`
        : `${path}  Ver ${v.version} for Linux on x86_64 (${v.comment})\n`,
    );
    return 0;
  }
  const { settings, unknown } = readOptions(v, options(proc, serverGroups(v), args));
  const stored = proc.restored as StoredServer | undefined;
  const server = new MysqlServer(proc, v, settings, stored);
  const stop = new Promise<string>((resolve) => {
    proc.on("TERM", () => resolve("unknown"));
    proc.on("HUP", "ignore");
    proc.on("INT", v.maria ? "ignore" : () => resolve("unknown"));
    proc.on("PIPE", "ignore");
  });
  if (!stored) {
    const failed = await start(server, path, unknown);
    if (failed !== undefined) return failed;
  } else if (!(await listens(server))) return 1;
  server.run(stored);
  const who = await Promise.race([stop, server.shutdown]);
  await finish(server, name, path, who);
  return 0;
};

const MEMORY = 96 * 1024 * 1024;

async function start(server: MysqlServer, path: string, unknown: string | undefined): Promise<number | undefined> {
  const { proc, version: v } = server;
  const datadir = server.setting("datadir");
  const say = (level: "Note" | "Warning" | "ERROR", text: string): Promise<void> => server.say(level, text);
  proc.memory(24 * 1024 * 1024);
  if (v.maria) {
    const revision = since(v.version, "10.11") ? ` source revision ${"0".repeat(40)} server_uid timonel` : "";
    await say(
      "Note",
      `${since(v.version, "10.11") ? "Starting MariaDB" : `${path.replace("/usr/sbin/", "")} (${path.replace("/usr/sbin/", "")}`} ${v.full}${since(v.version, "10.11") ? `${revision} as process ${proc.pid}` : `) starting as process ${proc.pid} ...`}`,
    );
  } else if (since(v.version, "8.0"))
    await oracleLine(proc, "System", "010116", "Server", `${path} (mysqld ${v.version}) starting as process ${proc.pid}`);
  await proc.cpu(60);
  if (unknown !== undefined) {
    if (v.maria) {
      await say(
        "ERROR",
        `${path}: unknown ${unknown.includes("=") ? "variable" : "option"} '${unknown.includes("=") ? unknown : `--${unknown}`}'`,
      );
      await say("ERROR", "Aborting");
      return 7;
    }
    await oracleLine(proc, "ERROR", "000067", "Server", `unknown variable '${unknown}'.`);
    await oracleLine(proc, "ERROR", "010119", "Server", "Aborting");
    return 1;
  }
  if (!proc.fs.exists(`${datadir.replace(/\/$/, "")}/mysql`)) {
    if (v.maria) {
      await say("ERROR", "Fatal error: Can't open and lock privilege tables: Table 'mysql.db' doesn't exist");
      await say("ERROR", "Aborting");
    } else {
      await oracleLine(proc, "ERROR", "010123", "Server", "Fatal error: mysql.user table is damaged. Please run mysql_upgrade.");
      await oracleLine(proc, "ERROR", "010119", "Server", "Aborting");
    }
    return 1;
  }
  proc.memory(MEMORY);
  if (v.maria) {
    for (const line of [
      "Compressed tables use zlib 1.2.13",
      "Number of transaction pools: 1",
      "Using Linux native AIO",
      `Initializing buffer pool, total size = ${server.setting("innodb_buffer_pool_size")}, chunk size = ${server.setting("innodb_buffer_pool_size")}`,
    ])
      await say("Note", `InnoDB: ${line}`);
    await proc.cpu(120);
    await say("Note", "InnoDB: Completed initialization of buffer pool");
  } else if (since(v.version, "8.0")) {
    await oracleLine(proc, "System", "013576", "InnoDB", "InnoDB initialization has started.");
    await proc.cpu(350);
  } else await proc.cpu(200);
  const recovered = server.disk.load();
  if (v.maria) {
    if (recovered > 0) await say("Note", `InnoDB: Starting crash recovery from checkpoint LSN=${Math.max(0, server.disk.lsn - recovered)}`);
    await say("Note", "InnoDB: 128 rollback segments are active.");
    await proc.cpu(60);
    await say("Note", `InnoDB: log sequence number ${server.disk.lsn}; transaction id ${server.disk.lsn}`);
    await say("Note", "Plugin 'FEEDBACK' is disabled.");
  } else if (since(v.version, "8.0")) {
    await proc.cpu(250);
    await oracleLine(proc, "System", "013577", "InnoDB", "InnoDB initialization has ended.");
  }
  server.rebase();
  if (!(await listens(server))) {
    const port = server.setting("port");
    if (v.maria) {
      await say("ERROR", "Can't start server: Bind on TCP/IP port. Got error: 98: Address already in use");
      await say("ERROR", `Do you already have another server running on port: ${port} ?`);
      await say("ERROR", "Aborting");
    } else await oracleLine(proc, "ERROR", "010262", "Server", "Can't start server: Bind on TCP/IP port: Address already in use");
    return 1;
  }
  const bind = server.setting("bind_address");
  const [socket, port] = [server.setting("socket"), server.setting("port")];
  if (v.maria) {
    if (server.setting("skip_networking") !== "ON")
      await say(
        "Note",
        `Server socket created on IP: '${bind === "" || bind === "*" ? "0.0.0.0" : bind}'${since(v.version, "10.11") ? `, port: '${port}'` : ""}.`,
      );
    await say(
      "Note",
      `${since(v.version, "10.11") ? path.replace("/usr/sbin/", "") : path.replace("/usr/sbin/", "")}: ready for connections.`,
    );
    await proc.stderr.write(`Version: '${v.full}'  socket: '${socket}'  port: ${port}  ${v.comment}\n`);
  } else if (since(v.version, "8.0"))
    await oracleLine(
      proc,
      "System",
      "010931",
      "Server",
      `${path}: ready for connections. Version: '${v.version}'  socket: '${socket}'  port: ${port}  ${v.comment.replace(/$/, ".")}`,
    );
  else await server.say("Note", `${path}: ready for connections.`);
  return undefined;
}

/** On the network where configured, and on this machine: a client finds that by the socket's file, which says the port. */
export async function listens(server: MysqlServer): Promise<boolean> {
  const { proc } = server;
  const bind = server.setting("bind_address");
  const quiet = server.setting("skip_networking") === "ON";
  const port = quiet ? LOCAL_PORT : Number(server.setting("port"));
  const address = quiet ? "127.0.0.1" : bind === "" || bind === "*" || bind === "0.0.0.0" || bind === "::" ? undefined : bind;
  try {
    const listener = await proc.net.listen(port, address === undefined ? {} : { address });
    void server.sessions.accept(listener);
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    return false;
  }
  const socket = server.setting("socket");
  proc.fs.mkdir(socket.slice(0, socket.lastIndexOf("/")), { recursive: true });
  proc.fs.writeFile(socket, `${address ?? "127.0.0.1"} ${port}\n`, { mode: 0o777 });
  return true;
}
/** Where a server without networking is found on its own machine. */
const LOCAL_PORT = 39_306;

async function finish(server: MysqlServer, name: string, path: string, who: string): Promise<void> {
  const { proc, version: v } = server;
  server.stopping = true;
  if (v.maria) {
    await server.say("Note", `${name} (initiated by: ${who}): Normal shutdown`);
    for (const session of server.sessions.all) server.sessions.drop(session);
    await server.say("Note", "InnoDB: FTS optimize thread exiting.");
    await server.say("Note", "InnoDB: Starting shutdown...");
    await proc.cpu(40);
    server.disk.flush();
    await server.say("Note", `InnoDB: Shutdown completed; log sequence number ${server.disk.lsn}; transaction id ${server.disk.lsn}`);
    await server.say("Note", `${name}: Shutdown complete`);
    await proc.stderr.write("\n");
  } else {
    if (since(v.version, "8.0"))
      await oracleLine(
        proc,
        "System",
        "013172",
        "Server",
        `Received SHUTDOWN from user ${who === "unknown" ? "<via user signal>" : who}. Shutting down mysqld (Version: ${v.version}).`,
      );
    await proc.cpu(300);
    server.disk.flush();
    if (since(v.version, "8.0"))
      await oracleLine(proc, "System", "010910", "Server", `${path}: Shutdown complete (mysqld ${v.version})  ${v.comment}.`);
    else await server.say("Note", `${name}: Shutdown complete`);
  }
  const socket = server.setting("socket");
  if (proc.fs.exists(socket)) proc.fs.unlink(socket);
}
