import { alone, type Context, each, evaluate, left, type Operators, reading, right } from "./evaluate.ts";
import { addItem, addPair, documentOf, followed, make, pairs, scalar, text, YqError, type YqNode } from "./node.ts";
import type { Expr } from "./parse.ts";

export interface Looking {
  readonly readOnly?: boolean;
  readonly optional?: boolean;
  readonly keys?: boolean;
  readonly noValues?: boolean;
  readonly noAliases?: boolean;
  /** No `*` in what is looked for. */
  readonly exact?: boolean;
  readonly toSpec?: boolean;
}

/** `*` and `?` stand for any run of characters and for any one. */
export function globs(name: string, pattern: string): boolean {
  if (pattern === "") return name === "";
  if (!/[*?]/.test(pattern)) return name === pattern;
  let [at, p, star, mark] = [0, 0, -1, 0];
  while (at < name.length) {
    if (p < pattern.length && (pattern[p] === "?" || pattern[p] === name[at]) && pattern[p] !== "*") {
      at++;
      p++;
    } else if (pattern[p] === "*") {
      star = p++;
      mark = at;
    } else if (star >= 0) {
      p = star + 1;
      at = ++mark;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

/** A null that is looked into becomes what it is taken for. */
function become(node: YqNode, kind: "map" | "seq"): void {
  if (node.tag !== "!!null") return;
  node.kind = kind;
  node.tag = kind === "map" ? "!!map" : "!!seq";
  node.value = "";
}

/** The value of a key, or of keys by a pattern, or of a number. */
export function child(at: YqNode, name: string | number, how: Looking): YqNode[] {
  const node = followed(at);
  if (!how.readOnly) become(node, typeof name === "number" ? "seq" : "map");
  if (node.kind === "map") return inMap(node, text(node.room, String(name)), how);
  if (node.kind === "seq") return inList(node, [scalar(node.room, typeof name === "number" ? "!!int" : "!!str", String(name))], how);
  return [];
}

export function splat(at: YqNode, how: Looking): YqNode[] {
  const node = followed(at);
  if (node.kind === "seq") return [...node.content];
  if (node.kind !== "map") {
    if (node.tag === "!!null" && !how.readOnly) become(node, "seq");
    return [];
  }
  const found = new Map<string, YqNode>();
  gather(found, node, undefined, how);
  return [...found.values()];
}

function indexed(at: YqNode, indices: readonly YqNode[], how: Looking): YqNode[] {
  const node = followed(at);
  if (indices.length === 0) return splat(node, how);
  if (!how.readOnly) become(node, indices[0]?.tag === "!!int" ? "seq" : "map");
  if (node.kind === "seq") return inList(node, indices, how);
  return node.kind === "map" ? indices.flatMap((i) => inMap(node, i, how)) : [];
}

const MAX_INDEX = 100_000;
function inList(node: YqNode, indices: readonly YqNode[], how: Looking): YqNode[] {
  return indices.flatMap((wanted) => {
    const index = /^[-+]?\d+$/.test(wanted.value) ? Number(wanted.value) : undefined;
    if (index === undefined) {
      if (how.optional) return [];
      throw new YqError(`cannot index array with '${wanted.value}' (strconv.ParseInt: parsing "${wanted.value}": invalid syntax)`);
    }
    if (index > MAX_INDEX) throw new YqError("the expression makes more nodes than this computer has room for");
    while (node.content.length <= index) {
      if (node.content.length === 0) node.style = "";
      addItem(node, scalar(node.room, "!!null", "null"));
    }
    const at = index < 0 ? node.content.length + index : index;
    if (at < 0) throw new YqError(`index [${index}] out of range, array size is ${node.content.length}`);
    return [node.content[at] as YqNode];
  });
}

const idOf = (node: YqNode): string => `${node.isKey ? `key-${node.value}-` : ""}${documentOf(node)} - ${node.key?.value ?? ""}`;

function gather(found: Map<string, YqNode>, map: YqNode, wanted: string | undefined, how: Looking): void {
  const follow = (value: YqNode): void => {
    const from = followed(value);
    const list = from.kind === "seq" ? from.content.map(followed) : [from];
    for (const one of how.toSpec ? [...list].reverse() : list) if (one.kind === "map") gather(found, one, wanted, how);
  };
  if (how.toSpec && !how.noAliases) for (const [key, value] of pairs(map)) if (key.tag === "!!merge") follow(value);
  for (const [key, value] of pairs(map)) {
    if (key.tag === "!!merge" && !how.noAliases && wanted !== key.value) {
      if (!how.toSpec) follow(value);
    } else if (wanted === undefined || (how.exact ? key.value === wanted : globs(key.value, wanted))) {
      if (how.keys) found.set(idOf(key), key);
      if (!how.noValues) found.set(idOf(value), value);
    }
  }
}

function inMap(map: YqNode, key: YqNode, how: Looking): YqNode[] {
  const found = new Map<string, YqNode>();
  gather(found, map, key.value, how);
  if (found.size > 0) return [...found.values()];
  if (how.readOnly) return [];
  if (map.content.length === 0) map.style = "";
  const [k, v] = addPair(map, key, scalar(map.room, "!!null", "null"));
  return [...(how.keys ? [k] : []), ...(how.noValues ? [] : [v])];
}

const looking = (at: Context, e: Expr): Looking => ({
  readOnly: at.readOnly,
  optional: e.flags.includes("?"),
  toSpec: at.world.mergeToSpec,
});

export function* descend(nodes: Iterable<YqNode>, keys: boolean, lists = true, how: Looking = {}): Generator<YqNode> {
  for (const node of nodes) {
    yield node;
    if (node.kind === "alias" || node.content.length === 0 || (!lists && node.kind === "seq")) continue;
    yield* descend(splat(node, { ...how, keys, noAliases: true }), keys, lists, how);
  }
}

function slice(at: Context, e: Expr, range: Expr): readonly YqNode[] {
  return evaluate(at, left(e)).map((node) => {
    const number = (which: Expr): number => {
      const found = evaluate(alone(at, node), which);
      if (found.length !== 1) throw new YqError(`expected to find 1 number, got ${found.length} instead`);
      return Number(found[0]?.value);
    };
    const whole = node.kind === "scalar" ? [...node.value] : node.content;
    const [from, to] = [number(left(range)), number(right(range))];
    const begin = Math.max(0, from < 0 ? whole.length + from : from);
    const end = Math.min(whole.length, to < 0 ? whole.length + to : to);
    if (node.kind === "scalar") {
      if (node.tag === "!!null") return scalar(node.room, "!!null", "null");
      return Object.assign(make(node.room, { tag: node.tag, parent: node.parent, key: node.key }), {
        value: (whole as string[]).slice(begin, end).join(""),
      });
    }
    const made = make(node.room, { kind: "seq", tag: node.tag, parent: node.parent, key: node.key, style: node.style });
    for (const item of (whole as YqNode[]).slice(begin, Math.max(begin, end))) addItem(made, item);
    return made;
  });
}

export const traverseOperators: Operators = {
  step: (at, e) => at.nodes.flatMap((n) => child(n, e.value, looking(at, e))),
  index: (at, e) => {
    if (right(e).rhs?.op === ":") return slice(at, e, right(e).rhs as Expr);
    const from = evaluate(at, left(e));
    const indices = evaluate(reading(at), right(e))[0]?.content ?? [];
    return from.flatMap((node) => indexed(node, indices, looking(at, e)));
  },
  descend: (at, e) => [...descend(at.nodes, e.flags === "k")],
  collect: (at, e) => {
    const list = (nodes: readonly YqNode[], owner: YqNode | undefined): YqNode => {
      const made = make(at.world.room, {
        kind: "seq",
        tag: "!!seq",
        parent: owner?.parent,
        key: owner?.key,
        document: owner?.document ?? 0,
        fileIndex: owner?.fileIndex ?? 0,
        file: owner?.file ?? "",
      });
      for (const node of nodes) addItem(made, node);
      return made;
    };
    if (at.nodes.length === 0) return [list(right(e).op === "empty" ? [] : [], undefined)];
    if (at.nodes.every((n) => n.together))
      return [
        list(
          at.nodes.flatMap((n) => evaluate(reading(alone(at, n)), right(e))),
          undefined,
        ),
      ];
    return at.nodes.map((n) => list(evaluate(alone(at, n), right(e)), n));
  },
  parent: each((node, _at, e) => {
    const levels = Number(e.value);
    if (levels >= 0) {
      let up: YqNode | undefined = node;
      for (let i = 0; i < levels && up; i++) up = up.parent;
      return up;
    }
    const chain: YqNode[] = [node];
    for (let up = node.parent; up; up = up.parent) chain.unshift(up);
    return chain[-levels - 1];
  }),
  parents: each((node, at) => {
    const made = make(at.world.room, { kind: "seq", tag: "!!seq" });
    for (let up = node.parent; up; up = up.parent) addItem(made, up);
    return made;
  }),
  root: each((node) => {
    let up = node;
    while (up.parent) up = up.parent;
    return up;
  }),
};
