import { alone, type Context, cross, evaluate, type Handler, left, type Operators, reading, right, withNodes } from "./evaluate.ts";
import { type Assigning, copy, pathOf, type Style, update, YqError, type YqNode } from "./node.ts";
import type { Expr } from "./parse.ts";
import { child } from "./traverse.ts";

const blank = { value: "", tag: "", flags: "" };
/** An expression that is one node. */
export const reference = (node: YqNode): Expr => ({ op: "reference", ...blank, node }) as Expr & { readonly node: YqNode };

const assigning = (flags: string): Assigning => ({ clobberTags: flags.includes("c"), keepAnchor: true });

const assign: Handler = (at, e) => {
  const found = evaluate(at, left(e));
  const how = assigning(e.flags);
  if (!e.flags.includes("|")) {
    cross(reading(at), e, (l, r) => {
      if (l && r) update(l, r, how);
      return l;
    });
    return at.nodes;
  }
  // From the last to the first: what lies within is written before what holds it.
  for (const node of [...found].reverse()) {
    const [value] = evaluate(alone(at, node), right(e));
    if (value) update(node, value, how);
  }
  return at.nodes;
};

/** `+=` and its like: each node that is there, calculated with what it was. */
const calculated =
  (op: string): Handler =>
  (at, e) => {
    for (const node of evaluate(at, left(e))) {
      const value: Expr = { op, ...blank, flags: e.flags, lhs: reference(copy(node)), rhs: right(e) };
      const written = { op: "=", ...blank, flags: e.flags.includes("c") ? "c" : "", lhs: reference(node), rhs: value };
      assign(at, written);
    }
    return at.nodes;
  };

/** Something of a node other than its value. */
const attribute =
  (write: (node: YqNode, value: string) => void): Handler =>
  (at, e) => {
    const fixed = e.flags.includes("|") ? undefined : evaluate(reading(at), right(e))[0];
    for (const node of evaluate(at, left(e))) {
      const value = e.flags.includes("|") ? evaluate(reading(alone(at, node)), right(e))[0] : fixed;
      write(node, value?.value ?? "");
    }
    return at.nodes;
  };

const STYLES = new Set(["tagged", "double", "single", "literal", "folded", "flow", ""]);

export function remove(node: YqNode): void {
  const { parent } = node;
  if (!parent) return;
  const name = pathOf(node).at(-1);
  if (parent.kind === "map") {
    const at = parent.content.findIndex((n, i) => i % 2 === 0 && n.value === String(name));
    if (at >= 0) parent.content.splice(at, 2);
  } else {
    const at = Number(name);
    if (at < parent.content.length) parent.content.splice(at, 1);
    parent.content.forEach((item, i) => item.key && (item.key.value = String(i)));
  }
}

function remains(at: Context, found: readonly YqNode[]): readonly YqNode[] {
  for (const node of [...found].reverse()) {
    if (!node.parent) return at.nodes.filter((n) => n !== node);
    remove(node);
  }
  return at.nodes;
}

/** A path as a value: names and whole numbers. */
function pathFrom(name: string, node: YqNode | undefined): (string | number)[] {
  if (!node || node.kind !== "seq") throw new YqError(`${name}: expected path array, but got ${node?.tag ?? "!!null"} instead`);
  return node.content.map((part) => {
    if (part.tag === "!!str") return part.value;
    if (part.tag === "!!int") return Number(part.value);
    throw new YqError(`${name}: expected either a !!str or !!int in the path, found ${part.tag} instead`);
  });
}
export const along = (node: YqNode, path: readonly (string | number)[], how = {}): readonly YqNode[] =>
  path.reduce<readonly YqNode[]>((nodes, part) => nodes.flatMap((n) => child(n, part, how)), [node]);

export const assignOperators: Operators = {
  "=": assign,
  "+=": calculated("+"),
  "-=": calculated("-"),
  "*=": calculated("*"),
  "style=": attribute((node, value) => {
    if (!STYLES.has(value)) throw new YqError(`unknown style ${value}`);
    node.style = value as Style;
  }),
  "tag=": attribute((node, value) => {
    node.tag = value.startsWith("!") ? value : `!${value}`;
    if (!value.startsWith("!")) node.tag = value;
  }),
  "anchor=": attribute((node, value) => void (node.anchor = value)),
  "alias=": attribute((node, value) => {
    if (value === "") return;
    node.kind = "alias";
    node.value = value;
  }),
  "lineComment=": attribute((node, value) => void (node.line = value)),
  "headComment=": attribute((node, value) => {
    node.head = value;
    node.leading = "";
  }),
  "footComment=": attribute((node, value) => void (node.foot = value)),
  "comments=": attribute((node, value) => {
    Object.assign(node, { line: value, head: value, foot: value, leading: "" });
  }),
  del: (at, e) => remains(at, evaluate(reading(at), right(e))),
  delpaths: (at, e) => {
    const [list] = evaluate(reading(at), right(e));
    if (list?.tag !== "!!seq") throw new YqError(`DELPATHS: expected a sequence of sequences, but found ${list?.tag ?? "!!null"}`);
    let nodes = at.nodes;
    list.content.forEach((item, i) => {
      if (item.tag !== "!!seq")
        throw new YqError(
          `DELPATHS: expected entry [${i}] to be a sequence, but its a ${item.tag}. Note that delpaths takes an array of path arrays, e.g. [["a", "b"]]`,
        );
      const path = pathFrom("DELPATHS", item);
      nodes = remains(
        withNodes(at, nodes),
        nodes.flatMap((n) => along(n, path, { readOnly: true })),
      );
    });
    return nodes;
  },
  setpath: (at, e) => {
    const block = right(e);
    if (block.op !== ";") throw new YqError("SETPATH must be given a block (;), got something else instead");
    const paths = evaluate(reading(at), left(block));
    if (paths.length !== 1) throw new YqError(`SETPATH: expected single path but found ${paths.length} results instead`);
    const path = pathFrom("SETPATH", paths[0]);
    for (const node of at.nodes) {
      const values = evaluate(reading(alone(at, node)), right(block));
      if (values.length !== 1) throw new YqError(`SETPATH: expected single value on RHS but found ${values.length}`);
      for (const target of along(node, path)) update(target, values[0] as YqNode);
    }
    return at.nodes;
  },
};
