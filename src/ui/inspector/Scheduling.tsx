import { propose } from "../actions.ts";
import { Icon } from "../frame/Icon.tsx";
import { useT } from "../i18n.ts";
import type { PodView } from "../model/views.ts";
import { type Decision, type SchedulingChange, useDecision } from "./useDecision.ts";

/** Why a pod has no machine, and what would give it one; or why it is where it is. */
export function Scheduling({ view }: { view: PodView }) {
  const t = useT();
  const decision = useDecision(view.namespace, view.name, view.node);
  if (!decision) return null;
  if (view.node !== "") return <Points decision={decision} />;
  const advice = decision.advice ?? [];
  return (
    <section className="scheduling" aria-label={t("inspector.whyNot")} data-testid="scheduling">
      <h4>{t("inspector.whyNot")}</h4>
      <ul className="plain">
        {byReason(decision).map(([reason, nodes]) => (
          <li key={reason}>
            <span className="message">{reason}</span> <span className="quiet">{nodes.join(", ")}</span>
          </li>
        ))}
      </ul>
      {advice.length > 0 && (
        <>
          <h4>{t("inspector.whatHelps")}</h4>
          <ol className="advice" data-testid="advice">
            {advice.map(({ node, changes }) => (
              <li key={changes.map((c) => c.target + c.what).join()}>
                {changes.map((change) => (
                  <Change key={change.target + change.what} change={change} />
                ))}
                {changes.every((c) => c.action !== "AddMachine") && <span className="quiet">{t("inspector.thenOn", { node })}</span>}
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

function Change({ change }: { change: SchedulingChange }) {
  const t = useT();
  const { command, target } = change;
  const said = t(`advice.${change.action}` as Parameters<typeof t>[0], change.parameters);
  return (
    <div className="row tight">
      <span>
        <code>{target}</code> {said.startsWith("advice.") ? change.what : said}
      </span>
      {command !== undefined && (
        <button type="button" className="button compact" title={command} onClick={() => propose(command)}>
          <Icon name="terminal" /> {t("inspector.typeIt")}
        </button>
      )}
    </div>
  );
}

/** The points of the best two machines, plugin by plugin. */
function Points({ decision }: { decision: Decision }) {
  const t = useT();
  const [first, second] = decision.scores ?? [];
  if (!first || !second) return null;
  return (
    <details className="scheduling" data-testid="scores">
      <summary>{t("inspector.whyHere", { node: decision.node ?? "" })}</summary>
      <table className="points">
        <thead>
          <tr>
            <th scope="col">{t("inspector.plugin")}</th>
            <th scope="col">{first.node}</th>
            <th scope="col">{second.node}</th>
          </tr>
        </thead>
        <tbody>
          {(first.plugins ?? []).map(({ plugin, weighted }, i) => (
            <tr key={plugin}>
              <th scope="row">{plugin}</th>
              <td>{weighted}</td>
              <td>{second.plugins?.[i]?.weighted}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("inspector.points")}</th>
            <td>{first.score}</td>
            <td>{second.score}</td>
          </tr>
        </tfoot>
      </table>
      {first.score === second.score && <p className="quiet">{t("inspector.tie")}</p>}
    </details>
  );
}

/** Which machines each reason was given for; a verdict about all of them names none. */
function byReason({ rejections = [], reasons = [] }: Decision): readonly (readonly [string, readonly string[]])[] {
  const nodes = new Map<string, string[]>(reasons.map((reason) => [reason, []]));
  for (const { node, reasons: said } of rejections) for (const reason of said) nodes.set(reason, [...(nodes.get(reason) ?? []), node]);
  return [...nodes].toSorted((a, b) => b[1].length - a[1].length);
}
