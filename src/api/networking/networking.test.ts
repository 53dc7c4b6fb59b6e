import { describe, expect, it } from "vitest";
import { fieldErrorMessage } from "../../machinery/index.ts";
import { structureErrors, type Ingress, type IngressClass, type IPAddress, type NetworkPolicy, type ServiceCIDR } from "../index.ts";
import type { Kind } from "../kind.ts";
import type { KubeObject } from "../meta.ts";
import { ingressClass } from "./ingress-class.ts";
import { ingress } from "./ingress.ts";
import { ipAddress } from "./ip-address.ts";
import { networkPolicy } from "./network-policy.ts";
import { serviceCIDR } from "./service-cidr.ts";

const context = { namespace: "default", now: 0 };
const decoded = <T extends KubeObject>(kind: Kind<T>, object: object): T => {
  const { typeErrors, unknown, pruned } = structureErrors(kind, object as T);
  expect([...typeErrors, ...unknown]).toEqual([]);
  return kind.defaults?.(pruned) ?? pruned;
};
const refusals = <T extends KubeObject>(kind: Kind<T>, object: object): string[] =>
  kind.validate(decoded(kind, object), context).map(fieldErrorMessage);
const changes = <T extends KubeObject>(kind: Kind<T>, object: object, before: object): string[] => {
  const old = decoded(kind, before);
  const now = decoded(kind, object);
  return [...(kind.validateUpdate?.(now, old, { ...context, old }) ?? []), ...kind.validate(now, { ...context, old })].map(
    fieldErrorMessage,
  );
};
const cells = <T extends KubeObject>(kind: Kind<T>, object: object): unknown[] =>
  kind.columns.filter((c) => c.name !== "Age").map((c) => c.cell(decoded(kind, object), 0));

const api = { service: { name: "api", port: { number: 8080 } } };
const path = (more: object = {}) => ({ path: "/api", pathType: "Prefix", backend: api, ...more });
const ing = (rule: object, more: object = {}) => ({ metadata: { name: "shop" }, spec: { rules: [rule], ...more } });
const http = (...paths: object[]) => ({ host: "shop.example", http: { paths } });

describe("an Ingress", () => {
  // Those of the first block are recorded from a real cluster (scenarios/ingress-networkpolicy.yaml).
  it.each<[string, object, string[]]>([
    [
      "no path type",
      ing(http(path({ pathType: undefined }))),
      ["spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified"],
    ],
    [
      "a relative path",
      ing(http(path({ path: "api" }))),
      ['spec.rules[0].http.paths[0].path: Invalid value: "api": must be an absolute path'],
    ],
    [
      "an address for a host, and a type that is none",
      ing({ ...http(path(), path({ pathType: "Regex" })), host: "10.0.0.1" }),
      [
        'spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
        'spec.rules[0].http.paths[1].pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"',
      ],
    ],
    [
      "two names for one port",
      ing(http(path({ backend: { service: { name: "api", port: { number: 1, name: "http" } } } }))),
      ['spec.rules[0].http.paths[0].backend: Invalid value: "": cannot set both port name & port number'],
    ],
    [
      "no backend",
      ing(http(path({ backend: undefined }))),
      ['spec.rules[0].http.paths[0].backend: Invalid value: "": resource or service backend is required'],
    ],

    ["nothing at all", { metadata: {}, spec: {} }, ["spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"]],
    ["no paths", ing({ http: { paths: [] } }), ["spec.rules[0].http.paths: Required value"]],
    [
      "a path with a way up",
      ing(http(path({ path: "/a/../b" }))),
      [`spec.rules[0].http.paths[0].path: Invalid value: "/a/../b": must not contain '/../'`],
    ],
    [
      "a class by two names",
      { ...ing(http(path()), { ingressClassName: "a" }), metadata: { annotations: { "kubernetes.io/ingress.class": "b" } } },
      ['annotations.kubernetes.io/ingress.class: Invalid value: "b": must match `ingressClassName` when both are specified'],
    ],
    [
      "a star that is no wildcard",
      ing(http(path()), { tls: [{ hosts: ["a.*.example"] }] }),
      [
        expect.stringContaining(
          `spec.tls[0].hosts[0]: Invalid value: "a.*.example": a wildcard DNS-1123 subdomain must start with '*.'`,
        ) as string,
      ],
    ],
    ["a wildcard", ing({ ...http(path()), host: "*.shop.example" }), []],
  ])("with %s", (_what, object, errors) => expect(refusals(ingress, object)).toEqual(errors));

  it("shows three hosts and says how many rules there are besides", () => {
    const rules = (...hosts: string[]) => ({
      spec: { rules: hosts.map((host) => (host === "" ? { http: { paths: [path()] } } : { host })) },
    });
    const shown = (object: object) => cells<Ingress>(ingress, object)[1];
    expect(shown(rules("a.io", "b.io", "c.io"))).toBe("a.io,b.io,c.io");
    expect(shown(rules("a.io", "b.io", "c.io", "d.io", "e.io"))).toBe("a.io,b.io,c.io + 2 more...");
    expect(shown(rules("a.io", "b.io", "c.io", ""))).toBe("a.io,b.io,c.io + 1 more...");
    expect(shown(rules(""))).toBe("*");
  });

  it("shows class, address and ports, and warns of the old annotation", () => {
    const object: Ingress = {
      metadata: { annotations: { "kubernetes.io/ingress.class": "b" } },
      spec: { tls: [{ hosts: ["a.io"] }], defaultBackend: api },
      status: { loadBalancer: { ingress: [{ ip: "10.0.0.2" }, { hostname: "a.io" }, { ip: "10.0.0.2" }] } },
    };
    expect(cells(ingress, object)).toEqual(["<none>", "*", "10.0.0.2,a.io", "80, 443"]);
    expect(ingress.warnings?.(object, undefined)).toEqual([
      `annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`,
    ]);
    expect(ingress.warnings?.(object, object)).toEqual([]);
  });
});

