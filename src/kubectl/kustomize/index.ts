import { klogHead } from "../klog.ts";
import type { KubectlProcess, JsonObject, Later } from "../types.ts";
import type { build as Build, BuildOptions } from "./build.ts";

/** Few commands need it: the first that does fetches it. */
const later: Later<typeof Build> = { load: async () => (await import("./build.ts")).build, program: undefined };

/** Objects that a folder's kustomization.yaml makes, in the order in which kubectl prints and applies them. */
export async function kustomized(
  proc: KubectlProcess,
  path: string,
  options: Partial<Pick<BuildOptions, "anywhere" | "helm" | "reorder">> = {},
): Promise<readonly JsonObject[]> {
  const build = later.program ?? (await (proc.code ? proc.code(later) : later.load()));
  const said: string[] = [];
  const head = `${klogHead("I", proc.clock.now(), proc.pid)} log.go:244]`;
  try {
    return build(path, {
      ...options,
      fs: proc.fs,
      cwd: proc.cwd,
      warn: (text) => said.push(text),
      log: (text) => said.push(`${head} ${text}\n`),
    }) as readonly JsonObject[];
  } finally {
    for (const text of said) await proc.stderr.write(text);
  }
}
