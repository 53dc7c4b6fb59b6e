import { isScalar, parseDocument, type Document } from "yaml";
import { CliError } from "../errors.ts";
import { idText, selectedBy, effectiveNamespace, type Id } from "./ids.ts";
import { kyamlOptions } from "./parse.ts";
import { editPath, lookUpPath, smartPath } from "./path.ts";
import { copyNode, isNodeMap, text, type Node, type Res } from "./resource.ts";
import { matcher, type Selector } from "./select.ts";

interface FieldOptions {
  readonly delimiter?: string;
  readonly index?: number;
  readonly create?: boolean;
}
export interface Replacement {
  readonly source?: Partial<Id> & { readonly fieldPath?: string; readonly options?: FieldOptions };
  readonly sourceValue?: string;
  readonly targets?: readonly {
    readonly select?: Selector;
    readonly reject?: readonly Selector[];
    readonly fieldPaths?: readonly string[];
    readonly options?: FieldOptions;
  }[];
}

/** Copies a value from one object's field, or as given, to fields of others. */
export function replace(list: readonly Res[], { source, sourceValue, targets }: Replacement): void {
  if ((!source && sourceValue === undefined) || !targets) throw new CliError("replacements must specify a source and at least one target");
  if (source && sourceValue !== undefined) throw new CliError("value and resource selectors are mutually exclusive");
  const value = source ? sourceOf(list, source) : (sourceValue as string);
  for (const target of targets) {
    if (!target.select) throw new CliError("target must specify resources to select");
    const chosen = matcher(target.select);
    const rejects = (target.reject ?? []).map((r) => ({ r, m: matcher(r) }));
    for (const res of list) {
      if (!chosen.marks(res)) continue;
      if (rejects.some(({ r, m }) => (r.annotationSelector || r.labelSelector) && m.marks(res))) continue;
      const matches = (m: ReturnType<typeof matcher>, id: Id): boolean => m.gvk(id) && m.name(id.name) && m.namespace(id.namespace);
      if (rejects.some(({ r, m }) => hasId(r) && res.everyId.some((id) => matches(m, id)))) continue;
      if (res.everyId.some((id) => matches(chosen, id)))
        for (const path of target.fieldPaths?.length ? target.fieldPaths : ["metadata.name"]) put(res, path, value, target.options);
    }
  }
}

const hasId = (s: Selector): boolean => Boolean(s.group || s.version || s.kind || s.name || s.namespace);

function sourceOf(list: readonly Res[], source: NonNullable<Replacement["source"]>): Node {
  const path = source.fieldPath || "metadata.name";
  const selected = (id: Id): boolean =>
    (!source.name || source.name === id.name) &&
    (!source.namespace ||
      effectiveNamespace({ group: "", version: "", kind: "", name: "", ...source, namespace: source.namespace }) ===
        effectiveNamespace(id)) &&
    selectedBy(id, source);
  const found = list.filter((r) => r.everyId.some(selected));
  const shown = [idText(source), ...(source.fieldPath ? [source.fieldPath] : []), ...shownOptions(source.options)].join(":");
  if (found.length > 1) throw new CliError(`multiple matches for selector ${shown}`);
  const [one] = found;
  if (!one) throw new CliError(`nothing selected by ${shown}`);
  const value = lookUpPath(one.node, smartPath(path));
  if (value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0) || value === "")
    throw new CliError(`fieldPath \`${path}\` is missing for replacement source ${idText(source)}`);
  const { delimiter, index = 0 } = source.options ?? {};
  if (!delimiter) return value;
  if (typeof value === "object") throw new CliError("delimiter option can only be used with scalar nodes");
  const parts = text(value).split(delimiter);
  const part = parts[index];
  if (part === undefined) throw new CliError(`options.index ${index} is out of bounds for value ${text(value)}`);
  return part;
}

const shownOptions = (o: FieldOptions | undefined): string[] =>
  o && (o.delimiter || o.create) ? [`${o.delimiter ?? ""}(${o.index ?? 0}), create=${o.create ?? false}`] : [];

