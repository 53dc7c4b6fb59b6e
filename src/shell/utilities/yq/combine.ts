import { type Both, cross, evaluate, type Handler, type Operators, reading, RFC3339 } from "./evaluate.ts";
import {
  addAll,
  addItem,
  addPair,
  boolean,
  copy,
  documentOf,
  fileOf,
  guessedTag,
  inPlaceOf,
  isTruthy,
  make,
  nicePath,
  pairs,
  pathOf,
  type Room,
  scalar,
  update,
  updateAttributes,
  YqError,
  type YqNode,
} from "./node.ts";
import { addDuration, parseTime } from "./dates.ts";
import { descend, globs, child } from "./traverse.ts";
import { integer } from "./numbers.ts";
import { goFloat } from "../../../machinery/index.ts";

const isNumber = (tag: string): boolean => tag === "!!int" || tag === "!!float";
const target = (node: YqNode): YqNode => copy(node, false);

/** Arithmetic of two numbers: whole ones stay whole, hexadecimal ones are written as such. */
function numbers(
  lhs: YqNode,
  rhs: YqNode,
  whole: (a: bigint, b: bigint) => bigint,
  real: (a: number, b: number) => number,
): YqNode | undefined {
  const [l, r] = [guessedTag(lhs), guessedTag(rhs)];
  if (!isNumber(l) || !isNumber(r)) return undefined;
  const made = target(lhs);
  made.kind = "scalar";
  if (l === "!!int" && r === "!!int") {
    const [a, b] = [integer(lhs.value), integer(rhs.value)];
    const sum = BigInt.asIntN(64, whole(a, b));
    made.value = /^[-+]?0x/i.test(lhs.value)
      ? `0x${sum.toString(16).toUpperCase()}`
      : lhs.value.startsWith("0o")
        ? `0o${sum.toString(8)}`
        : String(sum);
  } else {
    if (lhs.tag.startsWith("!!")) made.tag = "!!float";
    made.value = goFloat(real(Number(lhs.value.replaceAll("_", "")), Number(rhs.value.replaceAll("_", ""))));
  }
  return made;
}

const isTime = (lhs: YqNode, layout: string): boolean =>
  lhs.tag === "!!timestamp" || (guessedTag(lhs) === "!!str" && layout !== RFC3339 && parseTime(layout, lhs.value) !== undefined);

const add =
  (layout: string): Both =>
  (lhs, rhs) => {
    if (!lhs || !rhs) return (lhs ?? rhs) && copy((lhs ?? rhs) as YqNode);
    if (lhs.tag === "!!null") return inPlaceOf(lhs, rhs);
    const made = target(lhs);
    const refuse = (): YqError => new YqError(`${rhs.tag} (${nicePath(rhs)}) cannot be added to a ${lhs.tag} (${nicePath(lhs)})`);
    if (lhs.kind === "map") {
      if (rhs.kind !== "map") throw refuse();
      if (lhs.content.length === 0) made.style = "";
      addAll(made, lhs.content);
      for (const [key, value] of pairs(rhs)) {
        const at = made.content.findIndex((n, i) => i % 2 === 0 && n.value === key.value);
        if (at < 0) addPair(made, key, value);
        else made.content[at + 1] = inPlaceOf(made.content[at + 1] as YqNode, value);
      }
      return made;
    }
    if (lhs.kind === "seq") {
      if (lhs.content.length === 0) made.style = "";
      addAll(made, lhs.content);
      const first = lhs.content[0];
      if (rhs.tag === "!!null") return made;
      if (rhs.kind === "seq") addAll(made, rhs.content);
      else {
        const item = addItem(made, rhs);
        if (first) item.style = first.style;
      }
      return made;
    }
    if (rhs.kind !== "scalar") throw refuse();
    if (isTime(lhs, layout)) return Object.assign(made, { value: addDuration(layout, lhs.value, rhs.value) });
    const [l, r] = [guessedTag(lhs), guessedTag(rhs)];
    if (l === "!!str") return Object.assign(made, { value: r === "!!null" ? lhs.value : lhs.value + rhs.value });
    if (r === "!!str") return Object.assign(made, { tag: rhs.tag, value: lhs.value + rhs.value });
    const sum = numbers(
      lhs,
      rhs,
      (a, b) => a + b,
      (a, b) => a + b,
    );
    if (!sum) throw new YqError(`${l} cannot be added to ${r}`);
    return sum;
  };

