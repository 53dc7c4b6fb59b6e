import { field, isDNS1123Label, isValidPathSegmentName } from "../../machinery/index.ts";
import { checkDomainPrefixedPath, checkImmutable, checkOneOf, checkSubdomain, invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { at } from "../defaulting.ts";
import type { IngressClass, IngressClassParametersReference } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

const MAX_CONTROLLER = 250;

/** k8s: apis/networking/validation validateIngressClassSpec. */
function validate({ spec = {} }: IngressClass): Errors {
  const errors: Errors = [];
  const { controller = "", parameters } = spec;
  if (controller === "") errors.push(field.required("spec.controller"));
  else {
    if (controller.length > MAX_CONTROLLER) errors.push(field.tooLong("spec.controller", "", MAX_CONTROLLER));
    checkDomainPrefixedPath(errors, "spec.controller", controller);
  }
  if (parameters !== undefined) checkParameters(errors, "spec.parameters", parameters);
  return errors;
}

/** k8s: validateIngressClassParametersReference. */
function checkParameters(errors: Errors, path: string, given: IngressClassParametersReference): void {
  const { apiGroup, scope, namespace } = given;
  if (apiGroup !== undefined) checkSubdomain(errors, `${path}.apiGroup`, apiGroup);
  for (const key of ["kind", "name"] as const) {
    if (!given[key]) errors.push(field.required(`${path}.${key}`));
    else invalidEach(errors, `${path}.${key}`, given[key], isValidPathSegmentName(given[key]));
  }
  checkOneOf(errors, `${path}.scope`, scope, ["Cluster", "Namespace"]);
  if (scope === "Namespace") {
    if (namespace === undefined) errors.push(field.required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'"));
    else invalidEach(errors, `${path}.namespace`, namespace, isDNS1123Label(namespace));
  } else if (scope === "Cluster" && namespace !== undefined)
    errors.push(field.forbidden(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'"));
}

/** `Config.example.com/edge`. */
function parametersCell({ spec }: IngressClass): string {
  const { kind, apiGroup, name } = spec?.parameters ?? {};
  return kind === undefined ? "<none>" : `${kind}${apiGroup === undefined ? "" : `.${apiGroup}`}/${name}`;
}

export const ingressClass: Kind<IngressClass> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "IngressClass",
  plural: "ingressclasses",
  singular: "ingressclass",
  namespaced: false,
  generation: true,
  defaults: (given) =>
    at(given, "spec", (spec) =>
      at(spec, "parameters", (parameters) => (parameters.scope ? parameters : { ...parameters, scope: "Cluster" })),
    ),
  validate,
  validateUpdate(object, old) {
    const errors: Errors = [];
    checkImmutable(errors, "spec.controller", object.spec?.controller, old.spec?.controller);
    return errors;
  },
  displayName: ({ metadata }) =>
    `${metadata?.name}${metadata?.annotations?.["ingressclass.kubernetes.io/is-default-class"] === "true" ? " (default)" : ""}`,
  columns: [
    { name: "Controller", description: "Which controller serves ingresses of this class.", cell: (c) => c.spec?.controller ?? "" },
    { name: "Parameters", description: "The object with more of its configuration.", cell: parametersCell },
    ageColumn,
  ],
};
