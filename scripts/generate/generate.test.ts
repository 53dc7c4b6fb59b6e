import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { kinds } from "../../src/api/index.ts";

const read = (file: string): string => readFileSync(new URL(`../../src/api/generated/${file}`, import.meta.url), "utf8");
const types = read("types.ts");
const body = (name: string): string => new RegExp(`^export interface ${name} [^]*?\n}`, "m").exec(types)?.[0] ?? "";
const property = (name: string, field: string): string => new RegExp(`^  readonly (${field}\\??: .*);$`, "m").exec(body(name))?.[1] ?? "";

describe("the generated types", () => {
  it("have each name once", () => {
    const names = [...types.matchAll(/^export interface (\w+)/gm)].map((m) => m[1]);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ["Pod", "spec", "spec?: PodSpec"],
    ["PodSpec", "containers", "containers: readonly Container[]"],
    ["PodSpec", "nodeSelector", "nodeSelector?: Readonly<Record<string, string>>"],
    ["ContainerStateTerminated", "finishedAt", "finishedAt?: string"],
    ["LeaseSpec", "renewTime", "renewTime?: string"],
    ["ServicePort", "targetPort", "targetPort?: number | string"],
    ["ResourceRequirements", "limits", "limits?: Readonly<Record<string, string>>"],
    ["HorizontalPodAutoscalerSpec", "metrics", "metrics?: readonly MetricSpec[]"],
    ["Event", "involvedObject", "involvedObject: ObjectReference"],
    // Names that the client renames are the wire's again.
    ["NetworkPolicyIngressRule", "from", "from?: readonly NetworkPolicyPeer[]"],
    ["JSONSchemaProps", "enum", "enum?: readonly unknown[]"],
    ["ClockSpec", "speed", "speed?: number | string"],
  ])("%s.%s", (name, field, text) => expect(property(name, field)).toBe(text));

  it("keep names that are no identifiers", () => {
    expect(body("JSONSchemaProps")).toContain('readonly "x-kubernetes-int-or-string"?: boolean;');
    expect(body("JSONSchemaProps")).toContain("readonly $ref?: string;");
  });
});

describe("the editor's schema", () => {
  const schema = JSON.parse(read("schemas.json")) as {
    readonly oneOf: readonly { readonly $ref: string }[];
    readonly definitions: Readonly<
      Record<
        string,
        {
          readonly additionalProperties: boolean;
          readonly required?: readonly string[];
          readonly properties: Readonly<Record<string, { readonly const?: string; readonly description?: string; readonly $ref?: string }>>;
        }
      >
    >;
  };

  it("has one strict definition for each served kind, with descriptions", () => {
    expect(schema.oneOf.map((s) => schema.definitions[s.$ref.slice("#/definitions/".length)]?.properties.kind?.const)).toEqual(
      kinds.filter((k) => !k.virtual).map((k) => k.kind),
    );
    for (const definition of Object.values(schema.definitions)) expect(definition.additionalProperties).toBe(false);
    expect(schema.definitions["io.k8s.api.core.v1.Container"]?.properties.image?.description).toMatch(/image name/i);
  });

  it("has no reference to nowhere", () => {
    const refs = [...read("schemas.json").matchAll(/"#\/definitions\/([^"]+)"/g)].map((m) => m[1] as string);
    expect(refs.filter((ref) => !(ref in schema.definitions))).toEqual([]);
  });
});
