import { expect, it } from "vitest";
import { serveHttp } from "../../network/index.ts";
import { computer } from "../testing/computer.ts";

it("configmap-reload asks its webhook when what it watches leads somewhere else", async () => {
  const { run, get, fabric, clock } = computer();
  const seen: string[] = [];
  const listener = fabric.workstation().listen(9000);
  void (async () => {
    for (;;)
      void serveHttp(await listener.accept(), ({ line }) => {
        seen.push(line);
        return { status: 200 };
      });
  })();
  const { runtime, pod, log } = await run(
    "jimmidyson/configmap-reload:v0.15.0",
    { args: ["--volume-dir=/etc/config", "--webhook-url=http://172.18.0.1:9000/-/reload"] },
    { "/etc/config": { a: "1" } },
  );
  runtime.volume("/etc/config").fs.symlink("a", "/..data");
  await clock.advance(1000);
  expect(seen).toEqual(["POST /-/reload HTTP/1.1"]);
  expect((await get(pod.ip, 9533, "/metrics")).text).toContain("configmap_reload_requests_total 1\n");
  expect(log("stderr")).toMatch(/Watching directory: "\/etc\/config"\n.*config map updated\n.*performing webhook request \(1\/1\/http:/);
});

it("programs that are not here say so", async () => {
  const { run } = computer();
  const { runtime, id, log } = await run("alpine/git:latest", { args: ["clone", "https://example.com/x"] });
  expect(log()).toBe("git: this program is not simulated by Timonel\n");
  expect(runtime.status(id)?.exitCode).toBe(1);
});
