import { expect, it } from "vitest";
import { computer } from "../testing/computer.ts";

const E2E = "registry.k8s.io/e2e-test-images";

it("the official tests' images do what those tests ask of them", async () => {
  const web = computer();
  const { pod } = await web.run(`${E2E}/nautilus:1.7`);
  expect((await web.get(pod.ip, 80, "/data.json")).text).toBe('{"image": "nautilus.jpg"}\n');
  const old = computer();
  const httpd = await old.run(`${E2E}/httpd:2.4.38-4`);
  expect((await old.get(httpd.pod.ip, 80, "/none")).headers.find(([name]) => name === "Server")?.[1]).toBe("Apache/2.4.38 (Unix)");
  const sample = await computer().run(`${E2E}/sample-apiserver:1.29.2`);
  expect(sample.log()).toBe("sample-apiserver: this program is not simulated by Timonel\n");
  expect((await computer().run(`${E2E}/nonewprivs:1.4`)).log()).toMatch(/^Effective uid: \d+\n$/);
});

it("a consumer burns the CPU that it is asked to", async () => {
  const { run, get, clock } = computer();
  const { pod, runtime, id } = await run(`${E2E}/resource-consumer:1.13`);
  expect((await get(pod.ip, 8080, "/ConsumeCPU", [], "POST", "millicores=500&durationSec=10")).text).toBe(
    "ConsumeCPU\n500 millicores\n10 durationSec\n",
  );
  const before = runtime.stats(id)?.cpu ?? 0;
  await clock.advance(4000);
  expect((runtime.stats(id)?.cpu ?? 0) - before).toBeGreaterThan(1500);
});
