import type { Admission, AdmissionPlugin, Attributes } from "./types.ts";
import type { KubeObject } from "../../api/index.ts";
import { noEscalation } from "../authz/escalation.ts";
import { andThen, eachInOrder } from "../maybe.ts";

export { type AdmissionChoice, admissionProblems, enabledPlugins } from "./plugins.ts";

export function createAdmission(plugins: readonly AdmissionPlugin[]): Admission {
  const byKind = new Map<object, Map<string, readonly AdmissionPlugin[]>>();
  const pluginsFor = ({ scope: { kind, info } }: Attributes): readonly AdmissionPlugin[] => {
    let bySubresource = byKind.get(kind);
    if (!bySubresource) byKind.set(kind, (bySubresource = new Map()));
    let found = bySubresource.get(info.subresource);
    if (!found) {
      const key = `${kind.group}/${kind.plural}${info.subresource ? `/${info.subresource}` : ""}`;
      bySubresource.set(info.subresource, (found = [...plugins, noEscalation].filter((p) => p.resources?.includes(key) ?? true)));
    }
    return found;
  };
  return {
    mutate(attributes) {
      let current = attributes;
      const step = (plugin: AdmissionPlugin) => {
        if (!plugin.mutate) return;
        return andThen(plugin.mutate(current), (object: KubeObject) => {
          if (object !== current.object) current = { ...current, object };
        });
      };
      return andThen(eachInOrder(pluginsFor(attributes), step), () => current.object);
    },
    validate(attributes) {
      return eachInOrder(pluginsFor(attributes), (plugin) => plugin.validate?.(attributes));
    },
  };
}
