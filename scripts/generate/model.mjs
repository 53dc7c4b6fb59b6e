// The one model everything is generated from: declarations, facts and our own schemas joined under real names.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readDeclarations } from "./declarations.mjs";
import { readDescriptions } from "./descriptions.mjs";

const json = (root, path) => JSON.parse(readFileSync(join(root, path), "utf8"));

/** Hand-written types (src/api/meta.ts) that take the place of generated ones. */
export const handWritten = new Map([
  ["V1ObjectMeta", "ObjectMeta"],
  ["V1ListMeta", "ListMeta"],
  ["V1OwnerReference", "OwnerReference"],
  ["V1ManagedFieldsEntry", "ManagedFieldsEntry"],
  ["V1WatchEvent", "WatchEvent"],
]);

/** TypeScript names: without version where one type has it or a stable one does, the core group before others. */
function typeScriptNames(classes) {
  const candidates = new Map();
  for (const name of classes) {
    if (name === "VersionInfo") continue;
    const [, group, version, kind] = /^([A-Z][a-z]+(?=V\d))?(V\d+(?:(?:alpha|beta)\d+)?)(.+)$/.exec(name);
    const bare = group === undefined || group === "Core" ? kind : group + kind;
    const stable = !/alpha|beta/.test(version);
    const rank = (stable ? 1000 : 0) + Number(/\d+/.exec(version)[0]) * 10 + (group === "Core" ? 1 : 0);
    const rivals = candidates.get(bare) ?? [];
    rivals.push({ name, rank });
    candidates.set(bare, rivals);
  }
  const names = new Map([["VersionInfo", "VersionInfo"]]);
  for (const [bare, rivals] of candidates) {
    rivals.sort((a, b) => b.rank - a.rank);
    rivals.forEach(({ name }, i) => names.set(name, handWritten.get(name) ?? (i === 0 ? bare : name)));
  }
  return names;
}

const ownName = ({ group, version }, ts) =>
  `${group.endsWith("timonel.dev") ? "dev.timonel" : "io.k8s.api"}.${group.split(".")[0]}.${version}.${ts}`;

/** What every object of our own has. */
const objectFields = {
  apiVersion: { type: "string" },
  kind: { type: "string" },
  metadata: {
    type: "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
    default: {},
    description: "Standard object's metadata.",
  },
};

/** "string", "ClockSpec" of the same group-version, a full name; "[]T" a list, "{}T" a map of these. */
function ownType(text, gvk) {
  if (text.startsWith("[]")) return { kind: "list", of: ownType(text.slice(2), gvk) };
  if (text.startsWith("{}")) return { kind: "map", of: ownType(text.slice(2), gvk) };
  if (text.includes(".")) return { kind: "ref", name: text };
  return /^[A-Z]/.test(text) ? { kind: "ref", name: ownName(gvk, text) } : { kind: "scalar", scalar: text };
}

function withScalar(type, scalar) {
  return type.kind === "scalar" ? { kind: "scalar", scalar } : { ...type, of: withScalar(type.of, scalar) };
}

function withNames(type, nameOf) {
  if (type.kind === "ref") return { kind: "ref", name: type.name ?? nameOf(type.class) };
  return type.of === undefined ? type : { ...type, of: withNames(type.of, nameOf) };
}

const flat = (text) => text.replace(/\s+/g, " ");

/**
 * The client's description, which is of this release; the other where that one is missing, has lost its line breaks, or
 * is its type's (as that of a MicroTime and an IntOrString).
 */
function better({ type, description }, other) {
  const ofType =
    type.kind === "scalar" && ["microtime", "intOrString"].includes(type.scalar) && /^(MicroTime|IntOrString) is /.test(description);
  return description === "" || ofType || flat(description) === flat(other) ? other : description;
}

/**
 * `types`: real name (or class name, where the recorded OpenAPI lacks the type) to {name, ts, description, gvk, fields};
 * a field is {name, type, required, description, facts}.
 */
export function readModel(root, rows) {
  const declarations = readDeclarations(root);
  const descriptions = readDescriptions(root);
  const facts = json(root, "src/api/facts.json");
  const realNames = new Map(Object.entries(facts).flatMap(([name, fact]) => (fact.class ? [[fact.class, name]] : [])));
  const nameOf = (className) => realNames.get(className) ?? className;
  const ts = typeScriptNames(declarations.keys());
  const types = new Map();
  for (const [className, model] of declarations) {
    const name = nameOf(className);
    const fact = facts[name] ?? {};
    types.set(name, {
      name,
      ts: ts.get(className),
      class: className,
      recorded: realNames.has(className),
      description: model.description,
      gvk: fact.gvk,
      mapType: fact.mapType,
      unions: fact.unions,
      fields: model.fields.map((field) => {
        const { scalar, ref, required, ...rest } = fact.fields?.[field.name] ?? {};
        let type = withNames(field.type, nameOf);
        if (scalar !== undefined) type = withScalar(type, scalar);
        if (ref !== undefined) type = replaceAny(type, { kind: "ref", name: ref });
        const description = rest.bare ? "" : better(field, descriptions.get(name)?.get(field.name) ?? "");
        return { ...field, description, type, required: required ?? field.required, facts: rest };
      }),
    });
  }
  for (const [name, fact] of Object.entries(facts)) {
    if (fact.class === undefined) types.set(name, { name, recorded: true, scalar: fact.scalar, description: "", fields: [] });
  }
  for (const { group, version, kind, schema = {} } of rows) {
    for (const [ts, own] of Object.entries(schema)) addOwn({ group, version, kind }, ts, own);
  }
  function addOwn(gvk, ts, own) {
    const name = ownName(gvk, ts);
    const isKind = ts === gvk.kind;
    types.set(name, {
      name,
      ts,
      recorded: true,
      description: own.description,
      gvk: isKind ? gvk : undefined,
      fields: Object.entries({ ...(isKind ? objectFields : {}), ...own.fields }).map(
        ([field, { type, description = "", required = false, ...rest }]) => ({
          name: field,
          type: ownType(type, gvk),
          required,
          description,
          facts: rest,
        }),
      ),
    });
  }
  const served = rows.map((row) => ({
    ...row,
    type: [...types.values()].find((t) => t.gvk?.group === row.group && t.gvk.version === row.version && t.gvk.kind === row.kind),
  }));
  for (const row of served) if (row.type === undefined) throw new Error(`no type for ${row.group}/${row.version} ${row.kind}`);
  return { types, served };
}

function replaceAny(type, by) {
  if (type.kind === "scalar") return by;
  return type.of === undefined ? type : { ...type, of: replaceAny(type.of, by) };
}

/** The names of all types that these reach, themselves included. */
export function reachable(model, names) {
  const seen = new Set();
  const visit = (type) => {
    if (type.of !== undefined) return visit(type.of);
    if (type.kind !== "ref" || seen.has(type.name)) return;
    const target = model.types.get(type.name);
    if (target === undefined) throw new Error(`no type ${type.name}`);
    seen.add(type.name);
    for (const field of target.fields) visit(field.type);
  };
  for (const name of names) visit({ kind: "ref", name });
  return seen;
}
