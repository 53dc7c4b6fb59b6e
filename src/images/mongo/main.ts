import { NetError } from "../../network/index.ts";
import { Errno, type ProcessContext, type Program, type Signal } from "../../runtime/index.ts";
import { nextSignal, readIfThere } from "../process.ts";
import { holds, lock, unusable } from "./disk.ts";
import { logger } from "./log.ts";
import { readOptions } from "./options.ts";
import { MongoServer } from "./server.ts";
import type { StoredServer } from "./state.ts";
import { major, type MongoVersion, versionOf } from "./versions.ts";

const BUILD = "/usr/local/lib/mongo/build";
export const buildOf = (proc: ProcessContext): MongoVersion => versionOf(readIfThere(proc, BUILD));
const CODES: Readonly<Record<string, number>> = { TERM: 15, INT: 2, HUP: 1 };
const NAMES: Readonly<Record<string, string>> = { TERM: "Terminated", INT: "Interrupt", HUP: "Hangup" };

/** mongod. */
export const mongod: Program = async (proc) => {
  const version = buildOf(proc);
  const args = proc.argv.slice(1);
  if (args.includes("--version")) {
    await proc.stdout.write(
      `db version v${version.version}\nBuild Info: {\n    "version": "${version.version}",\n    "openSSLVersion": "${version.ssl}",\n    "modules": [],\n    "allocator": "tcmalloc",\n    "environment": {\n        "distmod": "ubuntu${version.ubuntu.replace(".", "")}",\n        "distarch": "x86_64",\n        "target_arch": "x86_64"\n    }\n}\n`,
    );
    return 0;
  }
  const options = readOptions(proc, args);
  if (typeof options === "string") {
    await proc.stderr.write(`${options}\ntry 'mongod --help' for more information\n`);
    return 2;
  }
  const stored = proc.restored as StoredServer | undefined;
  const signals = nextSignal(proc, ["TERM", "INT"]);
  proc.on("HUP", "ignore");
  const say = logger(proc);
  if (!stored) {
    proc.memory(60 * 1024 * 1024);
    await proc.cpu(180);
    starting(proc, version, options.settings.port, options.settings.dbPath, options.parsed);
    const wrong = unusable(proc, options.settings.dbPath);
    if (wrong !== undefined) return failed(proc, wrong);
  }
  const server = new MongoServer(proc, version, options.settings, options.parsed, stored);
  if (!stored) {
    try {
      if (!(await opened(server))) return 100;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      say(
        "STORAGE",
        22_435,
        "initandlisten",
        "WiredTiger error message",
        { error: 13, message: { msg: `__posix_open_file: ${options.settings.dbPath}/WiredTiger.wt: handle-open: open: ${error.message}` } },
        "E",
      );
      return failed(proc, `UnknownError: 13: ${error.message}`);
    }
  }
  holds(proc, options.settings.dbPath);
  const bound = await listens(server, stored !== undefined);
  if (!bound) return 48;
  server.run(stored);
  const how = await Promise.race([server.stopped, signals]);
  server.stopping = true;
  return shutdown(server, how as Signal | undefined);
};

