import { apiVersionOf, type KubeObject } from "../api/index.ts";
import type { FieldRequirement, Selector } from "../machinery/index.ts";
import type { Scope } from "./context.ts";

/** An equality that a selector insists on: what lists and watches are found by, in place of asking every object. */
export interface Term {
  /** `label app`, `field spec.nodeName`. */
  readonly key: string;
  /** Any of these; one for `=`. */
  readonly values: readonly string[];
  /** Of an object, what is compared; undefined when it has none. */
  readonly of: (object: KubeObject) => string | undefined;
}

interface Shaped extends KubeObject {
  readonly spec?: { readonly nodeName?: string };
  readonly involvedObject?: { readonly uid?: string; readonly name?: string };
}

/** Fields that are asked for often and read without computing the others. */
const DIRECT: Readonly<Record<string, (object: Shaped) => string>> = {
  "metadata.name": (o) => o.metadata?.name ?? "",
  "metadata.namespace": (o) => o.metadata?.namespace ?? "",
  "spec.nodeName": (o) => o.spec?.nodeName ?? "",
  "involvedObject.uid": (o) => o.involvedObject?.uid ?? "",
  "involvedObject.name": (o) => o.involvedObject?.name ?? "",
};

const labelReaders = new Map<string, Term["of"]>();
const READERS = 1024;

function labelReader(name: string): Term["of"] {
  let of = labelReaders.get(name);
  if (!of) {
    if (labelReaders.size >= READERS) labelReaders.clear();
    labelReaders.set(name, (of = (object) => object.metadata?.labels?.[name]));
  }
  return of;
}

type About = Pick<Scope, "requested">;

/** How a field that selectors may name is read of a stored object; of another version, as that version has it. */
export function fieldReader({ requested }: About, field: string): (object: KubeObject) => string {
  const { storedAs } = requested;
  if (field.startsWith("metadata.") || !storedAs) {
    const direct = DIRECT[field];
    if (direct) return direct;
  }
  // Custom resources' fields are read of them however they are stored.
  return (object) => requested.fields?.(requested.custom ? object : (storedAs?.from(object) ?? object))[field] ?? "";
}

/** Those of a selection, the sharper ones first: a field says more than a label. What is unset is no value to look for. */
export function termsOf(scope: About, labels: Selector | undefined, fields: readonly FieldRequirement[]): readonly Term[] {
  const terms: Term[] = [];
  for (const { field, operator, value } of fields) {
    if (operator !== "=" || value === "") continue;
    const of = fieldReader(scope, field);
    const direct = of === DIRECT[field];
    terms.push({ key: direct ? `field ${field}` : `field ${field} of ${apiVersionOf(scope.requested)}`, values: [value], of });
  }
  for (const { key, operator, values } of labels?.requirements ?? [])
    if (operator === "=" || operator === "==" || operator === "in") terms.push({ key: `label ${key}`, values, of: labelReader(key) });
  return terms;
}

/** Of the terms of a watch, the one that its events are dealt out by: of one value, and read at no cost. */
export function dispatchTerm(namespace: string, name: string | undefined, terms: readonly Term[]): Term | undefined {
  const by = (field: string, value: string): Term => ({ key: `field ${field}`, values: [value], of: DIRECT[field] as Term["of"] });
  if (name !== undefined) return by("metadata.name", name);
  const own = terms.find(({ key, values }) => values.length === 1 && (key.startsWith("label ") || DIRECT[key.slice(6)] !== undefined));
  return own ?? (namespace === "" ? undefined : by("metadata.namespace", namespace));
}
