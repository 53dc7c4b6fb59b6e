import { toBytes } from "../../../runtime/index.ts";
import { alone, each, evaluate, type Context, type Handler, type Operators, reading, right, withNodes } from "./evaluate.ts";
import { parseTime } from "./dates.ts";
import {
  addItem,
  addPair,
  boolean,
  copy,
  guessedTag,
  isTruthy,
  make,
  nicePath,
  pairs,
  replaced,
  replacedWithComments,
  scalar,
  text,
  update,
  YqError,
  type YqNode,
} from "./node.ts";
import { compare } from "./combine.ts";
import { integer } from "./numbers.ts";
import type { Expr } from "./parse.ts";
import { splat } from "./traverse.ts";
import { writeYaml } from "./write-yaml.ts";

const list = (node: YqNode, items: readonly YqNode[], more: Partial<YqNode> = {}): YqNode => {
  const made = make(node.room, { kind: "seq", tag: "!!seq", ...more });
  for (const item of items) addItem(made, item);
  return made;
};
const filled = (node: YqNode, items: readonly YqNode[]): YqNode => {
  for (const item of items) addItem(node, item);
  return node;
};
const listOnly = (node: YqNode, what: string): void => {
  if (node.kind !== "seq") throw new YqError(`only arrays are supported for ${what}`);
};
const keyNode = (map: YqNode, name: string): number => map.content.findIndex((n, i) => i % 2 === 0 && n.value === name);

function entries(node: YqNode): YqNode | undefined {
  if (node.kind !== "map" && node.kind !== "seq") {
    if (node.tag === "!!null") return undefined;
    throw new YqError(`${node.tag} has no keys`);
  }
  const made = replacedWithComments(node, "seq", "!!seq");
  const add = (key: YqNode, value: YqNode): void => {
    const entry = make(node.room, { kind: "map", tag: "!!map" });
    addPair(entry, text(node.room, "key"), key);
    addPair(entry, text(node.room, "value"), value);
    addItem(made, entry);
  };
  if (node.kind === "map") for (const [key, value] of pairs(node)) add(key, value);
  else node.content.forEach((value, i) => add(scalar(node.room, "!!int", String(i)), value));
  return made;
}
function fromEntries(node: YqNode): YqNode {
  if (node.kind !== "seq") throw new YqError("from entries only runs against arrays");
  const made = copy(node, false);
  Object.assign(made, { kind: "map", tag: "!!map" });
  node.content.forEach((entry, i) => {
    const found = (name: string): YqNode => {
      const at = entry.kind === "map" ? keyNode(entry, name) : -1;
      if (at < 0) throw new YqError(`expected to find one '${name}' entry but found 0 in position ${i}`);
      return entry.content[at + 1] as YqNode;
    };
    addPair(made, found("key"), found("value"));
  });
  return made;
}

/** nulls, then falsehoods, truths, then numbers and times by their size and texts by their letters. */
function order(l: YqNode, r: YqNode, layout: string): number {
  const [a, b] = [guessedTag(l), guessedTag(r)];
  if (a === "!!null" || b === "!!null") return a === b ? 0 : a === "!!null" ? -1 : 1;
  if (a === "!!bool" || b === "!!bool") return a === b ? Number(isTruthy(l)) - Number(isTruthy(r)) : a === "!!bool" ? -1 : 1;
  const by = <T>(x: T, y: T): number => (x < y ? -1 : x > y ? 1 : 0);
  const [s, t] = a === b && (a === "!!timestamp" || a === "!!str") ? [parseTime(layout, l.value), parseTime(layout, r.value)] : [];
  if (s && t) return by(s.at, t.at);
  if (a === "!!int" && b === "!!int") return by(integer(l.value), integer(r.value));
  if ((a === "!!int" || a === "!!float") && (b === "!!int" || b === "!!float")) return by(Number(l.value), Number(r.value));
  return by(l.value, r.value);
}
function sorted(node: YqNode, at: Context, by: Expr | undefined): YqNode {
  if (node.kind !== "seq" && node.kind !== "map")
    throw new YqError(`node at path [${nicePath(node)}] is not an array or map (it's a ${node.tag})`);
  const items = node.kind === "map" ? [...pairs(node)] : node.content.map((v) => [v.key as YqNode, v] as const);
  const keyed = items.map(([key, value]) => ({ key, value, by: by ? evaluate(reading(alone(at, value)), by) : [value] }));
  keyed.sort((l, r) => {
    for (let i = 0; i < Math.min(l.by.length, r.by.length); i++) {
      const o = order(l.by[i] as YqNode, r.by[i] as YqNode, at.layout);
      if (o !== 0) return o;
    }
    return l.by.length - r.by.length;
  });
  const made = copy(node, false);
  for (const { key, value } of keyed)
    if (node.kind === "map") addPair(made, key, value);
    else addItem(made, value);
  return made;
}

function flatten(node: YqNode, depth: number): readonly YqNode[] {
  return node.content.flatMap((n) => (n.kind === "seq" && depth !== 0 ? flatten(n, depth - 1) : [n]));
}

