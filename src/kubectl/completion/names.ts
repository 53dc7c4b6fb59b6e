import { attachablePod } from "../commands/pods.ts";
import { groupResourceOf, type ResourceType } from "../rest/discovery.ts";
import { typesOf } from "../rest/resources.ts";
import type { Invocation, JsonObject, Resource } from "../types.ts";

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What completion asks of the cluster; a refusal offers nothing. */
export class Names {
  readonly #of: Invocation;
  constructor(invocation: Invocation) {
    this.#of = invocation;
  }
  async #orNothing(ask: () => Promise<readonly string[]>): Promise<readonly string[]> {
    try {
      return await ask();
    } catch {
      return [];
    }
  }
  /** Types that can be got: "pods", "deployments.apps". */
  types(): Promise<readonly string[]> {
    return this.#orNothing(async () => {
      const { types } = await this.#of.session.discovery();
      const gettable = types.filter((t) => t.verbs.includes("get"));
      const order = (a: ResourceType, b: ResourceType): number => compare(a.group, b.group) || compare(a.name, b.name);
      return [...new Set(gettable.sort(order).map(groupResourceOf))];
    });
  }
  /** Names of a resource's objects, of "deploy,svc" of both. */
  objects(resource: string, namespace = this.#of.session.namespace): Promise<readonly string[]> {
    return this.#orNothing(async () => {
      const names: string[] = [];
      for (const type of await typesOf(this.#of.session, resource))
        names.push(...(await this.#of.session.list(type, namespace)).items.map((o) => o.metadata.name));
      return names;
    });
  }
  /** "web", "pod/web" and "deploy/web" all mean a pod. */
  async #pod(argument: string): Promise<Resource> {
    const [kind = "", name = ""] = argument.includes("/") ? argument.split("/") : ["pods", argument];
    const object = await this.#object(kind, name);
    return attachablePod(this.#of, object);
  }
  async #object(kind: string, name: string): Promise<Resource> {
    const { session } = this.#of;
    const [type] = await typesOf(session, kind);
    if (!type) throw new Error(`no resource is called ${kind}`);
    return { ...(await session.get(type, session.namespace, name)), kind: type.kind };
  }
  /** Of the pod that an argument means. */
  containers(argument: string): Promise<readonly string[]> {
    return this.#orNothing(async () => {
      const { initContainers = [], containers = [] } = (await this.#pod(argument))["spec"] as PodLike;
      return [...initContainers, ...containers].map((c) => c.name);
    });
  }
  /** Of a service, or of the pod that an argument means: "80:80", or what was typed before the colon. */
  ports(argument: string, word: string): Promise<readonly string[]> {
    return this.#orNothing(async () => {
      const [kind = "", name = ""] = argument.split("/");
      const local = (port: number): string => `${word === "" ? port : word.split(":")[0]}:${port}`;
      if (["service", "services", "svc"].includes(kind)) {
        const { ports = [] } = (await this.#object("services", name))["spec"] as { ports?: readonly { port: number }[] };
        return ports.map((p) => local(p.port));
      }
      const { containers = [] } = (await this.#pod(argument))["spec"] as PodLike;
      return containers.flatMap((c) => c.ports ?? []).map((p) => local(p.containerPort));
    });
  }
}

interface PodLike extends JsonObject {
  readonly containers?: readonly { readonly name: string; readonly ports?: readonly { readonly containerPort: number }[] }[];
  readonly initContainers?: PodLike["containers"];
}
