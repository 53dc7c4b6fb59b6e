import { field } from "../../machinery/index.ts";
import { checkImmutable, type Errors } from "../checks.ts";
import { ageColumn, orNone } from "../columns.ts";
import { fill, put } from "../defaulting.ts";
import type { CSIDriver, CSIDriverSpec } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

const SPEC: CSIDriverSpec = {
  attachRequired: true,
  podInfoOnMount: false,
  storageCapacity: false,
  fsGroupPolicy: "ReadWriteOnceWithFSType",
  requiresRepublish: false,
  seLinuxMount: false,
  volumeLifecycleModes: ["Persistent"],
};
const GROUP_POLICIES = ["File", "None", "ReadWriteOnceWithFSType"];
const LIFECYCLES = ["Persistent", "Ephemeral"];

/** k8s: apis/storage/validation validateCSIDriverSpec. */
function validate({ spec }: CSIDriver): Errors {
  const errors: Errors = [];
  const {
    fsGroupPolicy,
    tokenRequests,
    volumeLifecycleModes,
    nodeAllocatableUpdatePeriodSeconds: period,
    serviceAccountTokenInSecrets: inSecrets,
  } = spec;
  if (fsGroupPolicy !== undefined && !GROUP_POLICIES.includes(fsGroupPolicy))
    errors.push(field.notSupported("spec.fsGroupPolicy", fsGroupPolicy, GROUP_POLICIES));
  const audiences = new Set<string>();
  for (const [i, { audience, expirationSeconds }] of (tokenRequests ?? []).entries()) {
    const path = `spec.tokenRequests[${i}]`;
    if (audiences.has(audience)) {
      errors.push(field.duplicate(`${path}.audience`, audience));
      continue;
    }
    audiences.add(audience);
    const wrong = (rule: string): void =>
      void errors.push(field.invalid(`${path}.expirationSeconds`, expirationSeconds, `may not specify a duration ${rule}`));
    if (expirationSeconds !== undefined && expirationSeconds < 600) wrong("less than 10 minutes");
    if (expirationSeconds !== undefined && expirationSeconds > 2 ** 32) wrong("larger than 2^32 seconds");
  }
  for (const mode of volumeLifecycleModes ?? [])
    if (!LIFECYCLES.includes(mode)) errors.push(field.notSupported("spec.volumeLifecycleModes", mode, LIFECYCLES));
  if (period !== undefined && period < 10)
    errors.push(field.invalid("spec.nodeAllocatableUpdatePeriodSeconds", period, "must be greater than or equal to 10 seconds"));
  if (inSecrets !== undefined && !tokenRequests?.length)
    errors.push(
      field.invalid(
        "spec.serviceAccountTokenInSecrets",
        inSecrets,
        "serviceAccountTokenInSecrets is set but no tokenRequests are specified",
      ),
    );
  return errors;
}

export const csiDriver: Kind<CSIDriver> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIDriver",
  plural: "csidrivers",
  returnsDeleted: true,
  singular: "csidriver",
  namespaced: false,
  defaults: (given) => put(given, "spec", fill((given.spec as CSIDriverSpec | undefined) ?? {}, SPEC)),
  validate,
  validateUpdate({ spec }, { spec: before }) {
    const errors: Errors = [];
    // Upstream's path has another word for the field.
    checkImmutable(errors, "spec.attachedRequired", spec.attachRequired, before.attachRequired);
    checkImmutable(errors, "spec.volumeLifecycleModes", spec.volumeLifecycleModes, before.volumeLifecycleModes);
    return errors;
  },
  rulesLast: true,
  columns: [
    {
      name: "AttachRequired",
      type: "boolean",
      description: "Whether volumes are attached to nodes.",
      cell: (d) => d.spec?.attachRequired ?? true,
    },
    { name: "PodInfoOnMount", type: "boolean", description: "Whether it is told of pods.", cell: (d) => d.spec?.podInfoOnMount ?? false },
    {
      name: "StorageCapacity",
      type: "boolean",
      description: "Whether it says what room is left.",
      cell: (d) => d.spec?.storageCapacity ?? false,
    },
    {
      name: "TokenRequests",
      description: "Audiences of the tokens that it gets.",
      cell: (d) => d.spec?.tokenRequests?.map(({ audience }) => audience).join(",") ?? "<unset>",
    },
    {
      name: "RequiresRepublish",
      type: "boolean",
      description: "Whether it is called again and again.",
      cell: (d) => d.spec?.requiresRepublish ?? false,
    },
    { name: "Modes", description: "Lives of volumes that it knows.", cell: (d) => orNone(d.spec?.volumeLifecycleModes?.join(",")) },
    ageColumn,
  ],
};
