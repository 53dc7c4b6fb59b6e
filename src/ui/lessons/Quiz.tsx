import { useEffect, useId, useRef, useState } from "react";
import type { QuizView, StepProse } from "../../browser/protocol.ts";
import { Icon } from "../frame/Icon.tsx";
import { useT } from "../i18n.ts";
import { answer } from "./deeds.ts";
import { InlineMarkdown } from "./prose/Markdown.tsx";

/** The footer's button belongs to it. */
export const QUIZ_FORM = "lesson-quiz";

interface Props {
  readonly quiz: QuizView;
  readonly prose: StepProse | undefined;
  /** Of a step that is past: to be read. */
  readonly past: boolean;
}

export function Quiz({ quiz, prose, past }: Props) {
  const t = useT();
  const [chosen, setChosen] = useState<readonly string[]>(quiz.given ?? []);
  const [empty, setEmpty] = useState(false);
  const said = useId();
  const form = useRef<HTMLFormElement>(null);
  const choices = quiz.type === "single" || quiz.type === "multiple";
  const fixed = quiz.right || past;
  // What was told of an answer is not told of the next one.
  const told = quiz.given !== undefined && quiz.given.join("\0") === chosen.join("\0");
  const wrong = told && !quiz.right && !past;

  // The field goes dead under the learner's hands: the way on takes over.
  const wasRight = useRef(quiz.right);
  useEffect(() => {
    if (quiz.right && !wasRight.current) document.getElementById("lesson-go")?.focus();
    wasRight.current = quiz.right;
  }, [quiz.right]);

  const choose = (id: string, on: boolean): void => {
    setEmpty(false);
    if (quiz.type === "single") setChosen([id]);
    else setChosen(quiz.options.filter((option) => (option === id ? on : chosen.includes(option))));
  };
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    const given = chosen.map((one) => one.trim()).filter((one) => one !== "");
    setEmpty(given.length === 0);
    if (given.length > 0) void answer(chosen);
    else form.current?.querySelector("input")?.focus();
  };

  return (
    <form
      id={QUIZ_FORM}
      ref={form}
      className="quiz"
      onSubmit={submit}
      data-right={quiz.right || undefined}
      data-wrong={wrong || undefined}
      data-testid="quiz"
    >
      <fieldset disabled={fixed} aria-describedby={said}>
        <legend>
          {t(choices ? "lessons.quiz" : "lessons.quizKnow")}
          {choices && !fixed && <span className="quiet"> {t(quiz.type === "single" ? "lessons.chooseOne" : "lessons.chooseSeveral")}</span>}
        </legend>
        {choices ? (
          quiz.options.map((id) => (
            <label key={id} className="option" data-chosen={chosen.includes(id) || undefined}>
              <input
                type={quiz.type === "single" ? "radio" : "checkbox"}
                name="answer"
                value={id}
                checked={chosen.includes(id)}
                onChange={({ target }) => choose(id, target.checked)}
              />
              <span className="option-words">
                <InlineMarkdown nodes={prose?.options.get(id) ?? [{ type: "text", value: id }]} />
              </span>
            </label>
          ))
        ) : (
          <input
            className="quiz-field"
            type="text"
            inputMode={quiz.type === "number" ? "decimal" : "text"}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            aria-label={t(quiz.type === "number" ? "lessons.number" : "lessons.text")}
            placeholder={t(quiz.type === "number" ? "lessons.number" : "lessons.text")}
            value={chosen[0] ?? ""}
            onChange={({ target }) => {
              setEmpty(false);
              setChosen([target.value]);
            }}
          />
        )}
      </fieldset>
      <div className="quiz-said" id={said} role="status" data-testid="quiz-said">
        {empty && <p className="quiet">{t("lessons.nothingGiven")}</p>}
        {wrong && (
          <p>
            <Icon name="minus" />
            <span>
              <strong>{t("lessons.wrong")}</strong> {t("lessons.wrongMore")}{" "}
              <span className="quiet">{t("lessons.tries", { count: quiz.tries })}</span>
            </span>
          </p>
        )}
        {quiz.right && (
          <p data-tone="calm">
            <Icon name="check" />
            <span>
              <strong>{t("lessons.right")}</strong> <span className="quiet">{t("lessons.tries", { count: quiz.tries })}</span>
            </span>
          </p>
        )}
      </div>
    </form>
  );
}
