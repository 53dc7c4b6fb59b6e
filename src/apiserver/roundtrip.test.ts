import { describe, expect, it } from "vitest";
import {
  apiVersionOf,
  kinds,
  kindTable,
  loadExtension,
  patchSchemaOf,
  structureErrors,
  typeNameOf,
  type Kind,
  type KubeObject,
} from "../api/index.ts";
import { createMergePatch, createTwoWayStrategicPatch, deepEqual } from "../machinery/index.ts";
import { bases, instead } from "./testing/sample/bases.ts";
import { fullObject, leaves, turnsOf } from "./testing/sample/build.ts";
import { changes, refused } from "./testing/sample/documented.ts";
import { fieldPaths, minimal, nameOf, valueAt, withField, type Step } from "./testing/sample/paths.ts";
import { testServer } from "./testing/server.ts";

type Plain = Readonly<Record<string, unknown>>;

const label = (kind: Kind): string => `${kind.plural}.${apiVersionOf(kind)}`;

describe("every field of every kind, all at once", () => {
  it.each(kinds.map((kind) => [label(kind), kind] as const))("%s is decoded and defaulted without loss", async (name, kind) => {
    await loadExtension();
    const typeName = typeNameOf(kind);
    const found = new Set<string>();
    for (let turn = 0; turn < turnsOf(typeName); turn++) {
      const object = { ...fullObject(typeName, turn), apiVersion: apiVersionOf(kind), kind: kind.kind };
      const { typeErrors, unknown, pruned } = structureErrors(kind, object);
      expect([typeErrors, unknown]).toEqual([[], []]);
      expect(deepEqual(pruned, object)).toBe(true);
      const before = leaves(pruned);
      const after = leaves(kind.defaults?.(pruned) ?? pruned);
      for (const [path, value] of before) if (after.get(path) !== value) found.add(`lost ${path}`);
      for (const path of after.keys()) if (!before.has(path)) found.add(`added ${path}`);
    }
    expect([...found]).toEqual(changes[name] ?? []);
  });
});

/** ManagedFields are the server's own; the rest of metadata is met where templates have it. */
const seen = new Set(["io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry"]);
const APPLIER = { fieldManager: "test" };
const OWN = ["apiVersion", "kind", "metadata", "status"];
const plans = Object.entries(kindTable as unknown as Readonly<Record<string, Kind>>)
  .filter(([, kind]) => !kind.virtual && (kind.verbs?.includes("create") ?? true))
  .map(([key, kind]) => {
    const root = typeNameOf(kind);
    const ways = fieldPaths(root, seen, ({ type, field }) => type === root && OWN.includes(field.name));
    return { name: label(kind), key, kind, ways };
  });

function baseOf({ key, kind }: (typeof plans)[number], n: number, way: readonly Step[] = []): Plain {
  const base = bases[key];
  const own = (way.length > 0 ? instead[nameOf(way)] : undefined) ?? (typeof base === "function" ? base(n) : base);
  const metadata = { name: `a${n}`, labels: { tried: "yes" }, ...(own?.["metadata"] as object | undefined) };
  return { ...minimal(typeNameOf(kind)), ...own, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata };
}

const nameIn = (object: Plain): string => (object["metadata"] as { name: string }).name;
const body = (object: KubeObject | undefined): Plain => object as unknown as Plain;
/** What an update may be refused for, though a create is not. */
const FIXED =
  /immutable|may not be|may not change|not be changed|[Ff]orbidden|field is|updates to|cannot be|must not be|in tandem|required once set/;

