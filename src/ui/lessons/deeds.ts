import { failed } from "../actions.ts";
import { announce } from "../announce.ts";
import { confirm } from "../dialogs.ts";
import { t } from "../i18n.ts";
import { restart, useSession } from "../session.ts";
import { addressOf } from "./route.ts";
import { closePeek } from "./run.ts";
import { doInLesson, useLesson } from "./store.ts";

/** What the buttons of a lesson do. Each tells the learner when it did not work. */
async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    failed(error);
  }
}

export const answer = (given: readonly string[]): Promise<void> => attempt(() => doInLesson({ verb: "answer", given }));
export const checkNow = (): Promise<void> => attempt(() => doInLesson({ verb: "check" }));
export const askHint = (): Promise<void> => attempt(() => doInLesson({ verb: "hint" }));
export const next = (): Promise<void> =>
  attempt(async () => {
    closePeek();
    await doInLesson({ verb: "next" });
  });

/** Asks first where it costs something. */
export const askSolution = (free: boolean): Promise<void> =>
  attempt(async () => {
    const question = { title: t("lessons.solutionTitle"), text: t("lessons.solutionText"), action: t("lessons.solutionDo") };
    if (free || (await confirm(question))) await doInLesson({ verb: "reveal" });
  });

export const resetStep = (): Promise<void> =>
  attempt(async () => {
    const memory = useSession.getState().status?.storage === "memory";
    const text = t(memory ? "lessons.resetMemory" : "lessons.resetText");
    if (!(await confirm({ title: t("lessons.resetTitle"), text, action: t("lessons.resetDo") }))) return;
    closePeek();
    if (memory) return location.reload();
    await doInLesson({ verb: "reset" });
    restart();
    announce(t("lessons.setting"));
  });

export const retry = (): Promise<void> =>
  attempt(async () => {
    const { view } = useLesson.getState();
    if (!view) return;
    if (!(await confirm({ title: t("lessons.retryTitle"), text: t("lessons.retryText"), action: t("lessons.retryDo") }))) return;
    await startAnew(crypto.getRandomValues(new Uint32Array(1))[0] as number);
  });

/** With the lesson's own seed where none is given. */
export const startAnew = (seed?: number): Promise<void> =>
  attempt(async () => {
    const { view } = useLesson.getState();
    if (!view) return;
    // In memory only, the page's end is the lesson's.
    if (useSession.getState().status?.storage !== "memory") await doInLesson({ verb: "retry" });
    location.assign(addressOf.lesson(view.id, seed));
  });
