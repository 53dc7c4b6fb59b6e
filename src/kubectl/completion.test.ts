import { expect, it } from "vitest";
import { createCompleter } from "./index.ts";

it("completes commands, flags and types from the table and the cluster", async () => {
  const answers: Record<string, object> = {
    "/apis": {
      items: [
        {
          metadata: { name: "apps" },
          versions: [
            {
              version: "v1",
              resources: [{ resource: "deployments", responseKind: { kind: "Deployment" }, scope: "Namespaced", verbs: ["get"] }],
            },
          ],
        },
      ],
    },
  };
  const api = {
    handle: async ({ path }: { path: string }) => ({ status: 200, body: answers[path] ?? {} }),
    connect: async () => ({ status: 404 }),
    forward: async () => ({ status: 404 }),
  };
  const complete = createCompleter({ connect: () => api });
  const proc = {
    pid: 1,
    argv: ["bash"],
    env: { HOME: "/home/learner" },
    fs: { exists: () => false },
    clock: { now: () => 0 },
    signal: new AbortController().signal,
    stderr: { write: async () => {} },
  };
  const ask = (...words: string[]) => complete(["kubectl", ...words], words.at(-1) as string, proc as never);
  expect(await ask("rol")).toEqual(["rollout "]);
  expect(await ask("rollout", "st")).toEqual(["status "]);
  expect(await ask("get", "dep")).toEqual(["deployments.apps "]);
  expect(await ask("get", "--show-l")).toEqual(["--show-labels "]);
  expect(await ask("get", "pods", "-o", "ya")).toEqual(["yaml"]);
});
