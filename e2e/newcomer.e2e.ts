import { readFileSync } from "node:fs";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BrowserContext } from "playwright-core";
import { Learner } from "./learner.ts";
import { DESKTOP, onStage } from "./stage.ts";
import { until } from "./until.ts";

const manifest = (name: string): string => readFileSync(new URL(`manifests/${name}`, import.meta.url), "utf8");

const COUNTER = `apiVersion: v1
kind: Pod
metadata:
  name: counter
spec:
  containers:
    - name: counter
      image: busybox
      command: ["sh", "-c", "i=0; while true; do echo $i; i=$((i+1)); sleep 1; done"]
---
apiVersion: v1
kind: Pod
metadata:
  name: brief
spec:
  restartPolicy: Never
  containers:
    - name: brief
      image: busybox
      command: ["sh", "-c", "sleep 30; exit 3"]
`;

/** The first hour of somebody who has never seen a cluster, in one sitting: each step goes on from the one before. */
describe("a newcomer", () => {
  const stage = onStage();
  let context: BrowserContext;
  let learner: Learner;

  beforeAll(async () => {
    context = await stage.browser.newContext({ viewport: DESKTOP, permissions: ["clipboard-read", "clipboard-write"] });
    learner = await Learner.open(context, stage.app.url);
  });

  // Each step goes on from the one before, so the first that fails ends the journey.
  let stranded = false;
  beforeEach((step) => {
    step.skip(stranded, "an earlier step failed");
    step.onTestFailed(() => void (stranded = true));
  });

  const seconds = (timestamps: string): number[] => timestamps.split(/\s+/).map((t) => Date.parse(t) / 1000);

  it("applies the website from the editor, and sees two pods run on the map", async () => {
    expect(await learner.run("kubectl create namespace frontend")).toBe("namespace/frontend created");
    await learner.write(manifest("website.yaml"));
    await learner.page.keyboard.press("Control+Enter");
    await learner.podsBecome(
      "frontend/website-",
      (pods) => pods.length === 2 && pods.every((p) => p.text === "Running" && p.state === "ready"),
    );
    expect((await learner.screen()).join("\n")).toContain("deployment.apps/website created\nservice/website created");
    const at = await learner.page.evaluate(() =>
      [...document.querySelectorAll('[data-pod^="frontend/website-"]')].map((pod) => pod.closest("[data-node]")?.getAttribute("data-node")),
    );
    expect(at.every((node) => node?.startsWith("node-"))).toBe(true);
  });

  it("sees the liveness probe on port 3000 fail, and the pods restart with a back-off", async () => {
    await learner.speed(10);
    await learner.podsBecome("frontend/website-", (pods) => pods.every((p) => p.restarts >= 1), 60_000);
    await learner.speed(100);
    await learner.podsBecome("frontend/website-", (pods) => pods.every((p) => p.restarts >= 4), 60_000);
    await learner.speed(10);
    const pods = await learner.podsBecome("frontend/website-", (now) => now.some((p) => p.text === "CrashLoopBackOff"), 60_000);
    await learner.pause();
    const held = pods.find((p) => p.text === "CrashLoopBackOff")?.key.split("/")[1];
    const message = await learner.run(
      `kubectl get pod -n frontend ${held} -o jsonpath='{.status.containerStatuses[0].state.waiting.message}{"\\n"}'`,
    );
    expect(message.replaceAll("\n", "")).toMatch(
      /^back-off (20s|40s|1m20s|2m40s|5m0s) restarting failed container=nginx pod=website-\S+_frontend\(\S+\)$/,
    );
    await learner.resume();
    await learner.speed(1);
    const events = await learner.run(
      "kubectl get events -n frontend -o custom-columns=R:.reason,M:.message | grep -E 'Unhealthy|Killing' | sort | uniq -c",
    );
    expect(events).toMatch(/Unhealthy +Liveness probe failed: dial tcp [\d.]+:3000: connect: connection refused/);
    expect(events).toMatch(/Killing +Container nginx failed liveness probe, will be restarted/);
  });

  it("reads the log of hello-pod", async () => {
    await learner.run("kubectl create namespace backend");
    await learner.write(manifest("hello-pod.yaml"));
    await learner.page.keyboard.press("Control+Enter");
    await learner.podsBecome("backend/hello", ([pod]) => pod?.text === "Running");
    await learner.atPrompt();
    expect(await learner.run("kubectl logs hello -n backend")).toBe("Hello Kubernetes!");
  });

  it("deletes a pod, and its replacement comes", async () => {
    const [first, other] = await learner.pods("frontend/website-");
    await learner.run(`kubectl delete pod -n frontend ${first?.key.split("/")[1]}`);
    const pods = await learner.podsBecome("frontend/website-", (now) => now.length === 2 && now.every((p) => p.key !== first?.key));
    expect(pods.map((p) => p.key)).toContain(other?.key);
    await learner.podsBecome("frontend/website-", (now) =>
      now.some((p) => p.key !== other?.key && p.text === "Running" && p.restarts === 0),
    );
  });

  it("scales to ten", async () => {
    expect(await learner.run("kubectl scale deployment website -n frontend --replicas=10")).toBe("deployment.apps/website scaled");
    await learner.podsBecome("frontend/website-", (pods) => pods.length === 10 && pods.filter((p) => p.text === "Running").length >= 9);
  });

  it("reloads: the same pods, the same restarts, no line lost or repeated, and 30 seconds are 30 seconds", async () => {
    await learner.write(COUNTER);
    await learner.page.keyboard.press("Control+Enter");
    await learner.podsBecome("default/", (pods) => pods.length === 2 && pods.every((p) => p.text === "Running"));
    await learner.atPrompt();
    const started = Date.parse(
      await learner.run("kubectl get pod brief -o jsonpath='{.status.containerStatuses[0].state.running.startedAt}{\"\\n\"}'"),
    );
    await learner.speed(5);
    await until(
      () => learner.now(),
      (now) => now >= started + 12_000,
    );
    await learner.pause();
    const before = await learner.pods();
    const uids = await learner.run("kubectl get pods -A -o jsonpath='{.items[*].metadata.uid}{\"\\n\"}' | md5sum");
    const at = await learner.now();
    expect(at - started).toBeLessThan(20_000);

    await learner.reload();
    await learner.podsBecome("", (pods) => JSON.stringify(pods) === JSON.stringify(before));
    expect(await learner.run("kubectl get pods -A -o jsonpath='{.items[*].metadata.uid}{\"\\n\"}' | md5sum")).toBe(uids);
    await until(
      () => learner.now(),
      (now) => now === at,
    );
    await learner.resume();
    await learner.podsBecome("default/brief", ([pod]) => pod?.text === "Error");
    await learner.speed(1);

    const [from, to] = seconds(
      await learner.run(
        "kubectl get pod brief -o jsonpath='{.status.containerStatuses[0].state.terminated.startedAt} {.status.containerStatuses[0].state.terminated.finishedAt}{\"\\n\"}'",
      ),
    );
    expect((to ?? 0) - (from ?? 0)).toBe(30);
    expect(await learner.run("kubectl get pod brief -o jsonpath='{.status.containerStatuses[0].state.terminated.exitCode}{\"\\n\"}'")).toBe(
      "3",
    );
    const counted = (await learner.run("kubectl logs counter | tr '\\n' ' '; echo")).replaceAll("\n", "").trim().split(/\s+/).map(Number);
    expect(counted).toEqual(counted.map((_, i) => i));
    expect(counted.length).toBeGreaterThanOrEqual(30);
    expect(await learner.run("kubectl get pod counter -o jsonpath='{.status.containerStatuses[0].restartCount}{\"\\n\"}'")).toBe("0");
  });

  it("opens it again without a connection or a server: still there", async () => {
    await learner.sees(learner.see("offline-ready"));
    await learner.pause();
    const before = await learner.pods();
    expect(learner.troubles).toEqual([]);
    await learner.page.close();
    await context.setOffline(true);
    await stage.app.close();

    learner = await Learner.open(context, stage.app.url);
    await learner.podsBecome("", (pods) => JSON.stringify(pods) === JSON.stringify(before));
    expect(await learner.run("kubectl get pods -n frontend --no-headers | wc -l")).toBe("10");
    // Monaco and the schemas are offline, too.
    await learner.see("file").first().click();
    await learner.sees(learner.page.locator("#editor-text .view-lines"));
    await learner.page.locator('[data-testid=schema][data-schema="true"]').waitFor();
    expect(learner.troubles).toEqual([]);
  });
});
