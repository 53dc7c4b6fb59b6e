import { expect, it } from "vitest";
import type { Client } from "../client/index.ts";
import { deployment, world } from "./testing/world.ts";

const template = (app: string, restartPolicy = "Always") => ({
  metadata: { labels: { app } },
  spec: { restartPolicy, containers: [{ name: "c", image: "nginx" }] },
});
const selector = (app: string) => ({ matchLabels: { app } });

it("a settled cluster is left alone: whoever asks a controller to look again gets no write, and next to no work", async () => {
  const w = await world();
  const make = <R extends Parameters<Client["create"]>[0]>(resource: R, name: string, spec: object) =>
    w.client.create(resource, { metadata: { name, namespace: "default" }, spec } as never);
  await w.node("node-1");
  await w.client.create("deployments", deployment("web", 2));
  await make("statefulsets", "sts", { replicas: 2, podManagementPolicy: "Parallel", selector: selector("sts"), template: template("sts") });
  await make("daemonsets", "ds", { selector: selector("ds"), template: template("ds") });
  await make("jobs", "job", { parallelism: 2, completions: 2, template: template("job", "Never") });
  await make("cronjobs", "cj", { schedule: "0 0 1 1 *", jobTemplate: { spec: { template: template("cj", "Never") } } });
  await make("replicationcontrollers", "rc", { replicas: 1, selector: { app: "rc" }, template: template("rc") });
  await make("services", "svc", { selector: { app: "web" }, ports: [{ port: 80 }] });
  await make("poddisruptionbudgets", "pdb", { minAvailable: 1, selector: selector("web") });
  await make("resourcequotas", "q", { hard: { pods: "100" } });
  await w.clock.advance(2000);
  for (const pod of await w.pods()) await w.ready(pod);
  await w.clock.advance(10_000);
  const [rs] = (await w.client.list("replicasets", { namespace: "default" })).items;
  const names: readonly [string, string][] = [
    ["deployment", "web"],
    ["replicaset", rs?.metadata?.name ?? ""],
    ["replication", "rc"],
    ["statefulset", "sts"],
    ["daemonset", "ds"],
    ["job", "job"],
    ["cronjob", "cj"],
    ["endpoint", "svc"],
    ["endpointslice", "svc"],
    ["disruption", "pdb"],
    ["resourcequota", "q"],
  ];
  /** That nothing may be asked of the API. */
  const client = new Proxy({} as Client, {
    get: (_, verb) => () => {
      throw new Error(`asked to ${String(verb)}`);
    },
  });
  const ask = async (as: Client): Promise<void> => {
    for (const [controller, name] of names) await w.controller(controller).reconcile(`default/${name}`, { client: as, causes: [] });
  };
  const before = w.store.revision;
  await ask(w.client);
  await ask(client);
  expect(w.store.revision).toBe(before);
});
