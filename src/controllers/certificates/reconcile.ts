import type { CertificateSigningRequest, SubjectAccessReview } from "../../api/index.ts";
import type { Controller, Retry, Watch } from "../../client/index.ts";
import { base64Text, isNotFound } from "../../machinery/index.ts";
import type { CertificateSigner } from "../../pki/index.ts";
import type { ControllerContext } from "../context.ts";
import { has, isStale, lifetime, recognitions, requestOf, signerProblem, validity } from "./decide.ts";

type Csr = CertificateSigningRequest;

const RESOURCE = "certificatesigningrequests";
const WATCH: Watch = { resource: RESOURCE, keys: ({ key, object }) => (object ? [key] : []) };
/** k8s: certificate_controller.go NewCertificateController. */
const RETRY: Retry = { firstMs: 200, mostMs: 1_000_000 };
/** How often old requests are looked for. */
const HOUR = 3600_000;

/** Approves what kubelets ask for themselves, if they may (k8s: pkg/controller/certificates/approver). */
export function createCsrApproving({ informers }: ControllerContext): Controller {
  const requests = informers.of(RESOURCE);
  return {
    name: "csrapproving",
    watches: [WATCH],
    retry: RETRY,
    async reconcile(name, { client }) {
      const csr = requests.get(name);
      if (!csr || csr.status?.certificate || has(csr, "Approved") || has(csr, "Denied")) return;
      const known = recognitions(csr, requestOf(csr));
      for (const { subresource, message } of known) {
        const { username: user, groups, uid, extra } = csr.spec;
        const review: SubjectAccessReview = {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SubjectAccessReview",
          spec: {
            ...(user === undefined ? {} : { user }),
            ...(groups === undefined ? {} : { groups }),
            ...(uid === undefined ? {} : { uid }),
            ...(extra === undefined ? {} : { extra }),
            resourceAttributes: { group: "certificates.k8s.io", resource: RESOURCE, verb: "create", subresource },
          },
        };
        const { status } = await client.create("subjectaccessreviews", review);
        if (!status?.allowed) continue;
        const approved = { type: "Approved", status: "True", reason: "AutoApproved", message };
        await client.update(
          RESOURCE,
          { ...csr, status: { ...csr.status, conditions: [...(csr.status?.conditions ?? []), approved] } },
          "approval",
        );
        return;
      }
      if (known.length > 0) throw new Error(`recognized csr ${JSON.stringify(name)} but subject access review was not approved`);
    },
  };
}

/** Signs what is approved and asks one of Kubernetes' own signers (k8s: pkg/controller/certificates/signer). */
export function createCsrSigning({ informers, clock }: ControllerContext, signer: CertificateSigner): Controller {
  const requests = informers.of(RESOURCE);
  return {
    name: "csrsigning",
    watches: [WATCH],
    retry: RETRY,
    async reconcile(name, { client }) {
      const csr = requests.get(name);
      if (!csr || csr.status?.certificate || !has(csr, "Approved") || has(csr, "Failed")) return;
      const request = requestOf(csr);
      const problem = signerProblem(csr, request);
      if (problem === null) return;
      const write = (status: Csr["status"]) => client.update(RESOURCE, { ...csr, status: { ...csr.status, ...status } }, "status");
      if (problem !== undefined) {
        const failed = { type: "Failed", status: "True", reason: "SignerValidationFailure", message: problem };
        await write({ conditions: [...(csr.status?.conditions ?? []), failed] });
        return;
      }
      const pem = signer.sign({ request, usages: csr.spec.usages ?? [], ...validity(clock.now(), lifetime(csr)) });
      await write({ certificate: base64Text(pem) });
    },
  };
}

/** Deletes requests that nobody will come for any more (k8s: pkg/controller/certificates/cleaner). */
export function createCsrCleaner({ informers, clock }: ControllerContext): Controller {
  const requests = informers.of(RESOURCE);
  return {
    name: "csrcleaner",
    watches: [{ ...WATCH, keys: ({ key, object, old }) => (object && !old ? [key] : []) }],
    async reconcile(name, { client }) {
      const csr = requests.get(name);
      if (!csr) return;
      if (!isStale(csr, clock.now())) return HOUR;
      await client.delete(RESOURCE, undefined, name).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    },
  };
}
