import { describe, expect, it } from "vitest";
import { applyConfig } from "./apply.ts";
import { compareFields } from "./compare.ts";
import { conflictReport } from "./conflict.ts";
import { conformErrors, conformMessage } from "./conform.ts";
import { capped, entryOf, isReset, type ManagedFields, readEntries } from "./entries.ts";
import type { FieldSet } from "./field-nodes.ts";
import { difference, has, intersection, pathsOf, union, without } from "./field-set.ts";
import { type FieldDef, type FieldType, type MapType, untyped } from "./field-type.ts";
import { pathText } from "./conflict.ts";
import { mergeTyped } from "./merge.ts";
import { fromScaleManagers, toScaleManagers } from "./scale.ts";
import { setOf } from "./set-of.ts";
import { updatedManagers, type Versions } from "./update.ts";

type Fields = Readonly<
  Record<string, FieldType | { readonly always: FieldType } | { readonly type: FieldType; readonly default: unknown }>
>;
function struct(fields: Fields, rest: Partial<MapType> = {}): MapType {
  const defs = new Map<string, FieldDef>();
  for (const [name, given] of Object.entries(fields)) {
    const always = "always" in given && !("kind" in given);
    const type = "kind" in given ? given : always ? (given as { always: FieldType }).always : (given as { type: FieldType }).type;
    defs.set(name, { name, element: `f:${name}`, type, always, ...("default" in given ? { default: given.default } : {}) });
  }
  return {
    kind: "map",
    atomic: false,
    field: (name) => defs.get(name),
    always: [...defs.values()].filter((d) => d.always),
    of: undefined,
    ...rest,
  };
}
const string: FieldType = { kind: "scalar", scalar: "string" };
const number: FieldType = { kind: "scalar", scalar: "numeric" };
const map = (of: FieldType): FieldType => ({ kind: "map", atomic: false, field: () => undefined, always: [], of });
const list = (relation: "atomic" | "set" | "map", of: FieldType, ...keys: string[]): FieldType => ({ kind: "list", relation, keys, of });

const port = struct({ containerPort: { always: number }, protocol: { type: string, default: "TCP" }, name: string });
const container = struct({
  name: { always: string },
  image: string,
  ports: list("map", port, "containerPort", "protocol"),
  args: list("atomic", string),
});
const root = struct({
  apiVersion: string,
  kind: string,
  metadata: { always: struct({ name: string, labels: map(string), finalizers: list("set", string) }) },
  spec: {
    always: struct({
      replicas: number,
      selector: struct({ matchLabels: map(string) }, { atomic: true }),
      strategy: { always: struct({ type: string, rolling: struct({ surge: string }) }) },
      containers: { always: list("map", container, "name") },
      raw: untyped,
    }),
  },
});

const skip = { apiVersion: true, kind: true, metadata: { ".": true, name: true } } as const;
const versions: Versions = { typeAt: (v) => (v === "v1" ? root : undefined), convert: (o) => o, skipAt: () => skip };
const by = (manager: string, operation: "Apply" | "Update" = "Update") => ({ manager, operation, apiVersion: "v1", subresource: "" });
const web = { name: "web", image: "nginx" };

describe("what a new object's creator owns", () => {
  it("is every leaf; maps and lists too, but those that Go always writes", () => {
    const object = {
      metadata: { name: "x", labels: { app: "web" }, finalizers: ["b", "a"] },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: "web" } },
        strategy: { rolling: { surge: "1" } },
        containers: [{ ...web, ports: [{ containerPort: 80 }, { containerPort: 9, protocol: "UDP" }], args: ["x"] }],
        raw: { deep: { list: [1] } },
      },
    };
    expect(compareFields(undefined, object, root, skip)).toEqual({
      touched: {
        "f:metadata": { "f:finalizers": { ".": {}, 'v:"a"': {}, 'v:"b"': {} }, "f:labels": { ".": {}, "f:app": {} } },
        "f:spec": {
          "f:containers": {
            'k:{"name":"web"}': {
              ".": {},
              "f:args": {},
              "f:image": {},
              "f:name": {},
              "f:ports": {
                ".": {},
                'k:{"containerPort":9,"protocol":"UDP"}': { ".": {}, "f:containerPort": {}, "f:protocol": {} },
                'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:containerPort": {} },
              },
            },
          },
          "f:raw": { ".": {}, "f:deep": { ".": {}, "f:list": {} } },
          "f:replicas": {},
          "f:selector": {},
          "f:strategy": { "f:rolling": { ".": {}, "f:surge": {} } },
        },
      },
      removed: {},
    });
  });
  it("is one object for all that have the same fields, once they have come a few times", () => {
    const [a, b] = [..."12345678ab"]
      .map((name) => compareFields(undefined, { spec: { containers: [{ ...web, image: name }] } }, root).touched)
      .slice(-2);
    expect(a).toBe(b);
  });
});

