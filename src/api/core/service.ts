import { formatLabels } from "../../machinery/index.ts";
import { ageColumn, orNone } from "../columns.ts";
import type { Service } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { defaultService } from "./service/defaults.ts";
import { prepareForCreate, prepareForUpdate } from "./service/strategy.ts";
import { validateService, validateServiceStatus, validateServiceUpdate } from "./service/validation.ts";
import { serviceWarnings } from "./service/warnings.ts";

/** k8s: printers getServiceExternalIP. */
function externalCell({ spec = {}, status }: Service): string {
  const given = spec.externalIPs ?? [];
  switch (spec.type) {
    case "ExternalName":
      return spec.externalName ?? "";
    case "LoadBalancer": {
      const balancers = (status?.loadBalancer?.ingress ?? []).map((i) => i.ip || i.hostname || "").filter((s) => s !== "");
      const all = [...balancers, ...given];
      return all.length === 0 ? "<pending>" : all.join(",");
    }
    default:
      return orNone(given.join(","));
  }
}

/** `80/TCP`, `80:30080/TCP`. */
function portsCell({ spec }: Service): string {
  const ports = (spec?.ports ?? []).map((p) => (p.nodePort ? `${p.port}:${p.nodePort}/${p.protocol}` : `${p.port}/${p.protocol}`));
  return orNone(ports.join(","));
}

export const service: Kind<Service> = {
  group: "",
  version: "v1",
  kind: "Service",
  plural: "services",
  singular: "service",
  shortNames: ["svc"],
  categories: ["all"],
  namespaced: true,
  returnsDeleted: true,
  subresources: ["proxy", "status"],
  // Names may not begin with a digit until RelaxedServiceNameValidation; v1.36 has it on.
  nameFormat: "label",
  statusKeepsMetadata: true,
  defaults: defaultService,
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  validateStatusUpdate: validateServiceStatus,
  warnings: serviceWarnings,
  prepareForCreate,
  prepareForUpdate,
  fields: (object) => ({ "spec.clusterIP": object.spec?.clusterIP ?? "", "spec.type": object.spec?.type ?? "" }),
  selectableFields: ["spec.clusterIP", "spec.type"],
  columns: [
    { name: "Type", description: "How it can be reached.", cell: (s) => s.spec?.type ?? "" },
    {
      name: "Cluster-IP",
      description: "Its address inside the cluster.",
      cell: (s) => orNone(s.spec?.clusterIPs?.[0] ?? s.spec?.clusterIP),
    },
    { name: "External-IP", description: "Its addresses outside the cluster.", cell: externalCell },
    { name: "Port(s)", description: "Its ports, and the nodes' ports for them.", cell: portsCell },
    ageColumn,
    { name: "Selector", description: "Which pods it sends to.", wide: true, cell: (s) => formatLabels(s.spec?.selector) },
  ],
};
