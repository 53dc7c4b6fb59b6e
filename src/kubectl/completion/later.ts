import type { KubectlOptions, KubectlProcess, Later } from "../types.ts";
import type { complete as Complete } from "./index.ts";

/** Tab fetches it. */
const later: Later<typeof Complete> = { load: async () => (await import("./index.ts")).complete, program: undefined };

export async function completed(proc: KubectlProcess, options: KubectlOptions): Promise<number> {
  const complete = later.program ?? (await (proc.code ? proc.code(later) : later.load()));
  return complete(proc, options);
}
