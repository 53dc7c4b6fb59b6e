import {
  formatQuantity,
  parseLabelSelector,
  parseQuantity,
  QuantityError,
  SelectorError,
  type LabelSelector,
} from "../../../machinery/index.ts";
import { CliError } from "../../errors.ts";
import { bool, int32, str } from "../../flags/parse.ts";
import { generator } from "./generator.ts";

/** What other parts say is wrong with a flag is said by kubectl. */
function read<T>(parse: () => T, prefix = ""): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof QuantityError || error instanceof SelectorError ? new CliError(`${prefix}${error.message}`) : error;
  }
}

const OPERATORS: Readonly<Record<string, string>> = { in: "In", notin: "NotIn", exists: "Exists", "!": "DoesNotExist" };

/** k8s: metav1.ParseToLabelSelector. */
function selectorOf(text: string): LabelSelector {
  const matchLabels: Record<string, string> = {};
  const matchExpressions: NonNullable<LabelSelector["matchExpressions"]>[number][] = [];
  const parsed = read(() => parseLabelSelector(text), `couldn't parse the selector string "${text}": `);
  for (const { key, operator, values } of parsed.requirements) {
    if (operator === "=" || operator === "==") matchLabels[key] = values[0] ?? "";
    else {
      const name = OPERATORS[operator];
      if (name === undefined) {
        const why = operator === "!=" ? "is not a valid label selector operator" : "isn't supported in label selectors";
        throw new CliError(`"${operator}" ${why}`);
      }
      matchExpressions.push({ key, operator: name, ...(values.length > 0 ? { values } : {}) });
    }
  }
  return {
    ...(Object.keys(matchLabels).length > 0 ? { matchLabels } : {}),
    ...(matchExpressions.length > 0 ? { matchExpressions } : {}),
  };
}

const amount = (text: string): number | string => (text.endsWith("%") ? text : Number(text));

export const podDisruptionBudget = generator({
  name: "poddisruptionbudget",
  aliases: ["pdb"],
  short: "Create a pod disruption budget with the specified name",
  usage: "NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]",
  namespaced: true,
  failing: "failed to create poddisruptionbudgets",
  flags: {
    "max-unavailable": str("The maximum number or percentage of unavailable pods this budget requires."),
    "min-available": str("The minimum number or percentage of available pods this budget requires."),
    selector: str("A label selector to use for this budget. Only equality-based selector requirements are supported."),
  },
  build(name, { flags }) {
    const [selector, least, most] = [flags.string("selector"), flags.string("min-available"), flags.string("max-unavailable")];
    if (!selector) throw new CliError("a selector must be specified");
    if (!least && !most) throw new CliError("one of min-available or max-unavailable must be specified");
    if (least && most) throw new CliError("min-available and max-unavailable cannot be both specified");
    if (!/^[0-9]+%?$/.test(least || most))
      throw new CliError(`invalid format specified for ${least ? "min-available" : "max-unavailable"}`);
    return {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name },
      spec: { ...(least ? { minAvailable: amount(least) } : { maxUnavailable: amount(most) }), selector: selectorOf(selector) },
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    };
  },
});

export const priorityClass = generator({
  name: "priorityclass",
  aliases: ["pc"],
  short: "Create a priority class with the specified name",
  usage: "NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]",
  namespaced: false,
  failing: "failed to create priorityclass",
  flags: {
    description: str("description is an arbitrary string that usually provides guidelines on when this priority class should be used."),
    "global-default": bool("global-default specifies whether this PriorityClass should be considered as the default priority."),
    "preemption-policy": str("preemption-policy is the policy for preempting pods with lower priority.", undefined, "PreemptLowerPriority"),
    value: int32("the value of this priority class.", 0),
  },
  build(name, { flags }) {
    const description = flags.string("description");
    return {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name },
      value: flags.int("value"),
      ...(flags.bool("global-default") ? { globalDefault: true } : {}),
      ...(description ? { description } : {}),
      preemptionPolicy: flags.string("preemption-policy"),
    };
  },
});

function hardOf(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(",").map((pair): readonly [string, string] => {
    const [key = "", value, more] = pair.split("=");
    if (value === undefined || more !== undefined) throw new CliError(`Invalid argument syntax ${pair}, expected <resource>=<value>`);
    return [key, formatQuantity(read(() => parseQuantity(value)))];
  });
  return Object.fromEntries(pairs);
}

export const quota = generator({
  name: "quota",
  aliases: ["resourcequota"],
  short: "Create a quota with the specified name",
  usage: "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]",
  namespaced: true,
  failing: "failed to create quota",
  flags: {
    hard: str("A comma-delimited set of resource=quantity pairs that define a hard limit."),
    scopes: str("A comma-delimited set of quota scopes that must all match each object tracked by the quota."),
  },
  build(name, { flags }) {
    const [hard, scopes] = [flags.string("hard"), flags.string("scopes") ? flags.string("scopes").split(",") : []];
    if (scopes.includes("")) throw new CliError('invalid resource quota scope ""');
    return {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name },
      spec: { ...(hard ? { hard: hardOf(hard) } : {}), ...(scopes.length > 0 ? { scopes } : {}) },
      status: {},
    };
  },
});
