import { type Room, YqError, type YqNode } from "./node.ts";
import type { Expr } from "./parse.ts";

/** What an expression may ask of the computer. */
export interface World {
  readonly operators: Operators;
  readonly room: Room;
  readonly env: Readonly<Record<string, string>>;
  readonly now: number;
  /** Whole numbers below a bound. */
  readonly random: (below: number) => number;
  /** The text of a file; throws a YqError with the system's words. */
  readonly file: (path: string) => string;
  /** Merge keys as the specification has them (`--yaml-fix-merge-anchor-to-spec`). */
  readonly mergeToSpec: boolean;
  readonly allowEnv: boolean;
  readonly allowFiles: boolean;
  readonly allowSystem: boolean;
  readonly interpolation: boolean;
  /** What was decoded in place, by its key: its text tells whether it ended with a line. */
  readonly decoded: Map<string, string>;
}

export interface Context {
  readonly nodes: readonly YqNode[];
  readonly variables: Readonly<Record<string, readonly YqNode[]>>;
  /** What is looked for is not made on the way. */
  readonly readOnly: boolean;
  readonly layout: string;
  readonly world: World;
}
export type Handler = (at: Context, e: Expr) => readonly YqNode[];
type Nodes = readonly YqNode[];

export const RFC3339 = "2006-01-02T15:04:05Z07:00";
export const startingContext = (nodes: Nodes, world: World, variables: Context["variables"] = {}): Context => ({
  nodes,
  variables,
  readOnly: false,
  layout: RFC3339,
  world,
});
export const withNodes = (at: Context, nodes: Nodes): Context => ({ ...at, nodes });
export const reading = (at: Context): Context => (at.readOnly ? at : { ...at, readOnly: true });
export const alone = (at: Context, node: YqNode): Context => withNodes(at, [node]);

export type Operators = Readonly<Record<string, Handler>>;

/** The nodes that an expression finds, made or not; writing happens on the way. */
export function evaluate(at: Context, e: Expr): Nodes {
  if (--at.world.room.left < 0) throw new YqError("the expression takes longer than this computer has time for");
  const handler = at.world.operators[e.op];
  if (!handler) throw new YqError(`unknown operator ${e.op}`);
  return handler(at, e);
}
export const right = (e: Expr): Expr => e.rhs ?? SELF;
export const left = (e: Expr): Expr => e.lhs ?? SELF;
export const SELF: Expr = { op: "self", value: "", tag: "", flags: "" };

export type Both = (l: YqNode | undefined, r: YqNode | undefined) => YqNode | undefined;
interface Crossing {
  /** One side may find nothing: it is asked all the same. */
  readonly whenEmpty?: boolean;
  /** Decides by the left side alone. */
  readonly short?: (l: YqNode | undefined) => YqNode | undefined;
}
export const together = (nodes: Nodes): boolean => nodes.every((n) => n.together);

/** Every left with every right, document by document. */
export function cross(at: Context, e: Expr, both: Both, how: Crossing = {}): Nodes {
  const once = (one: Context): Nodes => {
    const out: YqNode[] = [];
    const lefts = evaluate(one, left(e));
    const each = (l: YqNode | undefined): void => {
      const decided = how.short?.(l);
      if (decided) return void out.push(decided);
      const rights = evaluate(one, right(e));
      for (const r of rights.length === 0 && how.whenEmpty ? [undefined] : rights) {
        const made = both(l, r);
        if (made) out.push(made);
      }
    };
    if (lefts.length === 0 && how.whenEmpty && one.nodes.length > 0) each(undefined);
    for (const l of lefts) each(l);
    return out;
  };
  if (together(at.nodes)) return once(at);
  return at.nodes.flatMap((node) => once(alone(at, node)));
}

/** An operator over each node that is there. */
export const each =
  (fn: (node: YqNode, at: Context, e: Expr) => YqNode | Nodes | undefined): Handler =>
  (at, e) =>
    at.nodes.flatMap((node) => fn(node, at, e) ?? []);

/** The first value that an argument gives, as text. */
export function argument(at: Context, e: Expr): string {
  return evaluate(reading(at), e)[0]?.value ?? "";
}
