import { RE2JS } from "re2js";
import { editField } from "./field.ts";
import { isNodeMap, text, type Node, type Res } from "./resource.ts";
import type { FieldSpec } from "./specs.ts";

export interface ImageChange {
  readonly name?: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
  readonly tagSuffix?: string;
}

/** images: of every container anywhere in an object, and of the fields that the configuration names. */
export function changeImages(list: readonly Res[], change: ImageChange, specs: readonly FieldSpec[]): void {
  const set = (value: Node): Node => changed(value, change);
  for (const res of list) {
    if (res.gvk.kind === "CustomResourceDefinition") continue;
    everyContainer(res.node, set);
    for (const spec of specs) editField(res.node, spec, undefined, set);
  }
}

function everyContainer(node: Node, set: (value: Node) => Node): void {
  if (Array.isArray(node)) return node.forEach((item) => everyContainer(item, set));
  if (!isNodeMap(node)) return;
  for (const [key, value] of Object.entries(node)) {
    everyContainer(value, set);
    if ((key === "containers" || key === "initContainers") && Array.isArray(value))
      for (const item of value) if (isNodeMap(item) && item["image"] !== undefined) item["image"] = set(item["image"]);
  }
}

function changed(value: Node, change: ImageChange): Node {
  const image = text(value);
  if (!matches(image, change.name ?? "")) return value;
  const parts = split(image);
  let { tag, digest } = parts;
  const { newTag, digest: newDigest, tagSuffix } = change;
  if (newTag || newDigest) {
    tag = newTag ?? "";
    digest = newDigest ?? "";
  } else if (tagSuffix) {
    tag += tagSuffix;
    digest = "";
  }
  return `${change.newName || parts.name}${tag ? `:${tag}` : ""}${digest ? `@${digest}` : ""}`;
}

function matches(image: string, name: string): boolean {
  try {
    return RE2JS.compile(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`).matcher(image).find();
  } catch {
    return false;
  }
}

/** A colon before the first slash belongs to the registry's port. */
function split(image: string): { readonly name: string; readonly tag: string; readonly digest: string } {
  const from = Math.max(image.indexOf("/"), 0);
  const at = image.indexOf("@", from);
  const colon = image.indexOf(":", from);
  const digest = at < 0 ? "" : image.slice(at + 1);
  const end = at < 0 ? image.length : at;
  return colon < 0 || colon > end
    ? { name: image.slice(0, end), tag: "", digest }
    : { name: image.slice(0, colon), tag: image.slice(colon + 1, end), digest };
}
