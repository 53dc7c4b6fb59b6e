import { CliError } from "../errors.ts";

/** Resources come first, then KEY=VALUE or KEY- (k8s: cmdutil.GetResourcesAndPairs). */
export function resourcesAndPairs(
  args: readonly string[],
  what: string,
): { readonly resources: readonly string[]; readonly pairs: readonly string[] } {
  const isPair = (a: string): boolean => a.indexOf("=") > 0 || (a.endsWith("-") && a !== "-");
  const first = args.findIndex(isPair);
  if (first < 0) return { resources: args, pairs: [] };
  const late = args.slice(first).find((a) => !isPair(a));
  if (late !== undefined) throw new CliError(`all resources must be specified before ${what} changes: ${late}`);
  return { resources: args.slice(0, first), pairs: args.slice(first) };
}

/** What pairs set and remove (k8s: cmdutil.ParsePairs). */
export function pairsOf(
  pairs: readonly string[],
  what: string,
  removing: boolean,
): { readonly set: ReadonlyMap<string, string>; readonly remove: readonly string[] } {
  const set = new Map<string, string>();
  const remove: string[] = [];
  const invalid: string[] = [];
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals > 0) set.set(pair.slice(0, equals), pair.slice(equals + 1));
    else if (removing) remove.push(pair.slice(0, -1));
    else invalid.push(pair);
  }
  if (invalid.length > 0) throw new CliError(`invalid ${what} format: ${invalid.join(", ")}`);
  return { set, remove };
}

/** `a=b,c=d` (k8s: generate.ParseLabels). */
export function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const pair of text.split(",")) {
    const [key = "", value, ...more] = pair.split("=");
    if (value === undefined || more.length > 0) throw new CliError(`unexpected label spec: ${pair}`);
    if (key === "") throw new CliError("unexpected empty label key");
    labels[key] = value;
  }
  return labels;
}

/** A whole number as Go's strconv reads it. */
export function atoi(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new CliError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}
