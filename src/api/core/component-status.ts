import type { ComponentStatus } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

const healthy = ({ conditions = [] }: ComponentStatus) => conditions.find(({ type }) => type === "Healthy");

/** k8s: printers printComponentStatus. */
function word(status: ComponentStatus): string {
  const condition = healthy(status);
  if (condition === undefined) return "Unknown";
  return condition.status === "True" ? "Healthy" : "Unhealthy";
}

export const componentStatus: Kind<ComponentStatus> = {
  group: "",
  version: "v1",
  kind: "ComponentStatus",
  plural: "componentstatuses",
  singular: "componentstatus",
  shortNames: ["cs"],
  namespaced: false,
  verbs: ["get", "list"],
  virtual: true,
  deprecated: "v1 ComponentStatus is deprecated in v1.19+",
  validate: () => [],
  columns: [
    { name: "Status", description: "Whether it is well.", cell: word },
    { name: "Message", description: "What it answered.", cell: (s) => healthy(s)?.message ?? "" },
    { name: "Error", description: "Why it could not be asked.", cell: (s) => healthy(s)?.error ?? "" },
  ],
};
