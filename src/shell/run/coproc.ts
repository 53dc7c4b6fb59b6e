import type { SyntaxNode } from "unbash";
import type { Shell } from "../shell.ts";
import { spawnNode } from "./spawn.ts";

type Coproc = Extract<SyntaxNode, { type: "Coproc" }>;

/** bash's own numbers for the ends that a coprocess is spoken to by; counted down where they are taken. */
function free(sh: Shell, from: number): number {
  let fd = from;
  while (sh.fds.has(fd)) fd--;
  return fd;
}

/** `coproc NAME { …; }`: a job whose input and output are descriptors of this shell, named by an array. */
export async function runCoproc(sh: Shell, node: Coproc): Promise<number> {
  const { body } = node;
  // Such a body comes with a syntax error, which was said before.
  if (body.type === "CompoundList") return (sh.status = 2);
  const name = node.name?.value ?? "COPROC";
  const [to, from] = [sh.proc.pipe(), sh.proc.pipe()];
  // Ends of other coprocesses stay here: one that held them would keep those from seeing their input's end.
  const others = new Set(sh.jobs.flatMap((job) => job.coproc?.fds ?? []));
  const fds = Object.fromEntries([...sh.fds].filter(([fd]) => !others.has(fd)));
  const group = sh.options.has("monitor") ? ({ group: "new" } as const) : {};
  const child = await spawnNode(sh, body, sh.source, { ...fds, 0: to.read, 1: from.write }, group);
  sh.proc.close(to.read);
  sh.proc.close(from.write);
  const reading = free(sh, 63);
  sh.fds.set(reading, from.read);
  const writing = free(sh, 60);
  sh.fds.set(writing, to.write);
  const job = sh.addJob([child.pid], sh.source.slice(node.pos, node.end), [child]);
  job.coproc = { name, fds: [reading, writing] };
  sh.lastBackground = child.pid;
  sh.setArray(name, [String(reading), String(writing)]);
  sh.set(`${name}_PID`, String(child.pid));
  if (sh.interactive) await sh.fds.get(2)?.write(`[${job.id}] ${child.pid}\n`);
  return (sh.status = 0);
}
