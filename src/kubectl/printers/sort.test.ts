import { expect, it } from "vitest";
import { goSorted } from "./go-sort.ts";
import { sortAnswers, sortObjects, sortRows } from "./sort.ts";

// `kubectl get clusterroles --sort-by='{.rules[0].verbs[0]}' -o name` of a real kubectl 1.36.4: the first verbs, and where each role went.
const VERBS =
  "get * get  create get get create create create create approve approve approve approve list delete escalate get get get delete get get get get get get delete get get get delete delete create delete get get get get get list create list create create create get get list delete list get get get get get create list create get get create create get list create get get get get";
const ORDER =
  "3 1 11 14 13 12 7 57 8 9 10 62 63 4 66 59 34 42 44 46 45 21 50 28 35 16 33 32 17 20 19 31 27 26 25 24 36 37 38 39 40 70 23 69 22 30 64 47 48 29 18 68 52 53 54 55 56 0 67 2 60 61 6 5 49 65 15 58 51 43 41";

it("leaves what is equal in the order that Go's sort leaves it in", () => {
  const roles = VERBS.split(" ").map((verb, i) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: String(i) },
    ...(verb ? { rules: [{ verbs: [verb] }] } : {}),
  }));
  expect(
    sortObjects(roles, "{.rules[0].verbs[0]}")
      .map((o) => o.metadata.name)
      .join(" "),
  ).toBe(ORDER);
});

it("sorts anything, whatever its pattern", () => {
  for (let n = 0; n < 300; n += 7) {
    const patterns = [(i: number) => i, (i: number) => n - i, (i: number) => i % 7, (i: number) => (i * 7919) % 101, () => 1];
    for (const of of patterns) {
      const items = Array.from({ length: n }, (_, i) => of(i));
      expect(goSorted(items, (a, b) => a < b)).toEqual(items.toSorted((a, b) => a - b));
    }
  }
});

const named = (name: string, more: object = {}) => ({ apiVersion: "v1", kind: "Pod", metadata: { name }, ...more });
it.each([
  ["texts as they are spelled", ["web-9", "web-10"], ".metadata.name", "web-10 web-9"],
  ["quantities as quantities", ["10", "9", "1k"], "metadata.name", "9 10 1k"],
])("compares %s", (_, names, field, expected) => {
  const sorted = sortObjects(
    names.map((n) => named(n)),
    field,
  );
  expect(sorted.map((o) => o.metadata.name).join(" ")).toBe(expected);
});

it("gives up over what has no order, and says which sorter it was", () => {
  const objects = [named("a", { spec: {} }), named("b", { spec: {} })];
  expect(() => sortObjects(objects, ".spec")).toThrow(
    "Field {.spec} in *unstructured.Unstructured is an unsortable type: interface, err: unsortable type: map[string]interface {}",
  );
  const rows = objects.map((object) => ({ cells: [], object }));
  expect(() => sortRows(rows, ".spec")).toThrow("Field {.spec} in [][][]reflect.Value is an unsortable type");
});

it("finds in answers of several types only what tables have", () => {
  const tables = [{ kind: "Table" }, { kind: "Table" }];
  expect(sortAnswers(tables, (t) => t, ".kind")).toEqual(tables);
  expect(() => sortAnswers(tables, (t) => t, ".metadata.name")).toThrow(
    'couldn\'t find any field with path "{.metadata.name}" in the list of objects',
  );
  expect(sortAnswers(tables.slice(1), (t) => t, ".metadata.name")).toHaveLength(1);
});
