import type { Program } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import { serveFolder } from "./server.ts";

/** Where an image says which release its python is. */
export const VERSION_FILE = "/usr/local/lib/python3/version";
const RESIDENT = 18 * 1024 * 1024;
const STARTING = 60;

const REFUSED = "scripts are not simulated in Timonel; python -m http.server and python --version are\n";

/** python [-u] [-V] -m http.server [port]; scripts are refused by name. */
export const python: Program = async (proc) => {
  const version = (readIfThere(proc, VERSION_FILE) ?? "").trim();
  const refuse = async (message: string, code: number): Promise<number> => (await proc.stderr.write(message), code);
  const args = proc.argv.slice(1);
  let unbuffered = proc.stdout.tty || (proc.env["PYTHONUNBUFFERED"] ?? "") !== "";
  while (args[0]?.startsWith("-") && args[0].length > 1) {
    const flag = args.shift() as string;
    if (flag === "-V" || flag === "--version") return (await proc.stdout.write(`Python ${version}\n`), 0);
    if (flag === "-u") unbuffered = true;
    else if (flag === "-m") {
      const module = args.shift();
      if (module !== "http.server")
        return refuse(`/usr/local/bin/python3: No module named ${module ?? ""} (Timonel's python has http.server only)\n`, 1);
      proc.memory(RESIDENT);
      await proc.cpu(STARTING);
      return serve(args);
    } else if (flag === "-c") return refuse(`python: ${REFUSED}`, 1);
    else if (!/^-[BEIOPqsSx]+$/.test(flag))
      return refuse(
        `unknown option ${flag}\nusage: /usr/local/bin/python3 [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry \`python -h' for more information.\n`,
        2,
      );
  }
  const [file] = args;
  if (file === undefined || file === "-") return refuse(`python: ${REFUSED}`, 1);
  const path = file.startsWith("/") ? file : `${proc.cwd.replace(/\/$/, "")}/${file}`;
  if (!proc.fs.exists(file)) return refuse(`/usr/local/bin/python3: can't open file '${path}': [Errno 2] No such file or directory\n`, 2);
  return refuse(`python: ${path}: ${REFUSED}`, 1);

  function serve(words: readonly string[]): Promise<number> {
    let port = 8000;
    let bind = "";
    let directory = proc.cwd;
    for (let i = 0; i < words.length; i++) {
      const [name = "", given] = (words[i] as string).split(/=(.*)/s);
      if (name === "-b" || name === "--bind") bind = given ?? words[++i] ?? "";
      else if (name === "-d" || name === "--directory") directory = given ?? words[++i] ?? "";
      else if (/^\d+$/.test(name)) port = Number(name);
      else
        return refuse(
          `usage: server.py [-h] [--cgi] [-b ADDRESS] [-d DIRECTORY] [-p VERSION] [port]\nserver.py: error: ${name.startsWith("-") ? `unrecognized arguments: ${name}` : `argument port: invalid int value: '${name}'`}\n`,
          2,
        );
    }
    const root = (directory.startsWith("/") ? directory : `${proc.cwd}/${directory}`).replace(/\/+$/, "");
    return serveFolder(proc, { port, bind, directory: root, version, unbuffered });
  }
};