const policy = (spec: object) => ({ metadata: { name: "p" }, spec: { podSelector: {}, ...spec } });
const from = (...peers: object[]) => policy({ ingress: [{ from: peers }] });

describe("a NetworkPolicy", () => {
  it("is refused in the order of a real cluster", () => {
    // scenarios/ingress-networkpolicy.yaml, badpolicy.yaml
    const peers = [{ ipBlock: { cidr: "10.0.0.0/40" }, podSelector: {} }, {}];
    const ports = [
      { protocol: "HTTP", port: 70000 },
      { port: 90, endPort: 80 },
    ];
    expect(refusals(networkPolicy, policy({ policyTypes: ["Inbound"], ingress: [{ from: peers, ports }] }))).toEqual([
      'spec.ingress[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "TCP", "UDP", "SCTP"',
      "spec.ingress[0].ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive",
      "spec.ingress[0].ports[1].endPort: Invalid value: 90: must be greater than or equal to `port`",
      'spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.0/40": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      "spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer",
      "spec.ingress[0].from[1]: Required value: must specify a peer",
      'spec.policyTypes[0]: Unsupported value: "Inbound": supported values: "Ingress", "Egress"',
    ]);
  });

  it.each<[string, object, string[]]>([
    [
      "an exception outside",
      from({ ipBlock: { cidr: "10.0.0.0/8", except: ["192.168.0.0/16"] } }),
      ['spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "192.168.0.0/16": must be a strict subset of `cidr`'],
    ],
    [
      "an end without a start",
      policy({ egress: [{ ports: [{ endPort: 80 }, { port: "http", endPort: 80 }] }] }),
      [
        "spec.egress[0].ports[0].endPort: Invalid value: 80: may not be specified when `port` is not specified",
        "spec.egress[0].ports[1].endPort: Invalid value: 80: may not be specified when `port` is non-numeric",
      ],
    ],
    [
      "a host for a network",
      from({ ipBlock: { cidr: "10.0.0.1/24" } }),
      ['spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.1/24": must not have bits set beyond the prefix length'],
    ],
  ])("with %s", (_what, object, errors) => expect(refusals(networkPolicy, object)).toEqual(errors));

  it("keeps a network that it had before the rules became strict", () => {
    const object = from({ ipBlock: { cidr: "10.0.0.1/24" } });
    expect(changes(networkPolicy, object, object)).toEqual([]);
  });

  it("defaults its types and protocols once", () => {
    const made = decoded<NetworkPolicy>(networkPolicy, { spec: { egress: [{ ports: [{ port: 53 }] }] } });
    expect(made.spec).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      egress: [{ ports: [{ port: 53, protocol: "TCP" }] }],
    });
    expect(networkPolicy.defaults?.(made)).toBe(made);
    expect(decoded<NetworkPolicy>(networkPolicy, policy({})).spec).toEqual({ podSelector: {}, policyTypes: ["Ingress"] });
  });
});

