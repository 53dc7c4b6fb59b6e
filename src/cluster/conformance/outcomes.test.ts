import { beforeAll, describe, expect, it } from "vitest";
import { testCluster } from "../testing.ts";
import { ofPrograms } from "./outcomes-of-programs.ts";
import { ofVolumes } from "./outcomes-of-volumes.ts";

const outcomes = [...ofPrograms, ...ofVolumes];

/** Tests that make a pod, wait until it has succeeded, and look for words in its output. */
describe("[sig-node] and [sig-storage]: what a pod's containers say", () => {
  const logs = new Map<string, string>();
  beforeAll(async () => {
    const c = await testCluster({ nodes: 2 });
    await c.advance(30);
    const objects = outcomes.flatMap(({ spec, with: first = [] }, i) => [
      ...first,
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: `outcome-${i}`, labels: { walked: "outcome" } },
        spec: { restartPolicy: "Never", ...spec },
      },
    ]);
    const unique = [...new Map(objects.map((o) => [`${o.kind}/${o.metadata?.name}`, o])).values()];
    const pods = unique.filter(({ kind }) => kind === "Pod");
    const rest = unique.filter(({ kind }) => kind !== "Pod");
    await c.sh(`kubectl apply -f - <<'END'\n${[...rest, ...pods].map((o) => JSON.stringify(o)).join("\n---\n")}\nEND`);
    await c.advance(90);
    const phases = await c.sh(`kubectl get pods -l walked -o jsonpath='{range .items[*]}{.metadata.name} {.status.phase}{"\\n"}{end}'`);
    const said = (
      await c.sh(`for i in $(seq 0 ${outcomes.length - 1}); do echo; echo "== $i"; kubectl logs outcome-$i -c test; done`)
    ).split(/\n== \d+\n/);
    for (const [i, { test }] of outcomes.entries()) {
      const phase = new RegExp(`^outcome-${i} (.*)$`, "m").exec(phases)?.[1];
      logs.set(test, `${phase}\n${said[i + 1]}\n`);
    }
  }, 120_000);

  it.each(outcomes.map((o) => [o.test, o] as const))("%s", (test, { holds }) => {
    const said = logs.get(test) ?? "";
    const missing = holds.filter((words) => (typeof words === "string" ? !said.includes(words) : !words.test(said)));
    expect({ said, missing }).toEqual({ said: expect.stringMatching(/^Succeeded\n/) as string, missing: [] });
  });
});