function groups(node: YqNode, at: Context, by: Expr, keyOf: (found: readonly YqNode[]) => string): Map<string, YqNode[]> {
  const found = new Map<string, YqNode[]>();
  for (const item of node.content) {
    const key = keyOf(evaluate(reading(alone(at, item)), by));
    found.set(key, [...(found.get(key) ?? []), item]);
  }
  return found;
}

function contains(l: YqNode, r: YqNode): boolean {
  if (l.kind === "map")
    return (
      r.kind === "map" && [...pairs(r)].every(([key, value]) => [...pairs(l)].some(([k, v]) => k.value === key.value && contains(v, value)))
    );
  if (l.kind === "seq") return (r.kind === "seq" ? r.content : [r]).every((item) => l.content.some((have) => contains(have, item)));
  if (r.kind !== "scalar" || l.tag !== r.tag) return false;
  return l.tag === "!!null" || (l.tag === "!!str" ? l.value.includes(r.value) : l.value === r.value);
}

const picked =
  (keep: boolean): Handler =>
  (at, e) => {
    const [wanted] = evaluate(at, right(e));
    const names = wanted?.content ?? [];
    if (!keep && names.length === 0) return at.nodes;
    return at.nodes.map((node) => {
      if (node.kind !== "map" && node.kind !== "seq") {
        if (keep) throw new YqError(`cannot pick indices from type ${node.tag} (${nicePath(node)})`);
        return node;
      }
      const made = copy(node, false);
      if (node.kind === "map") {
        if (keep)
          for (const name of names) {
            const i = keyNode(node, name.value);
            if (i >= 0) addPair(made, node.content[i] as YqNode, node.content[i + 1] as YqNode);
          }
        else for (const [key, value] of pairs(node)) if (!names.some((n) => n.value === key.value)) addPair(made, key, value);
        return made;
      }
      if (!keep)
        return filled(
          made,
          node.content.filter((_, i) => !names.some((n) => n.value === String(i))),
        );
      return filled(
        made,
        names.flatMap((n) => {
          if (!/^-?\d+$/.test(n.value)) throw new YqError(`cannot index array with ${n.value}`);
          return node.content[Number(n.value)] ?? [];
        }),
      );
    });
  };

const some =
  (wanted: boolean, name: string): Handler =>
  (at, e) =>
    at.nodes.map((node) => {
      if (node.kind !== "seq") throw new YqError(`${name} only supports arrays, was ${node.tag}`);
      const found = node.content.some((item) => {
        if (!e.rhs) return isTruthy(item) === wanted;
        const [value] = evaluate(reading(alone(at, item)), e.rhs);
        return value !== undefined && isTruthy(value) === wanted;
      });
      return boolean(node, found === wanted);
    });

const extreme =
  (how: string): Handler =>
  (at) =>
    at.nodes.flatMap((node) => {
      const [first, ...rest] = splat(node, { readOnly: true });
      return first ? [rest.reduce((best, n) => (compare(n, best, how, at.layout) ? n : best), first)] : [];
    });

function pivot(node: YqNode): YqNode {
  if (node.tag !== "!!seq") throw new YqError(`cannot pivot node of type ${node.tag}`);
  const tags = [...new Set(node.content.map((n) => n.tag))];
  if (tags.length > 1) throw new YqError(`sequence contains elements of ${tags[0]} and ${tags[1]} types`);
  const none = (): YqNode => scalar(node.room, "!!null", "");
  if (tags[0] === "!!seq") {
    const width = Math.max(...node.content.map((row) => row.content.length));
    return list(
      node,
      Array.from({ length: width }, (_, i) =>
        list(
          node,
          node.content.map((row) => row.content[i] ?? none()),
        ),
      ),
    );
  }
  if (tags[0] !== "!!map") throw new YqError(`can only pivot elements of !!seq or !!map types, received ${tags[0] ?? ""}`);
  const made = make(node.room, { kind: "map", tag: "!!map" });
  const names = new Set(node.content.flatMap((row) => [...pairs(row)].map(([key]) => key.value)));
  for (const name of names)
    addPair(
      made,
      text(node.room, name),
      list(
        node,
        node.content
          .map((row) => row.content[keyNode(row, name) + 1] ?? none())
          .map((n, i) => (keyNode(node.content[i] as YqNode, name) < 0 ? none() : n)),
      ),
    );
  return made;
}

const uniqueBy = (node: YqNode, at: Context, by: Expr): YqNode => {
  listOnly(node, "unique");
  const found = groups(node, at, by, ([n]) => (n ? (n.kind === "scalar" ? n.value : writeYaml(n, { indent: 2 })) : "null"));
  return filled(
    replacedWithComments(node, "seq", "!!seq", node.style),
    [...found.values()].map(([first]) => first as YqNode),
  );
};
const SELF: Expr = { op: "self", value: "", tag: "", flags: "" };

