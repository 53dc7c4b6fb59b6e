import { deepEqual, field, isDNS1123Label, isDNS1123Subdomain } from "../../machinery/index.ts";
import { CERTIFICATE_USAGES, curves, fromPem, readRequest } from "../../pki/index.ts";
import type { Errors } from "../checks.ts";
import { decodeBase64 } from "../core/base64.ts";
import type { CertificateSigningRequest, CertificateSigningRequestCondition as Condition } from "../generated/types.ts";

const LEGACY = "kubernetes.io/legacy-unknown";
const FINAL = ["Approved", "Denied", "Failed"];
const SUBDOMAIN = 253;
const LABEL = 63;

/** What is wrong with a request in PEM; the curves must be there (k8s: certificates/validation validateCSR). */
function requestProblem(base64: string): string | undefined {
  try {
    const { keyInfo, algorithm, signed, signature } = readRequest(decodeBase64(base64));
    const good = curves().verifySignature(keyInfo, algorithm, signed, signature);
    if (good === undefined) return "x509: cannot verify signature: algorithm unimplemented";
    return good ? undefined : "x509: signature verification failure";
  } catch (error) {
    return (error as Error).message;
  }
}

/** k8s: certificates/validation ValidateCertificateSigningRequestCreate; `old`: what an update is of, whose sins are forgiven. */
export function checkRequest({ spec, status }: CertificateSigningRequest, old?: CertificateSigningRequest): Errors {
  const errors: Errors = [];
  const problem = spec.request === old?.spec.request ? undefined : requestProblem(spec.request ?? "");
  if (problem !== undefined) errors.push(field.invalid("spec.request", spec.request, problem));
  checkUsages(errors, spec.usages ?? []);
  if (spec.signerName === LEGACY && !old)
    errors.push(field.invalid("spec.signerName", spec.signerName, "the legacy signerName is not allowed via this API version"));
  else checkSignerName(errors, "spec.signerName", spec.signerName ?? "");
  if (spec.expirationSeconds !== undefined && spec.expirationSeconds < 600)
    errors.push(
      field.invalid("spec.expirationSeconds", spec.expirationSeconds, "may not specify a duration less than 600 seconds (10 minutes)"),
    );
  checkConditions(errors, status?.conditions ?? []);
  const why = status?.certificate ? certificateProblem(decodeBase64(status.certificate)) : undefined;
  if (why !== undefined) errors.push(field.invalid("status.certificate", "<certificate data>", why));
  return errors;
}

function checkUsages(errors: Errors, usages: readonly string[]): void {
  if (usages.length === 0) errors.push(field.required("spec.usages"));
  for (const [i, usage] of usages.entries())
    if (!CERTIFICATE_USAGES.includes(usage)) errors.push(field.notSupported(`spec.usages[${i}]`, usage, CERTIFICATE_USAGES));
  for (const [i, usage] of usages.entries()) if (usages.indexOf(usage) < i) errors.push(field.duplicate(`spec.usages[${i}]`, usage));
}

/** k8s: apis/core/validation ValidateSignerName. */
function checkSignerName(errors: Errors, path: string, name: string): void {
  if (name === "") return void errors.push(field.required(path));
  const [domain = "", signer = "", ...more] = name.split("/");
  if (!name.includes("/") || more.length > 0) {
    const form = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return void errors.push(field.invalid(path, name, form));
  }
  if (domain.length > SUBDOMAIN) errors.push(field.tooLong(path, domain, SUBDOMAIN));
  const labels = domain.split(".");
  checkLabels(errors, path, domain, labels, isDNS1123Label);
  if (labels.length < 2) errors.push(field.invalid(path, domain, "should be a domain with at least two segments separated by dots"));
  checkLabels(errors, path, signer, signer.split("."), isDNS1123Subdomain);
  const longest = SUBDOMAIN + SUBDOMAIN + LABEL + 2;
  if (name.length > longest) errors.push(field.tooLong(path, name, longest));
}

function checkLabels(
  errors: Errors,
  path: string,
  whole: string,
  labels: readonly string[],
  check: (label: string) => readonly string[],
): void {
  const wrong = labels.find((label) => check(label).length > 0);
  if (wrong === undefined) return;
  for (const text of check(wrong)) errors.push(field.invalid(path, whole, `validating label ${JSON.stringify(wrong)}: ${text}`));
}

function checkConditions(errors: Errors, conditions: readonly Condition[]): void {
  const seen = new Set<string>();
  for (const [i, { type, status }] of conditions.entries()) {
    const path = `status.conditions[${i}]`;
    if (!type) errors.push(field.required(`${path}.type`));
    const allowed = FINAL.includes(type) ? ["True"] : ["False", "True", "Unknown"];
    if (!status) errors.push(field.required(`${path}.status`));
    else if (!allowed.includes(status)) errors.push(field.notSupported(`${path}.status`, status, allowed));
    const other = type === "Approved" ? "Denied" : type === "Denied" ? "Approved" : "";
    if (other !== "" && seen.has(other))
      errors.push(field.invalid(`${path}.type`, type, "Approved and Denied conditions are mutually exclusive"));
    if (seen.has(type)) errors.push(field.duplicate(`${path}.type`, type));
    seen.add(type);
  }
}

function certificateProblem(text: string): string | undefined {
  const block = fromPem(text);
  if (!block) return "must contain one or more PEM blocks";
  return block.label === "CERTIFICATE" ? undefined : `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(block.label)}`;
}

/** What may not change by any door, by all but `approval`, and by all but `status` (k8s: validateCertificateSigningRequestUpdate). */
export function checkChange(
  { status = {} }: CertificateSigningRequest,
  { status: old = {} }: CertificateSigningRequest,
  door: "approval" | "status" | undefined,
): Errors {
  const errors: Errors = [];
  const of = (type: string, list: readonly Condition[] = []): readonly Condition[] => list.filter((condition) => condition.type === type);
  const refuse = (what: string, type: string): void =>
    void errors.push(field.forbidden("status.conditions", `updates may not ${what} a condition of type ${JSON.stringify(type)}`));
  for (const type of FINAL) if (of(type, status.conditions).length < of(type, old.conditions).length) refuse("remove", type);
  for (const type of door === "approval" ? [] : ["Approved", "Denied"]) {
    const [now, before] = [of(type, status.conditions), of(type, old.conditions)];
    if (now.length > before.length) refuse("add", type);
    else if (now.length === before.length && !deepEqual(now, before)) refuse("modify", type);
  }
  if ((status.certificate ?? "") !== (old.certificate ?? "")) {
    if (door !== "status") errors.push(field.forbidden("status.certificate", "updates may not set certificate content"));
    else if (old.certificate) errors.push(field.forbidden("status.certificate", "updates may not modify existing certificate content"));
  }
  return errors;
}
