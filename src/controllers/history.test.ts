import { describe, expect, it } from "vitest";
import type { ControllerRevision, StatefulSet } from "../api/index.ts";
import { byRevision, findRevision, rememberedTemplate, surplusRevisions, templateData } from "./history.ts";
import { world } from "./testing/world.ts";

const template = (image: string) => ({ metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "c", image }] } });
const revision = (number: number, image: string): ControllerRevision => ({
  metadata: { name: `db-${number}` },
  revision: number,
  data: templateData(template(image)),
});

describe("a history of revisions", () => {
  it("remembers a template as a patch with its keys in order, and gives it back", () => {
    const remembered = revision(1, "a");
    expect(JSON.stringify(remembered.data)).toBe(
      '{"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"db"}},"spec":{"containers":[{"image":"a","name":"c"}]}}}}',
    );
    expect(rememberedTemplate(remembered)).toEqual(template("a"));
  });

  it.each([
    ["d", undefined, false],
    ["c", "db-3", true],
    ["a", "db-1", false],
  ])("finds who says %s: %s, the last: %s", (image, name, isLast) => {
    const history = [revision(3, "c"), revision(1, "a"), revision(2, "b")].sort(byRevision);
    const found = findRevision(history, templateData(template(image)));
    expect([found.found?.metadata?.name, found.isLast, found.next]).toEqual([name, isLast, 4]);
  });

  it.each([
    [0, "db-1 db-2"],
    [1, "db-1"],
    [2, ""],
    [-1, ""],
  ])("with a limit of %i loses: %s", (limit, names) => {
    const history = [1, 2, 3].map((n) => revision(n, String(n)));
    const lost = surplusRevisions(history, new Set(["db-3"]), limit).map((r) => r.metadata?.name);
    expect(lost.join(" ")).toBe(names);
  });

  it("takes the next hash when another revision has the name", async () => {
    const w = await world();
    const set = (app: string): StatefulSet => ({
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "db", namespace: "default" },
      spec: {
        replicas: 0,
        serviceName: "db",
        selector: { matchLabels: { app } },
        template: { ...template("a"), metadata: { labels: { app } } },
      },
    });
    const names = async () => (await w.client.list("controllerrevisions")).items.map((r) => r.metadata?.name ?? "");
    await w.client.create("statefulsets", set("db"));
    await w.clock.advance(1000);
    const [name = ""] = await names();
    await w.client.delete("statefulsets", "default", "db");
    await w.client.delete("controllerrevisions", "default", name);
    await w.clock.advance(1000);
    await w.client.create("controllerrevisions", {
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: { name, namespace: "default" },
      data: {},
      revision: 7,
    });
    await w.client.create("statefulsets", set("db"));
    await w.clock.advance(1000);
    const other = (await names()).find((n) => n !== name) ?? "";
    expect(other).toMatch(/^db-/);
    expect((await w.client.get("statefulsets", "default", "db")).status).toMatchObject({ collisionCount: 1, updateRevision: other });
    expect((await w.client.get("controllerrevisions", "default", other)).revision).toBe(1);
  });
});
