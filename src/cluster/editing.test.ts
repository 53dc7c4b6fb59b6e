import { expect, it } from "vitest";
import { emulator } from "../shell/testing/emulator.ts";
import { testCluster } from "./testing.ts";

const cluster = testCluster();

/** A terminal of the learner's, and what it shows. */
async function terminalOf(c: Awaited<ReturnType<typeof testCluster>>) {
  const grid = emulator(80, 24);
  const session = c.workstation.open({ columns: 80, rows: 24 });
  const decoder = new TextDecoder();
  session.output((data) => {
    grid.write(decoder.decode(data, { stream: true }));
    session.acknowledge(data.length);
  });
  await c.advance(1);
  return {
    grid,
    session,
    async type(keys: string, seconds = 1) {
      c.clock.input(() => session.input(keys));
      await c.advance(seconds);
    },
    last: () => grid.rows().filter((r) => r !== ""),
  };
}

it("edits an object in vi where no editor is set", async () => {
  const c = await cluster;
  await c.sh("kubectl create deployment web --image=nginx");
  const t = await terminalOf(c);
  await t.type("kubectl edit deployment web\r", 2);
  expect(t.grid.row(0)).toBe("# Please edit the object below. Lines beginning with a '#' will be ignored,");
  expect(t.grid.rows()).toContain("kind: Deployment");
  await t.type("/replicas: \r$r3:wq\r", 2);
  expect(t.last().at(-2)).toBe("deployment.apps/web edited");
  expect(await c.sh("kubectl get deployment web -o jsonpath={.spec.replicas}")).toBe("3");
  await t.type("kubectl edit deployment web\r", 2);
  await t.type(":q\r", 2);
  expect(t.last().at(-2)).toBe("Edit cancelled, no changes made.");
});

it("edits a file in a container with the vi that its image has, as wide as the terminal is", async () => {
  const c = await cluster;
  await c.sh(
    "kubectl run box --image=busybox -- sleep 3600; kubectl run deb --image=debian -- sleep 3600; kubectl wait pod --all --for=condition=Ready",
  );
  const t = await terminalOf(c);
  await t.type("kubectl exec -it box -- vi /tmp/note\r", 2);
  await t.type("ihello\x1b", 1);
  expect(t.grid.row(-1)).toBe("- /tmp/note [Modified] 1/1 100%");
  t.grid.resize(50, 10);
  c.clock.input(() => t.session.resize(50, 10));
  await c.advance(1);
  await t.type("~", 1);
  expect(t.grid.rows().slice(-2)).toEqual(["~", "- /tmp/note [Modified] 1/1 100%"]);
  await t.type(":wq\r", 1);
  expect(await c.sh("kubectl exec box -- cat /tmp/note")).toBe("hellO");
  expect(await c.sh("kubectl exec deb -- vi f")).toContain('exec: "vi": executable file not found in $PATH');
});