describe("what an update touches and removes", () => {
  const before = { spec: { replicas: 1, containers: [web, { name: "side", image: "s" }], strategy: { type: "R" } } };
  it.each<[string, object, object, object]>([
    ["nothing", before, {}, {}],
    ["a leaf", { spec: { ...before.spec, replicas: 2 } }, { "f:spec": { "f:replicas": {} } }, {}],
    [
      "an item",
      { spec: { ...before.spec, containers: [web] } },
      {},
      { "f:spec": { "f:containers": { 'k:{"name":"side"}': { ".": {}, "f:image": {}, "f:name": {} } } } },
    ],
    ["the order", { spec: { ...before.spec, containers: before.spec.containers.toReversed() } }, {}, {}],
    [
      "a struct that is always there",
      { spec: { replicas: 1, containers: before.spec.containers } },
      {},
      { "f:spec": { "f:strategy": { "f:type": {} } } },
    ],
    [
      "items with one key",
      { spec: { ...before.spec, containers: [...before.spec.containers, web] } },
      { "f:spec": { "f:containers": { 'k:{"name":"web"}': {} } } },
      {},
    ],
  ])("%s", (_what, after, touched, removed) => expect(compareFields(before, after as never, root)).toEqual({ touched, removed }));
});

describe("sets", () => {
  const a = { "f:x": { ".": {}, "f:y": {} }, "f:z": {} };
  const b = { "f:x": { "f:w": {}, "f:y": {} } };
  it.each<[string, FieldSet, object]>([
    ["union", union(a, b), { "f:x": { ".": {}, "f:w": {}, "f:y": {} }, "f:z": {} }],
    ["union with what adds nothing", union(a, { "f:z": {} }), a],
    ["difference", difference(a, b), { "f:x": {}, "f:z": {} }],
    ["difference leaves what is below a member", difference(a, { "f:x": {} }), { "f:x": { "f:y": {} }, "f:z": {} }],
    ["difference to nothing", difference(a, a), {}],
    ["intersection", intersection(a, b), { "f:x": { "f:y": {} } }],
    ["what is left out goes with what is below", without(a, { x: true }), { "f:z": {} }],
  ])("%s", (_what, set, expected) => expect(set).toEqual(expected));
  it("lists members of a level before what is below", () => {
    expect(pathsOf(a).map(pathText)).toEqual([".x", ".z", ".x.y"]);
    expect([has(a, ["f:x"]), has(b, ["f:x"]), has(b, ["f:x", "f:w"])]).toEqual([true, false, true]);
  });
  it("reads what a client sends, and refuses what it cannot read", () => {
    const entry = { manager: "m", operation: "Update", apiVersion: "v1", fieldsType: "FieldsV1" };
    expect(readEntries([{ ...entry, fieldsV1: { "f:b": {}, "q:new": {}, "f:a": { ".": {}, "i:0": {} } } }])?.[0]?.fieldsV1).toEqual({
      "f:a": { ".": {}, "i:0": {} },
      "f:b": {},
    });
    const bad: ManagedFields[] = [
      { ...entry, operation: "Steal" },
      { ...entry, fieldsType: "" },
      { ...entry, apiVersion: "" },
      { ...entry, fieldsV1: { spec: {} } },
      { ...entry, fieldsV1: { "k:{": {} } },
      { ...entry, fieldsV1: { "i:x": {} } },
    ];
    expect(bad.map((one) => readEntries([one]))).toEqual(bad.map(() => undefined));
    expect([isReset([]), isReset([{}]), isReset([entry]), isReset(undefined)]).toEqual([true, true, false, false]);
  });
});

