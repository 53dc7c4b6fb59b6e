import type { Program } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import { commandLine } from "./command-line.ts";
import { interpret } from "./interpreter.ts";

/** Where an image says which release its python is. */
export const VERSION_FILE = "/usr/local/lib/python3/version";
const RESIDENT = 9 * 1024 * 1024;
const STARTING = 20;

/** python: a script, code from the command line, a module, standard input or the prompt. */
export const python: Program = async (proc) => {
  const version = (readIfThere(proc, VERSION_FILE) ?? "").trim();
  const asked = commandLine(proc.argv.slice(1), proc.env);
  if (asked.kind === "say") {
    await (asked.code === 0 ? proc.stdout : proc.stderr).write(asked.text.replaceAll("$VERSION", version));
    return asked.code;
  }
  proc.memory(RESIDENT);
  await proc.cpu(STARTING);
  return interpret(proc, version, asked);
};
