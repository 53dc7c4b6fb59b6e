import type { ProcessContext } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import { RELEASE } from "./release.ts";

/** What the image says that it is of. */
export const VERSION_FILE = "/usr/local/lib/kubernetes/version";
export const versionOf = (proc: ProcessContext): string => readIfThere(proc, VERSION_FILE)?.trim() ?? RELEASE;

export async function saysVersion(proc: ProcessContext, flags: ReadonlyMap<string, string>, version: string): Promise<boolean> {
  if (!flags.has("version")) return false;
  await proc.stdout.write(`Kubernetes v${version}\n`);
  return true;
}

/** Flags that are somebody's wish and nobody's doing here, told by name. */
export const unsimulated = (flags: ReadonlyMap<string, string>, honoured: ReadonlySet<string>): readonly string[] =>
  [...flags.keys()].filter((name) => !honoured.has(name)).map((name) => `"Flag is not simulated" flag="--${name}"`);
