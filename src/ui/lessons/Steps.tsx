import type { LessonView, Prose } from "../../browser/protocol.ts";
import { Icon } from "../frame/Icon.tsx";
import { number, useT } from "../i18n.ts";

interface Props {
  readonly view: LessonView;
  readonly prose: Prose | undefined;
  readonly shown: string | undefined;
  onPick(step: string): void;
}

/** The way through the lesson. What is done can be read again; what lies ahead is told by its name. */
export function Steps({ view, prose, shown, onPick }: Props) {
  const t = useT();
  return (
    <ol className="steps" id="lesson-steps" aria-label={t("lessons.steps")} data-testid="steps">
      {view.steps.map((step, i) => {
        const here = step.id === view.current && !view.finished;
        const state = here ? "current" : step.state;
        return (
          <li key={step.id} data-state={state} data-done={step.state === "done" || undefined}>
            <button
              type="button"
              disabled={state === "ahead"}
              aria-current={step.id === shown ? "step" : undefined}
              onClick={() => onPick(step.id)}
              data-testid={`go-${step.id}`}
            >
              <span className="step-mark" aria-hidden="true">
                {step.state === "done" ? <Icon name="check" /> : i + 1}
              </span>
              <span className="step-title">
                {prose?.steps.get(step.id)?.title ?? step.id}
                <span className="hidden-visually">, {t(`lessons.stepState.${state}`)}</span>
              </span>
              {step.points > 0 && (
                <span className="count">{t("lessons.pointsShort", { earned: number(step.earned), points: step.points })}</span>
              )}
            </button>
          </li>
        );
      })}
    </ol>
  );
}
