import type { ProcessContext, Program } from "../../runtime/index.ts";
import { ready } from "./client.ts";
import { clientOptions } from "./client-options.ts";
import { Connection, ServerError } from "./connection.ts";
import { table } from "./format.ts";
import { buildOf } from "./main.ts";
import { since } from "./versions.ts";

const nameOf = (proc: ProcessContext): string => (proc.argv[0] as string).replace(/^.*\//, "");

/** mysqladmin and mariadb-admin. */
export const mysqlAdmin: Program = async (proc) => {
  await proc.cpu(2);
  const v = buildOf(proc);
  const name = nameOf(proc);
  const o = clientOptions(proc, v, ["client", "mysqladmin"]);
  if (o.version) {
    await proc.stdout.write(
      v.maria
        ? `${name}  Ver 9.1 Distrib ${v.full.split("-1:")[0]}, for debian-linux-gnu on x86_64\n`
        : `${name}  Ver ${v.version} for Linux on x86_64 (${v.comment})\n`,
    );
    return 0;
  }
  if (!(await ready(proc, o, v))) return v.maria ? 7 : 2;
  const commands = o.rest.filter((r) => !r.startsWith("--"));
  if (commands.length === 0) {
    await proc.stdout.write(`Usage: ${name} [OPTIONS] command command....\n`);
    return 1;
  }
  let connection: Connection;
  for (let tries = 0; ; tries++) {
    try {
      connection = await Connection.open(proc, v, o.where);
      break;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      if (o.wait !== undefined && error.code >= 2000 && tries < (o.wait || Infinity)) {
        await proc.clock.sleep(5000);
        continue;
      }
      const host = o.where.host === "" ? "localhost" : o.where.host;
      if (o.silent === 0) {
        await proc.stderr.write(
          `${v.maria && since(v.version, "10.5") ? "" : ""}${name}: connect to server at '${host}' failed\nerror: '${error.message}'\n`,
        );
        if (error.code === 2002)
          await proc.stderr.write(
            `Check that ${v.maria ? "mariadbd" : "mysqld"} is running and that the socket: '${o.where.socket}' exists!\n`,
          );
        else if (error.code >= 2000)
          await proc.stderr.write(
            `Check that ${v.maria ? "mariadbd" : "mysqld"} is running on ${host} and that the port is ${o.where.port}.\nYou can check this by doing 'telnet ${host} ${o.where.port}'\n`,
          );
      }
      // A server that refuses us is alive.
      return error.code < 2000 && commands.every((c) => c === "ping") ? 0 : 1;
    }
  }
  try {
    for (let i = 0; i < commands.length; i++) {
      const command = commands[i] as string;
      switch (command) {
        case "ping":
          await connection.ping();
          if (o.silent === 0) await proc.stdout.write("mysqld is alive\n");
          break;
        case "status":
          await proc.stdout.write(`${await connection.statistics()}\n`);
          break;
        case "processlist":
          await proc.stdout.write(table(await connection.query("show processlist"), true));
          break;
        case "variables":
          await proc.stdout.write(table(await connection.query("show global variables"), true));
          break;
        case "extended-status":
          await proc.stdout.write(table(await connection.query("show global status"), true));
          break;
        case "create":
          await connection.query(`create database \`${commands[++i] ?? ""}\``);
          break;
        case "drop":
          await connection.query(`drop database \`${commands[++i] ?? ""}\``);
          await proc.stdout.write(`Database "${commands[i] ?? ""}" dropped\n`);
          break;
        case "password":
          await connection.query(`set password = password('${(commands[++i] ?? "").replaceAll("'", "''")}')`);
          break;
        case "flush-privileges":
        case "reload":
          await connection.query("flush privileges");
          break;
        case "shutdown":
          await connection.shutdown();
          return 0;
        default:
          await proc.stderr.write(`${name}: Unknown command: '${command}'\n`);
          return 1;
      }
    }
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    await proc.stderr.write(`${name}: ${error.message}\n`);
    return 1;
  }
  await connection.close();
  return 0;
};

/** MariaDB's healthcheck.sh: --connect asks the server by TCP, --innodb_initialized whether its engine is there. */
export const healthcheck: Program = async (proc) => {
  const v = buildOf(proc);
  const args = proc.argv.slice(1);
  if (args.length === 0) {
    await proc.stderr.write("At least one argument required.\n");
    return 1;
  }
  for (const arg of args) {
    if (/^--(su|no-defaults|defaults-.*|su-mysql)/.test(arg)) continue;
    if (!/^--(connect|innodb_initialized|innodb_buffer_pool_loaded|mariadbupgrade)$/.test(arg)) {
      await proc.stderr.write(`Unknown healthcheck option ${arg}\n`);
      return 1;
    }
    try {
      const connection = await Connection.open(proc, v, {
        host: arg === "--connect" ? "127.0.0.1" : "localhost",
        port: 3306,
        socket: "/run/mysqld/mysqld.sock",
        user: "healthcheck",
        password: undefined,
        database: "",
        tcp: arg === "--connect",
      });
      await connection.close();
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      if (error.code >= 2000 || arg !== "--connect") {
        // A server that says no to an unknown user has its engine: it has read its users from there.
        if (error.code >= 2000) return 1;
      }
    }
  }
  return 0;
};
