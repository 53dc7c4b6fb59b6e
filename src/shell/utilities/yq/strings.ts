import { RE2JS } from "re2js";
import { alone, argument, type Context, each, evaluate, left, type Operators, right } from "./evaluate.ts";
import {
  addItem,
  addPair,
  boolean,
  guessedTag,
  make,
  nicePath,
  replaced,
  resolvedTag,
  scalar,
  text,
  YqError,
  type YqNode,
} from "./node.ts";
import { type Expr, parseYq } from "./parse.ts";
import { readYaml } from "./read-yaml.ts";
import { substitute } from "./substitute.ts";
import { writeYaml } from "./write-yaml.ts";

function compiled(source: string): RE2JS {
  try {
    return RE2JS.compile(source, 0);
  } catch (error) {
    throw new YqError(error instanceof Error ? error.message : String(error));
  }
}
const onlyStrings = (node: YqNode, what: string): string => {
  if (guessedTag(node) !== "!!str") throw new YqError(what);
  return node.value;
};
const HINT = "Hint: Most often you'll want to use '|=' over '=' for this operation";

interface Found {
  readonly groups: readonly (string | null)[];
  readonly starts: readonly number[];
}
function matches(pattern: RE2JS, value: string, all: boolean): Found[] {
  const out: Found[] = [];
  const matcher = pattern.matcher(value);
  for (let from = 0; from <= value.length && matcher.find(from);) {
    const count = matcher.groupCount();
    const groups = Array.from({ length: count + 1 }, (_, i) => matcher.group(i) ?? null);
    out.push({ groups, starts: groups.map((g, i) => (g === null ? -1 : matcher.start(i))) });
    if (!all) break;
    from = matcher.end() > matcher.start() ? matcher.end() : matcher.end() + 1;
  }
  return out;
}
/** Names of a pattern's groups, the whole one's first. */
function groupNames(pattern: RE2JS, count: number): string[] {
  const names = Array.from({ length: count + 1 }, () => "");
  for (const [name, index] of Object.entries(pattern.namedGroups())) names[index] = name;
  return names;
}

function matching(at: Context, e: Expr): { readonly pattern: RE2JS; readonly all: boolean } {
  const given = right(e);
  if (given.op !== ";") return { pattern: compiled(argument(at, given)), all: false };
  const flags = argument(at, right(given));
  if (flags.includes("i"))
    throw new YqError(`'i' is not a valid option for match. To ignore case, use an expression like match("(?i)cat")`);
  const rest = flags.replaceAll("g", "");
  if (rest !== "")
    throw new YqError(`unrecognised match params '${rest}', please see docs at https://mikefarah.gitbook.io/yq/operators/string-operators`);
  return { pattern: compiled(argument(at, left(given))), all: flags.includes("g") };
}
const field = (map: YqNode, name: string, value: YqNode): void => void addPair(map, text(map.room, name), value);
function describe(map: YqNode, found: string | null, start: number, name: string): void {
  field(map, "string", found === null ? scalar(map.room, "!!null", "null") : text(map.room, found));
  field(map, "offset", scalar(map.room, "!!int", String(start)));
  field(map, "length", scalar(map.room, "!!int", String(found?.length ?? 0)));
  if (name) field(map, "name", text(map.room, name));
}

/** `\(…)` in a text is an expression of its own. */
function interpolated(at: Context, source: string): string {
  let [out, inside, depth] = ["", "", -1];
  const shown = (expression: string): string => {
    const [value] = evaluate(at, parseYq(expression));
    if (!value) return "";
    return value.kind === "scalar" ? value.value : writeYaml(value, { indent: 2 }).replace(/\n+$/, "");
  };
  for (let i = 0; i < source.length; i++) {
    const c = source[i] as string;
    if (depth < 0) {
      if (c === "\\" && source[i + 1] === "(") {
        depth = 0;
        i++;
      } else {
        out += c;
        if (c === "\\" && source[i + 1] === "\\") i++;
      }
    } else if (c === ")" && depth === 0) {
      out += shown(inside);
      inside = "";
      depth = -1;
    } else {
      if (c === ")") depth--;
      if (c === "(") depth++;
      if (c === "\\" && (source[i + 1] === ")" || source[i + 1] === "\\")) inside += source[++i];
      else inside += c;
    }
  }
  return depth >= 0 ? source : out;
}

