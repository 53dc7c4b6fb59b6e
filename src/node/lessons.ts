import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { loadLessons, type Playing, type Problem } from "../cluster/index.ts";
import { lessonFiles } from "./lesson-files.ts";
import type { Job } from "./lessons-worker.ts";

const SEEDS = 3;
/** Where the project's own are, from the bundle in dist/node. */
const OWN = fileURLToPath(new URL("../../lessons", import.meta.url));

interface Proved {
  readonly id: string;
  readonly folder: string;
  readonly ok: boolean;
  /** Wall time from the first playing's beginning to the last one's end. */
  readonly seconds: number;
  readonly problems: readonly Problem[];
}

/** `timonel lessons [DIR]`: proves every lesson under DIR, or the one that DIR is; answers 1 when one fails. Without DIR, the project's. */
export async function lessons(directory: string | undefined, json: boolean, cwd: string): Promise<number> {
  const top = directory === undefined ? OWN : resolve(cwd, directory);
  if (!existsSync(top)) {
    process.stderr.write(`timonel lessons: ${directory}: no such directory\n`);
    return 2;
  }
  const folders = existsSync(join(top, "lesson.yaml"))
    ? [top]
    : readdirSync(top, { withFileTypes: true })
        .flatMap((entry) => (entry.isDirectory() ? [join(top, entry.name)] : []))
        .sort();
  const players = createPlayers();
  const tell = ({ id, folder, ok, seconds, problems }: Proved): void => {
    process.stdout.write(`${ok ? "ok  " : "FAIL"} ${id}  ${seconds.toFixed(1)} s\n`);
    for (const { file, line, message, fix } of problems)
      process.stdout.write(`     ${relative(cwd, join(folder, file))}:${line}: ${message}\n       ${fix}\n`);
  };
  const proving = folders.map((folder) => prove(folder, players.play));
  const all: Proved[] = [];
  for (const each of proving) {
    all.push(await each);
    if (!json) tell(all.at(-1) as Proved);
  }
  players.stop();
  if (json) process.stdout.write(`${JSON.stringify({ lessons: all }, null, 2)}\n`);
  else if (all.length === 0) process.stdout.write(`no lessons in ${directory ?? OWN}\n`);
  else process.stdout.write(`${summary(all)}\n`);
  return all.every(({ ok }) => ok) ? 0 : 1;
}

function summary(all: readonly Proved[]): string {
  const times = all.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  const failed = all.filter(({ ok }) => !ok).length;
  return `${all.length - failed} of ${all.length} lessons pass under ${SEEDS} seeds; median ${median.toFixed(1)} s`;
}

async function prove(folder: string, play: Players["play"]): Promise<Proved> {
  const { readLesson, placeOf, unknownPlace, verdictOn } = await loadLessons();
  const read = readLesson(basename(folder), lessonFiles(folder));
  const { lesson } = read;
  const place = lesson && placeOf(lesson);
  const problems = [...read.problems, ...(lesson && !place ? [unknownPlace(lesson)] : [])];
  let [began, ended] = [0, 0];
  if (lesson && place && problems.length === 0) {
    const seeds = Array.from({ length: SEEDS }, (_, i) => place.seed + i);
    const done = await Promise.all(seeds.map((seed) => play({ folder, seed })));
    began = Math.min(...done.map((d) => d.began));
    ended = Math.max(...done.map((d) => d.ended));
    problems.push(
      ...verdictOn(
        lesson,
        done.map(({ playing }) => playing),
      ),
    );
  }
  return { id: lesson?.id ?? basename(folder), folder, ok: problems.length === 0, seconds: (ended - began) / 1000, problems };
}

interface Played {
  readonly playing: Playing;
  /** Wall ms. */
  readonly began: number;
  readonly ended: number;
}
interface Players {
  /** In the order asked. */
  readonly play: (job: Job) => Promise<Played>;
  readonly stop: () => void;
}

/** A thread a core, each with one playing at a time. */
function createPlayers(): Players {
  const waiting: { readonly job: Job; readonly resolve: (played: Played) => void; readonly reject: (error: Error) => void }[] = [];
  const threads: Worker[] = [];
  const idle: Worker[] = [];
  const next = (): void => {
    if (waiting.length > 0 && idle.length === 0 && threads.length < availableParallelism()) {
      const thread = new Worker(STARTER, { eval: true, resourceLimits: { maxYoungGenerationSizeMb: 96 } });
      threads.push(thread);
      idle.push(thread);
    }
    const thread = waiting.length > 0 ? idle.shift() : undefined;
    const task = thread && waiting.shift();
    if (!thread || !task) return;
    const began = performance.now();
    thread.removeAllListeners();
    thread.once("message", (playing: Playing) => {
      idle.push(thread);
      task.resolve({ playing, began, ended: performance.now() });
      next();
    });
    thread.once("error", task.reject);
    thread.postMessage(task.job);
    next();
  };
  return {
    play: (job) =>
      new Promise((done, reject) => {
        waiting.push({ job, resolve: done, reject });
        next();
      }),
    stop: () => threads.forEach((thread) => void thread.terminate()),
  };
}
/** The bundle's entry is the one file of it whose name stays. */
const STARTER = `import(${JSON.stringify(new URL("./timonel.mjs", import.meta.url).href)}).then(({ lessonsWorker }) => lessonsWorker())`;
