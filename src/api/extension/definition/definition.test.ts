import { beforeAll, describe, expect, it } from "vitest";
import { fieldErrorMessage } from "../../../machinery/index.ts";
import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from "../../generated/types.ts";
import type { Schema } from "../schema/schema.ts";
import { loadRules } from "../rules/cel.ts";
import { decodeDefinition, defaultDefinition, definitionWarnings, validateDefinition } from "./definition.ts";

function definition(schema: Schema, more: Partial<CustomResourceDefinitionVersion> = {}): CustomResourceDefinition {
  return defaultDefinition({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "things.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "things", kind: "Thing" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema as never }, ...more }],
    },
    status: { storedVersions: ["v1"] },
  });
}

const ROOT = "spec.versions[0].schema.openAPIV3Schema";
const problems = (crd: CustomResourceDefinition, old?: CustomResourceDefinition): readonly string[] =>
  validateDefinition(crd, old).map((e) => fieldErrorMessage(e).replaceAll(ROOT, "$"));
const withSpec = (spec: Schema): Schema => ({ type: "object", properties: { spec } });

beforeAll(loadRules);

describe("schemas of definitions", () => {
  it.each<[string, Schema, readonly string[]]>([
    [
      "a type is missing",
      withSpec({ properties: {} }),
      ["$.properties[spec].type: Required value: must not be empty for specified object fields"],
    ],
    ["the root is no object", { type: "string" }, ['$.type: Invalid value: "string": must be object at the root']],
    ["items are missing", withSpec({ type: "array" }), ["$.properties[spec].items: Required value: must be specified"]],
    [
      "an alternative says what it may not",
      { type: "object", properties: { a: { type: "string" } }, anyOf: [{ properties: { a: { type: "string" }, b: { minLength: 1 } } }] },
      [
        "$.anyOf[0].properties[a].type: Forbidden: must be empty to be structural",
        "$.properties[b]: Required value: because it is defined in $.anyOf[0].properties[b]",
      ],
    ],
    [
      "int-or-string as it is usually written",
      withSpec({ "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] }),
      [],
    ],
    [
      "metadata is restricted",
      { type: "object", properties: { metadata: { type: "object", properties: { labels: { type: "object" } } } } },
      [
        "$.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified",
      ],
    ],
    [
      "a pattern cannot be read",
      withSpec({ type: "string", pattern: "(" }),
      [
        '$.properties[spec].pattern: Invalid value: "(": must be a valid regular expression, but isn\'t: error parsing regexp: missing closing ): `(`',
      ],
    ],
    [
      "a default is of the wrong type",
      withSpec({ type: "integer", default: "x" }),
      ['$.properties[spec].default: Invalid value: "string":  in body must be of type integer: "string"'],
    ],
    [
      "a default has more than the schema",
      withSpec({ type: "object", default: { a: 1 } }),
      ['$.properties[spec].default: Invalid value: {"a":1}: must not have unknown fields'],
    ],
    [
      "a list's key may be absent",
      withSpec({
        type: "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
        items: { type: "object", properties: { name: { type: "string" } } },
      }),
      [
        "$.properties[spec].items.properties[name].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
      ],
    ],
    [
      "unique items",
      withSpec({ type: "array", items: { type: "string" }, uniqueItems: true }),
      ["$.properties[spec].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic"],
    ],
    [
      "both kinds of properties",
      withSpec({ type: "object", properties: { a: { type: "string" } }, additionalProperties: { type: "string" } }),
      ["$.properties[spec].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive"],
    ],
    [
      "a type that there is not",
      withSpec({ type: "text" }),
      ['$.properties[spec].type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"'],
    ],
    [
      "a rule that does not compile",
      withSpec({ type: "object", properties: { a: { type: "integer" } }, "x-kubernetes-validations": [{ rule: "self.b > 1" }] }),
      [
        '$.properties[spec].x-kubernetes-validations[0].rule: Invalid value: {"Rule":"self.b \\u003e 1","Message":"","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}: compilation failed: ERROR: <input>:1:5: undefined field \'b\'\n | self.b > 1\n | ....^',
      ],
    ],
    [
      "a rule that says no yes or no",
      withSpec({ type: "integer", "x-kubernetes-validations": [{ rule: "self + 1" }] }),
      [
        '$.properties[spec].x-kubernetes-validations[0].rule: Invalid value: {"Rule":"self + 1","Message":"","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}: cel expression must evaluate to a bool',
      ],
    ],
    [
      "a transition rule in a list without keys",
      withSpec({
        type: "array",
        maxItems: 5,
        items: { type: "string", maxLength: 5, "x-kubernetes-validations": [{ rule: "self == oldSelf" }] },
      }),
      [
        '$.properties[spec].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within $.properties[spec]',
      ],
    ],
    [
      "rules about keys of maps and whole objects, which weigh nothing",
      withSpec({
        type: "object",
        properties: {
          labels: {
            type: "object",
            maxProperties: 8,
            additionalProperties: { type: "string" },
            "x-kubernetes-validations": [
              { rule: "self.all(key, key.matches('^[a-z]+$'))" },
              { rule: "self.all(key, key.split('/')[0].size() < 9)" },
            ],
          },
          list: {
            type: "array",
            maxItems: 32,
            items: { type: "object", properties: { words: { type: "array", items: { type: "string" } } } },
            "x-kubernetes-validations": [{ rule: "self.all(x, self.exists_one(y, x == y))" }],
          },
        },
      }),
      [],
    ],
    [
      "a rule that may cost too much",
      withSpec({ type: "array", items: { type: "string" }, "x-kubernetes-validations": [{ rule: "self.all(x, self.all(y, x != y))" }] }),
      [
        "$.properties[spec].x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)",
        "$.properties[spec].x-kubernetes-validations[0].rule: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema",
        "$: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of more than 100x (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)",
      ],
    ],
    [
      "a rule's words",
      withSpec({
        type: "object",
        "x-kubernetes-validations": [{ rule: " " }, { rule: "true", reason: "Because", fieldPath: ".none" }],
      }),
      [
        "$.properties[spec].x-kubernetes-validations[0].rule: Required value: rule is not specified",
        '$.properties[spec].x-kubernetes-validations[1].reason: Unsupported value: "Because": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"',
        '$.properties[spec].x-kubernetes-validations[1].fieldPath: Invalid value: ".none": must be a valid path',
      ],
    ],
  ])("%s", (_, schema, expected) => {
    expect(problems(definition(schema))).toEqual(expected);
  });
});

describe("definitions", () => {
  const good = withSpec({ type: "object", properties: { size: { type: "integer" }, tags: { type: "array", items: { type: "string" } } } });

  it("checks what is beside the schema", () => {
    const crd = definition(good, {
      deprecationWarning: "old",
      subresources: { scale: { specReplicasPath: ".size", statusReplicasPath: "status.size" } },
      additionalPrinterColumns: [{ name: "", type: "text", jsonPath: "spec" }],
      selectableFields: [{ jsonPath: ".spec.tags" }, { jsonPath: ".spec.none" }, { jsonPath: ".metadata.name" }],
    });
    expect(problems(crd)).toEqual([
      'spec.versions[0].deprecationWarning: Invalid value: "old": can only be set for deprecated versions',
      'spec.versions[0].subresources.scale.specReplicasPath: Invalid value: ".size": should be a json path under .spec',
      'spec.versions[0].subresources.scale.statusReplicasPath: Invalid value: "status.size": must be a simple json path starting with .',
      "spec.versions[0].additionalPrinterColumns[0].name: Required value",
      'spec.versions[0].additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
      'spec.versions[0].additionalPrinterColumns[0].JSONPath: Invalid value: "spec": must be a simple json path starting with .',
      'spec.versions[0].selectableFields[0].jsonPath: Invalid value: ".spec.tags": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
      'spec.versions[0].selectableFields[1].jsonPath: Invalid value: ".spec.none": is an invalid path: does not refer to a valid field',
      'spec.versions[0].selectableFields[2].jsonPath: Invalid value: ".metadata.name": is an invalid path: does not refer to a valid field',
    ]);
  });

  it("keeps names once they are established, and stored versions until they are migrated", () => {
    const crd = definition(good);
    const established = { ...crd, status: { ...crd.status, conditions: [{ type: "Established", status: "True" }] } };
    const renamed = {
      ...established,
      spec: {
        ...crd.spec,
        scope: "Cluster",
        names: { ...crd.spec.names, kind: "Other" },
        versions: [{ ...crd.spec.versions[0], name: "v2" }],
      },
    } as CustomResourceDefinition;
    expect(problems(renamed, established)).toEqual([
      'spec.scope: Invalid value: "Cluster": field is immutable',
      'spec.names.kind: Invalid value: "Other": field is immutable',
      'status.storedVersions: Invalid value: ["v1"]: must have the storage version v2',
      'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions',
    ]);
  });

  it("asks for an approval of the project's own groups", () => {
    const crd = definition(good);
    const mine = { ...crd, metadata: { name: "things.x.k8s.io" }, spec: { ...crd.spec, group: "x.k8s.io" } };
    expect(problems(mine)).toEqual([
      'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
    ]);
    const approved = { ...mine, metadata: { ...mine.metadata, annotations: { "api-approved.kubernetes.io": "unapproved, a test" } } };
    expect(problems(approved)).toEqual([]);
  });

  it("refuses a conversion that could not be called", () => {
    const crd = definition(good);
    const webhook = { clientConfig: { url: "http://me@host/x?y=1" }, conversionReviewVersions: ["v9"] };
    expect(problems({ ...crd, spec: { ...crd.spec, conversion: { strategy: "Webhook", webhook } } })).toEqual([
      "spec.conversion.webhookClientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: https://host[/path]",
      'spec.conversion.webhookClientConfig.url: Invalid value: "me": user information is not permitted in the URL',
      'spec.conversion.webhookClientConfig.url: Invalid value: "y=1": query parameters are not permitted in the URL',
      'spec.conversion.conversionReviewVersions: Invalid value: ["v9"]: must include at least one of v1, v1beta1',
    ]);
  });

  it("walks schemas inside items and additionalProperties, which the generated structure leaves open", () => {
    const crd = definition(
      withSpec({ type: "array", items: { type: "object", additionalProperties: { type: "string", odd: 1 } as Schema } }),
    );
    const decoded = decodeDefinition(crd).pruned.spec.versions[0]?.schema?.openAPIV3Schema;
    expect(decoded).toEqual(withSpec({ type: "array", items: { type: "object", additionalProperties: { type: "string" } } }));
    const wrong = definition(withSpec({ type: "array", items: { type: 3 } as unknown as Schema }));
    expect(decodeDefinition(wrong).typeErrors).toEqual([
      "json: cannot unmarshal number into Go struct field JSONSchemaProps.type of type string",
    ]);
  });

  it("warns of formats that say nothing here", () => {
    const crd = definition(withSpec({ type: "string", format: "colour" }));
    expect([definitionWarnings(crd, undefined), definitionWarnings(crd, crd)]).toEqual([['unrecognized format "colour"'], []]);
  });
});
