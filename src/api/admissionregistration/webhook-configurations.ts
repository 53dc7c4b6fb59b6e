import { deepEqual, field, isDNS1035Label, isDNS1123Subdomain, isValidPortNumber } from "../../machinery/index.ts";
import { checkSelector, invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { at, fill, mapList } from "../defaulting.ts";
import type {
  AdmissionregistrationServiceReference,
  MutatingWebhook,
  MutatingWebhookConfiguration,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { checkMatchConditions, checkMatchPolicy, checkRule, defaultRules, FAILURE_POLICIES } from "./match.ts";
import { HOLDS_EXPRESSIONS } from "./policies.ts";
import { WARNS_OF_STATIC_NAMES } from "./static-suffix.ts";

const REVIEW_VERSIONS = ["v1", "v1beta1"];
const SIDE_EFFECTS = ["None", "NoneOnDryRun"];
const REINVOCATION_POLICIES = ["IfNeeded", "Never"];
const EVERYTHING = Object.freeze({});
const DEFAULTS: Partial<ValidatingWebhook> = {
  failurePolicy: "Fail",
  matchPolicy: "Equivalent",
  namespaceSelector: EVERYTHING,
  objectSelector: EVERYTHING,
  timeoutSeconds: 10,
};

type Webhook = ValidatingWebhook & Pick<MutatingWebhook, "reinvocationPolicy">;
interface Configuration {
  readonly webhooks?: readonly Webhook[];
}

/** k8s: apis/admissionregistration/v1/defaults.go. */
const defaults =
  (more: Partial<Webhook>) =>
  <T extends Configuration>(configuration: T): T =>
    at(configuration, "webhooks", (webhooks) => mapList(webhooks, (hook) => defaultWebhook(hook, more)));

function defaultWebhook(given: Webhook, more: Partial<Webhook>): Webhook {
  const hook = at(fill(given, { ...DEFAULTS, ...more }), "rules", (rules) => defaultRules(rules));
  return at(hook, "clientConfig", (client) => at(client, "service", (service) => fill(service, { port: 443 })));
}

/** k8s: validateValidatingWebhookConfiguration, validateMutatingWebhookConfiguration. */
function validate({ webhooks = [] }: Configuration, old: Configuration | undefined): Errors {
  const errors: Errors = [];
  // Old objects may hold what is refused today.
  const before = old?.webhooks ?? [];
  const unchanged =
    old !== undefined &&
    webhooks.length === before.length &&
    webhooks.every((h, i) => deepEqual(h.matchConditions, before[i]?.matchConditions));
  const names = new Set<string>();
  for (const [i, hook] of webhooks.entries()) {
    const path = `webhooks[${i}]`;
    checkWebhook(errors, path, hook, unchanged);
    checkReviewVersions(errors, `${path}.admissionReviewVersions`, hook.admissionReviewVersions ?? []);
    if (names.has(hook.name)) errors.push(field.duplicate(`${path}.name`, hook.name));
    if (hook.name) names.add(hook.name);
  }
  return errors;
}

function checkWebhook(errors: Errors, path: string, hook: Webhook, sameConditions: boolean): void {
  checkQualified(errors, `${path}.name`, hook.name);
  for (const [i, rule] of (hook.rules ?? []).entries()) checkRule(errors, `${path}.rules[${i}]`, rule);
  const { failurePolicy, sideEffects, timeoutSeconds, reinvocationPolicy, clientConfig } = hook;
  if (failurePolicy !== undefined && !FAILURE_POLICIES.includes(failurePolicy))
    errors.push(field.notSupported(`${path}.failurePolicy`, failurePolicy, FAILURE_POLICIES));
  checkMatchPolicy(errors, `${path}.matchPolicy`, hook.matchPolicy);
  if (!sideEffects) errors.push(field.required(`${path}.sideEffects`, `must specify one of ${SIDE_EFFECTS.join(", ")}`));
  else if (!SIDE_EFFECTS.includes(sideEffects)) errors.push(field.notSupported(`${path}.sideEffects`, sideEffects, SIDE_EFFECTS));
  if (timeoutSeconds !== undefined && (timeoutSeconds > 30 || timeoutSeconds < 1))
    errors.push(field.invalid(`${path}.timeoutSeconds`, timeoutSeconds, "the timeout value must be between 1 and 30 seconds"));
  checkSelector(errors, `${path}.namespaceSelector`, hook.namespaceSelector);
  checkSelector(errors, `${path}.objectSelector`, hook.objectSelector);
  if (reinvocationPolicy !== undefined && !REINVOCATION_POLICIES.includes(reinvocationPolicy))
    errors.push(field.notSupported(`${path}.reinvocationPolicy`, reinvocationPolicy, REINVOCATION_POLICIES));
  const { url, service } = clientConfig;
  if ((url === undefined) === (service === undefined))
    errors.push(field.required(`${path}.clientConfig`, "exactly one of url or service is required"));
  else if (url !== undefined) checkUrl(errors, `${path}.clientConfig.url`, url);
  else if (service) checkService(errors, `${path}.clientConfig.service`, service);
  if (!sameConditions) checkMatchConditions(errors, `${path}.matchConditions`, hook.matchConditions, false);
}

/** k8s: util/validation IsFullyQualifiedName. */
function checkQualified(errors: Errors, path: string, name: string): void {
  if (!name) errors.push(field.required(path));
  else {
    const problems = isDNS1123Subdomain(name);
    if (problems.length > 0) errors.push(field.invalid(path, name, problems.join(",")));
    else if (name.split(".").length < 3)
      errors.push(field.invalid(path, name, "should be a domain with at least three segments separated by dots"));
  }
}

/** k8s: validateAdmissionReviewVersions. */
function checkReviewVersions(errors: Errors, path: string, versions: readonly string[]): void {
  const known = REVIEW_VERSIONS.join(", ");
  if (versions.length === 0) return void errors.push(field.required(path, `must specify one of ${known}`));
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) errors.push(field.invalid(`${path}[${i}]`, version, "duplicate version"));
    else invalidEach(errors, `${path}[${i}]`, version, isDNS1035Label(version));
  }
  if (!versions.some((version) => REVIEW_VERSIONS.includes(version)))
    errors.push(field.invalid(path, versions, `must include at least one of ${known}`));
}