const subtract =
  (layout: string): Both =>
  (lhs, rhs) => {
    if (!lhs || !rhs) return lhs;
    if (lhs.tag === "!!null") return inPlaceOf(lhs, rhs);
    if (lhs.kind === "map") throw new YqError("maps not yet supported for subtraction");
    if (rhs.kind !== lhs.kind) throw new YqError(`${rhs.tag} (${nicePath(rhs)}) cannot be subtracted from ${lhs.tag}`);
    const made = target(lhs);
    if (lhs.kind === "seq") {
      for (const item of lhs.content) if (!rhs.content.some((r) => same(item, r))) addItem(made, item);
      return made;
    }
    if (isTime(lhs, layout))
      return Object.assign(made, {
        value: addDuration(layout, lhs.value, rhs.value.startsWith("-") ? rhs.value.slice(1) : `-${rhs.value}`, rhs.value),
      });
    if (guessedTag(lhs) === "!!str") throw new YqError("strings cannot be subtracted");
    const difference = numbers(
      lhs,
      rhs,
      (a, b) => a - b,
      (a, b) => a - b,
    );
    if (!difference) throw new YqError(`${lhs.tag} cannot be added to ${rhs.tag}`);
    return difference;
  };

/** Equal all the way down; the order of a map's keys is nothing. */
export function same(l: YqNode, r: YqNode): boolean {
  if (l.kind !== r.kind) return false;
  if (l.kind === "scalar") {
    const [a, b] = [guessedTag(l), guessedTag(r)];
    if (a === "!!null") return b === "!!null";
    return a === b && l.value === r.value;
  }
  if (l.content.length !== r.content.length) return false;
  if (l.kind === "seq") return l.content.every((item, i) => same(item, r.content[i] as YqNode));
  return [...pairs(l)].every(([key, value]) => [...pairs(r)].some(([k, v]) => k.value === key.value && same(value, v)));
}

const MAX_TEXT = 10 * 2 ** 20;
export interface Merging {
  readonly append?: boolean;
  readonly deep?: boolean;
  readonly onlyNew?: boolean;
  readonly onlyExisting?: boolean;
  readonly clobberTags?: boolean;
}
const merging = (flags: string): Merging => ({
  append: flags.includes("+"),
  deep: flags.includes("d"),
  onlyExisting: flags.includes("?"),
  onlyNew: flags.includes("n"),
  clobberTags: flags.includes("c"),
});

export function multiply(lhs: YqNode, rhs: YqNode, how: Merging): YqNode {
  if (rhs.tag === "!!null") return copy(lhs);
  if (rhs.kind !== "scalar" && rhs.kind !== "alias" && (lhs.kind === rhs.kind || lhs.tag === "!!null")) {
    const made = copy(lhs);
    if (!(lhs.head || lhs.leading)) Object.assign(made, { head: rhs.head, leading: rhs.leading });
    if (!lhs.foot) made.foot = rhs.foot;
    return merge(made, rhs, how);
  }
  const [l, r] = [guessedTag(lhs), guessedTag(rhs)];
  const product = numbers(
    lhs,
    rhs,
    (a, b) => a * b,
    (a, b) => a * b,
  );
  if (product) return product;
  if ((l === "!!str" && r === "!!int") || (l === "!!int" && r === "!!str")) {
    const [text, times] = l === "!!str" ? [lhs, Number(rhs.value)] : [rhs, Number(lhs.value)];
    if (times < 0) throw new YqError(`cannot repeat string by a negative number (${times})`);
    if (times > 0 && text.value.length > MAX_TEXT / times)
      throw new YqError(`result of repeating string (${text.value.length} bytes) by ${times} would exceed ${MAX_TEXT} bytes`);
    const made = target(lhs);
    updateAttributes(made, text);
    return Object.assign(made, { value: text.value.repeat(times) });
  }
  throw new YqError(`cannot multiply ${lhs.tag} with ${rhs.tag}`);
}

