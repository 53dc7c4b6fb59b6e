import { useEffect, useRef, useState } from "react";
import type { Prose, StepView } from "../../browser/protocol.ts";
import { Icon } from "../frame/Icon.tsx";
import { number, useT } from "../i18n.ts";
import { Checks } from "./Checks.tsx";
import { Help } from "./Help.tsx";
import { Markdown } from "./prose/Markdown.tsx";
import { Quiz } from "./Quiz.tsx";

interface Props {
  readonly step: StepView;
  readonly prose: Prose | undefined;
  /** The first one has the lesson's own beginning above it. */
  readonly first: boolean;
  /** Done before, and read again. */
  readonly past: boolean;
  /** The learner has asked how it stands. */
  readonly asked: boolean;
}

/** A step: what it says, what is to be predicted and done, how that stands, and why it is so. */
export function Step({ step, prose, first, past, asked }: Props) {
  const t = useT();
  const words = prose?.steps.get(step.id);
  const done = step.state === "done";
  const moved = useMoved(step);
  return (
    <article className="step" aria-labelledby="lesson-step" data-testid="step" data-step={step.id} data-state={step.state}>
      {first && prose && prose.intro.length > 0 && <Markdown nodes={prose.intro} />}
      <header className="step-head">
        <h3 id="lesson-step" tabIndex={-1}>
          {words?.title ?? step.id}
        </h3>
        {step.points > 0 && (
          <span className="badge" data-tone={done ? "calm" : undefined}>
            {step.earned > 0
              ? t("lessons.pointsShort", { earned: number(step.earned), points: step.points })
              : t("lessons.worth", { count: step.points })}
          </span>
        )}
      </header>
      {words && <Markdown nodes={words.body} />}
      {step.quiz && <Quiz key={step.id} quiz={step.quiz} prose={words} past={past} />}
      {step.checks.length > 0 && <Checks step={step} prose={words} touched={moved || asked} />}
      <Help step={step} prose={words} past={past} />
      {done && words && words.explanation.length > 0 && (
        <section className="why" aria-labelledby="lesson-why" data-testid="why">
          <h4 id="lesson-why">
            <Icon name="check" /> {t("lessons.why")}
          </h4>
          <Markdown nodes={words.explanation} />
        </section>
      )}
    </article>
  );
}

/** Whether any check says something else than when it was first judged: then the learner has done something. */
function useMoved(step: StepView): boolean {
  const first = useRef<{ readonly step: string; readonly said: Map<string, string> }>({ step: "", said: new Map() });
  const [moved, setMoved] = useState("");
  useEffect(() => {
    if (first.current.step !== step.id) first.current = { step: step.id, said: new Map() };
    for (const { id, verdict } of step.checks) {
      if (!verdict) continue;
      const says = JSON.stringify(verdict);
      const before = first.current.said.get(id);
      if (before === undefined) first.current.said.set(id, says);
      else if (before !== says) setMoved(step.id);
    }
  }, [step]);
  return moved === step.id;
}
