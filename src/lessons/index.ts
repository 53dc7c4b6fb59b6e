export { readLesson, type ReadLesson } from "./format/read.ts";
export type { Change, LessonHost, Ran } from "./host.ts";
export type { World, WorldKind, WorldObject } from "./checks/world.ts";
export type { Actual, Verdict } from "./checks/verdict.ts";
export { playForProof, type Playing, verdictOn } from "./proof.ts";
export { createPlayer, type Player } from "./play/player.ts";
export type { CheckView, LessonView, ProseByLocale, QuizView, Saved, StepView } from "./play/types.ts";
export type { Block, CodeAction, Prose, StepProse } from "./prose/types.ts";
export type { Lesson, LessonFiles, Problem } from "./types.ts";
