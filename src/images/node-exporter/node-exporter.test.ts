import { expect, it } from "vitest";
import { computer } from "../testing/computer.ts";

it("node-exporter says what /proc says, and which collectors found nothing", async () => {
  const { run, get } = computer();
  const { pod, log, exec } = await run("prom/node-exporter:v1.1.2");
  const { text } = await get(pod.ip, 9100, "/metrics");
  const total = /MemTotal:\s+(\d+) kB/.exec((await exec("cat", "/proc/meminfo")).out)?.[1];
  expect(Number(/^node_memory_MemTotal_bytes (.+)$/m.exec(text)?.[1])).toBe(Number(total) * 1024);
  expect(text).toContain('node_scrape_collector_success{collector="loadavg"} 1\n');
  expect(log("stderr")).toMatch(
    /^level=info ts=\S+Z caller=node_exporter\.go:178 msg="Starting node_exporter" version="\(version=1\.1\.2, branch=HEAD\)"\n/,
  );
  const lost = computer();
  const other = await lost.run("quay.io/prometheus/node-exporter:v1.9.1", { args: ["--path.procfs=/host/proc"] });
  const answer = (await lost.get(other.pod.ip, 9100, "/metrics")).text;
  expect(answer).toContain('node_scrape_collector_success{collector="meminfo"} 0\n');
  expect(answer).not.toContain("node_memory");
});