function put(res: Res, path: string, value: Node, options: FieldOptions | undefined): void {
  const parts = smartPath(path);
  if (insideText(res.node, parts, value, options)) return;
  const create = options?.create === true ? kindOf(value) : undefined;
  let count: number;
  try {
    count = editPath(res.node, parts, create, (old) => replaced(old, value, options));
  } catch (error) {
    if (error instanceof CliError && error.message.startsWith("delimiter option")) throw error;
    if (error instanceof CliError) throw new CliError(`${unfound(path, create !== undefined)}: ${error.message}`);
    throw error;
  }
  if (count === 0) throw new CliError(unfound(path, create !== undefined));
}

const kindOf = (value: Node): "scalar" | "map" | "list" => (Array.isArray(value) ? "list" : isNodeMap(value) ? "map" : "scalar");
const unfound = (path: string, create: boolean): string =>
  `unable to find ${create ? "or create " : ""}field ${JSON.stringify(path)} in replacement target`;

/** A scalar keeps the type that it had, where the new text can be of it. */
function replaced(old: Node, value: Node, options: FieldOptions | undefined): Node {
  let next = copyNode(value);
  if (options?.delimiter) {
    if (typeof old === "object" && old !== null) throw new CliError("delimiter option can only be used with scalar nodes");
    const parts = text(old).split(options.delimiter);
    const index = options.index ?? 0;
    if (index < 0) parts.unshift(text(value));
    else if (index >= parts.length) parts.push(text(value));
    else parts[index] = text(value);
    next = parts.join(options.delimiter);
  }
  if ((typeof old === "object" && old !== null) || (typeof next === "object" && next !== null)) return next;
  if (old === null || old === "") return next;
  if (typeof old === "string") return text(next);
  const number = Number(text(next));
  return typeof old === "number" && text(next) !== "" && Number.isFinite(number) ? number : next;
}

/** A text on the way may be YAML or JSON itself: then the value goes into that. */
function insideText(node: Node, parts: readonly string[], value: Node, options: FieldOptions | undefined): boolean {
  for (let i = 1; i < parts.length; i++) {
    const holder = lookUpPath(node, parts.slice(0, i));
    if (typeof holder !== "string") continue;
    const document = parseDocument(holder, kyamlOptions);
    if (document.errors.length > 0 || isScalar(document.contents) || document.contents === null) return false;
    const inner = document.toJS() as Node;
    let count = 0;
    try {
      count = editPath(inner, parts.slice(i), options?.create ? kindOf(value) : undefined, (old) => replaced(old, value, undefined));
    } catch {
      return false;
    }
    if (count === 0) return false;
    const shown = /^\s*[{[]/.test(holder) ? asJson(inner, holder) : asYaml(document, inner);
    editPath(node, parts.slice(0, i), undefined, () => shown);
    return true;
  }
  return false;
}

const asJson = (value: Node, before: string): string =>
  before.includes("\n") && before.includes("  ") ? JSON.stringify(sortKeys(value), null, 2) : JSON.stringify(sortKeys(value));

function sortKeys(value: Node): Node {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isNodeMap(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((k) => [k, sortKeys(value[k] as Node)]),
  );
}

/** The document with what changed in it, its comments and order kept. */
function asYaml(document: Document, value: Node): string {
  const before = document.toJS() as Node;
  const write = (path: readonly (string | number)[], old: Node | undefined, now: Node): void => {
    if (JSON.stringify(old) === JSON.stringify(now)) return;
    if (isNodeMap(old) && isNodeMap(now)) for (const k of Object.keys(now)) write([...path, k], old[k], now[k] as Node);
    else if (Array.isArray(old) && Array.isArray(now)) for (const [i, v] of now.entries()) write([...path, i], old[i], v);
    else document.setIn(path, now);
  };
  write([], before, value);
  return document.toString({ lineWidth: 0, indentSeq: false }).trim();
}
