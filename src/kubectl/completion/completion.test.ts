import { expect, it } from "vitest";
import { createKubectl } from "../index.ts";

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
  const kubectl = createKubectl({ connect: () => api });
  let printed = "";
  const ask = async (...words: string[]): Promise<string> => {
    printed = "";
    await kubectl({
      pid: 1,
      argv: ["kubectl", "__completeNoDesc", ...words],
      env: { HOME: "/home/learner" },
      fs: { exists: () => false },
      clock: { now: () => 0 },
      signal: new AbortController().signal,
      stdout: { write: async (text: string) => void (printed += text) },
      stderr: { write: async () => {} },
    } as never);
    return printed;
  };
  expect(await ask("rol")).toBe("rollout\n:4\n");
  expect(await ask("rollout", "st")).toBe("status\n:4\n");
  expect(await ask("-n", "default", "rollout", "--v=6", "st")).toBe("status\n:4\n");
  expect(await ask("get", "dep")).toBe("deployments.apps\n:4\n");
  expect(await ask("get", "deployments.apps,dep")).toBe("deployments.apps,deployments.apps\n:4\n");
  expect(await ask("get", "x/y", "dep")).toBe("deployments.apps/\n:6\n");
  expect(await ask("get", "--show-l")).toBe("--show-labels\n:4\n");
  expect(await ask("get", "pods", "-o", "ya")).toBe("yaml\n:4\n");
  expect(await ask("get", "pods", "-o=ya")).toBe("yaml\n:4\n");
  expect(await ask("get", "pods", "-o", "yaml", "--out")).toBe("--output-watch-events\n:4\n");
  expect(await ask("get", "--", "--out")).toBe(":4\n");
  expect(await ask("run", "x", "")).toBe("--image\n:0\n");
  expect(await ask("nope", "")).toBe(":0\n");
  expect(await ask("cp", "")).toBe("./\n/\n:2\n");
});
