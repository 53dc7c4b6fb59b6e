import type { Program } from "../../runtime/index.ts";
import { resourceConsumer as consume, testWebserver } from "../agnhost/servers.ts";
import { goFlags } from "../go-flags.ts";

/** Says as whom it runs (k8s: test/images/nonewprivs/nnp.go): a set-user-id bit does nothing here, as under no_new_privs. */
export const nonewprivs: Program = async (proc) => {
  await proc.stdout.write(`Effective uid: ${proc.uid}\n`);
  return 0;
};

/** Its own files on port 80. */
export const pictureServer: Program = (proc) => testWebserver(proc, { values: {}, rest: [] });

export const resourceConsumer: Program = async (proc) => {
  const flags = goFlags(proc.argv, { port: "string" });
  if (!("error" in flags)) return consume(proc, flags);
  await proc.stderr.write(flags.error);
  return 2;
};

/** For programs that are known and not here. */
export const notSimulated: Program = async (proc) => {
  const name = (proc.argv[0] ?? "").replace(/^\//, "");
  await proc.stderr.write(`${name}: this program is not simulated by Timonel\n`);
  return 1;
};
