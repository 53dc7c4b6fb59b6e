import { describe, expect, it } from "vitest";
import { qosClass } from "../api/index.ts";
import { base64Decode } from "../machinery/index.ts";
import { hostsFile, podDns, podHostname } from "./dns.ts";
import { expand } from "./environment.ts";
import { serviceVariables } from "./envvars.ts";
import { fieldValue, resourceValue } from "./fields.ts";
import { applyDefaultTag } from "./images.ts";
import { Backoff } from "./kuberuntime/backoff.ts";
import { cpuShares, podRequests } from "./resources.ts";
import { exitStatus } from "./streaming/exec.ts";
import { logTarget } from "./streaming/logs.ts";
import { makePod } from "./testing/bench.ts";
import { defaultConfig } from "./types.ts";

describe("image names", () => {
  it.each([
    ["nginx", "nginx:latest"],
    ["nginx:1.27", "nginx:1.27"],
    ["localhost:5000/a/b", "localhost:5000/a/b:latest"],
    [`a@sha256:${"0".repeat(64)}`, `a@sha256:${"0".repeat(64)}`],
  ])("%s means %s", (image, reference) => expect(applyDefaultTag(image)).toEqual({ reference }));
  it.each([
    [
      "Busybox:1.36",
      `couldn't parse image name "Busybox:1.36": invalid reference format: repository name (library/Busybox) must be lowercase`,
    ],
    ["a b", `couldn't parse image name "a b": invalid reference format`],
    ["", `couldn't parse image name "": invalid reference format`],
  ])("%j is refused", (image, error) => expect(applyDefaultTag(image)).toEqual({ error }));
});

describe("$(VAR)", () => {
  const lookup = (name: string) => ({ A: "1", B: "2" })[name];
  it.each([
    ["$(A)-$(B)", "1-2"],
    ["$$(A)", "$(A)"],
    ["$(C)", "$(C)"],
    ["$A $", "$A $"],
    ["$(A", "$(A"],
    ["$$$(A)", "$1"],
  ])("%s is %s", (input, output) => expect(expand(input, lookup)).toBe(output));
});

describe("crash back-off", () => {
  it("doubles from 10 s to 5 min and starts over after 10 quiet minutes", () => {
    const backoff = new Backoff();
    expect(backoff.until("k", 0, 0)).toBeUndefined();
    const delays: number[] = [];
    let now = 0;
    for (let i = 0; i < 7; i++) {
      backoff.next("k", now, now);
      delays.push(backoff.delay("k"));
      expect(backoff.until("k", now + 1, now + 1)).toBe(now + 1 + backoff.delay("k"));
      now += backoff.delay("k") + 1;
    }
    expect(delays).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
    now += 600_001;
    expect(backoff.until("k", now, now)).toBeUndefined();
    backoff.next("k", now, now);
    expect(backoff.delay("k")).toBe(10_000);
  });
});

describe("resources", () => {
  const pod = (resources: object, more = {}) => makePod("p", [{ name: "a", resources }], more);
  it("sorts pods into quality classes", () => {
    expect(qosClass(pod({}))).toBe("BestEffort");
    expect(qosClass(pod({ requests: { cpu: "50m" } }))).toBe("Burstable");
    expect(qosClass(pod({ limits: { cpu: "1", memory: "1Gi" } }))).toBe("Guaranteed");
    expect(qosClass(pod({ limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "500m" } }))).toBe("Burstable");
  });
  it("adds up what a pod asks for", () => {
    const initContainers = [
      { name: "x", resources: { requests: { cpu: "3" } } },
      { name: "s", restartPolicy: "Always", resources: { requests: { cpu: "500m" } } },
    ];
    expect(podRequests(pod({ requests: { cpu: "1", memory: "1Ki" } }, { initContainers }))).toEqual({ cpu: 3000, memory: 1024 });
  });
  it("turns CPU requests into shares", () => expect(cpuShares({ name: "a", resources: { requests: { cpu: "250m" } } })).toBe(256));
  it("gives resource fields over their divisor, rounded up", () => {
    const of = (resource: string, divisor?: string) =>
      resourceValue(
        pod({ limits: { cpu: "250m" } }),
        { name: "a", resources: { limits: { cpu: "250m" } } },
        { resource, ...(divisor === undefined ? {} : { divisor }) },
        { memory: "4Gi" },
      );
    expect([of("limits.cpu", "1m"), of("limits.cpu"), of("limits.memory", "1Mi"), of("requests.memory")]).toEqual([
      "250",
      "1",
      "4096",
      "0",
    ]);
  });
});

