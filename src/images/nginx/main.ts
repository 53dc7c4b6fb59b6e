import type { ProcessContext, Program, Signal } from "../../runtime/index.ts";
import { dockerEntrypoint } from "./entrypoint.ts";
import { loadConfig, type Loaded } from "./load.ts";
import { logError } from "./log.ts";
import { Master } from "./master.ts";
import { ConfigError } from "./parse.ts";
import { versionOf, type NginxVersion } from "./versions.ts";
import { nextSignal, readIfThere } from "../process.ts";

interface Options {
  file: string;
  globals: string;
  action: "run" | "test" | "dump" | "version" | "configure" | "help";
  signal: string | undefined;
  quiet: boolean;
}

/** nginx's own option parser: single letters, values joined or apart. A string is what it refuses with. */
function parseOptions(args: readonly string[]): Options | string {
  const options: Options = { file: "/etc/nginx/nginx.conf", globals: "", action: "run", signal: undefined, quiet: false };
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (!word.startsWith("-") || word === "-") return `invalid option: "${word}"`;
    for (let j = 1; j < word.length; j++) {
      const letter = word[j] as string;
      if (letter === "t") options.action = "test";
      else if (letter === "T") options.action = "dump";
      else if (letter === "v") options.action = "version";
      else if (letter === "V") options.action = "configure";
      else if (letter === "h" || letter === "?") options.action = "help";
      else if (letter === "q") options.quiet = true;
      else if ("scgpe".includes(letter)) {
        const value = word.slice(j + 1) || args[++i];
        if (value === undefined)
          return `option "-${letter}" requires ${letter === "s" ? "parameter" : letter === "g" ? "parameter" : letter === "p" ? "directory name" : "file name"}`;
        if (letter === "s") options.signal = value;
        else if (letter === "c") options.file = value.startsWith("/") ? value : `/etc/nginx/${value}`;
        else if (letter === "g") options.globals = value;
        break;
      } else return `invalid option: "${letter}"`;
    }
  }
  if (options.signal !== undefined && !(options.signal in SIGNALS)) return `invalid option: "-s ${options.signal}"`;
  return options;
}

const SIGNALS: Readonly<Record<string, Signal>> = { stop: "TERM", quit: "QUIT", reload: "HUP", reopen: "USR1" };
const NUMBERS: Readonly<Record<string, number>> = { TERM: 15, QUIT: 3, HUP: 1, USR1: 10 };

const HELP = `Usage: nginx [-?hvVtTq] [-s signal] [-p prefix]
             [-e filename] [-c filename] [-g directives]

Options:
  -?,-h         : this help
  -v            : show version and exit
  -V            : show version and configure options then exit
  -t            : test configuration and exit
  -T            : test configuration, dump it and exit
  -q            : suppress non-error messages during configuration testing
  -s signal     : send signal to a master process: stop, quit, reopen, reload
  -p prefix     : set prefix path (default: /etc/nginx/)
  -e filename   : set error log file (default: /var/log/nginx/error.log)
  -c filename   : set configuration file (default: /etc/nginx/nginx.conf)
  -g directives : set global directives out of configuration file

`;

/** Which build this is: the image says so in a file beside the modules. */
function build(proc: ProcessContext): NginxVersion {
  return versionOf(readIfThere(proc, "/usr/lib/nginx/build")?.trim());
}