describe("managers after an update", () => {
  const first = { spec: { replicas: 1, containers: [web] } };
  const created = updatedManagers([], undefined, first, by("a"), versions, "T1");
  const names = (entries: readonly ManagedFields[]) => entries.map((e) => `${e.manager} ${e.time} ${JSON.stringify(e.fieldsV1)}`);
  it("takes from others what it changes, and keeps the times of those who lose", () => {
    const next = updatedManagers(created, first, { spec: { replicas: 2, containers: [] } }, by("b"), versions, "T2");
    expect(names(next)).toEqual(['b T2 {"f:spec":{"f:replicas":{}}}']);
    const again = updatedManagers(next, { spec: { replicas: 2 } }, { spec: { replicas: 2, raw: 1 } }, by("b"), versions, "T3");
    expect(names(again)).toEqual(['b T3 {"f:spec":{"f:raw":{},"f:replicas":{}}}']);
  });
  it("answers the entries themselves when nothing changes hands", () => {
    expect(updatedManagers(created, first, { ...first }, by("b"), versions, "T2")).toBe(created);
    expect(updatedManagers([], first, { spec: { replicas: 5 } }, by("b"), versions, "T2")).toEqual([]);
  });
  it("forgets a version that is served no more", () => {
    const old = entryOf({ ...by("old"), apiVersion: "v0" }, "T0", { "f:spec": { "f:replicas": {} } });
    expect(names(updatedManagers([old, ...created], first, { ...first, x: 1 }, by("a"), versions, "T2"))[0]).toMatch(/^a T2/);
  });
  it("keeps ten updaters, the oldest of the rest as ancient changes", () => {
    const entries = Array.from({ length: 12 }, (_, i) => entryOf(by(`m${i}`), `T${String(i).padStart(2, "0")}`, { [`f:${i}`]: {} }));
    const kept = capped(entries);
    expect(kept).toHaveLength(10);
    expect(kept[0]).toEqual(entryOf(by("ancient-changes"), "T02", { "f:0": {}, "f:1": {}, "f:2": {} }));
  });
});

describe("apply", () => {
  const options = { force: false, now: "T" };
  const run = (entries: readonly ManagedFields[], live: object, config: object, manager: string, force = false) =>
    applyConfig(entries, live as never, config as never, by(manager, "Apply"), versions, { ...options, force });
  const object = (spec: object) => ({ apiVersion: "v1", kind: "X", metadata: { name: "x" }, spec });
  const done = (result: ReturnType<typeof run>) => {
    if ("conflicts" in result) throw new Error(conflictReport(result.conflicts).message);
    return result;
  };
  it("removes what its manager gave up, unless another owns it", () => {
    const one = done(run([], {}, object({ replicas: 1, containers: [web, { name: "side", image: "s" }] }), "a"));
    const two = done(run(one.managers, one.object, object({ containers: [{ name: "side", image: "s" }] }), "b"));
    const three = done(run(two.managers, two.object, object({ containers: [web] }), "a"));
    expect(three.object).toEqual(object({ containers: [web, { name: "side", image: "s" }] }));
    const four = done(run(three.managers, three.object, object({ replicas: 4 }), "b"));
    expect(four.object).toEqual(object({ replicas: 4, containers: [web] }));
    expect(four.managers.map((e) => [e.manager, e.fieldsV1])).toEqual([
      ["a", { "f:spec": { "f:containers": { 'k:{"name":"web"}': { ".": {}, "f:image": {}, "f:name": {} } } } }],
      ["b", { "f:spec": { "f:replicas": {} } }],
    ]);
  });
  it("keeps what nobody owns beside what it gave up", () => {
    const one = done(run([], {}, object({ containers: [web] }), "a"));
    const live = { ...one.object, metadata: { name: "x", uid: "1" }, spec: { containers: [{ ...web, args: ["defaulted"] }], raw: 1 } };
    expect(done(run(one.managers, live, object({ replicas: 1 }), "a")).object).toEqual({ ...live, spec: { replicas: 1, raw: 1 } });
  });
  it("is in conflict with whoever owns what it would change, and forces on demand", () => {
    const one = done(run([], {}, object({ replicas: 1, containers: [web] }), "a"));
    const next = { spec: { ...(one.object["spec"] as object), replicas: 3 } };
    const managers = updatedManagers(
      one.managers,
      one.object,
      { ...one.object, ...next },
      { ...by("b"), subresource: "scale" },
      versions,
      "T2",
    );
    const config = object({ replicas: 2, containers: [{ name: "web", image: "other" }] });
    const refused = run(managers, { ...one.object, ...next }, config, "c");
    expect("conflicts" in refused && conflictReport(refused.conflicts)).toEqual({
      message:
        'Apply failed with 2 conflicts: conflicts with "a":\n- .spec.containers[name="web"].image\nconflicts with "b" with subresource "scale" using v1:\n- .spec.replicas',
      causes: [
        { reason: "FieldManagerConflict", message: 'conflict with "a"', field: '.spec.containers[name="web"].image' },
        { reason: "FieldManagerConflict", message: 'conflict with "b" with subresource "scale" using v1', field: ".spec.replicas" },
      ],
    });
    const forced = done(run(managers, { ...one.object, ...next }, config, "c", true));
    expect(forced.managers.map((e) => e.manager)).toEqual(["a", "c"]);
  });
  it("changes nothing when there is nothing to change, and shares ownership of the same value", () => {
    const one = done(run([], {}, object({ replicas: 1 }), "a"));
    const again = done(run(one.managers, one.object, object({ replicas: 1 }), "a"));
    expect([again.object === one.object, again.managers === one.managers]).toEqual([true, true]);
    expect(done(run(one.managers, one.object, object({ replicas: 1 }), "b")).managers.map((e) => [e.manager, e.time])).toEqual([
      ["b", undefined],
      ["a", "T"],
    ]);
  });
});

