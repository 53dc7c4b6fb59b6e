import { field, isDNS1123Label, isDNS1123Subdomain, semanticEqual } from "../../machinery/index.ts";
import { checkSubdomain, invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { goForm } from "../core/go-form.ts";
import { at } from "../defaulting.ts";
import type { FlowcontrolSubject, FlowSchema, FlowSchemaSpec, PolicyRulesWithSubjects } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { MANDATORY_SCHEMAS } from "./mandatory.ts";

const MAX_PRECEDENCE = 10_000;
const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];
const METHODS = ["ByNamespace", "ByUser"];
const EMPTY_STATUS = Object.freeze({});
const NO_SPEC: FlowSchemaSpec = { priorityLevelConfiguration: { name: "" } };

/** k8s: apis/flowcontrol/validation ValidateFlowSchema. */
function validate({ metadata, spec = NO_SPEC, status }: FlowSchema): Errors {
  const errors: Errors = [];
  checkSpec(errors, metadata?.name ?? "", spec);
  const fixed = MANDATORY_SCHEMAS[metadata?.name ?? ""];
  if (fixed !== undefined && !semanticEqual(spec, fixed))
    errors.push(
      field.invalid("spec", goForm("flowcontrol.v1.FlowSchemaSpec", spec), `spec of '${metadata?.name}' must equal the fixed value`),
    );
  return [...errors, ...conditionErrors({ status })];
}

/** What a status may not say: each type of condition stands once. Also of a priority level. */
export function conditionErrors({
  status,
}: {
  readonly status?: { readonly conditions?: readonly { readonly type?: string }[] } | undefined;
}): Errors {
  const errors: Errors = [];
  const seen = new Set<string>();
  for (const [i, { type = "" }] of (status?.conditions ?? []).entries()) {
    if (seen.has(type)) errors.push(field.duplicate(`status.conditions[${i}].type`, type));
    seen.add(type);
    if (type === "") errors.push(field.required(`status.conditions[${i}].type`, "must not be empty"));
  }
  return errors;
}

function checkSpec(errors: Errors, name: string, spec: FlowSchemaSpec): void {
  const { matchingPrecedence: precedence = 0, distinguisherMethod: method, priorityLevelConfiguration: level } = spec;
  const wrong = (why: string): void => void errors.push(field.invalid("spec.matchingPrecedence", precedence, why));
  if (precedence <= 0) wrong("must be a positive value");
  if (precedence > MAX_PRECEDENCE) wrong(`must not be greater than ${MAX_PRECEDENCE}`);
  if (precedence === 1 && name !== "exempt") wrong("only the schema named 'exempt' may have matchingPrecedence 1");
  if (method !== undefined && !METHODS.includes(method.type))
    errors.push(field.notSupported("spec.distinguisherMethod.type", goForm("flowcontrol.v1.FlowDistinguisherMethod", method), METHODS));
  const levelName = (level as FlowSchemaSpec["priorityLevelConfiguration"] | undefined)?.name ?? "";
  if (levelName === "") errors.push(field.required("spec.priorityLevelConfiguration.name", "must reference a priority level"));
  else checkSubdomain(errors, "spec.priorityLevelConfiguration.name", levelName);
  for (const [i, rule] of (spec.rules ?? []).entries()) checkRule(errors, `spec.rules[${i}]`, rule);
}

function checkRule(errors: Errors, path: string, rule: PolicyRulesWithSubjects): void {
  const subjects = (rule.subjects as readonly FlowcontrolSubject[] | undefined) ?? [];
  for (const [i, subject] of subjects.entries()) checkSubject(errors, `${path}.subjects[${i}]`, subject);
  if (subjects.length === 0) errors.push(field.required(`${path}.subjects`, "subjects must contain at least one value"));
  if (!rule.resourceRules?.length && !rule.nonResourceRules?.length)
    errors.push(field.required(path, "at least one of resourceRules and nonResourceRules has to be non-empty"));
  for (const [i, { verbs, apiGroups, resources, namespaces = [], clusterScope }] of (rule.resourceRules ?? []).entries()) {
    const at = `${path}.resourceRules[${i}]`;
    checkVerbs(errors, at, verbs);
    checkStarAlone(errors, `${at}.apiGroups`, apiGroups, "resource rules must supply at least one api group", "api groups");
    checkStarAlone(errors, `${at}.resources`, resources, "resource rules must supply at least one resource", "resources");
    if (namespaces.length > 0 || clusterScope !== true)
      checkStarAlone(
        errors,
        `${at}.namespaces`,
        namespaces,
        "resource rules that are not cluster scoped must supply at least one namespace",
        "namespaces",
      );
    if (namespaces.includes("*")) continue;
    const intro = "each member of this list must be '*' or a DNS-1123 label; ";
    for (const [j, name] of namespaces.entries())
      invalidEach(
        errors,
        `${at}.namespaces[${j}]`,
        name,
        isDNS1123Label(name).map((why) => intro + why),
      );
  }
  for (const [i, { verbs, nonResourceURLs = [] }] of (rule.nonResourceRules ?? []).entries()) {
    const at = `${path}.nonResourceRules[${i}].nonResourceURLs`;
    checkVerbs(errors, `${path}.nonResourceRules[${i}]`, verbs);
    checkStarAlone(errors, at, nonResourceURLs, "nonResourceURLs must contain at least one value", "non-resource URLs");
    if (!nonResourceURLs.includes("*")) for (const [j, url] of nonResourceURLs.entries()) checkUrl(errors, `${at}[${j}]`, url);
  }
}

