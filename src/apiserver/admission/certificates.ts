import type { CertificateSigningRequest } from "../../api/index.ts";
import { base64Decode, deepEqual } from "../../machinery/index.ts";
import { readRequest } from "../../pki/index.ts";
import { refuse } from "./refuse.ts";
import type { AdmissionPlugin, Attributes } from "./types.ts";

const GROUP = "certificates.k8s.io";
const REQUESTS = `${GROUP}/certificatesigningrequests`;

/** Whether the user may `verb` for a signer, or for all signers of its domain (k8s: certificates/authorization.go). */
function mayFor({ scope }: Attributes, verb: "approve" | "sign", signer: string): boolean {
  const { server, user, request } = scope;
  const domain = signer.split("/")[0] ?? "";
  return [signer, `${domain}/*`].some((name) => {
    const resource = { group: GROUP, resource: "signers", subresource: "", namespace: "", name };
    return server.authorization.authorize({ user, verb, resource, path: request.path }).allowed;
  });
}

/** k8s: plugin/pkg/admission/certificates/approval. */
export const certificateApproval: AdmissionPlugin = {
  name: "CertificateApproval",
  resources: [`${REQUESTS}/approval`],
  validate(attributes) {
    const { signerName } = (attributes.object as CertificateSigningRequest).spec;
    if (attributes.operation === "UPDATE" && !mayFor(attributes, "approve", signerName))
      throw refuse(attributes, `user not permitted to approve requests with signerName ${JSON.stringify(signerName)}`);
  },
};

/** k8s: plugin/pkg/admission/certificates/signing. */
export const certificateSigning: AdmissionPlugin = {
  name: "CertificateSigning",
  resources: [`${REQUESTS}/status`],
  validate(attributes) {
    const { spec, status } = attributes.object as CertificateSigningRequest;
    const { status: old } = attributes.old as CertificateSigningRequest;
    if (attributes.operation !== "UPDATE") return;
    if (status?.certificate === old?.certificate && deepEqual(status?.conditions, old?.conditions)) return;
    if (!mayFor(attributes, "sign", spec.signerName))
      throw refuse(attributes, `user not permitted to sign requests with signerName ${JSON.stringify(spec.signerName)}`);
  },
};

/** k8s: plugin/pkg/admission/certificates/subjectrestriction. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: "CertificateSubjectRestriction",
  resources: [REQUESTS],
  validate(attributes) {
    if (attributes.operation !== "CREATE") return;
    const { signerName, request } = (attributes.object as CertificateSigningRequest).spec;
    if (signerName !== "kubernetes.io/kube-apiserver-client") return;
    const bytes = base64Decode(request);
    const { organizations } = readRequest(typeof bytes === "number" ? "" : new TextDecoder().decode(bytes)).subject;
    if (organizations.includes("system:masters"))
      throw refuse(attributes, `use of ${signerName} signer with system:masters group is not allowed`);
  },
};

/** Who asks is not for him to say: part of what creating one means, and not a plugin that can be switched off (k8s: registry/certificates strategy). */
export const certificateRequestor: AdmissionPlugin = {
  name: "CertificateRequestor",
  resources: [REQUESTS],
  mutate({ scope: { user }, object, operation }) {
    const csr = object as CertificateSigningRequest;
    if (operation !== "CREATE" || !csr.spec) return csr;
    const { username: _, uid: __, groups: ___, extra: ____, ...spec } = csr.spec;
    return {
      ...csr,
      spec: {
        ...spec,
        username: user.name,
        ...(user.uid ? { uid: user.uid } : {}),
        ...(user.groups.length > 0 ? { groups: user.groups } : {}),
        ...(user.extra ? { extra: user.extra } : {}),
      },
    } as CertificateSigningRequest;
  },
};
