import { evaluate, type Scope } from "./expressions.ts";
import { bad, type Doc, isArray, isDoc, MongoError, numeric, truthy, type Value } from "./values.ts";

type Tree = { readonly [name: string]: Tree | Value };

function include(v: Value | undefined, tree: Tree): Value | undefined {
  if (isArray(v)) return v.filter((e) => isDoc(e) || isArray(e)).map((e) => include(e, tree) as Value);
  if (!isDoc(v)) return undefined;
  const out: Record<string, Value> = {};
  for (const [key, inner] of Object.entries(v)) {
    const branch = tree[key];
    if (branch === undefined) continue;
    const kept = isDoc(branch as Value) ? include(inner, branch as Tree) : inner;
    if (kept !== undefined) out[key] = kept;
  }
  return out;
}
function exclude(v: Value | undefined, tree: Tree): Value | undefined {
  if (isArray(v)) return v.map((e) => exclude(e, tree) as Value);
  if (!isDoc(v)) return v;
  const out: Record<string, Value> = {};
  for (const [key, inner] of Object.entries(v)) {
    const branch = tree[key];
    if (branch === undefined) out[key] = inner as Value;
    else if (isDoc(branch as Value)) out[key] = exclude(inner, branch as Tree) as Value;
  }
  return out;
}
function plant(paths: readonly (readonly [string, Value])[]): Tree {
  const root: Record<string, unknown> = {};
  for (const [path, value] of paths) {
    const names = path.split(".");
    let here = root;
    for (const name of names.slice(0, -1))
      here = (typeof here[name] === "object" ? here[name] : (here[name] = {})) as Record<string, unknown>;
    here[names.at(-1) as string] = value;
  }
  return root as Tree;
}

/** A projection of find and $project. Throws MongoError. */
export function projector(spec: Doc): (doc: Doc, scope: Omit<Scope, "doc">) => Doc {
  const entries = Object.entries(spec) as (readonly [string, Value])[];
  const flag = (v: Value): boolean => typeof v === "boolean" || numeric(v) !== undefined;
  const id = spec["_id"];
  const plain = entries.filter(([k, v]) => k !== "_id" && flag(v));
  const computed = entries.filter(([, v]) => !flag(v));
  const slices = computed.filter(([, v]) => isDoc(v) && (v["$slice"] !== undefined || v["$elemMatch"] !== undefined));
  if (slices.length > 0) throw bad(`the projection operator in '${slices[0]?.[0]}' is not simulated by Timonel`);
  const inclusive = plain.length > 0 ? truthy(plain[0]?.[1]) : computed.length > 0 || (id !== undefined && truthy(id));
  for (const [k, v] of plain)
    if (truthy(v) !== inclusive)
      throw new MongoError(
        inclusive ? 31_254 : 31_253,
        inclusive ? "Location31254" : "Location31253",
        `Cannot do ${inclusive ? "exclusion on field" : "inclusion on field"} ${k} in ${inclusive ? "inclusion" : "exclusion"} projection`,
      );
  const showId = id === undefined || truthy(id);
  const tree = plant([...plain, ...(inclusive ? (showId ? ([["_id", 1]] as const) : []) : showId ? [] : ([["_id", 1]] as const))]);
  return (doc, scope) => {
    let out = (inclusive ? include(doc, tree) : exclude(doc, tree)) as Doc;
    for (const [path, expression] of computed) {
      const value = evaluate(expression, { ...scope, doc });
      if (value !== undefined) out = { ...out, [path]: value };
    }
    return out;
  };
}
