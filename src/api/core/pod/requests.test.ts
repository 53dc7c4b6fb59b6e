import { describe, expect, it } from "vitest";
import { formatAmounts } from "../amounts.ts";
import type { Container, PodSpec } from "../../generated/types.ts";
import { podAmounts } from "./requests.ts";

const asks = (cpu: string, sidecar = false): Container => ({
  name: "c",
  resources: { requests: { cpu }, limits: { cpu } },
  ...(sidecar ? { restartPolicy: "Always" } : {}),
});

describe("what a pod asks for", () => {
  const rows: readonly [string, PodSpec, requests: object, limits: object][] = [
    ["nothing", { containers: [{ name: "c" }] }, {}, {}],
    ["the sum of its containers", { containers: [asks("1"), asks("500m")] }, { cpu: "1500m" }, { cpu: "1500m" }],
    ["its biggest init container", { containers: [asks("1")], initContainers: [asks("2"), asks("3")] }, { cpu: "3" }, { cpu: "3" }],
    ["its sidecars with its containers", { containers: [asks("1")], initContainers: [asks("2", true)] }, { cpu: "3" }, { cpu: "3" }],
    [
      "an init container with the sidecars before it",
      { containers: [asks("1")], initContainers: [asks("1", true), asks("3"), asks("1", true)] },
      { cpu: "4" },
      { cpu: "4" },
    ],
    [
      "what it says as a whole",
      { containers: [asks("1")], resources: { requests: { cpu: "4" }, limits: { cpu: "5" } } },
      { cpu: "4" },
      { cpu: "5" },
    ],
    [
      "the overhead of its runtime, which is no limit of its own",
      { containers: [asks("1")], overhead: { cpu: "250m", memory: "1Mi" } },
      { cpu: "1250m", memory: "1Mi" },
      { cpu: "1250m" },
    ],
  ];
  it.each(rows)("%s", (_, spec, requests, limits) => {
    expect(formatAmounts(podAmounts(spec, "requests"))).toEqual(requests);
    expect(formatAmounts(podAmounts(spec, "limits"))).toEqual(limits);
  });
});
