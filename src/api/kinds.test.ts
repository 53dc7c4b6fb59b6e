import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  kindByGVK,
  kindOf,
  kinds,
  kindTable,
  patchSchemaOf,
  resourcesOf,
  structureErrors,
  structureOf,
  typeNameOf,
  type Kind,
  type Pod,
} from "./index.ts";
import { structureNames } from "./structure.ts";

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as unknown;

interface Fact {
  readonly fields?: Readonly<
    Record<
      string,
      { readonly listType?: string; readonly patchMergeKey?: string; readonly patchStrategy?: string; readonly required?: boolean }
    >
  >;
}

describe("the kind table", () => {
  it("has each kind under its plural, with the group where two groups share it", () => {
    for (const [name, kind] of Object.entries(kindTable as unknown as Readonly<Record<string, Kind>>))
      expect([kind.plural, `${kind.plural}.${kind.group}`, `${kind.plural}.${kind.version}.${kind.group}`]).toContain(name);
  });

  it("finds kinds by resource, by kind and by group-version", () => {
    expect(kindOf("apps", "v1", "deployments")).toBe(kindByGVK("apps", "v1", "Deployment"));
    expect(kindOf("", "v1", "deployments")).toBeUndefined();
    expect(resourcesOf("apps/v1").map((k) => k.plural)).toEqual([
      "controllerrevisions",
      "daemonsets",
      "deployments",
      "replicasets",
      "statefulsets",
    ]);
    expect(resourcesOf("apps/v2")).toEqual([]);
  });

  it("has selectable fields exactly where it computes them", () => {
    for (const kind of kinds)
      expect([kind.plural, Object.keys(kind.fields?.({ metadata: {}, involvedObject: {} } as object) ?? {})]).toEqual([
        kind.plural,
        [...(kind.selectableFields ?? [])],
      ]);
  });
});

describe("the structure", () => {
  // One line a type: what the recorded OpenAPI of v1.36.2 has.
  const recorded = read("./fixtures/properties.json") as Readonly<Record<string, readonly string[]>>;
  const names = structureNames().filter((name) => name in recorded);

  it("has every property of every recorded type, and no other", () => {
    expect(names.length).toBeGreaterThan(150);
    for (const name of names) expect([name, [...structureOf(name).fields.keys()].sort()]).toEqual([name, recorded[name]]);
  });

  it("keeps list types and merge keys", () => {
    const facts = read("./facts.json") as Readonly<Record<string, Fact>>;
    for (const name of names) {
      for (const [field, fact] of Object.entries(facts[name]?.fields ?? {})) {
        const made = structureOf(name).fields.get(field);
        expect([name, field, made?.listType, made?.patchMergeKey, made?.patchStrategy]).toEqual([
          name,
          field,
          fact.listType,
          fact.patchMergeKey,
          fact.patchStrategy,
        ]);
      }
    }
  });

  it("knows every kind of the table", () => {
    for (const kind of kinds) expect(structureOf(typeNameOf(kind)).fields.has("metadata")).toBe(true);
  });

  it("answers a strategic merge", () => {
    const containers = patchSchemaOf(kindTable.deployments)
      .field("spec")
      ?.schema?.field("template")
      ?.schema?.field("spec")
      ?.schema?.field("containers");
    expect(containers?.patchMergeKey).toBe("name");
    expect(containers?.patchStrategy).toEqual(["merge"]);
    expect(containers?.schema?.field("ports")?.patchMergeKey).toBe("containerPort");
    expect(patchSchemaOf(kindTable.deployments).field("spec")?.schema?.field("strategy")?.patchStrategy).toEqual(["retainKeys"]);
    expect(patchSchemaOf(kindTable.pods).field("spec")?.schema?.field("volumes")?.patchStrategy).toEqual(["merge", "retainKeys"]);
  });
});

describe("strict decoding", () => {
  const pod = (spec: object): Pod => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec }) as unknown as Pod;
  const container = { name: "c", image: "nginx" };
  it.each([
    [
      "a number for a text",
      { containers: [{ ...container, env: [{ name: "PORT", value: 8080 }] }] },
      "json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string",
    ],
    [
      "an object for a list",
      { containers: container },
      "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container",
    ],
    [
      "a quantity that is none",
      { containers: [{ ...container, resources: { requests: { memory: "64megs" } } }] },
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
  ])("refuses %s as Go does", (_name, spec, message) => {
    expect(structureErrors(kindTable.pods, pod(spec)).typeErrors).toEqual([message]);
  });

  it("names unknown fields with their path and drops them", () => {
    const { unknown, pruned } = structureErrors(kindTable.pods, pod({ containers: [{ ...container, port: [] }], image: "x" }));
    expect(unknown).toEqual(['unknown field "spec.containers[0].port"', 'unknown field "spec.image"']);
    expect(pruned).toEqual(pod({ containers: [container] }));
  });

  it("writes quantities canonically, drops nulls and empties, and shares the rest", () => {
    const tolerations = [{ operator: "Exists" }];
    const given = pod({
      containers: [{ ...container, args: [], resources: { limits: { cpu: 0.5, memory: "1024Mi" } } }],
      nodeName: null,
      tolerations,
      securityContext: {},
    });
    const { pruned } = structureErrors(kindTable.pods, given);
    expect(pruned.spec).toEqual({
      containers: [{ ...container, resources: { limits: { cpu: "500m", memory: "1Gi" } } }],
      tolerations,
      securityContext: {},
    });
    expect(pruned.spec?.tolerations).toBe(tolerations);
    expect(structureErrors(kindTable.pods, pruned).pruned).toBe(pruned);
  });
});