export const collectionOperators: Operators = {
  length: each((n) =>
    replaced(
      n,
      "scalar",
      "!!int",
      String(
        n.kind === "scalar"
          ? n.tag === "!!null"
            ? 0
            : toBytes(n.value).length
          : n.kind === "map"
            ? n.content.length / 2
            : n.content.length,
      ),
    ),
  ),
  to_entries: each(entries),
  from_entries: each(fromEntries),
  with_entries: (at, e) =>
    at.nodes.flatMap((node) => {
      const made = entries(node);
      if (!made) return [];
      const changed = made.content.flatMap((entry) => [...evaluate(alone(at, entry), right(e))]);
      const whole = list(node, changed, {
        leading: made.leading,
        head: made.head,
        foot: made.foot,
        parent: node.parent,
        key: node.key,
        document: node.document,
      });
      return [Object.assign(fromEntries(whole), { file: node.file, fileIndex: node.fileIndex })];
    }),
  keys: each((n) => {
    if (n.kind === "map")
      return list(
        n,
        [...pairs(n)].map(([key]) => key),
      );
    if (n.kind === "seq")
      return list(
        n,
        n.content.map((_, i) => scalar(n.room, "!!int", String(i))),
      );
    throw new YqError(`cannot get keys of ${n.tag}, keys only works for maps and arrays`);
  }),
  has: (at, e) => {
    const [wanted] = evaluate(reading(at), right(e));
    return at.nodes.map((n) =>
      boolean(
        n,
        n.kind === "map"
          ? keyNode(n, wanted?.value ?? "null") >= 0
          : n.kind === "seq" && wanted?.tag === "!!int" && Number(wanted.value) >= 0 && n.content.length > Number(wanted.value),
      ),
    );
  },
  contains: (at, e) =>
    at.nodes.flatMap((node) =>
      evaluate(reading(alone(at, node)), right(e)).map((wanted) => {
        if (node.kind !== wanted.kind) throw new YqError(`${wanted.tag} cannot check contained in ${node.tag}`);
        return boolean(node, contains(node, wanted));
      }),
    ),
  map: (at, e) =>
    at.nodes.map((node) => {
      const items = splat(node, {});
      if (items.length === 0) return copy(node);
      return list(node, evaluate(withNodes(at, items), right(e)), { style: node.style });
    }),
  filter: (at, e) =>
    at.nodes.map((node) =>
      list(
        node,
        splat(node, {}).filter((n) => evaluate(reading(alone(at, n)), right(e)).some(isTruthy)),
        { style: node.style },
      ),
    ),
  map_values: (at, e) => {
    for (const node of at.nodes)
      for (const item of splat(node, {}).reverse()) {
        const [value] = evaluate(alone(at, item), right(e));
        if (value) update(item, value);
      }
    return at.nodes;
  },
  pick: picked(true),
  omit: picked(false),
  first: (at, e) =>
    at.nodes.flatMap((node) => {
      const found = splat(node, { readOnly: true }).find((n) => evaluate(reading(alone(at, n)), e.rhs as Expr).some(isTruthy));
      return found ?? [];
    }),
  first0: (at) => at.nodes.flatMap((node) => splat(node, { readOnly: true }).slice(0, 1)),
  sort: each((n, at) => sorted(n, at, undefined)),
  sort_by: each((n, at, e) => sorted(n, at, right(e))),
  sort_keys: (at, e) => {
    for (const node of at.nodes)
      for (const map of evaluate(reading(alone(at, node)), right(e)))
        if (map.kind === "map")
          map.content = [...pairs(map)].sort(([a], [b]) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0)).flat();
    return at.nodes;
  },
  reverse: each((n) => {
    if (n.kind !== "seq") throw new YqError(`node at path [${nicePath(n)}] is not an array (it's a ${n.tag})`);
    return filled(replacedWithComments(n, "seq", "!!seq", n.style), [...n.content].reverse());
  }),
  shuffle: each((n, at) => {
    if (n.kind !== "seq") throw new YqError(`node at path [${nicePath(n)}] is not an array (it's a ${n.tag})`);
    const items = [...n.content];
    for (let i = items.length - 1; i > 0; i--) {
      const j = at.world.random(i + 1);
      [items[i], items[j]] = [items[j] as YqNode, items[i] as YqNode];
    }
    return filled(copy(n, false), items);
  }),
  flatten: (at, e) => {
    for (const n of at.nodes) {
      listOnly(n, "flatten");
      const items = flatten(n, e.value === "" ? -1 : Number(e.value));
      n.content = [];
      filled(n, items);
    }
    return at.nodes;
  },
  group_by: each((n, at, e) => {
    listOnly(n, "group by");
    return filled(
      replaced(n, "seq", "!!seq", ""),
      [...groups(n, at, right(e), ([k]) => k?.value ?? "null").values()].map((g) => list(n, g)),
    );
  }),
  unique: each((n, at) => uniqueBy(n, at, SELF)),
  unique_by: each((n, at, e) => uniqueBy(n, at, right(e))),
  any: some(true, "any"),
  any_c: some(true, "any"),
  all: some(false, "all"),
  all_c: some(false, "all"),
  min: extreme("<"),
  max: extreme(">"),
  pivot: each(pivot),
  array_to_map: each((n) => {
    const made = replaced(n, "map", "!!map", "");
    n.content.forEach((item, i) => {
      if (item.tag !== "!!null") addPair(made, scalar(n.room, "!!int", String(i)), item);
    });
    return made;
  }),
};
