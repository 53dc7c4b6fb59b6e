import { expect, it } from "vitest";
import { serveHttp } from "../../network/index.ts";
import { computer } from "../testing/computer.ts";
import { matchesRule } from "./config.ts";

it.each([
  ["Host(`a.test`) && PathPrefix(`/x`)", "a.test", "/xy", true],
  ["Host(`a.test`) && PathPrefix(`/x`)", "b.test", "/xy", false],
  ["Path(`/`) || Host(`c.test`)", "c.test", "/any", true],
  ["!Host(`a.test`)", "a.test", "/", false],
  ["HostRegexp(`.*`)", "a.test", "/", undefined],
])("%s of %s%s: %s", (rule, host, path, outcome) => {
  expect(matchesRule(rule, host, path, "GET")).toBe(outcome);
});

it("passes on what its file says, pings, logs, and ends", async () => {
  const { run, get, fabric } = computer();
  const backend = fabric.workstation().listen(9000);
  void (async () => {
    for (;;) void serveHttp(await backend.accept(), (r) => ({ status: 200, body: `backend ${r.target}` }));
  })();
  const dynamic =
    "http:\n  routers:\n    web: { rule: 'PathPrefix(`/shop`)', service: shop }\n  services:\n    shop: { loadBalancer: { servers: [{ url: 'http://172.18.0.1:9000' }] } }\n";
  const { pod, log } = await run(
    "traefik:v3.5",
    { args: ["--entrypoints.web.address=:8000", "--ping", "--accesslog=true", "--providers.file.filename=/conf/dynamic.yml"] },
    { "/conf": { "dynamic.yml": dynamic } },
  );
  expect((await get(pod.ip, 8000, "/shop/1")).text).toBe("backend /shop/1");
  expect(await get(pod.ip, 8000, "/other")).toMatchObject({ status: 404, text: "404 page not found\n" });
  expect((await get(pod.ip, 8080, "/ping")).text).toBe("OK");
  expect(log("stdout")).toMatch(
    /172\.18\.0\.1 - - \[.*\] "GET \/shop\/1 HTTP\/1\.1" 200 15 "-" "test" 1 "web@file" "http:\/\/172\.18\.0\.1:9000" \d+ms\n/,
  );
});

it("refuses the providers that it does not have", async () => {
  const { run } = computer();
  const { runtime, id, log } = await run("traefik:v3.5", { args: ["--providers.kubernetesingress=true"] });
  expect(runtime.status(id)).toMatchObject({ state: "exited", exitCode: 1 });
  expect(log()).toContain("providers.kubernetesingress is not simulated by Timonel");
});
