import { type APIService, type CustomResourceDefinition, kindTable } from "../../api/index.ts";
import type { Entry } from "../../etcd/index.ts";
import type { Cause } from "../../sim/index.ts";
import { prefixOf, type ServerContext } from "../context.ts";
import { type Handle, LOOPBACK } from "../extension/definitions.ts";

const LABEL = "kube-aggregator.kubernetes.io/automanaged";
const PATH = "/apis/apiregistration.k8s.io/v1/apiservices";
const API_SERVICES = prefixOf(kindTable.apiservices);
const DEFINITIONS = prefixOf(kindTable.customresourcedefinitions);

/** Custom resources come after everything that is built in (k8s: controlplane/controller/crdregistration). */
const wantedFor = (group: string, version: string): APIService => ({
  apiVersion: "apiregistration.k8s.io/v1",
  kind: "APIService",
  metadata: { name: `${version}.${group}`, labels: { [LABEL]: "true" } },
  spec: { group, version, groupPriorityMinimum: 1000, versionPriority: 100 },
});

/**
 * Every group-version of custom resources has an APIService, kept as it should be: one that is taken away comes back,
 * one that nobody defines any more goes (k8s: kube-aggregator controllers/autoregister). Others are never touched.
 */
export function createAutoregister({ store }: ServerContext, handle: Handle): { restored(): void } {
  const serves = (group: string, version: string): boolean =>
    (store.range({ prefix: DEFINITIONS }).entries as readonly Entry<CustomResourceDefinition>[]).some(
      ({ value: { spec } }) => spec.group === group && spec.versions.some((v) => v.name === version && v.served),
    );

  const send = async (
    method: "POST" | "PUT" | "DELETE",
    path: string,
    body: object | undefined,
    causes: readonly Cause[],
  ): Promise<void> => {
    await handle({ method, path, ...(body ? { body } : {}), user: LOOPBACK, agent: "kube-apiserver", causes });
  };

  const sync = async (group: string, version: string, causes: readonly Cause[]): Promise<void> => {
    const name = `${version}.${group}`;
    const there = store.get(API_SERVICES + name)?.value as APIService | undefined;
    const managed = there?.metadata?.labels?.[LABEL] === "true";
    if (!serves(group, version)) {
      if (managed) await send("DELETE", `${PATH}/${name}`, undefined, causes);
      return;
    }
    const wanted = wantedFor(group, version);
    if (there === undefined) return send("POST", PATH, wanted, causes);
    const { groupPriorityMinimum, versionPriority, service } = there.spec ?? {};
    const asWanted = groupPriorityMinimum === 1000 && versionPriority === 100 && service === undefined;
    if (managed && !asWanted) await send("PUT", `${PATH}/${name}`, { ...there, spec: wanted.spec }, causes);
  };

  const versionsOf = (crd: CustomResourceDefinition | undefined): readonly string[] =>
    crd?.spec.versions.map((v) => `${v.name}.${crd.spec.group}`) ?? [];
  const syncNamed = (name: string, causes: readonly Cause[]): void => {
    const dot = name.indexOf(".");
    void sync(name.slice(dot + 1), name.slice(0, dot), causes);
  };

  store.watch({ prefix: DEFINITIONS, from: 0 }, (revisions) => {
    for (const { revision, value, previous } of revisions) {
      const [now, before] = [value, previous?.value] as [CustomResourceDefinition | undefined, CustomResourceDefinition | undefined];
      if (now?.spec === before?.spec) continue;
      for (const name of new Set([...versionsOf(now), ...versionsOf(before)])) syncNamed(name, [{ kind: "revision", revision }]);
    }
  });
  store.watch({ prefix: API_SERVICES, from: 0 }, (revisions) => {
    for (const { key, revision, previous } of revisions)
      if (previous !== undefined) syncNamed(key.slice(API_SERVICES.length), [{ kind: "revision", revision }]);
  });

  return {
    restored() {
      for (const { value, modRevision } of store.range({ prefix: DEFINITIONS }).entries as readonly Entry<CustomResourceDefinition>[])
        for (const name of versionsOf(value)) syncNamed(name, [{ kind: "revision", revision: modRevision }]);
    },
  };
}
