import { describe, expect, it } from "vitest";
import { front } from "../testing/front.ts";
import { endpoints } from "./endpoints.ts";
import { podTemplate } from "./pod-template.ts";
import { replicationController } from "./replication-controller.ts";

const controllers = front(replicationController);
const templates = front(podTemplate);
const ep = front(endpoints);
const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx:1.27" }] } };

describe("replication controllers", () => {
  it("select and are labelled as their template says", () => {
    const { metadata, spec } = controllers.made({ metadata: { name: "web" }, spec: { template } });
    expect([metadata?.labels, spec?.selector, spec?.replicas]).toEqual([{ app: "web" }, { app: "web" }, 1]);
  });

  it.each<readonly [object, readonly string[]]>([
    [{}, ["spec.selector: Required value", "spec.template: Required value"]],
    [
      { selector: { app: "other" }, template, replicas: -1 },
      [
        "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
    [
      { template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } } },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
  ])("refuse the spec %j", (spec, errors) => {
    expect(controllers.refusals({ metadata: { name: "web" }, spec })).toEqual(errors);
  });

  it("show their pods", () => {
    const made = controllers.made({ metadata: { name: "web" }, spec: { template, replicas: 3 } });
    expect(controllers.row({ ...made, status: { replicas: 2, readyReplicas: 1 } }, 0, true)).toEqual([
      3,
      2,
      1,
      "<unknown>",
      "web",
      "nginx:1.27",
      "app=web",
    ]);
  });
});

describe("pod templates", () => {
  it("are judged as pods are, and shown without an age", () => {
    expect(templates.refusals({ metadata: { name: "t" } })).toEqual(["template.spec.containers: Required value"]);
    expect(templates.row(templates.made({ metadata: { name: "t" }, template }), 0)).toEqual(["web", "nginx:1.27", "app=web"]);
  });
});

describe("endpoints", () => {
  const of = (...subsets: readonly object[]) => ({ metadata: { name: "db" }, subsets });
  it.each<readonly [object, readonly string[]]>([
    [{}, ["subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"]],
    [
      { addresses: [{ ip: "127.0.0.1" }, { ip: "0.0.0.0" }], notReadyAddresses: [{ ip: "fe80::1", hostname: "A" }] },
      [
        'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
        'subsets[0].addresses[1].ip: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)',
        'subsets[0].notReadyAddresses[0].ip: Invalid value: "fe80::1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
        expect.stringMatching(/^subsets\[0\]\.notReadyAddresses\[0\]\.hostname: Invalid value: "A": a lowercase RFC 1123 label/) as string,
      ],
    ],
    [
      { addresses: [{ ip: "192.0.2.1" }], ports: [{ port: 0 }, { name: "b", port: 5, protocol: "ICMP" }] },
      [
        "subsets[0].ports[0].name: Required value",
        "subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
        'subsets[0].ports[1].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
      ],
    ],
  ])("refuse the subset %j", (subset, errors) => {
    expect(ep.refusals(of(subset))).toEqual(errors);
  });

  it.each<readonly [readonly object[], string]>([
    [[], "<none>"],
    [[{ addresses: [{ ip: "192.0.2.1" }, { ip: "2001:db8::1" }], ports: [{ port: 80 }] }], "192.0.2.1:80,[2001:db8::1]:80"],
    [[{ addresses: ["1", "2", "3", "4", "5"].map((n) => ({ ip: `192.0.2.${n}` })) }], "192.0.2.1,192.0.2.2,192.0.2.3 + 2 more..."],
  ])("show %j as %s", (subsets, cell) => {
    expect(ep.row(ep.made(of(...subsets)), 0)[0]).toBe(cell);
  });
});
