import { defaultClassOf, type Ingress, type IngressClass, kindTable } from "../../api/index.ts";
import { listStored } from "./stored.ts";
import type { AdmissionPlugin } from "./types.ts";

/** An Ingress that names no class gets the default one (k8s: plugin/pkg/admission/network/defaultingressclass). */
export const defaultIngressClass: AdmissionPlugin = {
  name: "DefaultIngressClass",
  resources: ["networking.k8s.io/ingresses"],
  mutate({ object, operation, scope }) {
    const ingress = object as Ingress;
    if (operation !== "CREATE" || ingress.spec?.ingressClassName !== undefined) return ingress;
    if (ingress.metadata?.annotations?.["kubernetes.io/ingress.class"] !== undefined) return ingress;
    const found = defaultClassOf(listStored<IngressClass>(scope.server, kindTable.ingressclasses), [
      "ingressclass.kubernetes.io/is-default-class",
    ]);
    const name = found?.metadata?.name;
    return name === undefined ? ingress : { ...ingress, spec: { ...ingress.spec, ingressClassName: name } };
  },
};
