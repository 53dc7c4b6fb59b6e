import { stepDown } from "../database/step-down.ts";
import { NetError } from "../../network/index.ts";
import { Errno, type ProcessContext, type Program } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import { Config, ConfigError } from "./config.ts";
import { hex } from "./replication.ts";
import { logLine, Server } from "./server.ts";
import type { Stored } from "./state.ts";
import { type RedisVersion, since, versionOf } from "./versions.ts";

const BUILD = "/usr/local/lib/redis/build";
const SIGNALS = { TERM: "SIGTERM", INT: "SIGINT" } as const;

export const redisBuild = (proc: ProcessContext): RedisVersion => versionOf(readIfThere(proc, BUILD));

/** Files and flags to a configuration: flags are lines after the file's (redis: server.c main). */
function configLines(proc: ProcessContext, args: readonly string[]): { readonly file: string; readonly lines: readonly string[] } | string {
  let rest = args;
  let file = "";
  const lines: string[] = [];
  const first = args[0];
  if (first !== undefined && !first.startsWith("--")) {
    rest = args.slice(1);
    if (first === "-") return "reading a configuration from standard input is not simulated by Timonel";
    file = first.startsWith("/") ? first : `${proc.cwd === "/" ? "" : proc.cwd}/${first}`;
    try {
      lines.push(...proc.fs.readText(file).split("\n"));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return `Fatal error, can't open config file '${file}': ${error.message}`;
    }
  }
  let line = "";
  for (const word of rest) {
    if (word.startsWith("--")) {
      if (line !== "") lines.push(line);
      line = word.slice(2);
    } else line += ` ${word === "" || /[\s"'\\]/.test(word) || line.includes(" ") === false ? JSON.stringify(word) : word}`;
  }
  if (line !== "") lines.push(line);
  return { file, lines };
}

