import { useEffect, useRef } from "react";
import type { StepProse, StepView } from "../../browser/protocol.ts";
import { Icon } from "../frame/Icon.tsx";
import { useT } from "../i18n.ts";
import { askHint, askSolution } from "./deeds.ts";
import { CodeBlock } from "./prose/Code.tsx";
import { Markdown } from "./prose/Markdown.tsx";

interface Props {
  readonly step: StepView;
  readonly prose: StepProse | undefined;
  /** Of a step that is past: what was asked for is there, nothing more can be. */
  readonly past: boolean;
}

/** Hints from the gentlest on, each when it is asked for, and a solution. */
export function Help({ step, prose, past }: Props) {
  const t = useT();
  const hints = prose?.hints ?? [];
  const seen = Math.min(step.hints, hints.length);
  const done = step.state === "done";
  const list = useRef<HTMLOListElement>(null);
  const solution = useRef<HTMLElement>(null);
  const before = useRef({ seen, shown: step.solution !== undefined });
  useEffect(() => {
    const shown = step.solution !== undefined;
    if (seen > before.current.seen) focusOn(list.current?.lastElementChild);
    else if (shown && !before.current.shown) focusOn(solution.current);
    before.current = { seen, shown };
  }, [seen, step.solution]);
  const more = !past && !done && seen < hints.length;
  const solvable = !past && step.hasSolution && step.solution === undefined;
  if (seen === 0 && !more && !solvable && step.solution === undefined) return null;
  return (
    <section className="help" aria-label={t("lessons.hints")}>
      {seen > 0 && (
        <ol ref={list} className="hints">
          {hints.slice(0, seen).map((hint, i) => (
            <li key={i} className="hint" tabIndex={-1} data-testid="hint">
              <p className="hint-title">
                <Icon name="bulb" /> {t("lessons.hint", { at: i + 1, of: hints.length })}
              </p>
              <Markdown nodes={hint} />
            </li>
          ))}
        </ol>
      )}
      {step.solution !== undefined && (
        <section className="solution" ref={solution} tabIndex={-1} aria-labelledby="lesson-solution" data-testid="solution">
          <h4 id="lesson-solution">{t("lessons.solution")}</h4>
          <p className="quiet">{t("lessons.solutionNote")}</p>
          <CodeBlock code={step.solution.trimEnd()} action={past ? "copy" : "exec"} />
        </section>
      )}
      {(more || solvable) && (
        <div className="row">
          {more && (
            <button type="button" className="button compact" onClick={() => void askHint()} data-testid="ask-hint">
              <Icon name="bulb" /> {t(seen === 0 ? "lessons.askHint" : "lessons.askNextHint")}
            </button>
          )}
          {solvable && (
            <button type="button" className="button compact quiet-button" onClick={() => void askSolution(done)} data-testid="ask-solution">
              {t("lessons.askSolution")}
            </button>
          )}
        </div>
      )}
    </section>
  );
}

function focusOn(element: Element | null | undefined): void {
  if (!(element instanceof HTMLElement)) return;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" });
}
