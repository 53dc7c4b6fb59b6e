import { namesOf } from "./evaluate.ts";
import { functions } from "./functions.ts";
import type { Node, Pattern } from "./parse.ts";
import { defined } from "./prelude.ts";

export interface Missing {
  readonly name: string;
  readonly at: number;
}
interface Known {
  readonly functions: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
}
const plus = (set: ReadonlySet<string>, names: readonly string[]): ReadonlySet<string> => new Set([...set, ...names]);

/** What a filter names that there is none of, found before it runs, in the order of the text. */
export function missing(node: Node, variables: readonly string[]): Missing[] {
  const found: Missing[] = [];
  walk(node, { functions: new Set(), variables: new Set(variables) }, found);
  return found;
}

function walk(node: Node, known: Known, found: Missing[]): void {
  const inner = (n: Node | undefined, k = known): void => {
    if (n) walk(n, k, found);
  };
  const bound = (patterns: readonly Pattern[]): Known => {
    for (const pattern of patterns) keysOf(pattern).forEach((key) => inner(key));
    return { ...known, variables: plus(known.variables, patterns.flatMap(namesOf)) };
  };
  switch (node.type) {
    case "variable":
      if (!known.variables.has(node.name)) found.push({ name: `$${node.name}`, at: node.at });
      return;
    case "break":
      if (!known.variables.has(`*label-${node.name}`)) found.push({ name: `$*label-${node.name}`, at: node.at });
      return;
    case "label":
      return inner(node.body, { ...known, variables: plus(known.variables, [`*label-${node.name}`]) });
    case "call": {
      const name = `${node.name}/${node.args.length}`;
      if (!known.functions.has(name) && !Object.hasOwn(functions, name) && !defined(name)) found.push({ name, at: node.at });
      return node.args.forEach((arg) => inner(arg));
    }
    case "define": {
      const own = plus(known.functions, [`${node.name}/${node.parameters.length}`]);
      const body = {
        functions: plus(
          own,
          node.parameters.map((p) => `${p.replace(/^\$/, "")}/0`),
        ),
        variables: plus(
          known.variables,
          node.parameters.filter((p) => p.startsWith("$")).map((p) => p.slice(1)),
        ),
      };
      inner(node.body, body);
      return inner(node.rest, { ...known, functions: own });
    }
    case "bind":
      inner(node.of);
      return inner(node.body, bound(node.patterns));
    case "reduce":
    case "foreach": {
      inner(node.of);
      inner(node.start);
      const body = bound(node.patterns);
      inner(node.update, body);
      return inner(node.type === "foreach" ? node.extract : undefined, body);
    }
    case "text":
      return node.parts.forEach((part) => {
        if (typeof part !== "string") inner(part);
      });
    case "object":
      return node.entries.forEach(([key, value]) => {
        inner(key);
        inner(value);
      });
    case "index":
      inner(node.of);
      return inner(node.key);
    case "slice":
      inner(node.of);
      inner(node.from);
      return inner(node.to);
    case "try":
      inner(node.of);
      return inner(node.otherwise);
    case "binary":
      inner(node.left);
      return inner(node.right);
    case "if":
      inner(node.test);
      inner(node.yes);
      return inner(node.no);
    case "iterate":
    case "negate":
    case "array":
      return inner(node.of);
    default:
  }
}
function keysOf(pattern: Pattern): Node[] {
  if (pattern.type === "name") return [];
  if (pattern.type === "array") return pattern.items.flatMap(keysOf);
  return pattern.entries.flatMap((e) => [e.key, ...(e.value ? keysOf(e.value) : [])]);
}
