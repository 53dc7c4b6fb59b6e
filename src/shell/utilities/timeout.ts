import { Errno, type Signal } from "../../runtime/index.ts";
import { signalName } from "../signals.ts";
import { parseDuration } from "./durations.ts";
import type { Utility } from "./tool.ts";

export const timeout: Utility = {
  name: "timeout",
  usage: "[-s SIG] [-k KILL_SECS] SECS PROG ARGS",
  about: "Run PROG. Send SIG to it if it is not gone in SECS seconds.",
  parse: "first",
  flags: {
    signal: { short: "s", long: "signal", value: "SIG", help: "Signal" },
    kill: { short: "k", long: "kill-after", value: "SECS", help: "Send KILL after" },
    preserve: { long: "preserve-status", help: "Exit with the command's status" },
    foreground: { long: "foreground", help: "Keep the group" },
    verbose: { short: "v", help: "Say what is sent" },
  },
  async run(t) {
    const [text, ...argv] = t.args;
    if (text === undefined || argv.length === 0) {
      if (t.busybox) return t.misuse("missing operand");
      await t.proc.stderr.write("Try 'timeout --help' for more information.\n");
      return 125;
    }
    const ms = parseDuration(text);
    if (Number.isNaN(ms)) return t.fail(t.busybox ? `invalid number '${text}'` : `invalid time interval ‘${text}’`, t.busybox ? 1 : 125);
    const signal = signalName(t.value("signal") ?? "TERM") as Signal | undefined;
    if (signal === undefined) return t.fail(`${t.value("signal")}: invalid signal`, 125);
    let child;
    // GNU's leads a group of its own, so that the command's children get the signal too; BusyBox's does not.
    const group = !t.busybox && !t.has("foreground");
    try {
      child = await t.proc.spawn({ argv, ...(group && { group: "new" as const }) });
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await t.warn(t.busybox ? `can't execute '${argv[0]}': ${error.message}` : `failed to run command ‘${argv[0]}’: ${error.message}`);
      return error.code === "ENOENT" ? 127 : 126;
    }
    const undo = (["INT", "TERM", "HUP"] as const).map((s) => t.proc.on(s, () => child.kill(s)));
    const dieOf = (killer: Signal): Promise<number> => {
      for (const cancel of undo) cancel();
      t.proc.kill(t.proc.pid, killer);
      return new Promise(() => {});
    };
    const first = ms === 0 ? await child.exited : await Promise.race([child.exited, t.proc.clock.sleep(ms)]);
    if (first) return first.code;
    const send = async (what: Signal): Promise<void> => {
      if (t.has("verbose")) await t.proc.stderr.write(`timeout: sending signal ${what} to command ‘${argv[0]}’\n`);
      try {
        t.proc.kill(group ? -child.pid : child.pid, what);
      } catch (error) {
        // It has just ended.
        if (!(error instanceof Errno)) throw error;
      }
    };
    await send(signal);
    const grace = t.has("kill") ? parseDuration(t.value("kill") as string) : undefined;
    const second = grace === undefined ? await child.exited : await Promise.race([child.exited, t.proc.clock.sleep(grace)]);
    if (!second) await send("KILL");
    const exit = await child.exited;
    // GNU's ends as it ended its command; BusyBox' is the command, and its clock the child.
    if (signal === "KILL" || !second) return dieOf("KILL");
    if (t.busybox && exit.signal) return dieOf(exit.signal);
    return t.has("preserve") || t.busybox ? exit.code : 124;
  },
};
