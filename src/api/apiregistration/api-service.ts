import { field, goQuote, isDNS1035Label, isDNS1123Subdomain, isValidPathSegmentName, isValidPortNumber } from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { at, fill } from "../defaulting.ts";
import type { APIService } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

/** What the API server itself serves is there as long as it is. */
export const localCondition = (now: number) => ({
  type: "Available",
  status: "True",
  lastTransitionTime: rfc3339(now),
  reason: "Local",
  message: "Local APIServices are always available",
});

/** k8s: kube-aggregator/pkg/apis/apiregistration/validation ValidateAPIService. */
function validate({ metadata, spec }: APIService): Errors {
  const errors: Errors = [];
  const {
    group = "",
    version = "",
    service,
    groupPriorityMinimum,
    versionPriority,
    caBundle,
    insecureSkipTLSVerify,
  } = spec ?? {
    groupPriorityMinimum: 0,
    versionPriority: 0,
  };
  const name = metadata?.name ?? "";
  const wanted = `${version}.${group}`;
  if (isValidPathSegmentName(name).length === 0 && name !== wanted)
    errors.push(field.invalid("metadata.name", name, `must be \`spec.version+"."+spec.group\`: ${goQuote(wanted)}`));
  if (group === "" && version !== "v1")
    errors.push(field.required("spec.group", "only v1 may have an empty group and it better be legacy kube"));
  if (group !== "") invalidEach(errors, "spec.group", group, isDNS1123Subdomain(group));
  invalidEach(errors, "spec.version", version, isDNS1035Label(version));
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > 20000)
    errors.push(field.invalid("spec.groupPriorityMinimum", groupPriorityMinimum, "must be positive and less than 20000"));
  if (versionPriority <= 0 || versionPriority > 1000)
    errors.push(field.invalid("spec.versionPriority", versionPriority, "must be positive and less than 1000"));
  if (service === undefined) {
    if (caBundle)
      errors.push(field.invalid("spec.caBundle", `${(caBundle.length * 3) / 4} bytes`, "local APIServices may not have a caBundle"));
    if (insecureSkipTLSVerify)
      errors.push(field.invalid("spec.insecureSkipTLSVerify", true, "local APIServices may not have insecureSkipTLSVerify"));
    return errors;
  }
  if (!service.namespace) errors.push(field.required("spec.service.namespace"));
  if (!service.name) errors.push(field.required("spec.service.name"));
  const port = service.port ?? 0;
  const problems = isValidPortNumber(port);
  if (problems.length > 0) errors.push(field.invalid("spec.service.port", port, `port is not valid: ${problems.join(", ")}`));
  if (insecureSkipTLSVerify && caBundle)
    errors.push(field.invalid("spec.insecureSkipTLSVerify", true, "may not be true if caBundle is present"));
  return errors;
}

const STATUSES = ["True", "False", "Unknown"];

export const apiService: Kind<APIService> = {
  group: "apiregistration.k8s.io",
  version: "v1",
  kind: "APIService",
  plural: "apiservices",
  singular: "apiservice",
  categories: ["api-extensions"],
  namespaced: false,
  subresources: ["status"],
  nameFormat: "path-segment",
  defaults: (object) => at(object, "spec", (spec) => at(spec, "service", (service) => fill(service, { port: 443 }))),
  validate,
  validateStatusUpdate({ status }) {
    const errors: Errors = [];
    for (const [i, condition] of (status?.conditions ?? []).entries())
      if (!STATUSES.includes(condition.status))
        errors.push(field.notSupported(`status.conditions[${i}].status`, condition.status, STATUSES));
    return errors;
  },
  prepareForCreate: (object, now) => ({
    ...object,
    status: object.spec?.service === undefined ? { conditions: [localCondition(now)] } : {},
  }),
  columns: [
    {
      name: "Service",
      description: "The reference to the service that hosts this API endpoint.",
      cell: ({ spec }) => (spec?.service ? `${spec.service.namespace}/${spec.service.name}` : "Local"),
    },
    {
      name: "Available",
      description: "Whether this service is available.",
      cell({ status }) {
        const condition = status?.conditions?.find((c) => c.type === "Available");
        if (condition === undefined) return "Unknown";
        return condition.status === "True" || !condition.reason ? condition.status : `${condition.status} (${condition.reason})`;
      },
    },
    ageColumn,
  ],
};
