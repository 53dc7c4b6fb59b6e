import { apiVersionOf, type KubeObject } from "../../api/index.ts";
import { notFound } from "../../machinery/index.ts";
import type { Scope } from "../context.ts";
import { selectionOf } from "../selection.ts";
import type { VirtualResource } from "./types.ts";

const all = ({ server, requested, info }: Scope): readonly KubeObject[] => {
  const objects = server.observed(requested.plural);
  const within = requested.namespaced && info.namespace !== "";
  return within ? objects.filter((o) => o.metadata?.namespace === info.namespace) : objects;
};

/** What the simulator knows and does not store: asked of its rooms when somebody reads. */
export const observed: VirtualResource = {
  get(scope) {
    const { requested, info } = scope;
    const found = all(scope).find(({ metadata }) => metadata?.name === info.name);
    if (!found) throw notFound(requested.plural, info.name, requested.group);
    return found;
  },
  list(scope) {
    const { requested } = scope;
    const { matches } = selectionOf(scope);
    return { apiVersion: apiVersionOf(requested), kind: `${requested.kind}List`, metadata: {}, items: all(scope).filter(matches) };
  },
};
