import type { CertificateRequest } from "../../pki/index.ts";

const sameSet = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((item) => b.includes(item));

/** Names that a request asks for besides its subject, by kind. */
function refusedNames(request: CertificateRequest, kinds: readonly ("DNS" | "Email" | "IP" | "URI")[]): string | undefined {
  const names = { DNS: request.dnsNames, Email: request.emailAddresses, IP: request.ipAddresses, URI: request.uris };
  const found = kinds.find((kind) => names[kind].length > 0);
  return found && `${found} subjectAltNames are not allowed`;
}

function usageProblem(usages: readonly string[], required: readonly string[]): string | undefined {
  const withoutRsa = required.filter((usage) => usage !== "key encipherment");
  return sameSet(usages, required) || sameSet(usages, withoutRsa) ? undefined : `usages did not match [${required.join(" ")}]`;
}

const notNodes = ({ subject }: CertificateRequest): string | undefined =>
  sameSet(subject.organizations, ["system:nodes"]) ? undefined : "subject organization is not system:nodes";
const notNode = ({ subject }: CertificateRequest): string | undefined =>
  subject.commonName.startsWith("system:node:") ? undefined : "subject common name does not begin with system:node:";

/** What is wrong with a kubelet's request for a client certificate (k8s: apis/certificates ValidateKubeletClientCSR). */
export const kubeletClientProblem = (request: CertificateRequest, usages: readonly string[]): string | undefined =>
  notNodes(request) ??
  refusedNames(request, ["DNS", "Email", "IP", "URI"]) ??
  notNode(request) ??
  usageProblem(usages, ["client auth", "digital signature", "key encipherment"]);

/** And for its serving certificate (k8s: ValidateKubeletServingCSR). */
export const kubeletServingProblem = (request: CertificateRequest, usages: readonly string[]): string | undefined =>
  notNodes(request) ??
  (request.dnsNames.length + request.ipAddresses.length === 0 ? "DNS or IP subjectAltName is required" : undefined) ??
  refusedNames(request, ["Email", "URI"]) ??
  usageProblem(usages, ["digital signature", "key encipherment", "server auth"]) ??
  notNode(request);
