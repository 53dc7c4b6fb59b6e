import { CliError } from "../errors.ts";
import type { Config } from "./config.ts";
import { editField } from "./field.ts";
import { clusterScoped, effectiveNamespace, sameId, selectedBy, type Id } from "./ids.ts";
import { isNodeMap, text, type Node, type Res } from "./resource.ts";
import type { FieldSpec } from "./specs.ts";

const KEEPS_NAME = [{ kind: "CustomResourceDefinition" }, { group: "apiregistration.k8s.io", kind: "APIService" }, { kind: "Namespace" }];

/** namePrefix and nameSuffix. */
export function affix(list: readonly Res[], side: "prefix" | "suffix", added: string, specs: readonly FieldSpec[]): void {
  if (added === "") return;
  for (const res of list) {
    const id = res.original;
    if (KEEPS_NAME.some((kept) => selectedBy(id, kept))) continue;
    for (const spec of specs) {
      if (!selectedBy(id, spec)) continue;
      if (spec.path === "metadata/name") {
        (side === "prefix" ? res.prefixes : res.suffixes).push(added);
        res.remember(effectiveNamespace(res.id));
      }
      editField(res.node, spec, "scalar", (value) => (side === "prefix" ? added + text(value) : text(value) + added));
    }
  }
}

export type Subjects = "defaultOnly" | "allServiceAccounts" | "none";
export interface NamespaceOptions {
  readonly unsetOnly?: boolean;
  readonly subjects?: Subjects;
}

/** namespace: of everything that lives in one, and of the "default" account that bindings name. */
export function setNamespace(
  list: readonly Res[],
  namespace: string,
  specs: Config["namespace"],
  { unsetOnly = false, subjects = "defaultOnly" }: NamespaceOptions = {},
): void {
  const set = (value: Node): Node => (unsetOnly && text(value) !== "" ? value : namespace);
  for (const res of list) {
    res.remember(effectiveNamespace(res.id));
    const { node } = res;
    if (!clusterScoped(res.gvk)) editField(node, { path: "metadata/namespace", create: true }, "scalar", set);
    const binding = res.gvk.kind === "RoleBinding" || res.gvk.kind === "ClusterRoleBinding";
    if (binding && subjects !== "none" && Array.isArray(node["subjects"]))
      for (const subject of node["subjects"]) {
        if (!isNodeMap(subject)) continue;
        if (subjects === "defaultOnly" ? subject["name"] === "default" : subject["kind"] === "ServiceAccount")
          subject["namespace"] = set(subject["namespace"] ?? "");
      }
    for (const spec of specs) {
      if (spec.path === "metadata/namespace" || (binding && spec.path === "subjects/namespace")) continue;
      if (spec.path === "metadata/name" && node["apiVersion"] !== "v1") continue;
      editField(node, spec, "scalar", set);
    }
    if (list.filter((r) => sameId(r.id, res.id)).length !== 1)
      throw new CliError(`namespace transformation produces ID conflict: [${conflicting(list, res.id)}]`);
  }
}

const conflicting = (list: readonly Res[], id: Id): string =>
  list
    .filter((r) => sameId(r.id, id))
    .map((r) => JSON.stringify(r.node))
    .join(" ");
