import { goJson } from "./fields.ts";
import { goSprint, goType, sortedKeys } from "./goprint.ts";
import { JsonPathError, parseTemplate, type PathList, type PathNode } from "./jsonpath-parser.ts";
import { isMap } from "./patch-merge.ts";

export interface JsonPathOptions {
  /** kubectl's default is true: a missing field gives nothing instead of an error. */
  readonly allowMissingKeys: boolean;
}

export interface JsonPath {
  /** The results of each `{...}` and text, in order. Throws JsonPathError. */
  find(data: unknown, options?: JsonPathOptions): readonly (readonly unknown[])[];
  /** As `kubectl -o jsonpath` prints: results of one `{...}` separated by spaces. Throws JsonPathError. */
  print(data: unknown, options?: JsonPathOptions): string;
}

const DEFAULTS: JsonPathOptions = { allowMissingKeys: true };

/** Throws JsonPathError in upstream's words, which kubectl prefixes with `error parsing jsonpath <template>, `. */
export function parseJsonPath(template: string): JsonPath {
  const lists = parseTemplate(template);
  return {
    find: (data, options = DEFAULTS) => new Walk(options).run(lists, 0, data, 0).results,
    print(data, options = DEFAULTS) {
      return this.find(data, options)
        .map((results) => results.map(jsonPathText).join(" "))
        .join("");
    },
  };
}

/** One result as text: scalars plain, maps and lists as JSON with sorted keys. */
export function jsonPathText(v: unknown): string {
  if (v === null || v === undefined) return "null";
  return typeof v === "object" ? goJson(sortKeys(v)) : goSprint(v);
}

function sortKeys(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(sortKeys);
  return isMap(v) ? Object.fromEntries(sortedKeys(v).map((k) => [k, sortKeys(v[k])])) : v;
}

const RELAXED = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/;

/** `metadata.name`, `.metadata.name` or `{.metadata.name}` as `{.metadata.name}` (k8s: get.RelaxedJSONPathExpression). */
export function relaxedJsonPath(path: string): string {
  if (path === "") return path;
  const m = RELAXED.exec(path);
  if (m === null)
    throw new JsonPathError(`unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`);
  return `{.${m[1] ?? m[2] ?? ""}}`;
}

interface Block {
  readonly results: (readonly unknown[])[];
  /** The position of the `{end}` that closed the block, if one did. */
  readonly end: number | undefined;
}

/** Descents multiply: what a path may collect on its way is bounded (Timonel's own rule). */
const RESULT_LIMIT = 2_000_000;

class Walk {
  #found = 0;
  readonly #options: JsonPathOptions;
  constructor(options: JsonPathOptions) {
    this.#options = options;
  }

  run(lists: readonly PathList[], from: number, data: unknown, depth: number): Block {
    const results: (readonly unknown[])[] = [];
    for (let i = from; i < lists.length; i++) {
      const list = lists[i] ?? [];
      const [head] = list;
      if (head?.kind === "identifier" && head.name === "end") {
        if (depth === 0) throw new JsonPathError("not in range, nothing to end");
        return { results, end: i };
      }
      if (head?.kind !== "identifier" || head.name !== "range") {
        results.push(this.list([data], list));
        continue;
      }
      const items = this.list([data], list.slice(1));
      let end: number | undefined;
      // An empty range still has to find its end.
      for (const item of items.length > 0 ? items : [undefined]) {
        const block = this.run(lists, i + 1, item, depth + 1);
        if (items.length > 0) results.push(...block.results);
        end = block.end;
      }
      if (end !== undefined) i = end;
    }
    return { results, end: undefined };
  }

