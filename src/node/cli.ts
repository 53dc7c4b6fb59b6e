import { parseArgs } from "node:util";
import { presetNames, type PresetName, presetSummaries } from "../cluster/index.ts";
import { type AdmissionChoice, admissionProblems, type AuthorizationMode, authorizationModes } from "../cluster/index.ts";
import { lessons } from "./lessons.ts";
export { lessonsWorker } from "./lessons-worker.ts";
import { replay } from "./replay.ts";
import { serve } from "./serve.ts";

const USAGE = `Usage:
  timonel serve [--port 6443] [--preset NAME] [--nodes N] [--seed N] [--speed X] [--kubeconfig FILE]
                [--token-auth-file FILE] [--authorization-mode Node,RBAC]
                [--enable-admission-plugins A,B] [--disable-admission-plugins C]
      the cluster behind HTTPS for real clients, in memory only; "ready" stands alone on a line when it is
  timonel replay FILE [--seed N]
      runs a scenario file headless and prints its steps as JSON
  timonel lessons [DIR] [--json]
      proves every lesson under DIR (default: the project's), or the one that DIR is, under three seeds

Presets:
${presetNames.map((name) => `  ${name.padEnd(16)}${presetSummaries[name]}`).join("\n")}
`;

class UsageError extends Error {}

/** `timonel <command>`; paths are relative to `cwd`. Answers the exit code. */
export async function main(argv: readonly string[], cwd: string): Promise<number> {
  const [command, ...rest] = argv;
  try {
    switch (command) {
      case "serve":
        return await serve(serveOptions(rest), cwd);
      case "replay":
        return await replayCommand(rest, cwd);
      case undefined:
      case "help":
      case "--help":
      case "-h":
        process.stdout.write(USAGE);
        return command === undefined ? 2 : 0;
      case "lessons":
        return await lessonsCommand(rest, cwd);
      default:
        throw new UsageError(`unknown command "${command}"`);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`timonel: ${error.message}\n\n${USAGE}`);
    return 2;
  }
}

async function replayCommand(argv: readonly string[], cwd: string): Promise<never> {
  const { values, positionals } = parse(argv, { seed: { type: "string" } });
  const [file, extra] = positionals;
  if (!file || extra !== undefined) throw new UsageError("replay takes one scenario file");
  const code = await replay(file, integer("seed", values["seed"] ?? "1", 0), cwd);
  // Simulated processes may still hold timers; the answer is written.
  process.exit(code);
}

async function lessonsCommand(argv: readonly string[], cwd: string): Promise<never> {
  const { values, positionals } = parse(argv, { json: { type: "boolean" } });
  const [directory, extra] = positionals;
  if (extra !== undefined) throw new UsageError("lessons takes one directory");
  process.exit(await lessons(directory, values["json"] !== undefined, cwd));
}

type Flags = Record<string, { type: "string" | "boolean"; short?: string }>;

function parse(argv: readonly string[], options: Flags) {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    return { values: values as Record<string, string | undefined>, positionals };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function serveOptions(argv: readonly string[]) {
  const text = { type: "string" as const };
  const { values, positionals } = parse(argv, {
    port: text,
    preset: text,
    nodes: text,
    seed: text,
    speed: text,
    kubeconfig: text,
    "authorization-mode": text,
    "token-auth-file": text,
    "enable-admission-plugins": text,
    "disable-admission-plugins": text,
  });
  if (positionals.length > 0) throw new UsageError(`serve takes no argument "${positionals[0]}"`);
  const preset = (values["preset"] ?? "default") as PresetName;
  if (!presetNames.includes(preset)) throw new UsageError(`unknown preset "${preset}"`);
  const speed = values["speed"] ?? "1";
  if (speed !== "max" && !(Number(speed) > 0)) throw new UsageError(`--speed takes a positive number or max, not "${speed}"`);
  return {
    port: integer("port", values["port"] ?? "6443", 0),
    preset,
    nodes: values["nodes"] === undefined ? undefined : integer("nodes", values["nodes"], 0),
    seed: integer("seed", values["seed"] ?? "1", 0),
    speed: speed === "max" ? ("max" as const) : Number(speed),
    kubeconfig: values["kubeconfig"],
    tokenAuthFile: values["token-auth-file"],
    authorizationModes: values["authorization-mode"] === undefined ? undefined : modes(listOf(values["authorization-mode"])),
    admission: admissionChoice(listOf(values["enable-admission-plugins"]), listOf(values["disable-admission-plugins"])),
  };
}

const listOf = (text: string | undefined): readonly string[] => text?.split(",").filter((name) => name !== "") ?? [];

/** k8s: kubeapiserver/options BuiltInAuthorizationOptions.Validate. */
function modes(names: readonly string[]): readonly AuthorizationMode[] {
  if (names.length === 0) throw new UsageError("at least one authorization-mode must be passed");
  const known: readonly string[] = authorizationModes;
  for (const name of names) if (!known.includes(name)) throw new UsageError(modeProblem(name));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`authorization-mode ["${names.join('" "')}"] has mode specified more than once`);
  return names as readonly AuthorizationMode[];
}

const modeProblem = (name: string): string =>
  name === "ABAC" || name === "Webhook"
    ? `authorization-mode "${name}" is not simulated; there are ${authorizationModes.join(", ")}`
    : `authorization-mode "${name}" is not a valid mode`;

function admissionChoice(enable: readonly string[], disable: readonly string[]): AdmissionChoice {
  const problems = admissionProblems({ enable, disable });
  if (problems.length > 0) throw new UsageError(problems.join("; "));
  return { enable, disable };
}

function integer(name: string, text: string, least: number): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < least) throw new UsageError(`--${name} takes a whole number from ${least}, not "${text}"`);
  return n;
}
