import { createHost, type ImageFile } from "../../runtime/index.ts";
import { createRandom } from "../../sim/index.ts";
import { testClock } from "../../sim/testing.ts";
import { binFiles, shellPrograms, utilityNames } from "../index.ts";

export type Real = "bash" | "dash" | "busybox";

export interface Outcome {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}
/** A script and what the real shells made of it. */
export interface Recorded {
  readonly name: string;
  readonly script: string;
  readonly real: Partial<Record<Real, Outcome>>;
}

const SYSTEM: Readonly<Record<string, ImageFile>> = {
  "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
  "/etc/group": "root:x:0:\n",
  "/tmp/w": { directory: true, mode: 0o755 },
  "/usr/local/lib": { directory: true },
};
const GNU = { ...SYSTEM, ...binFiles([...utilityNames, "sh", "bash"]) };
const BUSYBOX = { ...SYSTEM, ...binFiles([...utilityNames, "sh", "ash", "busybox"], "/bin", "busybox") };

/** Process ids say nothing. */
const plain = (o: Outcome): Outcome => ({ ...o, err: o.err.replace(/^(\w+: line \d+:) +\d+ (?=[A-Z])/gm, "$1 PID ") });

/** Every outcome on record, with a title of its own. */
export const outcomes = (recorded: readonly Recorded[]) =>
  recorded.flatMap(({ name, script, real }) =>
    (Object.keys(real) as Real[]).map((shell) => ({ title: `${shell} ${name}`, script, shell, real: plain(real[shell] as Outcome) })),
  );

/** Runs a script in our shell as that real one was: `bash -c`, or `sh -c` where sh is dash or BusyBox's. */
export async function runOurs(script: string, as: Real): Promise<Outcome> {
  const clock = testClock(Date.UTC(2026, 10, 20, 12));
  const host = createHost({
    name: "box",
    clock,
    random: createRandom(1),
    programs: shellPrograms,
    hardware: { cpus: 2, memory: 2 ** 32 },
    network: () => undefined,
    files: as === "busybox" ? BUSYBOX : GNU,
  });
  const [out, err] = [host.collector(), host.collector()];
  const child = host.start({
    argv: [as === "bash" ? "bash" : "sh", "-c", script],
    env: { PATH: "/bin", HOME: "/root", LC_ALL: "C.UTF-8" },
    cwd: "/tmp/w",
    fds: { 0: host.source(""), 1: out.description, 2: err.description },
  });
  let code: number | undefined;
  void child.exited.then((exit) => (code = exit.code));
  for (let i = 0; i < 40 && code === undefined; i++) await clock.advance(i < 4 ? 1000 : 60_000);
  return plain({ out: out.text(), err: err.text(), code: code ?? -1 });
}
