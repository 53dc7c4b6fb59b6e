import { NetError } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import { logTime } from "./layout.ts";
import { PostgresServer } from "./server.ts";
import type { StoredServer } from "./state.ts";
import { readSettings } from "./settings.ts";
import { fullVersion, major, type PostgresVersion, serverVersion, versionOf } from "./versions.ts";

const BUILD = "/usr/local/lib/postgresql/build";
export const buildOf = (proc: ProcessContext): PostgresVersion => versionOf(readIfThere(proc, BUILD));

export interface Flags {
  readonly data: string | undefined;
  readonly config: string | undefined;
  readonly lines: readonly string[];
  readonly bad: string | undefined;
}
/** postgres' own flags: -c name=value, --name=value, -D, -p, -h, -N, -B. */
export function serverFlags(args: readonly string[]): Flags {
  const lines: string[] = [];
  let [data, config, bad]: (string | undefined)[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    const value = (): string => (word.length > 2 ? word.slice(2) : (args[++i] ?? ""));
    if (word.startsWith("--")) lines.push(word.slice(2).replaceAll("-", "_").replace("=", " = "));
    else if (word.startsWith("-c")) lines.push(value().replace("=", " = "));
    else if (word.startsWith("-D")) data = value();
    else if (word.startsWith("-p")) lines.push(`port = ${value()}`);
    else if (word.startsWith("-h")) lines.push(`listen_addresses = ${value()}`);
    else if (word.startsWith("-N")) lines.push(`max_connections = ${value()}`);
    else if (word.startsWith("-B")) lines.push(`shared_buffers = ${value()}`);
    else bad ??= word;
  }
  config = lines.find((l) => l.startsWith("config_file = "))?.slice(14);
  return { data, config, lines, bad };
}