describe("names and addresses", () => {
  const pod = makePod("plain", [{ name: "a" }]);
  it("writes resolv.conf by policy", () => {
    expect(podDns(pod, defaultConfig)).toEqual({
      servers: ["10.96.0.10"],
      searches: ["default.svc.cluster.local", "svc.cluster.local", "cluster.local"],
      options: ["ndots:5"],
      omitted: [],
    });
    const dnsConfig = { searches: ["corp.example"], options: [{ name: "ndots", value: "3" }] };
    expect(podDns(makePod("p", [], { dnsConfig }), defaultConfig)).toMatchObject({
      searches: expect.arrayContaining(["corp.example"]),
      options: ["ndots:3"],
    });
    expect(podDns(makePod("p", [], { dnsPolicy: "None", dnsConfig: { nameservers: ["192.0.2.53"] } }), defaultConfig).servers).toEqual([
      "192.0.2.53",
    ]);
  });
  it("knows a pod with a subdomain by its full name", () => {
    expect(podHostname(makePod("p", [], { hostname: "alice", subdomain: "ledger" }), defaultConfig)).toEqual({
      hostname: "alice",
      short: "alice",
      fqdn: "alice.ledger.default.svc.cluster.local",
    });
    expect(
      hostsFile("10.0.0.1", "a.b\ta", [{ ip: "192.0.2.7", hostnames: ["printer"] }])
        .split("\n")
        .slice(7),
    ).toEqual(["10.0.0.1\ta.b\ta", "", "# Entries added by HostAliases.", "192.0.2.7\tprinter", ""]);
  });
  it("formats labels as the downward API does", () => {
    const labelled = { ...pod, metadata: { ...pod.metadata, labels: { wing: "east", floor: 'th"ird' } } };
    expect(fieldValue(labelled, "metadata.labels", { podIPs: [], hostIPs: [] })).toBe('floor="th\\"ird"\nwing="east"');
    expect(fieldValue(labelled, "metadata.labels['wing']", { podIPs: [], hostIPs: [] })).toBe("east");
  });
  it("links services into the environment", () => {
    const env = new Map<string, string>();
    serviceVariables([{ metadata: { name: "seed-shop" }, spec: { clusterIP: "10.96.0.7", ports: [{ name: "web", port: 7000 }] } }], env);
    expect(Object.fromEntries(env)).toEqual({
      SEED_SHOP_SERVICE_HOST: "10.96.0.7",
      SEED_SHOP_SERVICE_PORT: "7000",
      SEED_SHOP_SERVICE_PORT_WEB: "7000",
      SEED_SHOP_PORT: "tcp://10.96.0.7:7000",
      SEED_SHOP_PORT_7000_TCP: "tcp://10.96.0.7:7000",
      SEED_SHOP_PORT_7000_TCP_PROTO: "tcp",
      SEED_SHOP_PORT_7000_TCP_PORT: "7000",
      SEED_SHOP_PORT_7000_TCP_ADDR: "10.96.0.7",
    });
  });
});

describe("streams", () => {
  it("finds the log that is meant, or says why there is none", () => {
    const of = (state: object, lastState = {}, previous = false) =>
      logTarget(
        {
          containerStatuses: [
            { name: "c", ready: false, restartCount: 0, image: "", imageID: "", containerID: "containerd://now", state, lastState },
          ],
        },
        { pod: "p", container: "c", previous },
      );
    expect(of({ running: {} })).toEqual({ id: "now" });
    expect(of({ waiting: { reason: "CrashLoopBackOff" } }, { terminated: { exitCode: 1, containerID: "containerd://old" } })).toEqual({
      id: "old",
    });
    expect(of({ waiting: { reason: "ContainerCreating" } })).toEqual({
      refusal: 'container "c" in pod "p" is waiting to start: ContainerCreating',
    });
    expect(of({ running: {} }, {}, true)).toEqual({ refusal: 'previous terminated container "c" in pod "p" not found' });
  });
  it("reports exit codes as a cause", () => {
    expect(exitStatus(["sh"], 3)).toMatchObject({
      status: "Failure",
      reason: "NonZeroExitCode",
      details: { causes: [{ reason: "ExitCode", message: "3" }] },
    });
    expect(exitStatus(["sh"], 0)).toMatchObject({ status: "Success" });
  });
  it("decodes base64", () => expect([...(base64Decode("aGk=") as Uint8Array)]).toEqual([104, 105]));
});
