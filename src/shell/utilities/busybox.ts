import type { ProcessContext, Program } from "../../runtime/index.ts";
import type { Flavour } from "./flavour.ts";
import { baseName } from "./paths.ts";
import { helpText, runUtility, type Utility } from "./tool.ts";

/** `busybox NAME ARGS`, or one of its links by its own name: an applet in this very process, which keeps its command line. */
export function busyboxProgram(
  flavour: Flavour,
  applets: readonly string[],
  rows: ReadonlyMap<string, Utility>,
  shell: (proc: ProcessContext, argv: readonly string[]) => Promise<number>,
): Program {
  return async (proc) => {
    // A login shell's name begins with a dash.
    const called = baseName(proc.argv[0] ?? "").replace(/^-/, "");
    const argv = called === "busybox" ? proc.argv.slice(1) : [called, ...proc.argv.slice(1)];
    const [name, ...rest] = argv;
    if (name === "--list") {
      await proc.stdout.write(`${applets.join("\n")}\n`);
      return 0;
    }
    if (name === undefined || name === "--help") {
      const row = rows.get(rest[0] ?? "");
      if (row) await proc.stderr.write(helpText(row));
      else
        await proc.stdout.write(
          `BusyBox v1.37.0 multi-call binary (simulated by Timonel).\n\nUsage: busybox [function [arguments]...]\n   or: busybox --list\n\nCurrently defined functions:\n\t${applets.join(", ")}\n`,
        );
      return 0;
    }
    if (!applets.includes(name)) {
      await proc.stderr.write(`${name}: applet not found\n`);
      return 127;
    }
    const row = rows.get(name);
    return row ? runUtility(row, flavour, proc, rest) : shell(proc, argv);
  };
}
