import { compareElements, type PathElement } from "./path-element.ts";

/**
 * A set of fields as FieldsV1 writes it, used as it is: immutable trees. A node without keys is a member; one with "."
 * is a member that has members below; one without "." only leads to some. The root itself is never a member: there, no
 * keys means the empty set.
 *
 * Nodes that come again are one object: a thousand pods of one template own their fields by the same few nodes, and
 * making such a set again costs a look-up a field.
 */
export interface FieldSet {
  readonly [element: PathElement]: FieldSet;
}

/** The empty set, and as a child a member with nothing below. */
export const EMPTY: FieldSet = Object.freeze({});

/** The children of a node so far, in the order in which they come. Use what `with` answers in place of the draft. */
export interface Draft {
  /** With one more child; undefined adds none. */
  with(key: PathElement, node: FieldSet | undefined): Draft;
  /** The node with these children; undefined when there is nothing in it. */
  node(member: boolean): FieldSet | undefined;
}

/** How many steps are remembered before all are forgotten: uids and addresses make ever new ones. */
const MAX_STEPS = 10_000;
let steps = 0;

/** Nodes that have come more than once: only what is made of these is remembered. */
const settled = new WeakSet<FieldSet>([EMPTY]);

/** A sequence of children that is remembered, with the nodes that were made of it. */
class Step implements Draft {
  /** Most are followed by one child only: that needs no map. */
  #next: Step | undefined;
  #leaves: Map<PathElement, Step> | undefined;
  #others: Map<FieldSet, Map<PathElement, Step>> | undefined;
  #plain: FieldSet | undefined;
  #member: FieldSet | undefined;
  readonly #before: Step | undefined;
  readonly #key: PathElement;
  readonly #node: FieldSet;

  constructor(before?: Step, key: PathElement = "", node: FieldSet = EMPTY) {
    this.#before = before;
    this.#key = key;
    this.#node = node;
  }

  with(key: PathElement, node: FieldSet | undefined): Draft {
    if (node === undefined) return this;
    const next = this.#next;
    if (next !== undefined && next.#key === key && next.#node === node) return next;
    if (node !== EMPTY && !settled.has(node)) return this.#loose().with(key, node);
    if (next === undefined) return (this.#next = this.#step(key, node));
    const nexts = node === EMPTY ? (this.#leaves ??= new Map()) : this.#below(node);
    let found = nexts.get(key);
    if (found === undefined) nexts.set(key, (found = this.#step(key, node)));
    return found;
  }

  node(member: boolean): FieldSet | undefined {
    if (this.#before === undefined) return member ? EMPTY : undefined;
    const known = member ? this.#member : this.#plain;
    if (known !== undefined) {
      settled.add(known);
      return known;
    }
    const made = this.#loose().node(member);
    if (member) this.#member = made;
    else this.#plain = made;
    return made;
  }

  #step(key: PathElement, node: FieldSet): Step {
    if (++steps > MAX_STEPS) forget();
    return new Step(this, key, node);
  }

  #below(node: FieldSet): Map<PathElement, Step> {
    const others = (this.#others ??= new Map());
    let nexts = others.get(node);
    if (nexts === undefined) others.set(node, (nexts = new Map()));
    return nexts;
  }

  #loose(): Loose {
    const loose = this.#before === undefined ? new Loose() : this.#before.#loose();
    return this.#before === undefined ? loose : loose.with(this.#key, this.#node);
  }
}

/** A sequence that nobody has seen before and perhaps nobody will again. */
class Loose implements Draft {
  readonly #keys: PathElement[] = [];
  readonly #nodes: FieldSet[] = [];

  with(key: PathElement, node: FieldSet | undefined): Loose {
    if (node === undefined) return this;
    this.#keys.push(key);
    this.#nodes.push(node);
    return this;
  }

  node(member: boolean): FieldSet {
    const keys = this.#keys;
    // Keys of items are ever new ones: such nodes are dictionaries from the start, not each a shape of its own.
    const items = keys[0]?.startsWith("f:") === false;
    const made: Record<PathElement, FieldSet> = items ? (Object.create(null) as Record<PathElement, FieldSet>) : {};
    if (member) made["."] = EMPTY;
    const at = (i: number): void => {
      made[keys[i] as PathElement] = this.#nodes[i] as FieldSet;
    };
    if (keys.every((key, i) => i === 0 || compareElements(keys[i - 1] as PathElement, key) <= 0))
      for (let i = 0; i < keys.length; i++) at(i);
    else for (const i of keys.map((_, n) => n).sort((a, b) => compareElements(keys[a] as string, keys[b] as string))) at(i);
    return made;
  }
}

let root = new Step();

/** No children yet. */
export const start = (): Draft => root;

function forget(): void {
  root = new Step();
  steps = 0;
}