/** Every node of the one is written to its path in the other: sequences as a whole, unless `d` or `+` says otherwise. */
function merge(into: YqNode, from: YqNode, how: Merging): YqNode {
  const base = pathOf(from).length;
  for (const node of [...descend([from], true, how.deep ?? false, { noAliases: true })]) {
    const path = pathOf(node).slice(base);
    const looking = { noAliases: true, exact: true, readOnly: how.onlyExisting ?? false };
    let found: readonly YqNode[] = [into];
    path.forEach((part, i) => {
      const last = i === path.length - 1;
      found = found.flatMap((n) => child(n, part, last && node.isKey ? { ...looking, keys: true, noValues: true } : looking));
    });
    for (const at of found) {
      if (how.append && node.kind === "seq") {
        const sum = add(RFC3339)(copy(at), node);
        if (sum) update(at, sum, { clobberTags: how.clobberTags ?? false });
      } else if ((!how.deep && node.kind === "seq") || node.kind === "scalar" || node.kind === "alias") {
        if (!how.onlyNew || at.tag === "!!null") update(at, node, { clobberTags: how.clobberTags ?? false });
      } else if (!how.onlyNew || at.tag === "!!null") updateAttributes(at, node, { clobberTags: how.clobberTags ?? false });
    }
  }
  return into;
}

const equal =
  (flip: boolean, room: Room): Both =>
  (lhs, rhs) => {
    const owner = lhs ?? rhs;
    if (!owner) return scalar(room, "!!bool", String(!flip));
    let value: boolean;
    if (!lhs || !rhs) value = owner.tag === "!!null";
    else if (lhs.tag === "!!null") value = rhs.tag === "!!null";
    else value = lhs.kind === "scalar" && rhs.kind === "scalar" && globs(lhs.value, rhs.value);
    return boolean(owner, value !== flip);
  };

export function compare(lhs: YqNode, rhs: YqNode, how: string, layout: string): boolean {
  if (lhs.kind === "map") throw new YqError("maps not yet supported for comparison");
  if (lhs.kind === "seq") throw new YqError("arrays not yet supported for comparison");
  if (rhs.kind !== "scalar") throw new YqError(`${rhs.tag} (${nicePath(rhs)}) cannot be subtracted from ${lhs.tag}`);
  const decide = <T>(a: T, b: T): boolean => (how.endsWith("=") && a === b) || (how.startsWith(">") ? a > b : a < b);
  const [l, r] = [guessedTag(lhs), guessedTag(rhs)];
  const [time, other] = [parseTime(layout, lhs.value), parseTime(layout, rhs.value)];
  if (time && (lhs.tag === "!!timestamp" || l === "!!str")) {
    if (!other) throw new YqError(`parsing time "${rhs.value}" as "2006-01-02": cannot parse "${rhs.value}" as "2006"`);
    return decide(time.at, other.at);
  }
  if (l === "!!int" && r === "!!int") return decide(integer(lhs.value), integer(rhs.value));
  if (isNumber(l) && isNumber(r)) return decide(Number(lhs.value), Number(rhs.value));
  if (l === "!!str" && r === "!!str") return decide(lhs.value, rhs.value);
  if (l === "!!null" && r === "!!null" && how.endsWith("=")) return true;
  if (l === "!!null" || r === "!!null") return false;
  throw new YqError(`${lhs.tag} not yet supported for comparison`);
}

const decided =
  (when: boolean): Handler =>
  (at, e) =>
    cross(reading(at), e, (l, r) => boolean((l ?? r ?? make(at.world.room, {})) as YqNode, r !== undefined && isTruthy(r)), {
      whenEmpty: true,
      short: (l) => ((l !== undefined && isTruthy(l)) === when ? boolean(l ?? make(at.world.room, {}), when) : undefined),
    });

function divide(lhs: YqNode, rhs: YqNode): YqNode {
  const [l, r] = [guessedTag(lhs), guessedTag(rhs)];
  if (lhs.tag === "!!null") throw new YqError(`!!null (${nicePath(lhs)}) cannot be divided by ${rhs.tag} (${nicePath(rhs)})`);
  if (l === "!!str" && r === "!!str") {
    const made = make(lhs.room, { kind: "seq", tag: "!!seq", parent: lhs.parent, key: lhs.key });
    for (const part of lhs.value.split(rhs.value)) addItem(made, make(lhs.room, { tag: "!!str", value: part }));
    return made;
  }
  if (!isNumber(l) || !isNumber(r)) throw new YqError(`${l} cannot be divided by ${r}`);
  const made = target(lhs);
  const quotient = Number(lhs.value) / Number(rhs.value);
  return Object.assign(made, { tag: lhs.tag.startsWith("!!") ? "!!float" : lhs.tag, value: goFloat(quotient) });
}

