import { ageColumn } from "../columns.ts";
import type { ServiceAccount } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

export const serviceAccount: Kind<ServiceAccount> = {
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  singular: "serviceaccount",
  shortNames: ["sa"],
  namespaced: true,
  subresources: ["token"],
  returnsDeleted: true,
  validate: () => [],
  columns: [ageColumn],
};
