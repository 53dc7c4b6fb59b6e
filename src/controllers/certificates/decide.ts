import type { CertificateSigningRequest } from "../../api/index.ts";
import { base64Decode } from "../../machinery/index.ts";
import { type CertificateRequest, readRequest } from "../../pki/index.ts";
import { parseTime } from "../../sim/index.ts";
import { kubeletClientProblem, kubeletServingProblem } from "./kubelet.ts";

type Csr = CertificateSigningRequest;

const HOUR = 3600_000;
const CLIENT = "kubernetes.io/kube-apiserver-client";
const KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";

export const has = ({ status }: Csr, type: string): boolean =>
  status?.conditions?.some((c) => c.type === type && c.status === "True") ?? false;

export function requestOf({ spec }: Csr): CertificateRequest {
  const bytes = base64Decode(spec.request);
  return readRequest(typeof bytes === "number" ? "" : new TextDecoder().decode(bytes));
}

/** A request that is approved by itself when its user may create that subresource (k8s: approver/sarapprove.go recognizers). */
export interface Recognition {
  readonly subresource: "selfnodeclient" | "nodeclient";
  readonly message: string;
}

export function recognitions(csr: Csr, request: CertificateRequest): readonly Recognition[] {
  if (csr.spec.signerName !== KUBELET_CLIENT || kubeletClientProblem(request, csr.spec.usages ?? []) !== undefined) return [];
  const node: Recognition = { subresource: "nodeclient", message: "Auto approving kubelet client certificate after SubjectAccessReview." };
  if (csr.spec.username !== request.subject.commonName) return [node];
  return [{ subresource: "selfnodeclient", message: "Auto approving self kubelet client certificate after SubjectAccessReview." }, node];
}

/** What is wrong with a request in the eyes of its signer; undefined: nothing; null: it is no signer of Kubernetes' (k8s: signer/signer.go). */
export function signerProblem({ spec }: Csr, request: CertificateRequest): string | undefined | null {
  const usages = spec.usages ?? [];
  switch (spec.signerName) {
    case KUBELET_CLIENT:
      return kubeletClientProblem(request, usages);
    case "kubernetes.io/kubelet-serving":
      return kubeletServingProblem(request, usages);
    case "kubernetes.io/legacy-unknown":
      return undefined;
    case CLIENT: {
      const odd = usages.find((usage) => !["client auth", "digital signature", "key encipherment"].includes(usage));
      if (odd !== undefined) return `invalid usage for client certificate: ${odd}`;
      return usages.includes("client auth") ? undefined : "missing required usage for client certificate: client auth";
    }
    default:
      return null;
  }
}

/** A year, or less when less is asked for, but never less than ten minutes; in ms (k8s: --cluster-signing-duration). */
export function lifetime({ spec: { expirationSeconds } }: Csr): number {
  const year = 365 * 24 * HOUR;
  return expirationSeconds === undefined ? year : Math.min(year, Math.max(expirationSeconds * 1000, 10 * 60_000));
}

/** Signed a little in the past, for clocks that are slow; a short life is not shortened by it (k8s: authority/policies.go). */
export function validity(now: number, ttl: number): { readonly notBefore: number; readonly notAfter: number } {
  const notBefore = now - 5 * 60_000;
  return { notBefore, notAfter: ttl < 8 * HOUR ? now + ttl : notBefore + ttl };
}

/** Whether nobody will come for it any more: decided an hour ago, or left a day (k8s: cleaner/cleaner.go). */
export function isStale({ metadata, status }: Csr, now: number): boolean {
  const conditions = status?.conditions ?? [];
  const age = (time: string | undefined): number => now - parseTime(time ?? "");
  if (conditions.length === 0) return age(metadata?.creationTimestamp) > 24 * HOUR;
  return conditions.some(({ type, lastUpdateTime }) => {
    const limit = type === "Approved" && !status?.certificate ? 24 * HOUR : HOUR;
    return ["Approved", "Denied", "Failed"].includes(type) && age(lastUpdateTime) > limit;
  });
}
