import { parseLabelSelector } from "../../../machinery/index.ts";
import { CliError, errorMessage, Failures } from "../../errors.ts";
import { str } from "../../flags/parse.ts";
import type { Command, Resource } from "../../types.ts";
import { throwAll } from "../each.ts";
import { changeEach, deep, refuseLocalResources, showing, visited } from "./change.ts";

export const selector: Command = {
  name: "selector",
  short: "Set the selector on a resource",
  usage: "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
  arguments: "none",
  flags: {
    ...deep,
    "resource-version": str("If non-empty, the selectors update will only succeed if this is the current resource-version for the object."),
  },
  async run(invocation) {
    const { args, flags } = invocation;
    const text = args.at(-1);
    const wanted = text === undefined ? undefined : parsed(text);
    const shown = showing(invocation);
    if (wanted === undefined) throw new CliError("one selector is required");
    const version = flags.string("resource-version");
    const errors: unknown[] = [];
    // One after the other: what cannot be done to one does not keep the next from being printed.
    refuseLocalResources(invocation, args.slice(0, -1));
    const { found, inner, errors: missing } = await visited(invocation, args.slice(0, -1));
    errors.push(...missing);
    for (const one of found) {
      await changeEach(invocation, shown, [one], {
        past: "selector updated",
        failing: "",
        bare: true,
        always: true,
        work(object) {
          if (object.kind !== "Service") throw new CliError("setting a selector is only supported for Services");
          const { matchLabels, matchExpressions } = wanted;
          if (matchExpressions.length > 0)
            throw new CliError(`match expression [${matchExpressions.map(goExpression).join(" ")}] not supported on this object`);
          const spec = (object as Resource & { spec?: object }).spec;
          const { selector: _, ...rest } = (spec ?? {}) as { selector?: unknown };
          return {
            ...object,
            metadata: { ...object.metadata, ...(version ? { resourceVersion: version } : {}) },
            spec: { ...rest, ...(Object.keys(matchLabels).length > 0 ? { selector: matchLabels } : {}) },
          };
        },
      }).catch((error: unknown) => {
        if (!(error instanceof Failures)) throw error;
        errors.push(...error.errors);
      });
    }
    throwAll(inner, errors);
  },
};

interface Wanted {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly { readonly key: string; readonly operator: string; readonly values: readonly string[] }[];
}
const OPERATORS: Readonly<Record<string, string>> = { in: "In", notin: "NotIn", exists: "Exists", "!": "DoesNotExist" };

/** A selector in words as one of an object (k8s: metav1.ParseToLabelSelector). */
function parsed(text: string): Wanted {
  const matchLabels: Record<string, string> = {};
  const matchExpressions: Wanted["matchExpressions"][number][] = [];
  let requirements;
  try {
    ({ requirements } = parseLabelSelector(text));
  } catch (error) {
    throw new CliError(`couldn't parse the selector string "${text}": ${errorMessage(error)}`);
  }
  for (const { key, operator, values } of requirements) {
    if (operator === "=" || operator === "==") matchLabels[key] = values[0] ?? "";
    else if (OPERATORS[operator]) matchExpressions.push({ key, operator: OPERATORS[operator], values });
    else throw new CliError(`${JSON.stringify(operator)} is not a valid label selector operator`);
  }
  return { matchLabels, matchExpressions };
}

const goExpression = ({ key, operator, values }: Wanted["matchExpressions"][number]): string =>
  `{${key} ${operator} [${values.join(" ")}]}`;
