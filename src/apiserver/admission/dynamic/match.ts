import type { Kind, KubeObject, LabelSelector, MatchResources, Namespace, NamedRuleWithOperations } from "../../../api/index.ts";
import { labelSelector, notFound, type Labels } from "../../../machinery/index.ts";
import { getStored } from "../stored.ts";
import type { Attributes } from "../types.ts";

const NAMESPACES = { group: "", plural: "namespaces", namespaced: false };

/** A request as rules and expressions see it. */
export interface Subject {
  readonly attributes: Attributes;
  /** Of a request about a namespace, its name. */
  readonly namespace: string;
  readonly name: string;
  /** All versions of the kind that are served. */
  readonly versions: readonly Kind[];
}

export function subjectOf(attributes: Attributes, versions: readonly Kind[]): Subject {
  const { scope, object, operation } = attributes;
  const { kind, info } = scope;
  const name = operation === "CREATE" && info.name === "" ? (object?.metadata?.name ?? "") : info.name;
  return { attributes, namespace: isNamespaces(kind) ? info.name : info.namespace, name, versions };
}

const isNamespaces = ({ group, plural }: Kind): boolean => group === "" && plural === "namespaces";

/** An object in another version of its kind; what a subresource has of its own is in one only. */
export const inVersion = (kind: Kind, object: KubeObject | undefined): KubeObject | undefined =>
  object?.kind === kind.kind ? (kind.storedAs?.from(object) ?? object) : object;
export const fromVersion = (kind: Kind, object: KubeObject): KubeObject =>
  object.kind === kind.kind ? (kind.storedAs?.to(object) ?? object) : object;

const has = (list: readonly string[] | undefined, value: string): boolean => list?.some((item) => item === "*" || item === value) ?? false;

/** Whether a rule names a resource: `pods`, `pods/log`, `pods/*`, `*`, `*` with a subresource. */
export function matchesResource(rule: NamedRuleWithOperations, group: string, resource: string, subresource: string): boolean {
  if (!has(rule.apiGroups, group)) return false;
  return (rule.resources ?? []).some((given) => {
    const slash = given.indexOf("/");
    const [wanted, sub] = slash < 0 ? [given, ""] : [given.slice(0, slash), given.slice(slash + 1)];
    return (wanted === "*" || wanted === resource) && (sub === "*" || sub === subresource);
  });
}

/** k8s: webhook/predicates/rules Matcher. */
function matchesRule(rule: NamedRuleWithOperations, subject: Subject, kind: Kind): boolean {
  const { operation, scope } = subject.attributes;
  if (!has(rule.operations, operation) || !has(rule.apiVersions, kind.version)) return false;
  const cluster = subject.namespace === "" || isNamespaces(kind);
  if ((rule.scope === "Namespaced" && cluster) || (rule.scope === "Cluster" && !cluster)) return false;
  return matchesResource(rule, kind.group, kind.plural, scope.info.subresource);
}

/** The version of the kind that the rules name: the requested one, or with Equivalent any other. */
export function matchedKind(rules: readonly NamedRuleWithOperations[], policy: string | undefined, subject: Subject): Kind | undefined {
  const { requested } = subject.attributes.scope;
  const named = (rule: NamedRuleWithOperations) => !rule.resourceNames?.length || rule.resourceNames.includes(subject.name);
  const fits = (kind: Kind) => rules.some((rule) => matchesRule(rule, subject, kind) && named(rule));
  if (fits(requested)) return requested;
  return policy === "Equivalent" ? subject.versions.find((kind) => kind !== requested && fits(kind)) : undefined;
}

/** k8s: policy/matching Matcher. Undefined: it does not apply. */
export function matchedResources(given: MatchResources, subject: Subject): Kind | undefined {
  if (!selected(given, subject)) return undefined;
  if (given.excludeResourceRules && matchedKind(given.excludeResourceRules, given.matchPolicy, subject)) return undefined;
  if (!given.resourceRules?.length) return subject.attributes.scope.requested;
  return matchedKind(given.resourceRules, given.matchPolicy, subject);
}

interface Selectors {
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
}

const isEmpty = (selector: LabelSelector | undefined): boolean =>
  selector === undefined || (Object.keys(selector.matchLabels ?? {}).length === 0 && !selector.matchExpressions?.length);

/** Throws 404 when there is no such namespace. */
export function selected({ namespaceSelector, objectSelector }: Selectors, subject: Subject): boolean {
  const { object, old } = subject.attributes;
  if (!isEmpty(namespaceSelector) && !inNamespace(namespaceSelector, subject)) return false;
  if (isEmpty(objectSelector)) return true;
  const selector = labelSelector(objectSelector);
  return [object, old].some((given) => given !== undefined && selector.matches(given.metadata?.labels ?? {}));
}

/** What is in no namespace is never left out, but for namespaces themselves (k8s: predicates/namespace). */
function inNamespace(given: LabelSelector | undefined, subject: Subject): boolean {
  const { scope, operation, object } = subject.attributes;
  const about = isNamespaces(scope.kind);
  if (subject.namespace === "" && !about) return true;
  const fromObject = about && scope.info.subresource === "" && (operation === "CREATE" || operation === "UPDATE");
  const labels: Labels = (fromObject ? object : namespaceOf(subject))?.metadata?.labels ?? {};
  return labelSelector(given).matches(labels);
}

function namespaceOf({ attributes: { scope }, namespace }: Subject): Namespace {
  const found = getStored<Namespace>(scope.server, NAMESPACES, "", namespace);
  if (!found) throw notFound("namespaces", namespace);
  return found;
}

/** What expressions call namespaceObject: null for what is in none. */
export function namespaceObject(subject: Subject): Namespace | null {
  return subject.namespace === "" || isNamespaces(subject.attributes.scope.kind) ? null : namespaceOf(subject);
}
