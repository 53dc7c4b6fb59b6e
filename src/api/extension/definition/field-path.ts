import { own, type Schema, valuesOf } from "../schema/schema.ts";

/** Where a path leads: `["spec", "size"]`, the schema there, and the path as errors name it. */
interface Target {
  readonly steps: readonly string[];
  readonly schema: Schema;
  readonly text: string;
}

const TOKEN = /'(?:[^'\\]|\\.)*'|[.[\]]|[^.[\]']+/y;

/**
 * Follows `.spec.x['y']` through a schema; a text says what is wrong (k8s: schema/cel ValidFieldPath). Lists have no
 * steps. `brackets` false: only dots.
 */
export function resolveFieldPath(path: string, root: Schema, brackets = true): Target | string {
  const tokens = path.match(new RegExp(TOKEN.source, "g")) ?? [];
  const steps: string[] = [];
  let schema = root;
  let text = "";
  const enter = (name: string): string | undefined => {
    const named = schema.properties !== undefined;
    const next = named ? own(schema.properties, name) : valuesOf(schema);
    if (next === undefined) return "does not refer to a valid field";
    steps.push(name);
    text += named ? `${text === "" ? "" : "."}${name}` : `[${name}]`;
    schema = next;
    return undefined;
  };
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as string;
    let problem: string | undefined;
    if (token === ".") {
      const name = tokens[++i];
      if (name === undefined) return "unexpected end of JSON path";
      problem = enter(name);
    } else if (token === "[") {
      if (!brackets) return "array notation is not allowed";
      const quoted = tokens[++i];
      if (quoted === undefined) return "unexpected end of JSON path";
      if (!/^'.*'$/s.test(quoted)) return `expected single quoted string but got ${quoted}`;
      problem = enter(quoted.slice(1, -1).replace(/\\(.)/g, "$1"));
      const close = tokens[++i];
      if (problem === undefined && close === undefined) return "unexpected end of JSON path";
      if (problem === undefined && close !== "]") return `expected ] but got ${close}`;
    } else return `expected [ or . but got: ${token}`;
    if (problem !== undefined) return problem;
  }
  return { steps, schema, text };
}

export function fieldPathProblem(path: string, schema: Schema): string | undefined {
  const found = resolveFieldPath(path, schema);
  return typeof found === "string" ? found : undefined;
}
