import { CliError } from "../errors.ts";
import { gvkOf, idText, selectedBy } from "./ids.ts";
import { isNodeMap, text, type Node, type NodeMap } from "./resource.ts";
import type { FieldSpec } from "./specs.ts";

/** A path's parts; a slash after a backslash belongs to its part. */
export function splitPath(path: string, delimiter = "/"): string[] {
  const parts = path.split(delimiter);
  if (parts.length > 1 && parts[0] === "") parts.shift();
  const joined: string[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last?.endsWith("\\")) joined[joined.length - 1] = last.slice(0, -1) + delimiter + part;
    else joined.push(part);
  }
  return joined;
}

/**
 * Gives every value at a spec's path to `set` and keeps what that answers. Lists on the way are gone through; `creates`
 * is what is made of a missing last field where the spec says create (kustomize: api/filters/fieldspec).
 */
export function editField(node: NodeMap, spec: FieldSpec, creates: "scalar" | "map" | undefined, set: (value: Node) => Node): void {
  const gvk = gvkOf(text(node["apiVersion"]), text(node["kind"]));
  if (!selectedBy(gvk, spec)) return;
  const path = splitPath(spec.path);
  const edit = (value: Node, i: number): Node => {
    if (i === path.length) return set(value);
    if (value === null) return value;
    if (Array.isArray(value)) {
      for (const [k, item] of value.entries()) value[k] = edit(item, i);
      return value;
    }
    if (!isNodeMap(value)) throw new CliError("expected sequence or mapping node");
    const part = path[i] as string;
    const name = part.replace(/\[\]$/, "");
    if (name === "") throw new CliError("cannot set or create an empty field name");
    const creating = spec.create === true && creates !== undefined && name === part;
    if (value[name] === undefined || value[name] === null) {
      if (creating) value[name] = i === path.length - 1 && creates === "scalar" ? "" : {};
      else if (value[name] === undefined) return value;
    }
    value[name] = edit(value[name] as Node, i + 1);
    return value;
  };
  try {
    edit(node, 0);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const meta = isNodeMap(node["metadata"]) ? node["metadata"] : {};
    const id = idText({ ...gvk, name: text(meta["name"]), namespace: text(meta["namespace"]) });
    throw new CliError(`considering field '${spec.path}' of object ${id}: ${error.message}`);
  }
}