describe("merging lists", () => {
  it.each<[string, string, string]>([
    ["abc", "cx", "abcx"],
    ["abc", "b", "abc"],
    ["abc", "ca", "bca"],
    ["ab", "xay", "xaby"],
    ["", "ab", "ab"],
  ])("%s with %s is %s", (live, config, expected) =>
    expect((mergeTyped([...live], [...config], list("set", string)) as string[]).join("")).toBe(expected),
  );
});

describe("a configuration that is not of its type", () => {
  it.each<[object, string]>([
    [{ spek: 1 }, ".spek: field not declared in schema"],
    [{ spec: { replicas: "x" } }, ".spec.replicas: expected numeric (int or float), got string"],
    [{ spec: { strategy: [] } }, ".spec.strategy: expected map, got &{[]}"],
    [{ spec: { containers: { a: 1 } } }, ".spec.containers: expected list, got &{map[a:1]}"],
    [{ metadata: { labels: { a: 1 } } }, ".metadata.labels.a: expected string, got &value.valueUnstructured{Value:1}"],
    [{ spec: { containers: [web, web] } }, '.spec.containers: duplicate entries for key [name="web"]'],
    [{ metadata: { finalizers: ["a", "a"] } }, '.metadata.finalizers: duplicate entries for key [="a"]'],
    [
      { spec: { containers: [{ image: "x" }] } },
      '.spec.containers: element 0: associative list with keys has an element that omits all key fields ["name"] (and doesn\'t have default values for any key fields)',
    ],
    [
      { metadata: { labels: 1 }, spec: { replicas: true, containers: [{ name: "web", ports: [{ containerPort: "x" }] }] } },
      'errors:\n  .metadata.labels: expected map, got &{1}\n  .spec.replicas: expected numeric (int or float), got bool\n  .spec.containers[name="web"].ports[containerPort="x",protocol="TCP"].containerPort: expected numeric (int or float), got string',
    ],
  ])("%j: %s", (config, message) => expect(conformMessage(conformErrors(config, root))).toBe(message));
  it("owns what it speaks of", () => {
    expect(setOf({ metadata: { labels: {} }, spec: { containers: [{ name: "web" }], strategy: { type: "R" }, raw: null } }, root)).toEqual({
      "f:metadata": { "f:labels": {} },
      "f:spec": { "f:containers": { 'k:{"name":"web"}': { ".": {}, "f:name": {} } }, "f:raw": {}, "f:strategy": { "f:type": {} } },
    });
  });
});

describe("a Scale's managers", () => {
  const path = () => ["f:spec", "f:replicas"];
  const replicas = { "f:spec": { "f:replicas": {} } };
  const main = [entryOf(by("a"), "T1", { "f:spec": { "f:raw": {}, "f:replicas": {} } })];
  const scaler = { manager: "s", operation: "Update", apiVersion: "autoscaling/v1", subresource: "scale" } as const;
  it("are those of the object who own its replicas, and take them over without a time", () => {
    const scale = toScaleManagers(main, path);
    expect(scale).toEqual([entryOf({ ...by("a"), apiVersion: "autoscaling/v1" }, "T1", replicas)]);
    expect(fromScaleManagers(main, [entryOf(scaler, "T2", replicas)], "v1", path)).toEqual([
      entryOf({ ...scaler, apiVersion: "v1" }, undefined, replicas),
      entryOf(by("a"), "T1", { "f:spec": { "f:raw": {} } }),
    ]);
    expect(fromScaleManagers(main, scale, "v1", path)).toBe(main);
  });
});