async function nginxMain(proc: ProcessContext, args: readonly string[]): Promise<number> {
  const version = build(proc);
  const say = (text: string): Promise<void> => proc.stderr.write(text);
  const options = parseOptions(args);
  if (typeof options === "string") {
    await say(`nginx: ${options}\n`);
    return 1;
  }
  if (options.action === "version" || options.action === "configure" || options.action === "help") {
    await say(`nginx version: nginx/${version.version}\n`);
    if (options.action === "configure")
      await say(
        `built by ${version.built} \nconfigure arguments: --prefix=/etc/nginx --sbin-path=/usr/sbin/nginx --conf-path=/etc/nginx/nginx.conf\n`,
      );
    if (options.action === "help") await say(HELP);
    return 0;
  }
  if (options.action === "run" && options.signal === undefined) return start(proc, version, options, args);
  let loaded: Loaded;
  try {
    loaded = loadConfig(proc, options.file, options.globals);
  } catch (error) {
    return refuse(proc, error, options);
  }
  if (options.signal !== undefined) return sendSignal(proc, loaded, options.signal);
  if (!options.quiet)
    await say(`nginx: the configuration file ${options.file} syntax is ok\nnginx: configuration file ${options.file} test is successful\n`);
  if (options.action === "dump") {
    for (const [path, text] of Object.entries(loaded.sources))
      if (!path.startsWith("include ")) await proc.stdout.write(`# configuration file ${path}:\n${text}\n`);
  }
  return 0;
}

async function refuse(proc: ProcessContext, error: unknown, options: Options): Promise<number> {
  if (!(error instanceof ConfigError)) throw error;
  await logError(proc, { path: "/var/log/nginx/error.log", level: "notice" }, "emerg", error.message);
  await proc.stderr.write(`nginx: [emerg] ${error.message}\n`);
  if (options.action !== "run") await proc.stderr.write(`nginx: configuration file ${options.file} test failed\n`);
  return 1;
}

async function start(proc: ProcessContext, version: NginxVersion, options: Options, args: readonly string[]): Promise<number> {
  let master: Master;
  try {
    master = new Master(proc, {
      version,
      file: options.file,
      globals: options.globals,
      title: `nginx: master process nginx ${args.join(" ")}`.trimEnd(),
    });
  } catch (error) {
    return refuse(proc, error, options);
  }
  return master.run();
}

async function sendSignal(proc: ProcessContext, { config }: Loaded, name: string): Promise<number> {
  await logError(proc, config.errorLog, "notice", "signal process started");
  const text = readIfThere(proc, config.pid);
  if (text === undefined) {
    await proc.stderr.write(`nginx: [error] open() "${config.pid}" failed (2: No such file or directory)\n`);
    return 1;
  }
  const pid = Number(text.trim());
  const signal = SIGNALS[name] as Signal;
  if (!Number.isInteger(pid) || pid <= 0) {
    await proc.stderr.write(`nginx: [error] invalid PID number "${text.trim()}" in "${config.pid}"\n`);
    return 1;
  }
  try {
    proc.kill(pid, signal);
    return 0;
  } catch {
    await proc.stderr.write(`nginx: [alert] kill(${pid}, ${NUMBERS[signal] ?? 0}) failed (3: No such process)\n`);
    return 1;
  }
}

export const nginx: Program = async (proc) => {
  if (proc.restored === undefined) {
    await proc.cpu(3);
    proc.memory(5 * 1024 * 1024);
  }
  return nginxMain(proc, proc.argv.slice(1));
};

/** A worker waits to be told to go; the master answers in its name. */
export const nginxWorker: Program = async (proc) => {
  proc.memory(2 * 1024 * 1024);
  proc.on("HUP", "ignore");
  proc.on("WINCH", "ignore");
  await nextSignal(proc, ["TERM", "INT", "QUIT"]);
  return 0;
};

/** /docker-entrypoint.sh: prepares the configuration for nginx, and runs any other command as it is. */
export const nginxEntrypoint: Program = async (proc) => {
  const [, command = "", ...args] = proc.argv;
  if (command !== "nginx" && command !== "nginx-debug") {
    if (command === "") return 0;
    return proc.exec(proc.argv.slice(1));
  }
  if (proc.restored === undefined) {
    await proc.cpu(6);
    proc.memory(5 * 1024 * 1024);
    const failed = await dockerEntrypoint(proc, build(proc));
    if (failed !== undefined) return failed;
  }
  return nginxMain(proc, args);
};