async function configure(
  proc: ProcessContext,
  { product, version }: RedisVersion,
): Promise<{ readonly config: Config; readonly file: string } | undefined> {
  const read = configLines(proc, proc.argv.slice(1));
  if (typeof read === "string") {
    await logLine(proc, "#", read, "C");
    return undefined;
  }
  const config = new Config();
  try {
    config.read(read.lines, (path) => {
      const text = readIfThere(proc, path);
      if (text === undefined) throw new ConfigError(0, `include ${path}`, `Can't open config file '${path}'`);
      return text.split("\n");
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const head = since(version, "6.2") ? `*** FATAL CONFIG FILE ERROR (${product} ${version}) ***` : "*** FATAL CONFIG FILE ERROR ***";
    await proc.stderr.write(`\n${head}\nReading the configuration file, at line ${error.line}\n>>> '${error.words}'\n${error.message}\n`);
    return undefined;
  }
  if (config.get("dir") === "/data" && proc.cwd !== "/data") config.set("dir", proc.cwd);
  return { config, file: read.file };
}

export const redisServer: Program = async (proc) => {
  const build = redisBuild(proc);
  const { product, version } = build;
  const name = product.toLowerCase();
  const [flag] = proc.argv.slice(1);
  if (flag === "--version" || flag === "-v") {
    await proc.stdout.write(`${product} server v=${version} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=timonel\n`);
    return 0;
  }
  if (flag === "--help" || flag === "-h") {
    await proc.stderr.write(
      `Usage: ./${name}-server [/path/to/${name}.conf] [options] [-]\n       ./${name}-server -v or --version\n       ./${name}-server -h or --help\n`,
    );
    return 1;
  }
  const stored = proc.restored as Stored | undefined;
  const signals = watchSignals(proc);
  if (stored) {
    const server = new Server(proc, new Config(stored.config, stored.renamed), { ...stored, build }, stored);
    return serve(server, signals, stored);
  }
  const loaded = await configure(proc, build);
  if (!loaded) return 1;
  const { config, file } = loaded;
  const start = since(version, "7.2") ? "*" : "#";
  proc.memory(9 * 1024 * 1024);
  await proc.cpu(4);
  await logLine(proc, start, `oO0OoO0OoO0Oo ${product} is starting oO0OoO0OoO0Oo`, "C");
  await logLine(proc, start, `${product} version=${version}, bits=64, commit=00000000, modified=0, pid=${proc.pid}, just started`, "C");
  if (proc.argv.length > 1) await logLine(proc, start, "Configuration loaded", "C");
  else
    await logLine(
      proc,
      "#",
      `Warning: no config file specified, using the default config. In order to specify a config file use ${name}-server /path/to/${name}.conf`,
      "C",
    );
  const birth = {
    build,
    configFile: file,
    started: proc.clock.now(),
    runId: hex(proc.random.bytes(20)),
    replId: hex(proc.random.bytes(20)),
  };
  const server = new Server(proc, config, birth);
  const dir = config.get("dir");
  if (!proc.fs.exists(dir)) {
    await proc.stderr.write(
      `\n*** FATAL CONFIG FILE ERROR (${product} ${version}) ***\nReading the configuration file, at line 1\n>>> 'dir ${dir}'\nNo such file or directory\n`,
    );
    return 1;
  }
  const [host, port] = config.get("replicaof").split(" ");
  if (since(version, "6.2")) await logLine(proc, "*", "monotonic clock: POSIX clock_gettime", "M");
  await server.log("*", `Running mode=standalone, port=${config.get("port")}.`);
  if (!(await listens(server))) return 1;
  await server.log(server.notice, "Server initialized");
  if (!(await server.persistence.load())) return 1;
  server.engine.dirty = 0;
  if (!(await server.persistence.begin())) return 1;
  server.rebase();
  await server.log("*", since(version, "7.2") ? "Ready to accept connections tcp" : "Ready to accept connections");
  if (host !== undefined && host !== "" && port !== undefined) await server.replication.follow(host, Number(port));
  return serve(server, signals, undefined);
};

function watchSignals(proc: ProcessContext): Promise<"TERM" | "INT"> {
  return new Promise((resolve) => {
    proc.on("TERM", () => resolve("TERM"));
    proc.on("INT", () => resolve("INT"));
    proc.on("HUP", "ignore");
    proc.on("PIPE", "ignore");
  });
}

/** Binds where configured: every address, or those of `bind` that this machine has. */
async function listens(server: Server): Promise<boolean> {
  const { proc, config } = server;
  const port = config.number("port");
  if (port === 0) return true;
  const words = config.get("bind").split(/\s+/).filter(Boolean);
  const addresses = words.map((w) => w.replace(/^-/, "")).filter((w) => !w.includes(":"));
  const all = words.length === 0 || addresses.some((a) => a === "*" || a === "0.0.0.0");
  let bound = 0;
  for (const address of all ? [undefined] : addresses) {
    try {
      const listener = await proc.net.listen(port, address === undefined ? {} : { address });
      bound++;
      void server.sessions.accept(listener);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      if (proc.restored !== undefined) continue;
      await server.log("#", `Warning: Could not create server TCP listening socket ${address ?? "*"}:${port}: bind: ${error.message}`);
    }
  }
  if (bound === 0 && proc.restored === undefined) await server.log("#", `Failed listening on port ${port} (tcp), aborting.`);
  return bound > 0;
}

async function serve(server: Server, signals: Promise<"TERM" | "INT">, stored: Stored | undefined): Promise<number> {
  const { proc, persistence, config } = server;
  if (stored) await listens(server);
  server.run(stored);
  const how = await Promise.race([server.stopped, signals]);
  server.stop("shutdown");
  if (how === "TERM" || how === "INT")
    await proc.stdout.write(
      `${proc.pid}:signal-handler (${Math.floor(proc.clock.now() / 1000)}) Received ${SIGNALS[how]} scheduling shutdown...\n`,
    );
  await server.log(server.notice, "User requested shutdown...");
  if (config.is("appendonly")) await server.log("*", "Calling fsync() on the AOF file.");
  if (how === "save" || (how !== "nosave" && config.saves.length > 0)) {
    await server.log("*", "Saving the final RDB snapshot before exiting.");
    if (!(await persistence.now())) {
      await server.log("#", "Error trying to save the DB, can't exit.");
      return 1;
    }
  }
  await server.log(server.notice, `${server.product} is now ready to exit, bye bye...`);
  return 0;
}

/** What a fork does: it takes its time and ends. */
export const redisChild: Program = async (proc) => {
  proc.memory(1024 * 1024);
  await proc.cpu((proc.arguments as { readonly cpu: number } | undefined)?.cpu ?? 1);
  return 0;
};

/** /usr/local/bin/docker-entrypoint.sh: a flag or a file is redis-server's; anything else is run as it is. */
export const redisEntrypoint: Program = async (proc) => {
  const args = proc.argv.slice(1);
  if (args.length === 0) return 0;
  const own = (args[0] as string).startsWith("-") || (args[0] as string).endsWith(".conf");
  const { product } = redisBuild(proc);
  const server = `${product.toLowerCase()}-server`;
  const command = own ? [server, ...args] : args;
  if (command[0] === server && proc.uid === 0) return stepDown(proc, { user: product.toLowerCase(), folders: [proc.cwd] }, command);
  if (command[0] === server && (proc.umask & 0o777) === 0o022) proc.umask = 0o077;
  return proc.exec(command);
};