  list(input: readonly unknown[], nodes: PathList): readonly unknown[] {
    let current = input;
    for (const node of nodes) {
      current = this.#node(current, node);
      this.#found += current.length;
      if (this.#found > RESULT_LIMIT) throw new JsonPathError(`more than ${RESULT_LIMIT} results`);
    }
    return current;
  }

  #node(input: readonly unknown[], node: PathNode): readonly unknown[] {
    switch (node.kind) {
      case "text":
        return [node.text];
      case "number":
      case "bool":
        return [node.value];
      case "identifier":
        throw new JsonPathError(`unrecognized identifier ${node.name}`);
      case "field":
        return this.#field(input, node.name);
      case "wildcard":
        return input.flatMap((v) => (typeof v === "string" ? [...new TextEncoder().encode(v)] : children(v)));
      case "recursive":
        return input.flatMap(descend);
      case "array":
        return input.flatMap((v) => slice(v, node));
      case "union":
        return node.lists.flatMap((l) => this.list(input, l));
      case "filter":
        return input.flatMap((v) => this.#filter(v, node));
    }
  }

  #field(input: readonly unknown[], name: string): readonly unknown[] {
    if (input.length === 0) return input;
    const found: unknown[] = [];
    for (const v of input) if (isMap(v) && Object.hasOwn(v, name) && v[name] !== undefined) found.push(v[name]);
    if (found.length === 0 && !this.#options.allowMissingKeys) throw new JsonPathError(`${name} is not found`);
    return found;
  }

  #filter(list: unknown, node: PathNode & { kind: "filter" }): readonly unknown[] {
    if (list === undefined) return [];
    if (!Array.isArray(list)) throw new JsonPathError(`${goSprint(list)} is not array or slice and cannot be filtered`);
    return list.filter((item: unknown) => {
      if (node.operator === "exists") return this.#exists(item, node.left);
      const left = this.list([item], node.left);
      if (left.length === 0) return false;
      if (left.length > 1) throw new JsonPathError("can only compare one element at a time");
      const right = this.list([item], node.right);
      if (right.length === 0) return false;
      if (right.length > 1) throw new JsonPathError("can only compare one element at a time");
      return compare({ value: left[0], float: isFloat(node.left) }, node.operator, { value: right[0], float: isFloat(node.right) });
    });
  }

  #exists(item: unknown, path: PathList): boolean {
    try {
      return this.list([item], path).length > 0;
    } catch (e) {
      if (e instanceof JsonPathError) return false;
      throw e;
    }
  }
}

function children(v: unknown): readonly unknown[] {
  if (Array.isArray(v)) return v;
  return isMap(v) ? sortedKeys(v).map((k) => v[k]) : [];
}

/** A container and all the containers below it; a text contains its bytes (k8s: client-go jsonpath.go evalRecursive). */
function descend(v: unknown): readonly unknown[] {
  if (typeof v === "string") return v === "" ? [] : [v];
  const inside = children(v);
  return inside.length === 0 ? [] : [v, ...inside.flatMap(descend)];
}

function slice(list: unknown, node: PathNode & { kind: "array" }): readonly unknown[] {
  if (list === null || list === undefined) return [];
  if (!Array.isArray(list)) throw new JsonPathError(`${goType(list)} is not array or slice`);
  const { length } = list;
  const start = (node.start ?? 0) + ((node.start ?? 0) < 0 ? length : 0);
  let end = node.end ?? length;
  if (end < 0 || (end === 0 && node.derived)) end += length;
  if (start === end) return [];
  const outside = (i: number): JsonPathError => new JsonPathError(`array index out of bounds: index ${i}, length ${length}`);
  if (start >= length || start < 0) throw outside(start);
  if (end > length || end < 0) throw outside(end - 1);
  if (start > end) throw new JsonPathError(`starting index ${start} is greater than ending index ${end}`);
  if (node.step !== undefined && node.step <= 0) throw new JsonPathError("step must be > 0");
  const step = node.step ?? 1;
  return list.slice(start, end).filter((_v, i) => i % step === 0);
}

/** `1.5` as it is written; what an object has of numbers is whole. */
const isFloat = ([node, ...more]: PathList): boolean => node?.kind === "number" && node.float && more.length === 0;

interface Compared {
  readonly value: unknown;
  readonly float: boolean;
}

/** Go's templates compare what is of one basic kind (k8s: client-go third_party template/funcs.go). */
function kindOf({ value, float }: Compared): string {
  if (typeof value === "number") return float || !Number.isInteger(value) ? "float" : "int";
  if (typeof value !== "string" && typeof value !== "boolean") throw new JsonPathError("invalid type for comparison");
  return typeof value;
}

function compare(left: Compared, operator: string, right: Compared): boolean {
  if (!["==", "!=", "<", ">", "<=", ">="].includes(operator)) throw new JsonPathError(`unrecognized filter operator ${operator}`);
  const kind = kindOf(left);
  if (kind !== kindOf(right)) throw new JsonPathError("incompatible types for comparison");
  const [a, b] = [left.value as number, right.value as number];
  if (operator === "==") return a === b;
  if (operator === "!=") return a !== b;
  if (kind === "boolean") throw new JsonPathError("invalid type for comparison");
  if (operator === "<") return a < b;
  if (operator === ">") return a > b;
  return operator === "<=" ? a <= b : a >= b;
}
