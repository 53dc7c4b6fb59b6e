import { basename } from "node:path";
import { parentPort } from "node:worker_threads";
import { loadLessons, type Playing } from "../cluster/index.ts";
import { lessonFiles } from "./lesson-files.ts";
import { nodePlatform } from "./platform.ts";

/** One playing of the lesson in a folder that was read without a problem. */
export interface Job {
  readonly folder: string;
  readonly seed: number;
}

/** Lessons tell their story at this moment (law 4: the epoch is an input). */
const EPOCH = Date.UTC(2026, 0, 15, 9, 0, 0);

/** A thread that plays lessons for the proof, one after the other, until it is ended. */
export async function lessonsWorker(): Promise<void> {
  const { readLesson, placeOf, playForProof, createLessonClusters } = await loadLessons();
  const clusters = createLessonClusters();
  const play = async ({ folder, seed }: Job): Promise<Playing> => {
    const { lesson, files } = readLesson(basename(folder), lessonFiles(folder));
    const place = lesson && placeOf(lesson);
    if (!lesson || !place) throw new Error(`${folder} has changed`);
    return playForProof(lesson, files, seed, (own) => clusters.start({ platform: nodePlatform, ...place, seed: own, epoch: EPOCH }));
  };
  parentPort?.on("message", (job: Job) => {
    void play(job)
      .catch((error: unknown): Playing => {
        const message = `cannot be played: ${error instanceof Error ? error.message : String(error)}`;
        return {
          seed: job.seed,
          story: "",
          problems: [{ file: "lesson.yaml", line: 1, message, fix: "Make the lesson smaller until it can." }],
        };
      })
      .then((playing) => parentPort?.postMessage(playing));
  });
}
