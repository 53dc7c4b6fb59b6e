import { RE2JS } from "re2js";
import { CliError } from "../errors.ts";
import { splitPath } from "./field.ts";
import { isNodeMap, text, type Node } from "./resource.ts";

/** A path with dots: [name=web] picks items of a list, [a.b] is one key, * every item, a number one of them. */
export function smartPath(path: string): string[] {
  const split = splitPath(path, ".");
  const parts: string[] = [];
  for (let i = 0; i < split.length; i++) {
    let part = split[i] as string;
    if (part.startsWith("[") && !part.endsWith("]")) while (i + 1 < split.length && !part.endsWith("]")) part += `.${split[++i] as string}`;
    parts.push(part.startsWith("[") && part.endsWith("]") && !part.includes("=") ? part.slice(1, -1) : part);
  }
  return parts;
}

const picker = (part: string): readonly [string, string] | undefined => {
  const m = /^\[([^=]*)=(.*)\]$/s.exec(part);
  return m ? [m[1] as string, m[2] as string] : undefined;
};

/** The one value at a path, or undefined. */
export function lookUpPath(node: Node, path: readonly string[]): Node | undefined {
  let here: Node | undefined = node;
  for (const part of path) {
    const pick = picker(part);
    if (pick && Array.isArray(here))
      here = here.find((item) => (pick[0] === "" ? text(item) : isNodeMap(item) ? text(item[pick[0]]) : "") === pick[1]);
    else if (Array.isArray(here)) here = part === "-" ? here.at(-1) : /^\d+$/.test(part) ? here[Number(part)] : undefined;
    else if (isNodeMap(here)) here = here[part];
    else return undefined;
    if (here === undefined) return undefined;
  }
  return here;
}

/** Gives every value at a path to `set`; answers how many there were (kustomize: kyaml PathMatcher). */
export function editPath(
  node: Node,
  path: readonly string[],
  create: "scalar" | "map" | "list" | undefined,
  set: (value: Node) => Node,
): number {
  let count = 0;
  const fresh = (next: string | undefined): Node => {
    if (next === undefined) return create === "map" ? {} : create === "list" ? [] : "";
    return /^\d+$/.test(next) || picker(next) ? [] : {};
  };
  const edit = (value: Node, i: number): Node => {
    if (i === path.length) {
      count++;
      return set(value);
    }
    const part = path[i] as string;
    const pick = picker(part);
    if (/^\d+$/.test(part) && !isNodeMap(value)) {
      const list = listOf(value);
      const index = Number(part);
      if (index === list.length && create) list.push(fresh(path[i + 1]));
      if (index >= list.length) throw new CliError(`index ${index} specified but only ${list.length} elements found`);
      list[index] = edit(list[index] as Node, i + 1);
      return list;
    }
    if (pick) {
      const list = listOf(value);
      const pattern = RE2JS.compile(pick[1]);
      const fits = (item: Node): boolean =>
        pick[0] === ""
          ? pattern.matcher(text(item)).find()
          : isNodeMap(item) && item[pick[0]] !== undefined && pattern.matcher(text(item[pick[0]])).find();
      if (create && !list.some(fits)) list.push(pick[0] === "" ? pick[1] : { [pick[0]]: pick[1] });
      for (const [k, item] of list.entries()) if (fits(item)) list[k] = edit(item, i + 1);
      return list;
    }
    if (part === "*") {
      const list = listOf(value);
      for (const [k, item] of list.entries()) list[k] = edit(item, i + 1);
      return list;
    }
    if (!isNodeMap(value))
      throw new CliError(`wrong node kind: expected MappingNode but got ${Array.isArray(value) ? "SequenceNode" : "ScalarNode"}`);
    if (value[part] === undefined) {
      if (!create) return value;
      value[part] = fresh(path[i + 1]);
    }
    value[part] = edit(value[part] as Node, i + 1);
    return value;
  };
  edit(node, 0);
  return count;
}

function listOf(value: Node): Node[] {
  if (Array.isArray(value)) return value;
  throw new CliError(`wrong node kind: expected SequenceNode but got ${isNodeMap(value) ? "MappingNode" : "ScalarNode"}`);
}
