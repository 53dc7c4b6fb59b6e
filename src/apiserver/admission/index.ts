import type { Admission, AdmissionPlugin, Attributes } from "./types.ts";
import type { KubeObject } from "../../api/index.ts";
import { certificateRequestor } from "./certificates.ts";
import { noEscalation } from "../authz/escalation.ts";
import { andThen, eachInOrder, type MaybePromise } from "../maybe.ts";
import type { Verdict } from "../observe/requests.ts";
import { paramAccess } from "./dynamic/param-access.ts";
import { Reinvocation } from "./dynamic/reinvocation.ts";

export { type AdmissionChoice, admissionProblems, enabledPlugins } from "./plugins.ts";

export function createAdmission(plugins: readonly AdmissionPlugin[]): Admission {
  const byKind = new Map<object, Map<string, readonly AdmissionPlugin[]>>();
  const pluginsFor = ({ scope: { kind, info } }: Attributes): readonly AdmissionPlugin[] => {
    let bySubresource = byKind.get(kind);
    if (!bySubresource) byKind.set(kind, (bySubresource = new Map()));
    let found = bySubresource.get(info.subresource);
    if (!found) {
      const key = `${kind.group}/${kind.plural}${info.subresource ? `/${info.subresource}` : ""}`;
      bySubresource.set(
        info.subresource,
        (found = [...plugins, certificateRequestor, noEscalation, paramAccess].filter((p) => p.resources?.includes(key) ?? true)),
      );
    }
    return found;
  };
  return {
    mutate(attributes) {
      const reinvocation = new Reinvocation();
      let current = { ...attributes, reinvocation };
      const step = (plugin: AdmissionPlugin) => {
        if (!plugin.mutate) return;
        let mutated: MaybePromise<KubeObject>;
        try {
          mutated = plugin.mutate(current);
        } catch (error) {
          throw refused(attributes, plugin, "mutate", error);
        }
        if (mutated instanceof Promise)
          mutated = mutated.catch((error: unknown) => Promise.reject(refused(attributes, plugin, "mutate", error)));
        return andThen(mutated, (object) => {
          if (object === current.object) return;
          current = { ...current, object };
          (attributes.scope.record.verdicts ??= []).push({ plugin: plugin.name, phase: "mutate", verdict: "changed" });
        });
      };
      const chain = pluginsFor(attributes);
      return andThen(eachInOrder(chain, step), () => {
        if (!reinvocation.wanted) return current.object;
        reinvocation.again = true;
        return andThen(eachInOrder(chain, step), () => current.object);
      });
    },
    validate(attributes) {
      return eachInOrder(pluginsFor(attributes), (plugin) => {
        try {
          const done = plugin.validate?.(attributes);
          return done instanceof Promise
            ? done.catch((error: unknown) => Promise.reject(refused(attributes, plugin, "validate", error)))
            : done;
        } catch (error) {
          throw refused(attributes, plugin, "validate", error);
        }
      });
    },
  };
}

/** Puts a refusal on record. Answers it. */
function refused({ scope: { record } }: Attributes, plugin: AdmissionPlugin, phase: Verdict["phase"], error: unknown): Error {
  const cause = error instanceof Error ? error : new Error(String(error));
  (record.verdicts ??= []).push({ plugin: plugin.name, phase, verdict: "refused", message: cause.message });
  return cause;
}
