import { describe, expect, it } from "vitest";
import type { Deployment, ReplicaSet } from "../../api/index.ts";
import { walkedCluster } from "../testing/walk.ts";
import { type Walk, NS, PODS, APPS, NEWER, template, workload, image, ready } from "../testing/workloads.ts";

describe("[sig-apps] Deployment", () => {
  const DEPLOYMENTS = `${APPS}/deployments`;
  const complete = (w: Walk, name: string, replicas: number, limit = 120) =>
    w.until(async () => {
      const { status, metadata } = await w.get<Deployment>(`${DEPLOYMENTS}/${name}`);
      const settled = status?.observedGeneration === metadata?.generation && status?.updatedReplicas === replicas;
      return settled && status?.replicas === replicas && status.availableReplicas === replicas;
    }, limit);
  const sets = async (w: Walk) => await w.list<ReplicaSet>(`${APPS}/replicasets`);

  it("should run the lifecycle of a Deployment", async () => {
    const w = await walkedCluster();
    const seen = await w.watch(DEPLOYMENTS, { labelSelector: "e2e=testing" });
    const made = workload("Deployment", "d", 2);
    await w.post(DEPLOYMENTS, made);
    await ready(w, `${DEPLOYMENTS}/d`, 2);
    await w.patch(`${DEPLOYMENTS}/d`, {
      metadata: { labels: { d: "patched" } },
      spec: { replicas: 1, template: { spec: { terminationGracePeriodSeconds: 2, ...image(NEWER).spec.template.spec } } },
    });
    await complete(w, "d", 1);
    // Unconditionally, as a dynamic client does that never read it.
    await w.put(`${DEPLOYMENTS}/d`, { ...made, metadata: { name: "d", labels: { e2e: "testing", d: "updated" } } });
    await complete(w, "d", 2);
    const patch = { metadata: { labels: { d: "patched-status" } }, status: { readyReplicas: 0, availableReplicas: 0 } };
    await w.patch(`${DEPLOYMENTS}/d/status`, patch);
    expect((await w.get(`${DEPLOYMENTS}/d/status`)).metadata?.labels).toEqual({ e2e: "testing", d: "updated" });
    await complete(w, "d", 2);
    await w.remove(DEPLOYMENTS, { gracePeriodSeconds: 1 }, { labelSelector: "e2e=testing" });
    await w.until(async () => seen.at(-1)?.type === "DELETED");
    w.stop();
  });

  it("RollingUpdateDeployment should delete old pods and create new ones", async () => {
    const w = await walkedCluster();
    const old = workload("ReplicaSet", "adopted", 1, { selector: { matchLabels: { name: "d" } }, template: template({ name: "d" }) });
    const revision = "deployment.kubernetes.io/revision";
    await w.post(`${APPS}/replicasets`, { ...old, metadata: { ...old.metadata, annotations: { [revision]: "3546343826724305832" } } });
    await ready(w, `${APPS}/replicasets/adopted`, 1);
    await w.post(DEPLOYMENTS, workload("Deployment", "d", 1, {}, NEWER));
    await complete(w, "d", 1);
    // A number that only an int64 holds.
    expect((await w.get(`${DEPLOYMENTS}/d`)).metadata?.annotations?.[revision]).toBe("3546343826724305833");
    const adopted = await w.get<ReplicaSet>(`${APPS}/replicasets/adopted`);
    expect([adopted.metadata?.ownerReferences?.[0]?.name, adopted.spec?.replicas]).toEqual(["d", 0]);
    w.stop();
  });

  it("RecreateDeployment should delete old pods and create new ones", async () => {
    const w = await walkedCluster();
    const seen = await w.watch(PODS);
    await w.post(DEPLOYMENTS, workload("Deployment", "d", 1, { strategy: { type: "Recreate" } }));
    await complete(w, "d", 1);
    await w.patch(`${DEPLOYMENTS}/d`, image(NEWER));
    await complete(w, "d", 1);
    const turns = seen.filter(({ type }) => type !== "MODIFIED").map(({ type }) => type);
    expect(turns).toEqual(["ADDED", "DELETED", "ADDED"]);
    w.stop();
  });

  it("deployment should delete old replica sets", async () => {
    const w = await walkedCluster();
    await w.post(`${NS}/replicationcontrollers`, {
      apiVersion: "v1",
      kind: "ReplicationController",
      metadata: { name: "nothing" },
      spec: { replicas: 0, selector: { name: "d" }, template: template({ name: "d" }) },
    });
    await w.post(
      `${APPS}/replicasets`,
      workload("ReplicaSet", "old", 1, { selector: { matchLabels: { name: "d" } }, template: template({ name: "d" }) }),
    );
    await ready(w, `${APPS}/replicasets/old`, 1);
    await w.post(DEPLOYMENTS, workload("Deployment", "d", 1, { revisionHistoryLimit: 0 }, NEWER));
    const names = async () => (await sets(w)).map(({ metadata }) => metadata?.name);
    expect(await w.until(async () => !(await names()).includes("old") && (await names()).length === 1)).toBeLessThan(60);
    w.stop();
  });

  it("deployment should support rollover", async () => {
    const w = await walkedCluster();
    await w.post(
      `${APPS}/replicasets`,
      workload("ReplicaSet", "controller", 1, { selector: { matchLabels: { name: "d" } }, template: template({ name: "d" }) }),
    );
    await ready(w, `${APPS}/replicasets/controller`, 1);
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
    const never = {
      ...template({ name: "d" }),
      spec: {
        containers: [
          {
            name: "redis-slave",
            image: "gcr.io/google_samples/gb-redisslave:nonexistent",
            readinessProbe: { exec: { command: ["false"] } },
          },
        ],
      },
    };
    await w.post(DEPLOYMENTS, workload("Deployment", "d", 1, { minReadySeconds: 10, strategy, template: never }));
    await w.until(async () => (await w.get<Deployment>(`${DEPLOYMENTS}/d`)).status?.updatedReplicas === 1);
    const found = await w.get<Deployment>(`${DEPLOYMENTS}/d`);
    await w.put(`${DEPLOYMENTS}/d`, { ...found, spec: { ...found.spec, template: template({ name: "d" }, NEWER) } });
    await complete(w, "d", 1);
    const replicas = (await sets(w)).map(({ spec, status }) => `${spec?.replicas}/${status?.replicas}`);
    expect(replicas.toSorted((a, b) => a.localeCompare(b))).toEqual(["0/0", "0/0", "1/1"]);
    w.stop();
  });

  it("deployment should support proportional scaling", async () => {
    const w = await walkedCluster();
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } };
    await w.post(DEPLOYMENTS, workload("Deployment", "d", 10, { strategy }));
    await complete(w, "d", 10);
    // A probe that cannot succeed stands for an image that cannot be pulled.
    const stuck = { name: "httpd", image: "webserver:404", readinessProbe: { exec: { command: ["false"] } } };
    await w.patch(`${DEPLOYMENTS}/d`, { spec: { template: { spec: { containers: [stuck] } } } });
    const sizes = async () => (await sets(w)).map(({ spec }) => spec?.replicas ?? 0).sort((a, b) => a - b);
    await w.until(async () => (await sizes()).join() === "5,8");
    expect((await sets(w)).find(({ spec }) => spec?.replicas === 8)?.status?.availableReplicas).toBe(8);
    const found = await w.get<Deployment>(`${DEPLOYMENTS}/d`);
    await w.put(`${DEPLOYMENTS}/d`, { ...found, spec: { ...found.spec, replicas: 30 } });
    await w.advance(5);
    expect(await sizes()).toEqual([13, 20]);
    w.stop();
  });
});
