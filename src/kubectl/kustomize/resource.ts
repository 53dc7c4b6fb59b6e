import { CliError } from "../errors.ts";
import { gvkOf, idText, sameId, type Gvk, type Id } from "./ids.ts";

/** JSON that a build changes in place: every object of it is its own copy. */
export type Node = null | boolean | number | string | Node[] | NodeMap;
export interface NodeMap {
  [key: string]: Node;
}
export type Behavior = "unspecified" | "create" | "replace" | "merge";

export const isNodeMap = (v: unknown): v is NodeMap => typeof v === "object" && v !== null && !Array.isArray(v);

/** An object of a build, with the names it has had: other objects still call it by those. */
export class Res {
  node: NodeMap;
  /** Oldest first, the present one not among them. */
  readonly past: { readonly name: string; readonly namespace: string; readonly kind: string }[] = [];
  readonly prefixes: string[] = [];
  readonly suffixes: string[] = [];
  readonly vars: string[] = [];
  behavior: Behavior = "unspecified";
  hashed = false;
  renames = false;
  changesKind = false;
  gone = false;

  constructor(node: NodeMap) {
    this.node = node;
  }
  get meta(): NodeMap {
    return isNodeMap(this.node["metadata"]) ? this.node["metadata"] : (this.node["metadata"] = {});
  }
  get gvk(): Gvk {
    return gvkOf(text(this.node["apiVersion"]), text(this.node["kind"]));
  }
  get id(): Id {
    const meta = isNodeMap(this.node["metadata"]) ? this.node["metadata"] : {};
    return { ...this.gvk, name: text(meta["name"]), namespace: text(meta["namespace"]) };
  }
  get pastIds(): readonly Id[] {
    const { group, version } = this.gvk;
    return this.past.map((p) => ({ group, version, ...p }));
  }
  get original(): Id {
    return this.pastIds[0] ?? this.id;
  }
  get everyId(): readonly Id[] {
    return [...this.pastIds, this.id];
  }
  labels(): Readonly<Record<string, string>> {
    return stringsOf(this.meta["labels"]);
  }
  annotations(): Readonly<Record<string, string>> {
    return stringsOf(this.meta["annotations"]);
  }
  setStrings(field: "labels" | "annotations", map: Readonly<Record<string, string>>): void {
    if (Object.keys(map).length > 0) this.meta[field] = { ...map };
    else delete this.meta[field];
  }
  /** Remembers what it is called now, before that changes. */
  remember(namespace: string): void {
    const { name, kind } = this.id;
    this.past.push({ name, kind, namespace });
  }
}

export const text = (v: unknown): string => (v === null || v === undefined ? "" : typeof v === "object" ? "" : String(v));
const stringsOf = (v: unknown): Readonly<Record<string, string>> =>
  isNodeMap(v) ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, text(x)])) : {};

export const copyNode = <T extends Node>(node: T): T => structuredCloneOf(node) as T;
function structuredCloneOf(node: Node): Node {
  if (Array.isArray(node)) return node.map(structuredCloneOf);
  return isNodeMap(node) ? Object.fromEntries(Object.entries(node).map(([k, v]) => [k, structuredCloneOf(v)])) : node;
}

/** Adds what no object in the list is called by yet. */
export function append(list: Res[], added: readonly Res[]): void {
  for (const res of added) {
    if (list.some((r) => sameId(r.id, res.id))) throw new CliError(`may not add resource with an already registered id: ${idText(res.id)}`);
    list.push(res);
  }
}