describe("each field of each type, through the API", () => {
  let tried = 0;
  it.each(plans)(
    "$name keeps what it is given when it is created, read, patched and applied",
    async (plan) => {
      const { kind, ways } = plan;
      const { ask } = await testServer();
      const path = `/${kind.group === "" ? "api" : "apis"}/${apiVersionOf(kind)}${kind.namespaced ? "/namespaces/default" : ""}/${kind.plural}`;
      await ask("POST", "/api/v1/namespaces/default/serviceaccounts", { body: { metadata: { name: "default" } } });
      await ask("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", { body: { metadata: { name: "a-class" }, value: 5 } });
      const overhead = { podFixed: { cpu: "1" } };
      await ask("POST", "/apis/node.k8s.io/v1/runtimeclasses", { body: { metadata: { name: "a-runtime" }, handler: "runc", overhead } });

      /** What patches are tried on: made once by create and once by apply, and again for a field that needs another base. */
      const made = new Map<string, Plain | undefined>();
      const standing = async (applied: boolean, way: readonly Step[] = []): Promise<Plain | undefined> => {
        const key = `${applied} ${way.length > 0 && nameOf(way) in instead ? nameOf(way) : ""}`;
        if (made.has(key)) return made.get(key);
        const base = baseOf(plan, ways.length + made.size, way);
        const contentType = "application/apply-patch+yaml";
        const { status } = applied
          ? await ask("PATCH", `${path}/${nameIn(base)}`, { contentType, query: APPLIER, body: base })
          : await ask("POST", path, { body: base });
        made.set(key, status === 201 ? base : undefined);
        return made.get(key);
      };
      // A new kind may need more than its structure tells: until `bases` has a row for it, it is left out, and missed below.
      if (bases[plan.key] === undefined && (await standing(false)) === undefined) return;
      tried += ways.length;
      const problems: Record<string, string> = {};
      for (const [i, way] of ways.entries()) {
        const field = nameOf(way);
        const sent = withField(baseOf(plan, i, way), way);
        const created = await ask("POST", path, { body: sent });
        if (created.status !== 201) {
          problems[field] = String(body(created.body as KubeObject)["message"]);
          continue;
        }
        const read = body((await ask("GET", `${path}/${nameIn(sent)}`)).body as KubeObject);
        const there = leaves(read);
        const lost = [...leaves(sent)].filter(([at, value]) => !same(there.get(at), value)).map(([at]) => at);
        if (lost.length > 0) problems[field] = `lost ${lost.join(", ")}`;

        const wanted = plain(valueAt(read, way));
        for (const [contentType, patchTo] of patchesFor(way, i)) {
          const base = await standing(contentType.includes("apply"), way);
          if (base === undefined) continue;
          const patch = patchTo(kind, base, withField(base, way));
          const query = { dryRun: "All", ...(contentType.includes("apply") ? APPLIER : {}) };
          const patched = await ask("PATCH", `${path}/${nameIn(base)}`, { contentType, body: patch as KubeObject, query });
          const answer = body(patched.body as KubeObject);
          const problem = patched.status === 200 ? "" : String(answer["message"]);
          if (problem !== "" && !([403, 422].includes(patched.status) && FIXED.test(problem))) problems[`${field} patched`] = problem;
          else if (problem === "" && !deepEqual(plain(valueAt(answer, way)), wanted))
            problems[`${field} patched`] = `${JSON.stringify(valueAt(answer, way))}, not ${JSON.stringify(wanted)}`;
        }
      }
      const known = refused[plan.name] ?? {};
      const told = Object.entries(problems).map(([field, problem]) => [
        field,
        problem.includes(known[field] ?? problem) ? (known[field] ?? problem) : problem,
      ]);
      expect(Object.fromEntries(told)).toEqual(known);
    },
    60_000,
  );

  it("is tried of nearly every field that there is", () => {
    const all = plans.reduce((sum, { ways }) => sum + ways.length, 0);
    expect(all).toBeGreaterThan(1200);
    expect(tried / all).toBeGreaterThan(0.98);
  });
});

/** Quantities are written canonically, and a list or map of nothing is none. */
const same = (there: unknown, sent: unknown): boolean =>
  there === sent || deepEqual(there, sent) || (there === undefined && typeof sent === "object" && Object.keys(sent as object).length === 0);

/** What is made up for each object anew. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value ?? null)
    .replace(/kube-api-access-\w{5}/g, "kube-api-access")
    .replace(/"10\.96\.0\.\d+"/g, '"ip"')
    .replace(/"[0-9a-f]{8}-[0-9a-f-]{27}"/g, '"uid"')
    .replace(/\b(a|v|[Ww]idgets?)\d+(List)?\b/g, "$1$2");
  return JSON.parse(text) as unknown;
}

/** Every kind of patch for what has parts, which each reads in its own way; for scalars one after the other, and apply. */
function patchesFor(way: readonly Step[], turn: number): typeof PATCHES {
  const { shape } = (way.at(-1) as Step).field;
  return shape.kind !== "scalar" ? PATCHES : PATCHES.filter((_, i) => i === turn % 3 || i === 3);
}

const replaced = (object: Plain): readonly string[] =>
  Object.keys(object).filter((key) => !["apiVersion", "kind", "metadata"].includes(key));

/** Each kind of patch that makes the second object of the first. An applied object is one that was applied before. */
const PATCHES: readonly (readonly [contentType: string, patch: (kind: Kind, from: Plain, to: Plain) => unknown])[] = [
  ["application/merge-patch+json", (_kind, from, to) => createMergePatch(from, to)],
  ["application/strategic-merge-patch+json", (kind, from, to) => createTwoWayStrategicPatch(from, to, patchSchemaOf(kind))],
  ["application/json-patch+json", (_kind, _from, to) => replaced(to).map((key) => ({ op: "add", path: `/${key}`, value: to[key] }))],
  ["application/apply-patch+yaml", (_kind, _from, to) => to],
];
