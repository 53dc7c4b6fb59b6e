import * as Dropdown from "@radix-ui/react-dropdown-menu";
import { useState } from "react";
import type { LessonView, StepView } from "../../browser/protocol.ts";
import { announce } from "../announce.ts";
import { Icon } from "../frame/Icon.tsx";
import { useT } from "../i18n.ts";
import { checkNow, next, resetStep, retry } from "./deeds.ts";
import { countOf } from "./feedback.ts";
import { QUIZ_FORM } from "./Quiz.tsx";
import { useLesson } from "./store.ts";

interface Props {
  readonly view: LessonView;
  readonly step: StepView;
  readonly past: boolean;
  readonly stepsOpen: boolean;
  onSteps(): void;
  onBack(): void;
  onAsked(): void;
}

/** What is to be done next, where a thumb is: one button that says it, the steps to its left. */
export function Foot({ view, step, past, stepsOpen, onSteps, onBack, onAsked }: Props) {
  const t = useT();
  const at = view.steps.findIndex(({ id }) => id === step.id) + 1;
  return (
    <footer className="lesson-foot">
      <button
        type="button"
        className="button compact steps-button"
        aria-expanded={stepsOpen}
        aria-controls={stepsOpen ? "lesson-steps" : undefined}
        onClick={onSteps}
        data-testid="steps-button"
      >
        <Icon name={stepsOpen ? "down" : "up"} />
        {t("lessons.progress", { at, of: view.steps.length })}
      </button>
      <span className="spacer" />
      {!past && !view.finished && <More step={step} />}
      {past ? (
        <button type="button" id="lesson-go" className="button primary" onClick={onBack} data-testid="lesson-go">
          {t("lessons.toCurrent")}
        </button>
      ) : (
        !view.finished && <Go view={view} step={step} onAsked={onAsked} />
      )}
    </footer>
  );
}

function Go({ view, step, onAsked }: Pick<Props, "view" | "step" | "onAsked">) {
  const t = useT();
  const [checking, setChecking] = useState(false);
  const required = step.checks.some(({ advisory }) => !advisory);
  const done = step.state === "done" || (!required && !step.quiz);
  const last = view.steps.at(-1)?.id === step.id;
  if (done)
    return (
      <button type="button" id="lesson-go" className="button primary" onClick={() => void next()} data-testid="lesson-go" data-go="next">
        {t(last ? "lessons.finish" : "lessons.next")} <Icon name="next" />
      </button>
    );
  if (step.quiz && !step.quiz.right)
    return (
      <button type="submit" form={QUIZ_FORM} id="lesson-go" className="button primary" data-testid="lesson-go" data-go="answer">
        {t("lessons.answer")}
      </button>
    );
  const check = async () => {
    setChecking(true);
    onAsked();
    await checkNow();
    setChecking(false);
    const judged = useLesson.getState().view?.steps.find(({ id }) => id === step.id);
    if (!judged || judged.state === "done") return;
    announce(t("lessons.say.checked", countOf(judged)));
    // On a phone it may lie below what is in view.
    document.querySelector('.check:is([data-standing="failed"], [data-standing="broken"])')?.scrollIntoView({ block: "nearest" });
  };
  return (
    <button
      type="button"
      id="lesson-go"
      className="button"
      aria-disabled={checking}
      onClick={() => void (checking || check())}
      data-testid="lesson-go"
      data-go="check"
    >
      {t(checking ? "lessons.checking" : "lessons.checkNow")}
    </button>
  );
}

function More({ step }: { step: StepView }) {
  const t = useT();
  const open = step.state !== "done" && (step.checks.some(({ advisory }) => !advisory) || step.quiz !== undefined);
  return (
    <Dropdown.Root>
      <Dropdown.Trigger asChild>
        <button type="button" className="icon-button" aria-label={t("lessons.more")} title={t("lessons.more")} data-testid="lesson-more">
          <Icon name="more" />
        </button>
      </Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content className="menu" side="top" align="end" sideOffset={6} collisionPadding={8}>
          <Dropdown.Item onSelect={() => void resetStep()} data-testid="step-reset">
            {t("lessons.resetStep")}
          </Dropdown.Item>
          {open && (
            <Dropdown.Item onSelect={() => void next()} data-testid="step-skip">
              {t("lessons.skipStep")}
            </Dropdown.Item>
          )}
          <Dropdown.Separator />
          <Dropdown.Item onSelect={() => void retry()} data-testid="lesson-retry">
            {t("lessons.retry")}
          </Dropdown.Item>
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}