/** k8s: util/webhook ValidateWebhookURL. */
function checkUrl(errors: Errors, path: string, url: string): void {
  const form = "; desired format: https://host[/path]";
  const [, scheme = "", user, host = "", , query, fragment] =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?:([^/?#@]*)@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(url) ?? [];
  if (scheme !== "https") errors.push(field.invalid(path, scheme, `'https' is the only allowed URL scheme${form}`));
  if (host === "") errors.push(field.invalid(path, host, `host must be specified${form}`));
  if (user !== undefined) errors.push(field.invalid(path, user, "user information is not permitted in the URL"));
  if (fragment) errors.push(field.invalid(path, fragment, "fragments are not permitted in the URL"));
  if (query) errors.push(field.invalid(path, query, "query parameters are not permitted in the URL"));
}

/** k8s: util/webhook ValidateWebhookService. */
function checkService(errors: Errors, path: string, { name, namespace, path: route, port }: AdmissionregistrationServiceReference): void {
  if (!name) errors.push(field.required(`${path}.name`));
  if (!namespace) errors.push(field.required(`${path}.namespace`));
  const problems = isValidPortNumber(port ?? 443);
  if (problems.length > 0) errors.push(field.invalid(`${path}.port`, port, `port is not valid: ${problems.join(", ")}`));
  if (!route || route === "/") return;
  const at = `${path}.path`;
  if (route === "//") return void errors.push(field.invalid(at, route, "segment[0] may not be empty"));
  if (!route.startsWith("/")) errors.push(field.invalid(at, route, "must start with a '/'"));
  for (const [i, step] of route.slice(1).replace(/\/$/, "").split("/").entries()) {
    if (step === "") errors.push(field.invalid(at, route, `segment[${i}] may not be empty`));
    else
      invalidEach(
        errors,
        at,
        route,
        isDNS1123Subdomain(step).map((problem) => `segment[${i}]: ${problem}`),
      );
  }
}

const webhooksColumn = {
  name: "Webhooks",
  type: "integer",
  description: "How many webhooks it has.",
  cell: ({ webhooks }: Configuration) => webhooks?.length ?? 0,
} as const;

export const validatingWebhookConfiguration: Kind<ValidatingWebhookConfiguration> = {
  ...HOLDS_EXPRESSIONS,
  ...WARNS_OF_STATIC_NAMES,
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingWebhookConfiguration",
  plural: "validatingwebhookconfigurations",
  singular: "validatingwebhookconfiguration",
  categories: ["api-extensions"],
  namespaced: false,
  generation: true,
  defaults: defaults({}),
  validate: (object, { old }) => validate(object, old),
  columns: [webhooksColumn, ageColumn],
};

export const mutatingWebhookConfiguration: Kind<MutatingWebhookConfiguration> = {
  ...HOLDS_EXPRESSIONS,
  ...WARNS_OF_STATIC_NAMES,
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "MutatingWebhookConfiguration",
  plural: "mutatingwebhookconfigurations",
  singular: "mutatingwebhookconfiguration",
  categories: ["api-extensions"],
  namespaced: false,
  generation: true,
  defaults: defaults({ reinvocationPolicy: "Never" }),
  validate: (object, { old }) => validate(object, old),
  columns: [webhooksColumn, ageColumn],
};