function modulo(lhs: YqNode, rhs: YqNode): YqNode {
  const [l, r] = [guessedTag(lhs), guessedTag(rhs)];
  if (lhs.tag === "!!null") throw new YqError(`!!null (${nicePath(lhs)}) cannot modulo by ${rhs.tag} (${nicePath(rhs)})`);
  if (!isNumber(l) || !isNumber(r)) throw new YqError(`${l} cannot modulo by ${r}`);
  if (l === "!!int" && r === "!!int" && integer(rhs.value) === 0n) throw new YqError("cannot modulo by 0");
  return numbers(
    lhs,
    rhs,
    (a, b) => a % b,
    (a, b) => a % b,
  ) as YqNode;
}
const both =
  (fn: (l: YqNode, r: YqNode) => YqNode): Handler =>
  (at, e) =>
    cross(reading(at), e, (l, r) => l && r && fn(l, r));

export const combineOperators: Operators = {
  "+": (at, e) => cross(reading(at), e, add(at.layout), { whenEmpty: at.nodes.length > 0 }),
  "-": (at, e) => cross(reading(at), e, subtract(at.layout)),
  "*": (at, e) => cross(reading(at), e, (l, r) => l && r && multiply(l, r, merging(e.flags))),
  "/": both(divide),
  "%": both(modulo),
  "==": (at, e) => cross(at, e, equal(false, at.world.room), { whenEmpty: true }),
  "!=": (at, e) => cross(reading(at), e, equal(true, at.world.room), { whenEmpty: true }),
  compare: (at, e) =>
    cross(
      at,
      e,
      (l, r) => {
        const owner = l ?? r;
        if (!owner) return scalar(at.world.room, "!!bool", String(e.value.endsWith("=")));
        return boolean(owner, l !== undefined && r !== undefined && compare(l, r, e.value, at.layout));
      },
      { whenEmpty: true },
    ),
  or: decided(true),
  and: decided(false),
  not: (at) => at.nodes.map((n) => boolean(n, !isTruthy(n))),
  "//": (at, e) =>
    cross(at, e, (l, r) => (!l || (r && !isTruthy(l)) ? r : l), { whenEmpty: true, short: (l) => (l && isTruthy(l) ? l : undefined) }),
  ":": (at, e) => {
    const list = (nodes: readonly YqNode[]): YqNode => {
      const made = make(at.world.room, { kind: "seq", tag: "!!seq" });
      for (const n of nodes) addItem(made, n);
      return made;
    };
    const one = (node: YqNode | undefined): YqNode =>
      list(
        cross({ ...at, nodes: node ? [node] : [] }, e, (l, r) => {
          const map = make(at.world.room, {
            kind: "map",
            tag: "!!map",
            document: node ? documentOf(node) : 0,
            fileIndex: node ? fileOf(node).fileIndex : 0,
            file: node ? fileOf(node).file : "",
          });
          if (l && r) addPair(map, l, r);
          return map;
        }),
      );
    return [list(at.nodes.length === 0 ? [one(undefined)] : at.nodes.map(one))];
  },
  object: (at, e) => {
    const parts = evaluate(at, e.rhs ?? { op: "empty", value: "", tag: "", flags: "" });
    const [first] = parts;
    if (!first) return [make(at.world.room, { kind: "map", tag: "!!map" })];
    return first.content.flatMap((_, i) => {
      let made: YqNode[] = [];
      parts.forEach((part, j) => {
        const choices = part.content[i];
        if (!choices) throw new YqError("CollectObject: mismatching node sizes; are you creating a map with mismatching key value pairs?");
        made = j === 0 ? [...choices.content] : made.flatMap((so) => choices.content.map((more) => multiply(so, more, {})));
      });
      return made.map((n) => Object.assign(copy(n), { parent: undefined, key: undefined }));
    });
  },
};
