import { describe, expect, it } from "vitest";
import { kindTable, type Service, type ServiceSpec } from "../../index.ts";
import { fieldErrorMessage } from "../../../machinery/index.ts";

const kind = kindTable.services;
const context = { namespace: "default", now: 0 };
const make = (spec: ServiceSpec): Service =>
  kind.defaults?.({ apiVersion: "v1", kind: "Service", metadata: { name: "s" }, spec }) as Service;
const create = (spec: ServiceSpec): Service => kind.prepareForCreate?.(make(spec), 0) as Service;
const update = (old: Service, change: (spec: ServiceSpec) => ServiceSpec): Service =>
  kind.prepareForUpdate?.(make(change(old.spec ?? {})), old) as Service;
const without = (spec: ServiceSpec, ...keys: readonly (keyof ServiceSpec)[]): ServiceSpec =>
  Object.fromEntries(Object.entries(spec).filter(([key]) => !keys.includes(key as keyof ServiceSpec)));

/** As the API server's allocators leave it. */
const allocated = (spec: ServiceSpec): Service => {
  const service = create(spec);
  return {
    ...service,
    spec: {
      ...service.spec,
      clusterIP: "10.96.0.7",
      clusterIPs: ["10.96.0.7"],
      ports: (service.spec?.ports ?? []).map((p, i) => (spec.type === "NodePort" ? { ...p, nodePort: 30000 + i } : p)),
    },
  };
};

