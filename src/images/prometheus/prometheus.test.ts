import { describe, expect, it } from "vitest";
import { computer } from "../testing/computer.ts";
import { readConfig } from "./config.ts";
import { parseExposition, parseSelector } from "./samples.ts";

it("scrapes itself and answers what is up", async () => {
  const { run, get, clock } = computer();
  const { pod, log } = await run("prom/prometheus:latest");
  expect((await get(pod.ip, 9090, "/-/healthy")).text).toBe("Prometheus Server is Healthy.\n");
  await clock.advance(16_000);
  const { data } = JSON.parse((await get(pod.ip, 9090, "/api/v1/query?query=up")).text) as {
    data: { result: readonly { metric: object; value: readonly unknown[] }[] };
  };
  expect(data.result).toEqual([
    { metric: { __name__: "up", instance: "localhost:9090", job: "prometheus" }, value: [expect.any(Number), "1"] },
  ]);
  expect((await get(pod.ip, 9090, "/api/v1/query?query=rate(up[5m])")).status).toBe(400);
  expect(log("stderr")).toContain('msg="Server is ready to receive web requests."\n');
});

it("says of a target that does not answer that it is down", async () => {
  const { run, get, clock } = computer();
  const conf =
    "global: { scrape_interval: 5s }\nscrape_configs:\n- job_name: web\n  static_configs: [{ targets: ['127.0.0.1:9'] }]\n  kubernetes_sd_configs: [{ role: pod }]\n";
  const { pod, log } = await run("prom/prometheus:v3.5.0", {}, { "/etc/prometheus": { "prometheus.yml": conf } });
  await clock.advance(6000);
  expect(JSON.parse((await get(pod.ip, 9090, "/api/v1/targets")).text)).toMatchObject({
    data: { activeTargets: [{ health: "down", scrapePool: "web", lastError: expect.stringContaining("connection refused") }] },
  });
  expect(log("stderr")).toContain('msg="not simulated by Timonel" setting="scrape_configs[web].kubernetes_sd_configs"');
});

describe("prometheus reads", () => {
  it.each([
    ['a{b="c"}', { __name__: "a", b: "c" }, true],
    ['a{b!="c"}', { __name__: "a", b: "c" }, false],
    ['a{b=~"c.*",d=""}', { __name__: "a", b: "cat" }, true],
    ["b", { __name__: "a" }, false],
  ] as const)("%s", (query, labels, matches) => {
    const selector = parseSelector(query);
    expect(typeof selector === "string" ? selector : selector(labels)).toBe(matches);
  });
  it("an exposition, and what is none", () => {
    expect(parseExposition('# HELP a b\na{c="d\\"e"} 1.5e3\nb +Inf\n')).toEqual([
      { labels: { __name__: "a", c: 'd"e' }, value: 1500 },
      { labels: { __name__: "b" }, value: Infinity },
    ]);
    expect(parseExposition("<html>\n")).toBeUndefined();
  });
  it("its configuration, and refuses a wrong duration", () => {
    expect(() => readConfig("scrape_configs: [{ job_name: a, scrape_interval: soon, static_configs: [] }]")).toThrow(
      "not a valid duration string",
    );
  });
});