export const stringOperators: Operators = {
  interpolate: (at, e) => {
    if (!at.world.interpolation) return [text(at.world.room, e.value)];
    return (at.nodes.length === 0 ? [undefined] : at.nodes).map((n) => text(at.world.room, interpolated(n ? alone(at, n) : at, e.value)));
  },
  join: (at, e) => {
    const by = argument(at, right(e));
    return at.nodes.map((n) => {
      if (n.kind !== "seq") throw new YqError(`cannot join with ${n.tag}, can only join arrays of scalars`);
      return replaced(n, "scalar", "!!str", n.content.map((c) => (c.tag === "!!null" ? "" : c.value)).join(by));
    });
  },
  split: (at, e) => {
    const by = argument(at, right(e));
    return at.nodes.flatMap((n) => {
      if (n.tag === "!!null") return [];
      const value = onlyStrings(n, `cannot split ${n.tag}, can only split strings`);
      const made = replaced(n, "seq", "!!seq", "");
      for (const part of value === "" ? [] : value.split(by)) addItem(made, text(n.room, part));
      return [made];
    });
  },
  sub: (at, e) => {
    const block = right(e);
    const pattern = compiled(argument(at, left(block)));
    const [by] = evaluate(at, right(block));
    return at.nodes.map((n) => {
      const value = onlyStrings(n, `cannot substitute with ${n.tag}, can only substitute strings. ${HINT}`);
      let [out, end] = ["", 0];
      for (const { groups, starts } of matches(pattern, value, true)) {
        const names = groupNames(pattern, groups.length - 1);
        const start = starts[0] as number;
        out += value.slice(end, start);
        out += (by?.value ?? "").replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (all: string, braced?: string, bare?: string) => {
          if (all === "$$") return "$";
          const name = braced ?? bare ?? "";
          const index = /^\d+$/.test(name) ? Number(name) : names.indexOf(name);
          return (index >= 0 && groups[index]) || "";
        });
        end = start + (groups[0]?.length ?? 0);
      }
      return replaced(n, "scalar", "!!str", out + value.slice(end));
    });
  },
  test: (at, e) => {
    const { pattern } = matching(at, e);
    return at.nodes.map((n) =>
      boolean(n, matches(pattern, onlyStrings(n, `cannot match with ${n.tag}, can only match strings. ${HINT}`), false).length > 0),
    );
  },
  match: (at, e) => {
    const { pattern, all } = matching(at, e);
    return at.nodes.flatMap((n) =>
      matches(pattern, onlyStrings(n, `cannot match with ${n.tag}, can only match strings. ${HINT}`), all).map(({ groups, starts }) => {
        const names = groupNames(pattern, groups.length - 1);
        const made = replaced(n, "map", "!!map", "");
        describe(made, groups[0] ?? null, starts[0] ?? -1, "");
        const captures = make(n.room, { kind: "seq", tag: "!!seq" });
        groups.slice(1).forEach((group, i) => {
          const capture = make(n.room, { kind: "map", tag: "!!map" });
          describe(capture, group, starts[i + 1] ?? -1, names[i + 1] ?? "");
          addItem(captures, capture);
        });
        field(made, "captures", captures);
        return made;
      }),
    );
  },
  capture: (at, e) => {
    const { pattern, all } = matching(at, e);
    return at.nodes.flatMap((n) =>
      matches(pattern, onlyStrings(n, `cannot match with ${n.tag}, can only match strings. ${HINT}`), all).map(({ groups }) => {
        const names = groupNames(pattern, groups.length - 1);
        const made = replaced(n, "map", "!!map", "");
        groups
          .slice(1)
          .forEach((group, i) => field(made, names[i + 1] ?? "", group === null ? scalar(n.room, "!!null", "null") : text(n.room, group)));
        return made;
      }),
    );
  },
  case: each((n, _at, e) => {
    const value = onlyStrings(n, `cannot change case with ${n.tag}, can only operate on strings. `);
    return Object.assign(replaced(n, "scalar", n.tag, e.value === "up" ? value.toUpperCase() : value.toLowerCase()), { style: n.style });
  }),
  trim: each((n) => {
    const value = onlyStrings(n, `cannot trim ${n.tag}, can only operate on strings. `);
    return Object.assign(replaced(n, "scalar", n.tag, value.trim()), { style: n.style });
  }),
  to_string: each((n) => {
    if (n.tag === "!!str") return replaced(n, "scalar", "!!str", n.value);
    const value = n.kind === "scalar" ? n.value : writeYaml(n, { indent: 2 }).replace(/\n+$/, "");
    return Object.assign(replaced(n, "scalar", "!!str", value), { style: "double" as const });
  }),
  to_number: each((n) => {
    if (n.kind !== "scalar") throw new YqError(`cannot convert node at path ${nicePath(n)} of tag ${n.tag} to number`);
    if (n.tag === "!!int" || n.tag === "!!float") return n;
    const tag = resolvedTag(n.value);
    if (tag !== "!!int" && tag !== "!!float")
      throw new YqError(`cannot convert node value [${n.value}] at path ${nicePath(n)} of tag ${n.tag} to number`);
    return replaced(n, "scalar", tag, n.value);
  }),
  env: (at, e) => {
    if (!at.world.allowEnv) throw new YqError("env operations have been disabled");
    const value = at.world.env[e.value] ?? "";
    if (e.flags.includes("s")) return [text(at.world.room, value)];
    if (value === "") throw new YqError(`value for env variable '${e.value}' not provided in env()`);
    return readYaml(value, at.world.room).slice(0, 1);
  },
  envsubst: each((n, at, e) => {
    if (!at.world.allowEnv) throw new YqError("env operations have been disabled");
    if (n.tag !== "!!str") throw new YqError(`cannot substitute with ${n.tag}, can only substitute strings. ${HINT}`);
    return replaced(n, "scalar", "!!str", substitute(n.value, at.world.env, e.flags));
  }),
};
