import type { Program, Signal } from "../../runtime/index.ts";

const PASSED: readonly Signal[] = ["TERM", "INT", "QUIT", "HUP", "USR1", "USR2", "WINCH"];

/** Yelp's dumb-init: process 1 that passes signals on to its one child, and ends as that does. */
export const dumbInit: Program = async (proc) => {
  const at = proc.argv[1] === "--" ? 2 : 1;
  const kept = (proc.restored as { readonly child?: number } | undefined)?.child;
  const child = (kept === undefined ? undefined : proc.child(kept)) ?? (await proc.spawn({ argv: proc.argv.slice(at), group: "new" }));
  for (const signal of PASSED)
    proc.on(signal, () => {
      try {
        child.kill(signal);
      } catch {
        // It has ended, and so will this.
      }
    });
  proc.checkpoint({ child: child.pid });
  return (await child.exited).code;
};

/** The image's preStop hook: tells the controller to end, and waits until its nginx has (ingress-nginx: cmd/waitshutdown). */
export const waitShutdown: Program = async (proc) => {
  const controller = proc.processes().find((p) => p.argv[0] === "/nginx-ingress-controller");
  if (!controller) return 1;
  proc.kill(controller.pid, "TERM");
  while (proc.fs.exists("/tmp/nginx/nginx.pid")) await proc.clock.sleep(1000);
  return 0;
};
