import { create } from "zustand";
import type { LessonCall, LessonView, Problem, Prose, ProseByLocale } from "../../browser/protocol.ts";
import { useSession } from "../session.ts";
import { useSettings } from "../settings.ts";

interface LessonState {
  /** Undefined before the worker has told of it. */
  readonly view: LessonView | undefined;
  readonly prose: ProseByLocale | undefined;
  /** Why the lesson that was to be opened is none. */
  readonly problems: readonly Problem[] | undefined;
  /** Of the lesson's folder, by path: pictures are shown from there. */
  readonly files: Readonly<Record<string, Uint8Array>> | undefined;
}

export const useLesson = create<LessonState>(() => ({ view: undefined, prose: undefined, problems: undefined, files: undefined }));

/** Whether the step where the learner is has all that it asks for. */
export const isDone = ({ steps, current }: LessonView): boolean => steps.some(({ id, state }) => id === current && state === "done");

/** Tells the worker what the learner does; rejects with words for people. */
export async function doInLesson(call: LessonCall): Promise<void> {
  await useSession.getState().connection?.lesson(call);
}

/** What the lesson says in the learner's language, or in one that it has. */
export function useProse(): Prose | undefined {
  const prose = useLesson((s) => s.prose);
  const language = useSettings((s) => s.language);
  return prose && (prose[language] ?? prose["en"] ?? Object.values(prose)[0]);
}
