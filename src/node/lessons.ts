import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { type LessonClusters, type LessonFiles, loadLessons, type Problem } from "../cluster/index.ts";
import { nodePlatform } from "./platform.ts";

/** Lessons tell their story at this moment (law 4: the epoch is an input). */
const EPOCH = Date.UTC(2026, 0, 15, 9, 0, 0);
const SEEDS = 3;

type Engine = Awaited<ReturnType<typeof loadLessons>>;

interface Proved {
  readonly id: string;
  readonly folder: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly problems: readonly Problem[];
}

/** `timonel lessons [DIR]`: proves every lesson under DIR, or the one that DIR is; answers 1 when one fails. */
export async function lessons(directory: string, json: boolean, cwd: string): Promise<number> {
  const top = resolve(cwd, directory);
  if (!existsSync(top)) {
    process.stderr.write(`timonel lessons: ${directory}: no such directory\n`);
    return 2;
  }
  const folders = existsSync(join(top, "lesson.yaml"))
    ? [top]
    : readdirSync(top, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [join(top, entry.name)] : []));
  const engine = await loadLessons();
  const clusters = engine.createLessonClusters();
  const all: Proved[] = [];
  for (const folder of folders.sort()) {
    const proved = await prove(folder, engine, clusters);
    all.push(proved);
    if (json) continue;
    process.stdout.write(`${proved.ok ? "ok  " : "FAIL"} ${proved.id}  ${proved.seconds.toFixed(1)} s\n`);
    for (const { file, line, message, fix } of proved.problems)
      process.stdout.write(`     ${relative(cwd, join(folder, file))}:${line}: ${message}\n       ${fix}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify({ lessons: all }, null, 2)}\n`);
  else if (all.length === 0) process.stdout.write(`no lessons in ${directory}\n`);
  return all.every(({ ok }) => ok) ? 0 : 1;
}

async function prove(
  folder: string,
  { readLesson, placeOf, proveLesson, unknownPlace }: Engine,
  clusters: LessonClusters,
): Promise<Proved> {
  const began = performance.now();
  const read = readLesson(basename(folder), filesOf(folder));
  const place = read.lesson && placeOf(read.lesson);
  const unknown = read.lesson && !place ? [unknownPlace(read.lesson)] : [];
  const own = place?.seed ?? 1;
  const { problems } = await proveLesson(
    { ...read, problems: [...read.problems, ...unknown] },
    Array.from({ length: SEEDS }, (_, i) => own + i),
    (seed) => clusters.start({ platform: nodePlatform, preset: "default", ...place, seed, epoch: EPOCH }),
  );
  return {
    id: read.lesson?.id ?? basename(folder),
    folder,
    ok: problems.length === 0,
    seconds: (performance.now() - began) / 1000,
    problems,
  };
}

function filesOf(folder: string): LessonFiles {
  const files = new Map<string, Uint8Array>();
  const walk = (path: string): void => {
    for (const name of readdirSync(path)) {
      const full = join(path, name);
      if (statSync(full).isDirectory()) walk(full);
      else files.set(relative(folder, full), readFileSync(full));
    }
  };
  walk(folder);
  return files;
}
