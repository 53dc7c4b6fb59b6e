import { structureErrorsOf } from "../../api/index.ts";
import { badRequest, field, type FieldError, invalid } from "../../machinery/index.ts";
import { readBody } from "../body.ts";
import { queryValue } from "../context.ts";
import { dryRunErrors, queryBoolean, queryInteger } from "../options.ts";
import type { ApiRequest } from "../types.ts";

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

const POLICIES = ["Foreground", "Background", "Orphan"];
const NONE: DeleteOptions = {};

/** Options come in the body or, when there is none, in the query. Throws 400, 415 and 422 (k8s: handlers/delete.go). */
export function deleteOptions(request: ApiRequest): DeleteOptions {
  if (request.trusted) return (request.body as DeleteOptions | undefined) ?? NONE;
  const options = request.body === undefined ? optionsOfQuery(request) : optionsOfBody(request);
  const errors: FieldError[] = [];
  const { propagationPolicy: policy, gracePeriodSeconds: grace } = options;
  if (options.orphanDependents !== undefined && policy !== undefined)
    errors.push(field.invalid("propagationPolicy", policy, "orphanDependents and deletionPropagation cannot be both set"));
  if (policy !== undefined && !POLICIES.includes(policy))
    errors.push(field.notSupported("propagationPolicy", policy, [...POLICIES, "nil"]));
  errors.push(...dryRunErrors(options.dryRun ?? []));
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind: "DeleteOptions" }, "", errors);
  // What is negative stands for a second.
  return grace !== undefined && grace < 0 ? { ...options, gracePeriodSeconds: 1 } : options;
}

function optionsOfBody(request: ApiRequest): DeleteOptions {
  const read = readBody(request);
  if ("problem" in read) throw badRequest(read.problem);
  const value = read.value ?? {};
  const { kind = "", apiVersion = "v1" } = value as { readonly kind?: unknown; readonly apiVersion?: unknown };
  if (kind !== "" && kind !== "DeleteOptions")
    throw badRequest(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/apis/meta/internalversion/scheme/register.go:27"`,
    );
  const { typeErrors, pruned } = structureErrorsOf("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions", value);
  const [problem] = typeErrors;
  if (problem !== undefined) throw badRequest(problem);
  return pruned;
}

function optionsOfQuery(request: ApiRequest): DeleteOptions {
  if (request.query === undefined) return NONE;
  const gracePeriodSeconds = queryInteger(request, "gracePeriodSeconds");
  const orphanDependents = queryBoolean(request, "orphanDependents");
  const propagationPolicy = queryValue(request, "propagationPolicy");
  const uid = queryValue(request, "uid");
  const resourceVersion = queryValue(request, "resourceVersion");
  const { dryRun } = request.query;
  return {
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(orphanDependents === undefined ? {} : { orphanDependents }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(uid || resourceVersion ? { preconditions: { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) } } : {}),
    ...(dryRun === undefined ? {} : { dryRun: typeof dryRun === "string" ? [dryRun] : dryRun }),
  };
}
