import type { World } from "./checks/world.ts";

/** What ran in the learner's shell. */
export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** A write to the cluster, as history checks see it. */
export interface Change {
  readonly revision: number;
  /** Virtual ms. */
  readonly at: number;
  /** The plural of what was written. */
  readonly plural: string;
}

/** A cluster that a lesson plays on; given by the cluster room. Time is virtual. */
export interface LessonHost {
  readonly now: () => number;
  readonly revision: () => number;
  /** The cluster and the files as they are now. */
  world(): World;
  /** Keeps history from this revision on, until released. */
  pin(revision: number): () => void;
  /** Calls `visit` with the world after every write of (from, to], oldest first, until it answers false. */
  replay(from: number, visit: (change: Change, world: Pick<World, "kinds" | "list">) => boolean): void;
  /** `bash -c` in the learner's home folder; a script that takes longer than `limit` virtual ms ends with 124. */
  run(script: string, limit?: number): Promise<Ran>;
  /** Lines that the learner has typed at a prompt, oldest first. */
  typed(): readonly string[];
  /** Types a script at a prompt, line by line, and waits until the last has ended; answers false after `limit` virtual ms. */
  type(script: string, limit?: number): Promise<boolean>;
  /** Puts a file into the home folder, executable if it is a script. */
  write(path: string, data: Uint8Array, mode?: number): void;
  /** Lets virtual time pass until `done`, or `limit` ms have passed; answers whether it is done. */
  until(done: () => boolean, limit: number): Promise<boolean>;
  /** A cluster of its own that is as this one is now; `stop` it. */
  fork(): Promise<LessonHost>;
  stop(): void;
}
