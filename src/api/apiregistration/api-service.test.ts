import { describe, expect, it } from "vitest";
import { fieldErrorMessage } from "../../machinery/index.ts";
import type { APIServiceSpec } from "../generated/types.ts";
import { apiService } from "./api-service.ts";

const named = (name: string, spec: Partial<APIServiceSpec>) => ({
  metadata: { name },
  spec: { group: "metrics.k8s.io", version: "v1beta1", groupPriorityMinimum: 100, versionPriority: 100, ...spec },
});
const problems = (name: string, spec: Partial<APIServiceSpec>): readonly string[] =>
  apiService.validate(apiService.defaults?.(named(name, spec)) ?? {}, { namespace: "", now: 0 }).map(fieldErrorMessage);
const service = { namespace: "kube-system", name: "metrics-server" };

describe("an APIService", () => {
  it.each<[string, string, Partial<APIServiceSpec>, readonly string[]]>([
    ["may be local", "v1beta1.metrics.k8s.io", {}, []],
    ["may be a service, on port 443", "v1beta1.metrics.k8s.io", { service, insecureSkipTLSVerify: true }, []],
    [
      "is named after what it serves",
      "metrics",
      {},
      ['metadata.name: Invalid value: "metrics": must be `spec.version+"."+spec.group`: "v1beta1.metrics.k8s.io"'],
    ],
    [
      "has priorities within bounds",
      "v1beta1.metrics.k8s.io",
      { groupPriorityMinimum: 20001, versionPriority: 0 },
      [
        "spec.groupPriorityMinimum: Invalid value: 20001: must be positive and less than 20000",
        "spec.versionPriority: Invalid value: 0: must be positive and less than 1000",
      ],
    ],
    [
      "needs no certificates when it is local",
      "v1beta1.metrics.k8s.io",
      { caBundle: "QUJD", insecureSkipTLSVerify: true },
      [
        'spec.caBundle: Invalid value: "3 bytes": local APIServices may not have a caBundle',
        "spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify",
      ],
    ],
    [
      "names its service in full",
      "v1beta1.metrics.k8s.io",
      { service: { port: 0 }, caBundle: "QUJD", insecureSkipTLSVerify: true },
      [
        "spec.service.namespace: Required value",
        "spec.service.name: Required value",
        "spec.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive",
        "spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present",
      ],
    ],
  ])("%s", (_, name, spec, expected) => {
    expect(problems(name, spec)).toEqual(expected);
  });

  it("shows where it is and whether it answers", () => {
    const cells = (object: object) => apiService.columns.slice(0, 2).map((c) => c.cell(object, 0));
    const local = apiService.prepareForCreate?.(named("v1beta1.metrics.k8s.io", {}), 0);
    expect(cells(local ?? {})).toEqual(["Local", "True"]);
    const condition = { type: "Available", status: "False", reason: "MissingEndpoints" };
    expect(cells({ spec: { service }, status: { conditions: [condition] } })).toEqual([
      "kube-system/metrics-server",
      "False (MissingEndpoints)",
    ]);
    expect(cells({ spec: { service } })).toEqual(["kube-system/metrics-server", "Unknown"]);
  });
});
