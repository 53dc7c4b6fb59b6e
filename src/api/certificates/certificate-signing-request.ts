import { humanDuration } from "../../machinery/index.ts";
import { loadCurves } from "../../pki/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { ageColumn } from "../columns.ts";
import type { CertificateSigningRequest, CertificateSigningRequestStatus as Status } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { checkChange, checkRequest } from "./validation.ts";

type Csr = CertificateSigningRequest;

/** When a condition was written, and when it became what it is (k8s: registry/certificates populateConditionTimestamps). */
function stamped({ conditions, ...rest }: Status, old: Status | undefined, now: number): Status {
  if (!conditions) return rest;
  const time = rfc3339(now);
  return {
    ...rest,
    conditions: conditions.map((condition) => {
      const before = old?.conditions?.find((c) => c.type === condition.type && c.status === condition.status);
      return {
        ...condition,
        lastUpdateTime: condition.lastUpdateTime ?? time,
        lastTransitionTime: condition.lastTransitionTime ?? before?.lastTransitionTime ?? time,
      };
    }),
  };
}

/** What has become of a request: `Approved,Issued` (k8s: printers extractCSRStatus). */
export function certificateState({ status = {} }: Csr): string {
  const has = (type: string): boolean => status.conditions?.some((c) => c.type === type) ?? false;
  const decided = has("Denied") ? "Denied" : has("Approved") ? "Approved" : "Pending";
  return `${decided}${has("Failed") ? ",Failed" : ""}${status.certificate ? ",Issued" : ""}`;
}

const column = (name: string, description: string, cell: (csr: Csr) => string) => ({ name, description, cell });

export const certificateSigningRequest: Kind<Csr> = {
  group: "certificates.k8s.io",
  version: "v1",
  kind: "CertificateSigningRequest",
  plural: "certificatesigningrequests",
  singular: "certificatesigningrequest",
  shortNames: ["csr"],
  namespaced: false,
  subresources: ["approval", "status"],
  statusKeepsMetadata: true,
  // Nobody minds what a request is called, as long as a path can say it.
  nameFormat: "path-segment",
  code: loadCurves,
  validate: (object, { old }) => checkRequest(object, old),
  rulesLast: true,
  validateUpdate: (object, old) => checkChange(object, old, undefined),
  validateStatusUpdate: (object, old) => [...checkRequest(object, old), ...checkChange(object, old, "status")],
  prepareForCreate: (object) => ({ ...object, status: {} }),
  prepareForUpdate: (object, old) => ({ ...object, spec: old.spec, ...(old.status ? { status: old.status } : {}) }),
  prepareForStatusUpdate: (object, old, now) => ({ ...object, spec: old.spec, status: stamped(object.status ?? {}, old.status, now) }),
  doors: {
    approval: {
      prepare: (object, old, now) => ({
        ...old,
        status: stamped({ ...old.status, conditions: object.status?.conditions ?? [] }, old.status, now),
      }),
      validate: (object, old) => checkChange(object, old, "approval"),
    },
  },
  fields: (object) => ({ "spec.signerName": object.spec?.signerName ?? "" }),
  selectableFields: ["spec.signerName"],
  columns: [
    ageColumn,
    column("SignerName", "Who is asked to sign.", (csr) => csr.spec.signerName),
    column("Requestor", "Who asks.", (csr) => csr.spec.username ?? ""),
    column("RequestedDuration", "How long it is wanted for.", ({ spec: { expirationSeconds: seconds } }) =>
      seconds === undefined ? "<none>" : humanDuration(seconds * 1000),
    ),
    column("Condition", "What has become of it.", certificateState),
  ],
};
