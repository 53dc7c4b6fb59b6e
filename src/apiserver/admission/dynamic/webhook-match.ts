import type { Kind } from "../../../api/index.ts";
import { forbidden, loadCel } from "../../../machinery/index.ts";
import type { MaybePromise } from "../../maybe.ts";
import { compiledOnce, conditionSteps } from "./compiled.ts";
import { Evaluator, meetsConditions } from "./evaluation.ts";
import { matchedKind, selected, type Subject } from "./match.ts";
import type { Webhook } from "./registrations.ts";

const stepsOf = compiledOnce(({ matchConditions = [] }: Webhook) => conditionSteps(matchConditions, { params: false, authorizer: true }));

/** The version in which a webhook is to see the object; undefined: it is not asked. Throws 403 when a condition fails (k8s: generic.ShouldCallHook). */
export function wantedBy(webhook: Webhook, subject: Subject): MaybePromise<Kind | undefined> {
  if (!selected(webhook, subject)) return undefined;
  const kind = matchedKind(webhook.rules ?? [], webhook.matchPolicy, subject);
  const { matchConditions, failurePolicy } = webhook;
  if (!kind || !matchConditions?.length) return kind;
  const { scope } = subject.attributes;
  return scope.server.code.use(loadCel, (cel) => {
    const evaluator = new Evaluator(cel, subject, kind, { params: null, namespaceObject: null });
    const met = meetsConditions(evaluator, matchConditions, stepsOf(webhook), failurePolicy);
    if (met === true || met === false) return met ? kind : undefined;
    throw forbidden(scope.kind.plural, subject.name, met.error, scope.kind.group);
  });
}
