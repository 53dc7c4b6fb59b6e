import { beforeEach, describe, expect, it } from "vitest";
import { fakeShell } from "../testing/fake.ts";

const spec = (image: string) => `{metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: "${image}"}]}}`;
const SET = `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {serviceName: db, selector: {matchLabels: {app: db}}, template: ${spec("db:2")}}}`;
const revision = (n: number, image: string, owner: string, cause = "") =>
  `{apiVersion: apps/v1, kind: ControllerRevision, metadata: {name: db-${n}, labels: {app: db}, annotations: {kubernetes.io/change-cause: "${cause}"}, ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: db, uid: ${owner}, controller: true}]}, revision: ${n}, data: {spec: {template: ${spec(image).replace("{", "{$patch: replace, ")}}}}`;

describe("the history of a StatefulSet", () => {
  let shell: ReturnType<typeof fakeShell>;
  beforeEach(async () => {
    shell = fakeShell({ "set.yaml": SET });
    await shell.kubectl("create -f set.yaml");
    const uid = (await shell.kubectl("get sts db -o jsonpath={.metadata.uid}")).out;
    shell.stored.set("past.yaml", [revision(3, "db:2", uid, "third"), revision(1, "db:1", uid), revision(2, "x", "other")].join("\n---\n"));
    await shell.kubectl("create -f past.yaml");
  });
  const image = async () => (await shell.kubectl("get sts db -o jsonpath={.spec.template.spec.containers[0].image}")).out;

  it("is its own ControllerRevisions in order", async () => {
    expect((await shell.kubectl("rollout history sts/db")).out).toBe(
      "statefulset.apps/db \nREVISION  CHANGE-CAUSE\n1         <none>\n3         third\n\n",
    );
    expect((await shell.kubectl("rollout history sts/db --revision=1")).out).toContain("Image:\tdb:1\n");
    expect((await shell.kubectl("rollout history sts/db --revision=2")).err).toBe("error: unable to find the specified revision\n");
  });

  it("comes back with undo", async () => {
    expect((await shell.kubectl("rollout undo sts/db --to-revision=3")).out).toBe(
      "statefulset.apps/db skipped rollback (current template already matches revision 3)\n",
    );
    expect((await shell.kubectl("rollout undo sts/db --dry-run=client")).out).toMatch(
      /^statefulset\.apps\/db will roll back to Pod Template:\n {2}Labels:\tapp=db\n[^]*Image:\tdb:1\n[^]*\n \(dry run\)\n$/,
    );
    expect((await shell.kubectl("rollout undo sts/db --to-revision=2")).err).toBe(
      "error: unable to find specified revision 2 in history\n",
    );
    expect((await shell.kubectl("rollout undo sts/db")).out).toBe("statefulset.apps/db rolled back\n");
    expect(await image()).toBe("db:1");
  });
});