/** pg_hba.conf, read for what the image and courses write: who is believed without a password. */
function trusts(text: string): (local: boolean) => boolean {
  const methods = text
    .split("\n")
    .map((l) => l.replace(/#.*/, "").trim().split(/\s+/))
    .filter((w) => w.length >= 4);
  const method = (local: boolean): string => {
    for (const words of methods) {
      const [type, , , third = "", fourth = ""] = words;
      if (type === "local" && local) return third;
      if (type !== "local" && (local ? /^(127\.0\.0\.1\/32|all|0\.0\.0\.0\/0)$/ : /^(all|0\.0\.0\.0\/0|10\..*|samenet)$/).test(third))
        return fourth;
    }
    return "reject";
  };
  return (local) => method(local) === "trust";
}

export async function bind(server: PostgresServer, only?: string): Promise<boolean> {
  const { proc } = server;
  const words = only ?? (server.settings["listen_addresses"] as string);
  const addresses = words.split(",").map((w) => w.trim());
  const port = Number(server.settings["port"]);
  const all = addresses.some((a) => a === "*" || a === "0.0.0.0");
  const asked = all
    ? [undefined]
    : [
        ...new Set(addresses.filter((a) => a !== "" && !a.includes(":")).map((a) => (a === "localhost" ? "127.0.0.1" : a))),
        "127.0.0.1",
      ].filter((a, i, list) => list.indexOf(a) === i);
  let bound = 0;
  for (const address of asked) {
    try {
      void server.sessions.accept(await proc.net.listen(port, address === undefined ? {} : { address }));
      bound++;
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      if (proc.restored === undefined) {
        await server.log("LOG", `could not bind IPv4 address "${address ?? "0.0.0.0"}": ${error.message}`);
        await server.log("HINT", `Is another postmaster already running on port ${port}? If not, wait a few seconds and retry.`);
      }
    }
  }
  return bound > 0;
}

export const postgres: Program = async (proc) => {
  const v = buildOf(proc);
  const args = proc.argv.slice(1);
  if (args.includes("--version") || args.includes("-V")) {
    await proc.stdout.write(`postgres (PostgreSQL) ${serverVersion(v)}\n`);
    return 0;
  }
  if (proc.uid === 0) {
    await proc.stderr.write(
      '"root" execution of the PostgreSQL server is not permitted.\nThe server must be started under an unprivileged user ID to prevent\npossible system security compromise.  See the documentation for\nmore information on how to properly start the server.\n',
    );
    return 1;
  }
  const say = (level: string, text: string): Promise<void> =>
    proc.stderr.write(`${logTime(proc.clock.now())} [${proc.pid}] ${level}:  ${text}\n`);
  const flags = serverFlags(args);
  if (flags.bad !== undefined) {
    await proc.stderr.write(`postgres: invalid argument: "${flags.bad}"\nTry "postgres --help" for more information.\n`);
    return 1;
  }
  const data = (flags.data ?? proc.env["PGDATA"] ?? "").replace(/\/$/, "");
  const file = flags.config ?? `${data}/postgresql.conf`;
  const text = readIfThere(proc, file);
  if (text === undefined) {
    await proc.stderr.write(`postgres: could not access the server configuration file "${file}": No such file or directory\n`);
    return 2;
  }
  const { settings, unknown } = readSettings(v, [
    ...text.split("\n"),
    ...(readIfThere(proc, `${data}/postgresql.auto.conf`) ?? "").split("\n"),
    ...flags.lines,
  ]);
  if (unknown !== undefined) {
    await say("FATAL", `unrecognized configuration parameter "${unknown}"`);
    return 1;
  }
  Object.assign(settings, { data_directory: data, config_file: file, hba_file: `${data}/pg_hba.conf` });
  const stored = proc.restored as StoredServer | undefined;
  const server = new PostgresServer(proc, v, settings, trusts(readIfThere(proc, settings["hba_file"] as string) ?? ""), stored);
  const stop = new Promise<"smart" | "fast" | "immediate">((resolve) => {
    proc.on("TERM", () => resolve("smart"));
    proc.on("INT", () => resolve("fast"));
    proc.on("QUIT", () => resolve("immediate"));
    proc.on("HUP", () => void server.log("LOG", "received SIGHUP, reloading configuration files"));
    proc.on("PIPE", "ignore");
  });
  if (stored) await bind(server);
  else {
    const failed = await start(server);
    if (failed !== undefined) return failed;
  }
  server.run(stored);
  return finish(server, await stop);
};

async function start(server: PostgresServer): Promise<number | undefined> {
  const { proc, settings, version: v } = server;
  const data = settings["data_directory"] as string;
  const [port, listens] = [settings["port"] as string, settings["listen_addresses"] as string];
  proc.memory(28 * 1024 * 1024);
  await proc.cpu(25);
  const kept = readIfThere(proc, `${data}/PG_VERSION`)?.trim();
  if (kept !== undefined && kept !== String(major(v))) {
    await server.log("FATAL", "database files are incompatible with server");
    await server.log(
      "DETAIL",
      `The data directory was initialized by PostgreSQL version ${kept}, which is not compatible with this version ${serverVersion(v)}.`,
    );
    return 1;
  }
  await server.log("LOG", `starting ${fullVersion(v)}`);
  if (!(await bind(server))) {
    await server.log("FATAL", "could not create any TCP/IP sockets");
    return 1;
  }
  if (/\*|0\.0\.0\.0/.test(listens)) {
    await server.log("LOG", `listening on IPv4 address "0.0.0.0", port ${port}`);
    if (listens === "*") await server.log("LOG", `listening on IPv6 address "::", port ${port}`);
  } else
    for (const a of listens.split(",").filter(Boolean))
      await server.log("LOG", `listening on IPv4 address "${a.trim() === "localhost" ? "127.0.0.1" : a.trim()}", port ${port}`);
  await server.log("LOG", `listening on Unix socket "/var/run/postgresql/.s.PGSQL.${port}"`);
  server.refusing = "the database system is starting up";
  await proc.cpu(15);
  const down = readIfThere(proc, `${data}/global/pg_control`)?.trim() ?? "";
  const commits = server.disk.load();
  if (down.startsWith("in production")) {
    await server.log("LOG", `database system was interrupted; last known up at ${down.slice(14)}`, 28);
    await server.log("LOG", "database system was not properly shut down; automatic recovery in progress", 28);
    await proc.cpu(30);
    await server.log("LOG", commits > 0 ? "redo done" : "redo is not required", 28);
  } else
    await server.log("LOG", `database system was shut down at ${down === "" ? logTime(proc.clock.now()).replace(/\.\d+/, "") : down}`, 28);
  proc.fs.writeFile(`${data}/global/pg_control`, `in production ${logTime(proc.clock.now()).replace(/\.\d+/, "")}\n`, { mode: 0o600 });
  proc.fs.writeFile(`${data}/postmaster.pid`, `${proc.pid}\n${data}\n${Math.floor(proc.clock.now() / 1000)}\n${port}\n`, { mode: 0o600 });
  server.rebase();
  server.refusing = undefined;
  await server.log("LOG", "database system is ready to accept connections");
  return undefined;
}

async function finish(server: PostgresServer, how: "smart" | "fast" | "immediate"): Promise<number> {
  const { proc, settings } = server;
  await server.log("LOG", `received ${how} shutdown request`);
  if (how === "immediate") return 1;
  server.refusing = "the database system is shutting down";
  if (how === "smart") {
    if (server.sessions.all.length > 0) await new Promise<void>((resolve) => (server.emptied = resolve));
  } else {
    await server.log("LOG", "aborting any active transactions");
    for (const session of server.sessions.all) server.sessions.drop(session);
  }
  server.stopping = true;
  await server.log("LOG", "shutting down", 26);
  await proc.cpu(20);
  server.disk.flush();
  const data = settings["data_directory"] as string;
  proc.fs.writeFile(`${data}/global/pg_control`, `${logTime(proc.clock.now()).replace(/\.\d+/, "")}\n`);
  if (proc.fs.exists(`${data}/postmaster.pid`)) proc.fs.unlink(`${data}/postmaster.pid`);
  await server.log("LOG", "database system is shut down");
  return 0;
}
