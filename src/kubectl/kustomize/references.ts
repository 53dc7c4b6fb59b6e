import { CliError } from "../errors.ts";
import { toYaml } from "../manifest/write.ts";
import { editField } from "./field.ts";
import { clusterScoped, effectiveNamespace, idText, selectedBy, type Gvk } from "./ids.ts";
import { isNodeMap, text, type Node, type NodeMap, type Res } from "./resource.ts";
import type { BackReference } from "./specs.ts";

/** Every field that holds another object's name gets the name that it has now. */
export function fixReferences(list: readonly Res[], references: readonly BackReference[]): void {
  for (const referrer of list) {
    const candidates = reachable(list, referrer);
    const was = referrer.original;
    for (const target of references)
      for (const spec of target.fieldSpecs) {
        if (!selectedBy(was, spec)) continue;
        const { group, version, kind } = referrer.gvk;
        const fix = new Fix(referrer, target, candidates, spec.path.endsWith("roleRef/name"));
        try {
          editField(referrer.node, { path: spec.path, group, version, kind }, undefined, (value) => fix.value(value));
        } catch (error) {
          if (!(error instanceof CliError)) throw error;
          throw new CliError(`updating name reference in '${spec.path}' field of '${idText(referrer.id)}': ${error.message}`);
        }
      }
  }
}

/** What an object can mean: what is in no namespace, in its own, or in one where a binding's accounts are. */
function reachable(list: readonly Res[], referrer: Res): readonly Res[] {
  const from = referrer.id;
  if (clusterScoped(from)) return list;
  const accounts = new Set<string>();
  if (from.kind === "RoleBinding" && Array.isArray(referrer.node["subjects"]))
    for (const s of referrer.node["subjects"]) if (isNodeMap(s) && s["kind"] === "ServiceAccount") accounts.add(text(s["namespace"]));
  return list.filter(({ id }) => clusterScoped(id) || effectiveNamespace(id) === effectiveNamespace(from) || accounts.has(id.namespace));
}

class Fix {
  readonly #referrer: Res;
  readonly #target: Partial<Gvk>;
  readonly #candidates: readonly Res[];
  readonly #isRoleRef: boolean;
  constructor(referrer: Res, target: Partial<Gvk>, candidates: readonly Res[], isRoleRef: boolean) {
    this.#referrer = referrer;
    this.#target = target;
    this.#candidates = candidates;
    this.#isRoleRef = isRoleRef;
  }

  value(value: Node): Node {
    if (value === null) return value;
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) value[i] = isNodeMap(item) ? this.#map(item) : this.#scalar(item);
      return value;
    }
    return isNodeMap(value) ? this.#map(value) : this.#scalar(value);
  }

  #scalar(value: Node): Node {
    const found = this.#referral(text(value), this.#candidates, (a, b) => a.id.name === b.id.name);
    return found ? found.id.name : value;
  }

  #map(map: NodeMap): NodeMap {
    if (map["name"] === undefined) throw new CliError("path config error; no 'name' field in node");
    const namespace = map["namespace"];
    let candidates = this.#candidates;
    if (namespace !== undefined) {
      const inIt = (which: "original" | "id"): readonly Res[] =>
        candidates.filter((r) => !clusterScoped(r.gvk) && effectiveNamespace(r[which]) === text(namespace));
      const first = inIt("original");
      candidates = first.length > 0 ? first : inIt("id");
    }
    const found = this.#referral(text(map["name"]), candidates, (a, b) => a.id.name === b.id.name && a.id.namespace === b.id.namespace);
    if (!found) return map;
    map["name"] = found.id.name;
    if (found.id.namespace !== "") map["namespace"] = found.id.namespace;
    return map;
  }

  #referral(name: string, among: readonly Res[], alike: (a: Res, b: Res) => boolean): Res | undefined {
    const referrer = this.#referrer;
    const role = this.#isRoleRef && isNodeMap(referrer.node["roleRef"]) ? referrer.node["roleRef"] : undefined;
    let found = among.filter(
      (r) =>
        r.past.some((p) => p.name === name) &&
        r.pastIds.some((id) => selectedBy(id, this.#target)) &&
        (!role || r.pastIds.some((id) => selectedBy(id, { group: text(role["apiGroup"]), kind: text(role["kind"]) }))) &&
        (clusterScoped(referrer.id) ||
          clusterScoped(r.id) ||
          r.gvk.kind === "ServiceAccount" ||
          effectiveNamespace(r.id) === effectiveNamespace(referrer.id)),
    );
    if (found.length === 1) return found[0];
    found = found.filter((r) => sameAffixes(r, referrer, true));
    if (found.length > 1) found = found.filter((r) => sameAffixes(r, referrer, false));
    const [first] = found;
    if (!first || found.every((r) => alike(r, first))) return first;
    throw new CliError(
      `found multiple possible referrals: ${found.map((r) => idText(r.id)).join(", ")}\n\n**** Too many possible referral targets to referrer:\n${toYaml(referrer.node)}\n${found.map((r, i) => `--- possible referral ${i}:\n${toYaml(r.node)}\n`).join("")}`,
    );
  }
}

function sameAffixes(a: Res, b: Res, openIfNone: boolean): boolean {
  const same = (x: readonly string[], y: readonly string[]): boolean => (openIfNone && (x.length === 0 || y.length === 0)) || sameEnd(x, y);
  return same(a.prefixes, b.prefixes) && same(a.suffixes, b.suffixes);
}

function sameEnd(a: readonly string[], b: readonly string[]): boolean {
  const [short, long] = a.length > b.length ? [b, a] : [a, b];
  return short.length === 0 ? long.length === 0 : short.every((s, i) => s === long[i + long.length - short.length]);
}
