import { formatLabels } from "../../machinery/index.ts";
import type { Errors } from "../checks.ts";
import { templateColumns } from "../columns.ts";
import { put } from "../defaulting.ts";
import type { PodTemplate } from "../generated/types.ts";
import type { Column, Kind } from "../kind.ts";
import { defaultTemplate } from "./pod/defaults.ts";
import { checkTemplate } from "./pod/validation/spec.ts";
import { templateWarnings } from "./pod/warnings.ts";

const always = ({ wide: _, ...column }: Column<PodTemplate>): Column<PodTemplate> => column;

export const podTemplate: Kind<PodTemplate> = {
  group: "",
  version: "v1",
  kind: "PodTemplate",
  plural: "podtemplates",
  returnsDeleted: true,
  singular: "podtemplate",
  namespaced: true,
  generation: true,
  defaults: (object) => put(object, "template", defaultTemplate(object.template)),
  /** k8s: core/validation ValidatePodTemplate. */
  validate({ template }) {
    const errors: Errors = [];
    checkTemplate(errors, "template", template ?? {});
    return errors;
  },
  columns: [
    ...templateColumns<PodTemplate>((t) => t.template?.spec).map(always),
    { name: "Pod Labels", description: "Labels of the pods made of it.", cell: (t) => formatLabels(t.template?.metadata?.labels) },
  ],
  warnings: (object, old) => templateWarnings("template", { template: object.template }, old && { template: old.template }),
};
