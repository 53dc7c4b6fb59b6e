import { compareElements, type PathElement } from "./path-element.ts";

/**
 * A set of fields as FieldsV1 writes it, used as it is: immutable trees. A node without keys is a member; one with "."
 * is a member that has members below; one without "." only leads to some. The root itself is never a member: there, no
 * keys means the empty set.
 *
 * Equal nodes are one object (`canonical`): a thousand pods of one template own their fields by the same few nodes, and
 * making such a set again costs a look-up a field. `Draft` finds the node for a sequence of children without building
 * anything that is known already.
 */
export interface FieldSet {
  readonly [element: PathElement]: FieldSet;
}

/** The empty set, and as a child a member with nothing below. */
export const EMPTY: FieldSet = Object.freeze({});

/** How many steps are remembered before all are forgotten: uids and addresses make ever new ones. */
const MAX_STEPS = 10_000;
let steps = 0;

/** Children so far, in the order in which they came. Most have been followed by one sequence only: that is no map. */
export class Draft {
  #next: Draft | undefined;
  #leaves: Map<PathElement, Draft> | undefined;
  #others: Map<FieldSet, Map<PathElement, Draft>> | undefined;
  #plain: FieldSet | undefined;
  #member: FieldSet | undefined;
  readonly #before: Draft | undefined;
  readonly #key: PathElement;
  readonly #node: FieldSet;

  constructor(before?: Draft, key: PathElement = "", node: FieldSet = EMPTY) {
    this.#before = before;
    this.#key = key;
    this.#node = node;
  }

  /** With one more child; undefined adds none. */
  with(key: PathElement, node: FieldSet | undefined): Draft {
    if (node === undefined) return this;
    const next = this.#next;
    if (next === undefined) return (this.#next = this.#made(key, node));
    if (next.#key === key && next.#node === node) return next;
    const nexts = node === EMPTY ? (this.#leaves ??= new Map()) : this.#below(node);
    let found = nexts.get(key);
    if (found === undefined) nexts.set(key, (found = this.#made(key, node)));
    return found;
  }

  #made(key: PathElement, node: FieldSet): Draft {
    if (++steps > MAX_STEPS) forget();
    return new Draft(this, key, node);
  }

  #below(node: FieldSet): Map<PathElement, Draft> {
    const others = (this.#others ??= new Map());
    let nexts = others.get(node);
    if (nexts === undefined) others.set(node, (nexts = new Map()));
    return nexts;
  }

  /** The node with these children; undefined when there is nothing in it. */
  node(member: boolean): FieldSet | undefined {
    if (this.#before === undefined) return member ? EMPTY : undefined;
    return member ? (this.#member ??= this.#built(true)) : (this.#plain ??= this.#built(false));
  }

  #steps(): Draft[] {
    return this.#before === undefined ? [] : [...this.#before.#steps(), this];
  }

  #built(member: boolean): FieldSet {
    const children = this.#steps();
    const ordered = children.every((c, i) => i === 0 || compareElements((children[i - 1] as Draft).#key, c.#key) <= 0);
    if (!ordered) {
      children.sort((a, b) => compareElements(a.#key, b.#key));
      let draft = start();
      for (const child of children) draft = draft.with(child.#key, child.#node);
      return draft.node(member) as FieldSet;
    }
    const made: Record<PathElement, FieldSet> = {};
    if (member) made["."] = EMPTY;
    for (const child of children) made[child.#key] = child.#node;
    known.add(made);
    return made;
  }
}

let root = new Draft();
const known = new WeakSet<FieldSet>([EMPTY]);

/** No children yet. */
export const start = (): Draft => root;

function forget(): void {
  root = new Draft();
  steps = 0;
}

const read = new WeakMap<object, FieldSet>();

/** The one object for a set that may have come from elsewhere: from a client, or out of the storage. */
export function canonical(set: FieldSet): FieldSet {
  if (known.has(set)) return set;
  let found = read.get(set);
  if (found === undefined) read.set(set, (found = nodeLike(set)));
  return found;
}

function nodeLike(set: FieldSet): FieldSet {
  let draft = root;
  for (const key in set) if (key !== ".") draft = draft.with(key, nodeLike(set[key] as FieldSet));
  return draft.node(set["."] !== undefined) ?? EMPTY;
}
