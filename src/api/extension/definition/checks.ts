import { field, isDNS1035Label, isDNS1123Subdomain } from "../../../machinery/index.ts";
import { deepEqual, goQuote } from "../../../machinery/index.ts";
import type { Errors } from "../../checks.ts";
import type {
  CustomResourceConversion,
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
} from "../../generated/types.ts";
import { schemaHas } from "../schema/schema.ts";
import { approvalProblem } from "./approval.ts";
import { goVersions } from "./go-names.ts";
import { checkVersion, type SchemaRules, schemaOf } from "./versions.ts";

/** Several problems of one name are one error. */
const labelProblems = (name: string): string => isDNS1035Label(name).join(",");

/** What the object before an update allows, so that nothing stored becomes invalid by a stricter rule. */
function rulesFor(old: CustomResourceDefinition | undefined, rules: Pick<SchemaRules, "cel">): SchemaRules {
  return { ...rules, unchanged: (version) => old?.spec.versions.find((v) => v.name === version) };
}

/** k8s: apiextensions/validation ValidateCustomResourceDefinition and ...Update. */
export function checkDefinition(
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
  rules: Pick<SchemaRules, "cel">,
): Errors {
  const errors: Errors = [];
  const { spec, status } = crd;
  const name = crd.metadata?.name ?? "";
  if (old === undefined && name !== `${spec.names.plural}.${spec.group}`)
    errors.push(field.invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group'));
  checkSpec(errors, spec, rulesFor(old, rules));
  if (old !== undefined) {
    if (isEstablished(old)) {
      checkImmutable(errors, "spec.scope", spec.scope, old.spec.scope);
      checkImmutable(errors, "spec.names.kind", spec.names.kind, old.spec.names.kind);
    }
    checkImmutable(errors, "spec.group", spec.group, old.spec.group);
    checkImmutable(errors, "spec.names.plural", spec.names.plural, old.spec.names.plural);
  }
  checkNames(errors, "status.acceptedNames", status?.acceptedNames);
  checkStoredVersions(errors, status?.storedVersions ?? [], spec);
  const approval = approvalProblem(crd, old);
  if (approval) errors.push(approval);
  if (spec.preserveUnknownFields === true && old?.spec.preserveUnknownFields !== true) {
    const detail = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead";
    errors.push(field.invalid("spec.preserveUnknownFields", true, detail));
  }
  return errors;
}

const isEstablished = ({ status }: CustomResourceDefinition): boolean =>
  status?.conditions?.some((c) => c.type === "Established" && c.status === "True") ?? false;

function checkImmutable(errors: Errors, path: string, value: unknown, old: unknown): void {
  if (!deepEqual(value, old)) errors.push(field.invalid(path, value, "field is immutable"));
}

/** k8s: validateCustomResourceDefinitionSpec. */
function checkSpec(errors: Errors, spec: CustomResourceDefinitionSpec, rules: SchemaRules): void {
  const { group, scope, versions, names } = spec;
  const domain = isDNS1123Subdomain(group);
  if (!group) errors.push(field.required("spec.group"));
  else if (domain.length > 0) errors.push(field.invalid("spec.group", group, domain.join(",")));
  else if (!group.includes(".")) errors.push(field.invalid("spec.group", group, "should be a domain with at least one dot"));
  checkEnum(errors, "spec.scope", scope, ["Cluster", "Namespaced"]);
  for (const [i, version] of versions.entries())
    if (schemaOf(version) === undefined) errors.push(field.required(`spec.versions[${i}].schema.openAPIV3Schema`));
  if (spec.preserveUnknownFields === true && versions.some((v) => schemaHas(schemaOf(v), (s) => s.default !== undefined)))
    errors.push(field.invalid("spec.preserveUnknownFields", true, "must be false in order to use defaults in the schema"));
  for (const [i, version] of versions.entries()) {
    const problems = labelProblems(version.name);
    if (problems) errors.push(field.invalid(`spec.versions[${i}].name`, version.name, problems));
    checkVersion(errors, `spec.versions[${i}]`, version, rules);
  }
  if (new Set(versions.map((v) => v.name)).size < versions.length)
    errors.push(field.invalid("spec.versions", goVersions(versions), "must contain unique version names"));
  if (versions.filter((v) => v.storage).length !== 1)
    errors.push(field.invalid("spec.versions", goVersions(versions), "must have exactly one version marked as storage version"));
  for (const key of ["plural", "singular", "kind", "listKind"] as const) if (!names[key]) errors.push(field.required(`spec.names.${key}`));
  checkNames(errors, "spec.names", names);
  if (spec.conversion && spec.conversion.strategy !== "None" && spec.preserveUnknownFields === true)
    errors.push(field.invalid("spec.conversion.strategy", spec.conversion.strategy, "must be None if spec.preserveUnknownFields is true"));
  checkConversion(errors, spec.conversion);
}

function checkEnum(errors: Errors, path: string, value: string, accepted: readonly string[]): void {
  if (!value) errors.push(field.required(path));
  else if (!accepted.includes(value)) errors.push(field.notSupported(path, value, accepted));
}

/** k8s: ValidateCustomResourceDefinitionNames. */
function checkNames(errors: Errors, path: string, names: Partial<CustomResourceDefinitionNames> | undefined): void {
  const { plural = "", singular = "", kind = "", listKind = "", shortNames = [], categories = [] } = names ?? {};
  const check = (at: string, name: string, words = ""): void => {
    const problems = name === "" ? "" : labelProblems(words ? name.toLowerCase() : name);
    if (problems) errors.push(field.invalid(`${path}.${at}`, name, words + problems));
  };
  check("plural", plural);
  check("singular", singular);
  check("kind", kind, "may have mixed case, but should otherwise match: ");
  check("listKind", listKind, "may have mixed case, but should otherwise match: ");
  for (const [i, name] of shortNames.entries()) {
    const problems = labelProblems(name);
    if (problems) errors.push(field.invalid(`${path}.shortNames[${i}]`, name, problems));
  }
  if (kind && kind === listKind) errors.push(field.invalid(`${path}.listKind`, listKind, "kind and listKind may not be the same"));
  for (const [i, name] of categories.entries()) {
    const problems = labelProblems(name);
    if (problems) errors.push(field.invalid(`${path}.categories[${i}]`, name, problems));
  }
}

/** k8s: ValidateCustomResourceDefinitionStoredVersions. */
function checkStoredVersions(errors: Errors, stored: readonly string[], { versions }: CustomResourceDefinitionSpec): void {
  const path = "status.storedVersions";
  if (stored.length === 0) {
    errors.push(field.invalid(path, null, "must have at least one stored version"));
    return;
  }
  for (const { name, storage } of versions)
    if (storage && !stored.includes(name)) errors.push(field.invalid(path, stored, `must have the storage version ${name}`));
  for (const [i, name] of stored.entries()) {
    if (versions.some((v) => v.name === name)) continue;
    const detail = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    errors.push(field.invalid(`${path}[${i}]`, name, detail));
  }
}

/** k8s: validateCustomResourceConversion; its paths are those of the internal type. */
function checkConversion(errors: Errors, conversion: CustomResourceConversion | undefined): void {
  if (conversion === undefined) return;
  const path = "spec.conversion";
  checkEnum(errors, `${path}.strategy`, conversion.strategy, ["None", "Webhook"]);
  const { clientConfig: client, conversionReviewVersions: reviews = [] } = conversion.webhook ?? {};
  if (conversion.strategy !== "Webhook") {
    const detail = "should not be set when strategy is not set to Webhook";
    if (client !== undefined) errors.push(field.forbidden(`${path}.webhookClientConfig`, detail));
    if (reviews.length > 0) errors.push(field.forbidden(`${path}.conversionReviewVersions`, detail));
    return;
  }
  const at = `${path}.webhookClientConfig`;
  if (client === undefined) errors.push(field.required(at, "required when strategy is set to Webhook"));
  else if ((client.url === undefined) === (client.service === undefined))
    errors.push(field.required(at, "exactly one of url or service is required"));
  else if (client.url !== undefined) checkWebhookUrl(errors, `${at}.url`, client.url);
  else checkWebhookService(errors, `${at}.service`, client.service ?? { name: "", namespace: "" });
  checkReviewVersions(errors, `${path}.conversionReviewVersions`, reviews);
}

/** k8s: apiserver/pkg/util/webhook ValidateWebhookURL. */
function checkWebhookUrl(errors: Errors, path: string, url: string): void {
  const form = "; desired format: https://host[/path]";
  const parts = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/.exec(url);
  if (parts === null) {
    errors.push(field.required(path, `url must be a valid URL: parse ${goQuote(url)}: invalid URI${form}`));
    return;
  }
  const [, scheme = "", authority = "", , query = "", fragment = ""] = parts;
  if (scheme !== "https") errors.push(field.invalid(path, scheme, `'https' is the only allowed URL scheme${form}`));
  if (authority.replace(/^.*@/, "") === "") errors.push(field.invalid(path, authority, `host must be specified${form}`));
  if (authority.includes("@"))
    errors.push(field.invalid(path, authority.replace(/@.*$/, ""), "user information is not permitted in the URL"));
  if (fragment) errors.push(field.invalid(path, fragment.slice(1), "fragments are not permitted in the URL"));
  if (query.length > 1) errors.push(field.invalid(path, query.slice(1), "query parameters are not permitted in the URL"));
}

/** k8s: apiserver/pkg/util/webhook ValidateWebhookService. */
function checkWebhookService(
  errors: Errors,
  path: string,
  {
    name,
    namespace,
    path: url,
    port = 443,
  }: { readonly name: string; readonly namespace: string; readonly path?: string; readonly port?: number },
): void {
  if (!name) errors.push(field.required(`${path}.name`, "service name is required"));
  if (!namespace) errors.push(field.required(`${path}.namespace`, "service namespace is required"));
  if (port < 1 || port > 65535)
    errors.push(field.invalid(`${path}.port`, port, "port is not valid: must be between 1 and 65535, inclusive"));
  if (url === undefined || url === "/") return;
  if (!url.startsWith("/")) errors.push(field.invalid(`${path}.path`, url, "must start with a '/'"));
  const steps = url.slice(1).split("/");
  for (const [i, step] of steps.entries()) {
    if (step === "" && i < steps.length - 1) errors.push(field.invalid(`${path}.path`, url, `segment[${i}] may not be empty`));
    else
      for (const problem of step === "" ? [] : isDNS1123Subdomain(step))
        errors.push(field.invalid(`${path}.path`, url, `segment[${i}]: ${problem}`));
  }
}

function checkReviewVersions(errors: Errors, path: string, versions: readonly string[]): void {
  if (versions.length === 0) {
    errors.push(field.required(path));
    return;
  }
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) errors.push(field.invalid(`${path}[${i}]`, version, "duplicate version"));
    else for (const problem of isDNS1035Label(version)) errors.push(field.invalid(`${path}[${i}]`, version, problem));
  }
  if (!versions.some((v) => v === "v1" || v === "v1beta1"))
    errors.push(field.invalid(path, versions, "must include at least one of v1, v1beta1"));
}