function checkVerbs(errors: Errors, path: string, verbs: readonly string[] = []): void {
  checkStarAlone(errors, `${path}.verbs`, verbs, "verbs must contain at least one value", "verbs");
  if (!verbs.includes("*") && verbs.some((verb) => !VERBS.includes(verb))) errors.push(field.notSupported(`${path}.verbs`, verbs, VERBS));
}

function checkStarAlone(errors: Errors, path: string, given: readonly string[] | undefined, empty: string, what: string): void {
  const list = given ?? [];
  if (list.length === 0) errors.push(field.required(path, empty));
  else if (list.length > 1 && list.includes("*"))
    errors.push(field.invalid(path, list, `if '*' is present, must not specify other ${what}`));
}

/** k8s: ValidateNonResourceURLPath. */
function checkUrl(errors: Errors, path: string, url: string): void {
  const stars = url.split("*").length - 1;
  const why =
    url === ""
      ? "must not be empty"
      : !url.startsWith("/")
        ? "must start with slash"
        : url.includes(" ")
          ? "must not contain white-space"
          : url.includes("//")
            ? "must not contain double slash"
            : stars > 1 || (stars === 1 && !url.endsWith("/*"))
              ? "wildcard can only do suffix matching"
              : "";
  if (why !== "") errors.push(field.invalid(path, url, why));
}

const PART = { User: "user", Group: "group", ServiceAccount: "serviceAccount" } as const;

/** One part, the one of its kind. */
function checkSubject(errors: Errors, path: string, subject: FlowcontrolSubject): void {
  const own = PART[subject.kind as keyof typeof PART] as (typeof PART)[keyof typeof PART] | undefined;
  if (own === undefined) return void errors.push(field.notSupported(`${path}.kind`, subject.kind, Object.keys(PART).sort()));
  const given = subject[own];
  if (given === undefined) errors.push(field.required(`${path}.${own}`, `${own} is required when subject kind is '${subject.kind}'`));
  else if (!given.name) errors.push(field.required(`${path}.${own}.name`));
  const account = own === "serviceAccount" ? subject.serviceAccount : undefined;
  if (account !== undefined) {
    if (account.name && account.name !== "*")
      invalidEach(errors, `${path}.serviceAccount.name`, account.name, isDNS1123Subdomain(account.name));
    if (account.namespace) invalidEach(errors, `${path}.serviceAccount.namespace`, account.namespace, isDNS1123Label(account.namespace));
    else errors.push(field.required(`${path}.serviceAccount.namespace`, "must specify namespace for service account"));
  }
  for (const [kind, part] of Object.entries(PART))
    if (part !== own && subject[part] !== undefined)
      errors.push(field.forbidden(`${path}.${part}`, `${part} is forbidden when subject kind is not '${kind}'`));
}

const precedenceOf = ({ spec }: FlowSchema): number => spec?.matchingPrecedence ?? 0;

/** In the order in which requests are asked. */
export const bySequence = (a: FlowSchema, b: FlowSchema): number =>
  precedenceOf(a) - precedenceOf(b) || ((a.metadata?.name ?? "") < (b.metadata?.name ?? "") ? -1 : 1);

export const flowSchema: Kind<FlowSchema> = {
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  kind: "FlowSchema",
  plural: "flowschemas",
  singular: "flowschema",
  namespaced: false,
  subresources: ["status"],
  generation: true,
  defaults: (given) => at(given, "spec", (spec) => (spec.matchingPrecedence ? spec : { ...spec, matchingPrecedence: 1000 })),
  validate,
  validateStatusUpdate: conditionErrors,
  prepareForCreate: (object) => ({ ...object, status: EMPTY_STATUS }),
  rowOrder: bySequence,
  columns: [
    { name: "PriorityLevel", description: "How its requests are served.", cell: (s) => s.spec?.priorityLevelConfiguration.name ?? "" },
    { name: "MatchingPrecedence", type: "integer", description: "The lower, the earlier it is asked.", cell: precedenceOf },
    {
      name: "DistinguisherMethod",
      description: "What makes a flow of its own.",
      cell: (s) => s.spec?.distinguisherMethod?.type ?? "<none>",
    },
    ageColumn,
    {
      name: "MissingPL",
      description: "Whether its priority level is missing.",
      cell: (s) => s.status?.conditions?.find(({ type }) => type === "Dangling")?.status ?? "?",
    },
  ],
};