describe("services", () => {
  it("get their defaults", () => {
    expect(create({ ports: [{ port: 80 }], selector: { app: "x" } })).toEqual({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "s" },
      spec: {
        internalTrafficPolicy: "Cluster",
        ipFamilies: ["IPv4"],
        ipFamilyPolicy: "SingleStack",
        ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
        selector: { app: "x" },
        sessionAffinity: "None",
        type: "ClusterIP",
      },
      status: { loadBalancer: {} },
    });
    expect(make({ type: "LoadBalancer", ports: [{ port: 80 }] }).spec).toMatchObject({
      allocateLoadBalancerNodePorts: true,
      externalTrafficPolicy: "Cluster",
    });
  });

  it("keep their address and node ports when an update leaves them out", () => {
    const old = allocated({ type: "NodePort", ports: [{ port: 80 }] });
    const next = update(old, () => ({ type: "NodePort", ports: [{ port: 80 }] }));
    expect(next.spec).toEqual(old.spec);
    expect(kind.validate(next, context)).toEqual([]);
  });

  it("let go of node ports when they become ClusterIP, and of addresses when they become ExternalName", () => {
    const old = allocated({ type: "NodePort", ports: [{ port: 80 }] });
    const plain = update(old, (spec) => ({ ...spec, type: "ClusterIP" }));
    expect(plain.spec?.ports?.[0]?.nodePort).toBeUndefined();
    expect(plain.spec?.externalTrafficPolicy).toBeUndefined();
    expect(kind.validate(plain, context)).toEqual([]);
    const named = update(allocated({ ports: [{ port: 80 }] }), (spec) => ({
      ...without(spec, "internalTrafficPolicy"),
      type: "ExternalName",
      externalName: "example.com",
    }));
    expect(kind.validate(named, context)).toEqual([]);
    expect(named.spec?.clusterIP).toBeUndefined();
  });

  const base = allocated({ ports: [{ port: 80 }] });
  it.each<readonly [string, (spec: ServiceSpec) => ServiceSpec, readonly string[]]>([
    [
      "another address",
      (spec) => ({ ...spec, clusterIP: "None" }),
      ['spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set'],
    ],
    [
      "no address at all",
      (spec) => ({ ...spec, clusterIP: "300.1.2.3" }),
      ['spec.clusterIPs[0]: Invalid value: "300.1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ],
    [
      "an unknown affinity",
      (spec) => ({ ...spec, sessionAffinity: "Cookie" }),
      ['spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"'],
    ],
    [
      "a policy for traffic it has not",
      (spec) => ({ ...spec, externalTrafficPolicy: "Local" }),
      ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
    ],
    ["no ports", (spec) => without(spec, "ports"), ["spec.ports: Required value"]],
  ])("refuse %s", (_name, change, errors) => {
    const next = update(base, change);
    expect([...kind.validate(next, context), ...(kind.validateUpdate?.(next, base, context) ?? [])].map(fieldErrorMessage)).toEqual(errors);
  });

  it("show as kubectl shows them", () => {
    const cells = (service: Service): unknown[] => kind.columns.filter((c) => c.name !== "Age").map((c) => c.cell(service, 0));
    expect(cells(allocated({ type: "NodePort", ports: [{ port: 80 }, { port: 443, name: "tls" }], selector: { b: "2", a: "1" } }))).toEqual(
      ["NodePort", "10.96.0.7", "<none>", "80:30000/TCP,443:30001/TCP", "a=1,b=2"],
    );
    expect(cells(make({ type: "LoadBalancer", ports: [{ port: 80 }] }))[2]).toBe("<pending>");
    expect(cells(make({ type: "ExternalName", externalName: "example.com" })).slice(0, 4)).toEqual([
      "ExternalName",
      "<none>",
      "example.com",
      "<none>",
    ]);
  });
});

describe("a Service's addresses", () => {
  const refusals = (service: Service, old?: Service): string[] =>
    [...(old ? (kind.validateUpdate?.(service, old, context) ?? []) : []), ...kind.validate(service, context)].map(fieldErrorMessage);
  const ports = [{ port: 80 }];

  const rows: readonly (readonly [spec: ServiceSpec, ...errors: string[]])[] = [
    [
      { clusterIP: "10.96.0.1", clusterIPs: ["10.96.0.2"] },
      'spec.clusterIPs: Invalid value: ["10.96.0.2"]: first value must match `clusterIP`',
    ],
    [
      { clusterIP: "10.96.0.1", clusterIPs: ["10.96.0.1", "10.96.0.2"] },
      'spec.clusterIPs: Invalid value: ["10.96.0.1","10.96.0.2"]: may specify no more than one IP for each IP family',
    ],
    [
      { clusterIP: "10.96.0.1", ipFamilies: ["IPv6"] },
      'spec.clusterIPs[0]: Invalid value: "10.96.0.1": expected an IPv6 value as indicated by `ipFamilies[0]`',
    ],
    [{ ipFamilies: ["IPv4", "IPv4"] }, 'spec.ipFamilies[1]: Duplicate value: "IPv4"'],
    [
      { ipFamilyPolicy: "Both" },
      'spec.ipFamilyPolicy: Unsupported value: "Both": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"',
    ],
    [
      { externalIPs: ["127.0.0.1"] },
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ],
    [
      {
        ports: [
          { port: 80, name: "a" },
          { port: 80, name: "b" },
        ],
      },
      'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
    ],
  ];
  it.each(rows.map(([spec, ...errors]) => ({ spec, errors })))("$spec", ({ spec, errors }) =>
    expect(refusals(create({ ports, ...spec }))).toEqual(errors),
  );

  it("stay, but for the second", () => {
    const old = allocated({ ports });
    const changed = { ...old, spec: { ...old.spec, clusterIP: "10.96.0.8", clusterIPs: ["10.96.0.8"] } };
    expect(refusals(changed, old)).toEqual(['spec.clusterIPs[0]: Invalid value: ["10.96.0.8"]: may not change once set']);
    const both = { clusterIPs: ["10.96.0.7", "fd00::7"], ipFamilies: ["IPv4", "IPv6"], ipFamilyPolicy: "PreferDualStack" };
    const dual = { ...old, spec: { ...old.spec, ...both } };
    expect(refusals(dual, old)).toEqual(['spec.ipFamilies[1]: Invalid value: "IPv6": not configured on this cluster']);
    expect(refusals({ ...old, spec: { ...old.spec, ipFamilyPolicy: "PreferDualStack" } }, dual)).toEqual([
      "spec.ipFamilyPolicy: Invalid value: \"PreferDualStack\": must be set to 'SingleStack' when releasing the secondary clusterIP",
      "spec.ipFamilyPolicy: Invalid value: \"PreferDualStack\": must be set to 'SingleStack' when releasing the secondary ipFamily",
    ]);
  });

  it("that a load balancer has are the status's, of such Services alone", () => {
    const status = { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } };
    const problems = (service: Service): string[] => (kind.validateStatusUpdate?.(service, service) ?? []).map(fieldErrorMessage);
    expect(problems({ ...create({ ports }), status })).toEqual([
      "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'",
    ]);
    const balanced = kind.defaults?.({ ...create({ type: "LoadBalancer", ports }), status }) as Service;
    expect([balanced.status?.loadBalancer?.ingress, problems(balanced)]).toEqual([[{ ip: "1.2.3.4", ipMode: "VIP" }], []]);
  });

  it("are of all families where endpoints are somebody else's", () => {
    const families = (spec: ServiceSpec): unknown => create({ clusterIP: "None", ...spec }).spec?.ipFamilies;
    expect(families({})).toEqual(["IPv4", "IPv6"]);
    expect(families({ ipFamilies: ["IPv6"], ipFamilyPolicy: "PreferDualStack" })).toEqual(["IPv6", "IPv4"]);
    expect(families({ selector: { a: "b" } })).toEqual(["IPv4"]);
  });

  it("and other things are warned of", () => {
    const warnings = (spec: ServiceSpec): unknown => kind.warnings?.(create({ ports, ...spec }), undefined);
    expect(warnings({})).toEqual([]);
    expect(warnings({ externalIPs: ["1.2.3.4"] })).toEqual([
      "spec.externalIPs is deprecated and may no longer be implemented in some clusters",
    ]);
    expect(warnings({ clusterIP: "None", sessionAffinity: "ClientIP" })).toEqual(["spec.SessionAffinity is ignored for headless services"]);
    expect(warnings({ trafficDistribution: "PreferClose", externalName: "a" })).toEqual([
      'spec.externalName is ignored when spec.type is not "ExternalName"',
      'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
    ]);
  });
});
