import { describe, expect, it } from "vitest";
import { fieldErrorMessage } from "../../../machinery/index.ts";
import type { Schema } from "../schema/schema.ts";
import { withDefaults } from "./default.ts";
import { checkListTypes } from "./list-types.ts";
import { dropNulls, prune } from "./prune.ts";
import { validateValue } from "./validate.ts";

const problems = (schema: Schema, value: unknown, old?: unknown): readonly string[] =>
  validateValue(schema, value, "", old === undefined ? undefined : { schema, value: old }).errors.map(fieldErrorMessage);
const spec = (schema: Schema): Schema => ({ type: "object", properties: { spec: schema } });

describe("values against a schema", () => {
  it.each<[string, Schema, unknown, readonly string[]]>([
    ["a wrong type", { type: "integer" }, "string", ['spec: Invalid value: "string": spec in body must be of type integer: "string"']],
    [
      "null where it is not nullable",
      { type: "string" },
      null,
      ['spec: Invalid value: "null": spec in body must be of type string: "null"'],
    ],
    ["null where it is", { type: "string", nullable: true }, null, []],
    ["an integer for a number", { type: "number" }, 3, []],
    [
      "a fraction for an integer",
      { type: "integer" },
      1.5,
      ['spec: Invalid value: "number": spec in body must be of type integer: "number"'],
    ],
    [
      "int-or-string",
      { "x-kubernetes-int-or-string": true },
      true,
      ['spec: Invalid value: "boolean": spec in body must be of type integer,string: "boolean"'],
    ],
    ["too much", { type: "integer", maximum: 10 }, 11, ["spec: Invalid value: 11: spec in body should be less than or equal to 10"]],
    [
      "not below",
      { type: "integer", maximum: 10, exclusiveMaximum: true },
      10,
      ["spec: Invalid value: 10: spec in body should be less than 10"],
    ],
    [
      "too little",
      { type: "number", minimum: 0.5 },
      0.1,
      ["spec: Invalid value: 0.1: spec in body should be greater than or equal to 0.5"],
    ],
    ["no multiple", { type: "integer", multipleOf: 5 }, 7, ["spec: Invalid value: 7: spec in body should be a multiple of 5"]],
    [
      "a number too big for its format",
      { type: "integer", format: "int32" },
      4294967296,
      ['<nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec'],
    ],
    ["a long text", { type: "string", maxLength: 3 }, "four", ["spec: Too long: may not be more than 3 bytes"]],
    ["a short text", { type: "string", minLength: 3 }, "é", ['spec: Invalid value: "é": spec in body should be at least 3 chars long']],
    ["a pattern", { type: "string", pattern: "^[a-z]+$" }, "A1", ["spec: Invalid value: \"A1\": spec in body should match '^[a-z]+$'"]],
    ["a format", { type: "string", format: "date" }, "soon", ['spec: Invalid value: "soon": spec in body must be of type date: "soon"']],
    ["a format that nobody knows", { type: "string", format: "colour" }, "red", []],
    ["an enum", { type: "string", enum: ["a", "b"] }, "c", ['spec: Unsupported value: "c": supported values: "a", "b"']],
    [
      "few items",
      { type: "array", items: { type: "string" }, minItems: 1 },
      [],
      ["spec: Invalid value: 0: spec in body should have at least 1 items"],
    ],
    ["many items", { type: "array", items: { type: "string" }, maxItems: 1 }, ["a", "b"], ["spec: Too many: 2: must have at most 1 item"]],
    [
      "an item",
      { type: "array", items: { type: "string" } },
      ["a", 1],
      ['spec[1]: Invalid value: "integer": spec[1] in body must be of type string: "integer"'],
    ],
    ["many properties", { type: "object", maxProperties: 1 }, { a: 1, b: 2 }, ["spec: Too many: 2: must have at most 1 item"]],
    [
      "a map's value",
      { type: "object", additionalProperties: { type: "integer" } },
      { a: "x" },
      ['spec.a: Invalid value: "string": spec.a in body must be of type integer: "string"'],
    ],
    ["required", { type: "object", required: ["size"], properties: { size: { type: "integer" } } }, {}, ["spec.size: Required value"]],
    [
      "anyOf",
      { type: "object", properties: { a: { type: "string" } }, anyOf: [{ required: ["a"] }, { required: ["b"] }] },
      {},
      ['<nil>: Invalid value: "": "spec" must validate at least one schema (anyOf)', "spec.a: Required value"],
    ],
    [
      "oneOf, twice right",
      { type: "integer", oneOf: [{ minimum: 1 }, { minimum: 2 }] },
      3,
      ['<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
    ],
    [
      "allOf",
      { type: "integer", allOf: [{ minimum: 5 }, { maximum: 9 }] },
      3,
      [
        "spec: Invalid value: 3: spec in body should be greater than or equal to 5",
        '<nil>: Invalid value: "": "spec" must validate all the schemas (allOf)',
      ],
    ],
    ["not", { type: "integer", not: { minimum: 5 } }, 7, ['<nil>: Invalid value: "": "spec" must not validate the schema (not)']],
  ])("%s", (_, schema, value, expected) => {
    expect(problems(spec(schema), { spec: value })).toEqual(expected);
  });

  it("forgives what was wrong before and has not changed, item by item where lists have keys", () => {
    const item: Schema = { type: "object", properties: { name: { type: "string" }, size: { type: "integer", maximum: 3 } } };
    const keyed: Schema = { type: "array", items: item, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"] };
    const old = { spec: [{ name: "a", size: 9 }] };
    const next = {
      spec: [
        { name: "b", size: 8 },
        { name: "a", size: 9 },
      ],
    };
    expect(problems(spec(keyed), next, old)).toEqual([
      "spec[0].size: Invalid value: 8: spec[0].size in body should be less than or equal to 3",
    ]);
    expect(problems(spec({ type: "array", items: item }), next, old)).toHaveLength(2);
    expect(problems(spec({ type: "array", items: item }), old, old)).toEqual([]);
  });
});

describe("what a schema does to an object", () => {
  const schema: Schema = {
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: {
          size: { type: "integer", default: 3 },
          kept: { type: "object", "x-kubernetes-preserve-unknown-fields": true, properties: { known: { type: "object" } } },
          template: {
            type: "object",
            "x-kubernetes-embedded-resource": true,
            properties: { spec: { type: "object", properties: { a: { type: "string" } } } },
          },
          labels: { type: "object", additionalProperties: { type: "string" } },
          list: { type: "array", items: { type: "object", properties: { x: { type: "integer", default: 1 } } } },
          maybe: { type: "string", nullable: true, default: "yes" },
        },
      },
    },
  };

  it("prunes what is not in it, and tells where that was", () => {
    const object = {
      apiVersion: "v1",
      kind: "X",
      metadata: { name: "x", odd: 1 },
      top: 1,
      spec: {
        size: 1,
        extra: {},
        kept: { a: { b: 1 }, known: { c: 1 } },
        template: { apiVersion: "v1", kind: "P", metadata: { any: 1 }, spec: { a: "", b: "" }, other: 1 },
        labels: { any: "thing" },
        list: [{ x: 1, y: 2 }],
      },
    };
    expect(prune(object, schema, true)).toEqual({
      value: {
        apiVersion: "v1",
        kind: "X",
        metadata: { name: "x", odd: 1 },
        spec: {
          size: 1,
          kept: { a: { b: 1 }, known: {} },
          template: { apiVersion: "v1", kind: "P", metadata: { any: 1 }, spec: { a: "" } },
          labels: { any: "thing" },
          list: [{ x: 1 }],
        },
      },
      unknown: ["spec.extra", "spec.kept.known.c", "spec.list[0].y", "spec.template.other", "spec.template.spec.b", "top"],
    });
    const clean = { spec: { size: 1 } };
    expect(prune(clean, schema, true).value).toBe(clean);
  });

  it("fills in defaults where nothing or a forbidden null stands", () => {
    const object = { spec: { size: null, maybe: null, list: [{}, { x: 2 }] } };
    expect(withDefaults(object, schema)).toEqual({ spec: { size: 3, maybe: null, list: [{ x: 1 }, { x: 2 }] } });
    expect(withDefaults({ spec: {} }, schema)).toEqual({ spec: { size: 3, maybe: "yes" } });
    const whole = { spec: { size: 1, maybe: "no" } };
    expect(withDefaults(whole, schema)).toBe(whole);
    expect(dropNulls({ spec: { kept: null, size: null } }, schema)).toEqual({ spec: { size: null } });
  });

  it("finds the second of two equal items", () => {
    const lists: Schema = {
      type: "object",
      properties: {
        set: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
        map: {
          type: "array",
          items: { type: "object" },
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name", "port"],
        },
      },
    };
    const errors: Parameters<typeof checkListTypes>[0] = [];
    const value = {
      set: ["a", "b", "a", "a"],
      map: [
        { name: "x", port: 1 },
        { name: "x", port: 2 },
        { name: "x", port: 1, other: 1 },
      ],
    };
    checkListTypes(errors, "", lists, value);
    expect(errors.map(fieldErrorMessage)).toEqual(['set[2]: Duplicate value: "a"', 'map[2]: Duplicate value: {"name":"x","port":1}']);
  });
});
