export { readLesson, type ReadLesson } from "./format/read.ts";
export type { Change, LessonHost, Ran } from "./host.ts";
export type { World, WorldKind, WorldObject } from "./checks/world.ts";
export { proveLesson, type Proof } from "./proof.ts";
export type { Lesson, LessonFiles, Problem } from "./types.ts";