describe("an IngressClass", () => {
  const made = (parameters: object) => ({ metadata: { name: "edge" }, spec: { controller: "example.com/edge", parameters } });
  it.each<[string, object, string[]]>([
    ["no controller", { spec: {} }, ["spec.controller: Required value"]],
    [
      "a controller without a domain",
      { spec: { controller: "edge" } },
      ['spec.controller: Invalid value: "edge": must be a domain-prefixed path (such as "acme.io/foo")'],
    ],
    [
      "a cluster's parameters in a namespace",
      made({ kind: "Config", name: "x", namespace: "a" }),
      ["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"],
    ],
    [
      "a namespace's parameters in none",
      made({ kind: "Config", name: "x", scope: "Namespace" }),
      ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"],
    ],
  ])("with %s", (_what, object, errors) => expect(refusals(ingressClass, object)).toEqual(errors));

  it("says when it is the default, and keeps its controller", () => {
    const object: IngressClass = {
      metadata: { name: "edge", annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } },
      spec: { controller: "example.com/edge", parameters: { apiGroup: "example.com", kind: "Config", name: "x" } },
    };
    expect(ingressClass.displayName?.(object)).toBe("edge (default)");
    expect(cells(ingressClass, object)).toEqual(["example.com/edge", "Config.example.com/x"]);
    expect(changes(ingressClass, { ...object, spec: { ...object.spec, controller: "example.com/other" } }, object)).toEqual([
      'spec.controller: Invalid value: "example.com/other": field is immutable',
    ]);
  });
});

describe("addresses of services", () => {
  const address: IPAddress = {
    metadata: { name: "10.96.0.1" },
    spec: { parentRef: { resource: "services", namespace: "default", name: "kubernetes" } },
  };
  it("an IPAddress names whose it is, and stays so", () => {
    expect(cells(ipAddress, address)).toEqual(["services/default/kubernetes"]);
    expect(refusals(ipAddress, { spec: {} })).toEqual(["spec.parentRef: Required value"]);
    expect(changes(ipAddress, { spec: { parentRef: { resource: "services", name: "other" } } }, address)).toEqual([
      'spec.parentRef: Invalid value: {"resource":"services","name":"other"}: field is immutable',
    ]);
  });

  const range = (...cidrs: string[]): ServiceCIDR => ({ metadata: { name: "more" }, spec: { cidrs } });
  it.each<[string, object, string[]]>([
    ["no range", range(), ["spec.cidrs: Required value: at least one CIDR required"]],
    ["three ranges", range("a", "b", "c"), ['spec.cidrs: Invalid value: {"CIDRs":["a","b","c"]}: may only hold up to 2 values']],
    [
      "a host's range",
      range("10.0.0.1/24"),
      ['spec.cidrs[0]: Invalid value: "10.0.0.1/24": must not have bits set beyond the prefix length'],
    ],
    [
      "one family twice",
      range("10.0.0.0/24", "10.1.0.0/24"),
      [
        'spec.cidrs: Invalid value: ["10.0.0.0/24","10.1.0.0/24"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
      ],
    ],
    ["both families", range("10.0.0.0/24", "2001:db8::/64"), []],
  ])("a ServiceCIDR with %s", (_what, object, errors) => expect(refusals(serviceCIDR, object)).toEqual(errors));

  it("a ServiceCIDR keeps its range and may get a second family", () => {
    const old = range("10.0.0.0/24");
    expect(changes(serviceCIDR, range("10.1.0.0/24"), old)).toEqual(['spec.cidrs[0]: Invalid value: "10.1.0.0/24": field is immutable']);
    expect(changes(serviceCIDR, range("10.0.0.0/24", "2001:db8::/64"), old)).toEqual([]);
    expect(changes(serviceCIDR, { spec: {} }, old)).toEqual(["spec.cidrs: Invalid value: []: field is immutable"]);
  });
});
