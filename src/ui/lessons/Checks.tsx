import type { CheckView, StepProse, StepView } from "../../browser/protocol.ts";
import { Icon, type IconName } from "../frame/Icon.tsx";
import { useT } from "../i18n.ts";
import { useSettings } from "../settings.ts";
import { resetStep } from "./deeds.ts";
import { countOf, feedbackOf, nameOf, standingOf, type Standing } from "./feedback.ts";
import { Markdown } from "./prose/Markdown.tsx";

const ICONS: Record<Standing, IconName> = { waiting: "dot", passed: "check", failed: "minus", broken: "close", holding: "check" };

interface Props {
  readonly step: StepView;
  readonly prose: StepProse | undefined;
  readonly touched: boolean;
}

/** What has to be true, as it becomes so. */
export function Checks({ step, prose, touched }: Props) {
  const t = useT();
  const done = step.state === "done";
  return (
    <section className="checks" aria-labelledby="lesson-checks">
      <h4 id="lesson-checks">
        {t("lessons.checks")} <span className="count">{t("lessons.checksDone", countOf(step))}</span>
      </h4>
      <ul>
        {step.checks.map((check) => (
          <Check key={check.id} check={check} standing={standingOf(check, { done, touched })} author={prose?.feedback.get(check.id)} />
        ))}
      </ul>
    </section>
  );
}

interface CheckProps {
  readonly check: CheckView;
  readonly standing: Standing;
  readonly author: Parameters<typeof feedbackOf>[1];
}

function Check({ check, standing, author }: CheckProps) {
  const t = useT();
  const kind =
    check.kind === "script" || check.kind === "history" || check.kind === "command" ? t(`lessons.kind.${check.kind}`) : undefined;
  return (
    <li className="check" data-standing={standing} data-testid={`check-${check.id}`}>
      <span className="check-mark" aria-hidden="true">
        <Icon name={ICONS[standing]} />
      </span>
      <div className="check-words">
        <div className="check-head">
          <p className="check-name">
            {check.about !== undefined && <code>{check.about}</code>}
            <code className="check-id">{nameOf(check)}</code>
            {kind !== undefined && <span className="quiet">{kind}</span>}
            {check.advisory && <span className="badge">{t("lessons.advisory")}</span>}
          </p>
          <span className="check-state">{t(`lessons.state.${standing}`)}</span>
        </div>
        {(standing === "failed" || standing === "broken") && <Told check={check} author={author} />}
        {standing === "broken" && (
          <button type="button" className="button compact" onClick={() => void resetStep()} data-testid="check-reset">
            <Icon name="again" /> {t("lessons.resetStep")}
          </button>
        )}
      </div>
    </li>
  );
}

function Told({ check, author }: Pick<CheckProps, "check" | "author">) {
  const t = useT();
  const language = useSettings((s) => s.language);
  const told = feedbackOf(check, author, t, (at) => new Date(at).toLocaleTimeString(language, { hourCycle: "h23" }));
  if (!told) return null;
  const rows = [
    ["lessons.expected", told.expected],
    ["lessons.found", told.found],
  ] as const;
  return (
    <div className="check-told" data-testid="check-told">
      {told.words.length > 0 && <Markdown nodes={told.words} />}
      {told.sentence !== undefined && <p>{told.sentence}</p>}
      {rows.some(([, value]) => value !== undefined) && (
        <dl>
          {rows.map(
            ([key, value]) =>
              value !== undefined && (
                <div key={key}>
                  <dt>{t(key)}</dt>
                  <dd>
                    <code>{value}</code>
                  </dd>
                </div>
              ),
          )}
        </dl>
      )}
    </div>
  );
}
