import { expect, it } from "vitest";
import { computer } from "../testing/computer.ts";

it("podinfo tells of itself, is ready or not as told, counts, and takes its leave", async () => {
  const { run, get, clock } = computer();
  const { pod, runtime, id, log } = await run("stefanprodan/podinfo:6.7.0", {
    env: { PODINFO_UI_COLOR: "#112233" },
    args: ["./podinfo", "--level=debug"],
  });
  expect(JSON.parse((await get(pod.ip, 9898)).text)).toMatchObject({
    hostname: "web",
    version: "6.7.0",
    color: "#112233",
    message: "greetings from podinfo v6.7.0",
  });
  expect((await get(pod.ip, 9898, "/version")).text).toMatch(/^\{\n {2}"commit": "[0-9a-f]{40}",\n {2}"version": "6\.7\.0"\n\}$/);
  expect((await get(pod.ip, 9898, "/readyz/disable", [], "POST")).status).toBe(202);
  expect((await get(pod.ip, 9898, "/readyz")).status).toBe(503);
  expect((await get(pod.ip, 9898, "/readyz/enable", [], "POST")).status).toBe(202);
  expect(await get(pod.ip, 9898, "/status/418")).toMatchObject({ status: 418, text: '{\n  "status": 418\n}' });
  expect((await get(pod.ip, 9898, "/delay/1")).text).toBe('{\n  "delay": 1\n}');
  const metrics = (await get(pod.ip, 9898, "/metrics")).text;
  expect(metrics).toContain('http_requests_total{status="202"} 2\n');
  expect(metrics).toContain('http_request_duration_seconds_bucket{method="GET",path="delay",status="200",le="0.5"} 0\n');
  expect(log("stderr")).toMatch(
    /^\{"level":"info","ts":"[^"]+Z","caller":"podinfo\/main\.go:153","msg":"Starting podinfo","version":"6\.7\.0"/,
  );
  expect(log("stderr")).toContain('"msg":"request started","proto":"HTTP/1.1","uri":"/version","method":"GET"');
  void runtime.stopContainer(id, 30_000);
  await clock.advance(5000);
  expect(runtime.status(id)).toMatchObject({ state: "exited", exitCode: 0 });
});

it("podinfo panics when asked to", async () => {
  const { run, get, clock } = computer();
  const { pod, runtime, id } = await run("ghcr.io/stefanprodan/podinfo:latest");
  await expect(get(pod.ip, 9898, "/panic")).rejects.toBeDefined();
  await clock.advance(100);
  expect(runtime.status(id)).toMatchObject({ state: "exited", exitCode: 255 });
});
