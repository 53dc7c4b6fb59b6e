import { kinds, type ValidatingAdmissionPolicy } from "../../api/index.ts";
import type { Controller } from "../../client/index.ts";
import { loadCel } from "../../machinery/index.ts";
import type { ControllerContext } from "../context.ts";
import { typeWarnings } from "./decide.ts";
import { builtIn, custom } from "./types.ts";

const RESOURCE = "validatingadmissionpolicies";
const NAME = "validatingadmissionpolicy-status";

/** Says in a policy's status what its expressions get wrong about the kinds it names (k8s: pkg/controller/validatingadmissionpolicystatus). */
export function createPolicyTypeChecker({ clock, informers }: ControllerContext): Controller {
  const policies = informers.of(RESOURCE);
  const definitions = informers.of("customresourcedefinitions");
  const isNew = ({ metadata, status }: ValidatingAdmissionPolicy): boolean =>
    (metadata?.generation ?? 0) > (status?.observedGeneration ?? 0);
  return {
    name: NAME,
    watches: [{ resource: RESOURCE, keys: ({ key, object }) => (object && isNew(object) ? [key] : []) }],
    async reconcile(name, { client }) {
      const policy = policies.get(name);
      if (!policy || !isNew(policy)) return;
      const release = clock.halt();
      await loadCel().finally(release);
      const known = [...kinds.map(builtIn), ...[...definitions.list()].flatMap(custom)];
      const expressionWarnings = typeWarnings(policy, known, (clock.now() % 1000) * 1_000_000);
      const typeChecking = expressionWarnings.length > 0 ? { expressionWarnings } : {};
      const status = { observedGeneration: policy.metadata?.generation ?? 0, typeChecking };
      const applied: ValidatingAdmissionPolicy = {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingAdmissionPolicy",
        metadata: { name },
        status,
      };
      await client.apply(RESOURCE, applied, NAME, "status");
    },
  };
}
