import { Errno, type ProcessContext, type Program } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import { buildOf } from "./main.ts";

const INIT = "/docker-entrypoint-initdb.d";
const MONGODB = 999;
const NUMBERS = ["--dbpath", "--config", "-f"];

function owned(proc: ProcessContext, folder: string): void {
  if (!proc.fs.exists(folder)) return;
  if (proc.fs.stat(folder).uid !== MONGODB) proc.fs.chown(folder, MONGODB, MONGODB);
  for (const name of proc.fs.readdir(folder)) {
    const path = `${folder}/${name}`;
    const { type, uid } = proc.fs.lstat(path);
    if (type === "directory") owned(proc, path);
    else if (uid !== MONGODB) proc.fs.chown(path, MONGODB, MONGODB);
  }
}

/** docker-entrypoint.sh of the official image (docker-library/mongo): root becomes mongodb, and an empty folder a database with its first user. */
export const mongoEntrypoint: Program = async (proc) => {
  let args = proc.argv.slice(1);
  if (args[0]?.startsWith("-")) args = ["mongod", ...args];
  const [command = ""] = args;
  await proc.cpu(15);
  if (command.startsWith("mongo") && proc.uid === 0) {
    if (command === "mongod") {
      try {
        for (const folder of ["/data/configdb", "/data/db"]) owned(proc, folder);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await proc.stderr.write(`chown: changing ownership of '/data/db': ${error.message}\n`);
        return 1;
      }
    }
    return proc.exec([proc.argv[0] as string, ...args], { user: { uid: MONGODB, gid: MONGODB, groups: [MONGODB] } });
  }
  if (command !== "mongod") return args.length === 0 ? 0 : proc.exec(args);
  const given: Record<string, string> = {};
  for (const name of ["MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD"]) {
    const [value, file] = [proc.env[name] ?? "", proc.env[`${name}_FILE`] ?? ""];
    if (value !== "" && file !== "") {
      await proc.stderr.write(`error: both ${name} and ${name}_FILE are set (but are exclusive)\n`);
      return 1;
    }
    const text = file === "" ? value : readIfThere(proc, file);
    if (text === undefined) {
      await proc.stderr.write(`/usr/local/bin/docker-entrypoint.sh: line 77: ${file}: No such file or directory\n`);
      return 1;
    }
    given[name] = text.replace(/\n+$/, "");
  }
  const [user = "", password = ""] = [given["MONGO_INITDB_ROOT_USERNAME"], given["MONGO_INITDB_ROOT_PASSWORD"]];
  if ((user === "") !== (password === "")) {
    await proc.stderr.write(
      "\nerror: missing 'MONGO_INITDB_ROOT_USERNAME' or 'MONGO_INITDB_ROOT_PASSWORD'\n       both must be specified for a user to be created\n\n",
    );
    return 1;
  }
  if (user !== "" && !args.includes("--auth")) args = [...args, "--auth"];
  const folder = valueOf(args, "--dbpath") ?? "/data/db";
  const scripts = proc.fs.exists(INIT) ? proc.fs.readdir(INIT).filter((f) => !f.startsWith("..")) : [];
  const wanted = user !== "" || scripts.some((f) => /\.(sh|js)$/.test(f));
  const fresh = !["WiredTiger", "journal", "local.0", "storage.bson"].some((f) => proc.fs.exists(`${folder}/${f}`));
  if (wanted && fresh) {
    const code = await initialise(proc, args, { user, password, scripts });
    if (code !== 0) return code;
  }
  if (
    !args.some((a) => a.startsWith("--bind_ip")) &&
    !/^\s*bindIp(All)?:/m.test(readIfThere(proc, valueOf(args, "--config") ?? valueOf(args, "-f") ?? "") ?? "")
  )
    args = [...args, "--bind_ip_all"];
  const env = Object.fromEntries(Object.entries(proc.env).filter(([name]) => !name.startsWith("MONGO_INITDB_")));
  return proc.exec(args, { env });
};
function valueOf(args: readonly string[], flag: string): string | undefined {
  const i = args.indexOf(flag);
  return i >= 0 ? args[i + 1] : args.find((a) => a.startsWith(`${flag}=`))?.slice(flag.length + 1);
}

/** A server for this machine alone, a first user, and what the learner put beside. */
async function initialise(
  proc: ProcessContext,
  args: readonly string[],
  { user, password, scripts }: { readonly user: string; readonly password: string; readonly scripts: readonly string[] },
): Promise<number> {
  const kept = args
    .slice(1)
    .flatMap((a, i, all) => (NUMBERS.includes(a) ? [a, all[i + 1] as string] : /^--(dbpath|config)=/.test(a) ? [a] : []));
  await proc.stdout.write("about to fork child process, waiting until server is ready for connections.\n");
  const server = await proc.spawn({ argv: ["mongod", ...kept, "--bind_ip", "127.0.0.1", "--port", "27017"] });
  await proc.stdout.write(`forked process: ${server.pid}\n\n`);
  let ended = false;
  void server.exited.then(() => (ended = true));
  const client = buildOf(proc).shell === undefined ? "mongo" : "mongosh";
  const shell = async (argv: readonly string[], input?: string): Promise<number> => {
    const pipe = proc.pipe();
    const child = await proc.spawn({ argv: [client, "--host", "127.0.0.1", "--port", "27017", "--quiet", ...argv], fds: { 0: pipe.read } });
    proc.close(pipe.read);
    if (input !== undefined) await pipe.write.write(input).catch(() => {});
    proc.close(pipe.write);
    return (await child.exited).code;
  };
  for (let tries = 30; ; tries--) {
    await proc.clock.sleep(100);
    if (ended) {
      await proc.stderr.write("\nerror: mongod does not appear to have stayed running -- perhaps it had an error?\n\n");
      return 1;
    }
    if (listening(proc)) break;
    if (tries <= 0) {
      await proc.stderr.write(
        "\nerror: mongod does not appear to have accepted connections quickly enough -- perhaps it had an error?\n\n",
      );
      return 1;
    }
    await proc.clock.sleep(900);
  }
  await proc.stdout.write("child process started successfully, parent exiting\n");
  if (user !== "") {
    const script = `db.createUser({ user: ${JSON.stringify(user)}, pwd: ${JSON.stringify(password)}, roles: [ { role: 'root', db: "admin" } ] })\n`;
    await shell(["admin"], script);
  }
  await proc.stdout.write("\n");
  const database = proc.env["MONGO_INITDB_DATABASE"] || "test";
  for (const file of scripts) {
    const path = `${INIT}/${file}`;
    if (proc.fs.stat(path).type === "directory") continue;
    let code = 0;
    if (file.endsWith(".sh")) {
      await proc.stdout.write(`/usr/local/bin/docker-entrypoint.sh: running ${path}\n`);
      const env = { ...proc.env, MONGO_INITDB_DATABASE: database };
      code = (await (await proc.spawn({ argv: ["bash", path], env })).exited).code;
    } else if (file.endsWith(".js")) {
      await proc.stdout.write(`/usr/local/bin/docker-entrypoint.sh: running ${path}\n`);
      code = await shell([database, path]);
      await proc.stdout.write("\n");
    } else await proc.stdout.write(`/usr/local/bin/docker-entrypoint.sh: ignoring ${path}\n`);
    if (code !== 0) return code;
    await proc.stdout.write("\n");
  }
  server.kill("TERM");
  await server.exited;
  await proc.stdout.write("\nMongoDB init process complete; ready for start up.\n\n");
  return 0;
}
const listening = (proc: ProcessContext): boolean => proc.net.sockets().some((s) => s.local.port === 27_017);
