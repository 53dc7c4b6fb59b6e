import { create } from "zustand";
import type { LessonCall, LessonView, Problem, ProseByLocale } from "../../browser/protocol.ts";
import { useSession } from "../session.ts";

interface LessonState {
  /** Undefined before the worker has told of it. */
  readonly view: LessonView | undefined;
  readonly prose: ProseByLocale | undefined;
  /** Why the lesson that was to be opened is none. */
  readonly problems: readonly Problem[] | undefined;
}

export const useLesson = create<LessonState>(() => ({ view: undefined, prose: undefined, problems: undefined }));

/** Tells the worker what the learner does; rejects with words for people. */
export async function doInLesson(call: LessonCall): Promise<void> {
  await useSession.getState().connection?.lesson(call);
}
