import type { Program } from "../../runtime/index.ts";
import { dispatch } from "./commands.ts";
import { parse } from "./flags.ts";
import { Failed, Run } from "./run.ts";

/** kubeadm, on a cluster that is there: what it would change, it changes. */
export const kubeadm: Program = async (proc) => {
  const run = new Run(proc);
  await proc.cpu(40);
  try {
    return await dispatch(run, parse(proc.argv.slice(1)));
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const more = error.message.includes("To see the stack trace")
      ? ""
      : "To see the stack trace of this error execute with --v=5 or higher\n";
    await proc.stderr.write(`error: ${error.message}\n${more}`);
    return error.code;
  }
};