/** What it says before it looks at its data. */
function starting(proc: ProcessContext, version: MongoVersion, port: number, dbPath: string, parsed: unknown): void {
  const say = logger(proc);
  say("CONTROL", 23_285, "main", "Automatically disabling TLS 1.0, to force-enable TLS 1.0 specify --sslDisabledProtocols 'none'");
  say("CONTROL", 4_615_611, "initandlisten", "MongoDB starting", {
    pid: proc.pid,
    port,
    dbPath,
    architecture: "64-bit",
    host: proc.hostname,
  });
  const { ubuntu, ssl } = version;
  say("CONTROL", 23_403, "initandlisten", "Build Info", {
    buildInfo: {
      version: version.version,
      openSSLVersion: ssl,
      modules: [],
      allocator: major(version) >= 8 ? "tcmalloc-google" : "tcmalloc",
      environment: { distmod: `ubuntu${ubuntu.replace(".", "")}`, distarch: "x86_64", target_arch: "x86_64" },
    },
  });
  say("CONTROL", 51_765, "initandlisten", "Operating System", { os: { name: "Ubuntu", version: ubuntu } });
  say("CONTROL", 21_951, "initandlisten", "Options set by command line", { options: parsed });
}
function failed(proc: ProcessContext, error: string): number {
  const say = logger(proc);
  say("CONTROL", 20_557, "initandlisten", "DBException in initAndListen, terminating", { error }, "E");
  say("CONTROL", 20_565, "initandlisten", "Now exiting");
  say("CONTROL", 23_138, "initandlisten", "Shutting down", { exitCode: 100 });
  return 100;
}
const UNRESTRICTED = "Access control is not enabled for the database. Read and write access to data and configuration is unrestricted";
async function opened(server: MongoServer): Promise<boolean> {
  const { proc, say, settings, store, disk } = server;
  const held = await lock(proc, settings.dbPath);
  if (held === "held") {
    failed(
      proc,
      `DBPathInUse: Unable to lock the lock file: ${settings.dbPath}/mongod.lock (Resource temporarily unavailable). Another mongod instance is already running on the ${settings.dbPath} directory`,
    );
    return false;
  }
  if (held === "unclean")
    say(
      "STORAGE",
      22_271,
      "initandlisten",
      "Detected unclean shutdown - Lock file is not empty",
      { lockFile: `${settings.dbPath}/mongod.lock` },
      "W",
    );
  say("STORAGE", 22_315, "initandlisten", "Opening WiredTiger", {
    config: "create,session_max=33000,eviction=(threads_min=4,threads_max=4)",
  });
  const from = proc.clock.now();
  const replayed = disk.open();
  await proc.cpu(120 + store.bytes / 2 ** 17);
  if (replayed !== undefined && replayed > 0)
    say("STORAGE", 22_430, "initandlisten", "WiredTiger message", {
      message: { category: "WT_VERB_RECOVERY_PROGRESS", msg: "Recovering log 1 through 2" },
    });
  say("STORAGE", 4_795_906, "initandlisten", "WiredTiger opened", { durationMillis: Math.round(proc.clock.now() - from) });
  if (replayed === undefined) {
    const short = server.version.version.split(".").slice(0, 2).join(".");
    store.insert("admin", "system.version", { _id: "featureCompatibilityVersion", version: short });
    store.ensure("config", "system.sessions");
    store.index("config", "system.sessions", [
      { name: "_id_", key: { _id: 1 } },
      { name: "lsidTTLIndex", key: { lastUse: 1 } },
    ]);
  }
  store.insert("local", "startup_log", {
    _id: `${proc.hostname}-${Math.floor(proc.clock.now())}`,
    hostname: proc.hostname,
    startTime: { $date: Math.floor(proc.clock.now()) },
    pid: { $numberLong: String(proc.pid) },
  });
  store.commit();
  disk.checkpoint();
  server.rebase();
  if (!settings.auth) server.warnings = [say("CONTROL", 22_120, "initandlisten", UNRESTRICTED, undefined, "W", ["startupWarnings"])];
  return true;
}
async function listens(server: MongoServer, again: boolean): Promise<boolean> {
  const { proc, say, settings } = server;
  const { port, addresses } = settings;
  let bound = 0;
  for (const address of addresses ?? [undefined]) {
    try {
      void server.sessions.accept(await proc.net.listen(port, address === undefined ? {} : { address }));
      bound++;
      if (!again) say("NETWORK", 23_015, "listener", "Listening on", { address: address ?? "0.0.0.0" });
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      if (again) continue;
      say(
        "CONTROL",
        20_568,
        "initandlisten",
        "Error setting up listener",
        { error: { code: 9001, codeName: "SocketException", errmsg: error.message } },
        "E",
      );
      say("CONTROL", 23_138, "initandlisten", "Shutting down", { exitCode: 48 });
    }
  }
  if (bound > 0 && !again) say("NETWORK", 23_016, "listener", "Waiting for connections", { port, ssl: "off" });
  return bound > 0 || again;
}
/** An orderly end: by a signal, or because somebody asked for it. */
async function shutdown(server: MongoServer, signal: Signal | undefined): Promise<number> {
  const { proc, say, disk, settings } = server;
  const context = signal === undefined ? "conn1" : "SignalHandler";
  if (signal !== undefined) {
    say("CONTROL", 23_377, context, "Received signal", { signal: CODES[signal], error: NAMES[signal] });
    say("CONTROL", 23_378, context, "Signal was sent by kill(2)", { pid: 0, uid: 0 });
    say("CONTROL", 23_381, context, "will terminate after current cmd ends");
  }
  say("NETWORK", 20_562, context, "Shutdown: going to close listening sockets");
  say("NETWORK", 4_784_905, context, "Shutting down the global connection pool");
  for (const session of server.sessions.all) server.sessions.drop(session);
  const from = proc.clock.now();
  say("STORAGE", 4_795_902, context, "Closing WiredTiger", { closeConfig: "leak_memory=true," });
  await proc.cpu(40);
  try {
    disk.checkpoint();
    say("STORAGE", 4_795_901, context, "WiredTiger closed", { durationMillis: Math.round(proc.clock.now() - from) });
    say("STORAGE", 22_279, context, "shutdown: removing fs lock...");
    proc.fs.truncate(`${settings.dbPath}/mongod.lock`, 0);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    say("STORAGE", 22_435, context, "WiredTiger error message", { error: 28, message: { msg: error.message } }, "E");
    return 14;
  }
  say("CONTROL", 20_565, context, "Now exiting");
  say("CONTROL", 23_138, context, "Shutting down", { exitCode: 0 });
  return 0;
}
