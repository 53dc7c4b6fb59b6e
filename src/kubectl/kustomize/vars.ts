import { CliError } from "../errors.ts";
import { editField } from "./field.ts";
import { clusterScoped, gvkOf, gvkText, sameGvk, sameId, type Gvk, type Id } from "./ids.ts";
import { isNodeMap, type Node, type Res } from "./resource.ts";
import type { FieldSpec } from "./specs.ts";

/** $(NAME): the value of a field of another object. */
export interface Var {
  readonly name?: string;
  readonly objref?: Partial<Gvk> & { readonly apiVersion?: string; readonly name?: string; readonly namespace?: string };
  readonly fieldref?: { readonly fieldPath?: string };
}

const targetOf = ({ objref = {} }: Var): Id => {
  const { apiVersion, group = "", version = "", kind = "", name = "", namespace = "" } = objref;
  return { ...(apiVersion ? gvkOf(apiVersion, kind) : { group, version, kind }), name, namespace };
};

/** Adds a level's vars to those of the levels below, and remembers which objects they read. */
export function addVars(vars: Map<string, Var>, added: readonly Var[], list: readonly Res[]): void {
  for (const v of added) {
    const target = targetOf(v);
    const exact = target.namespace !== "" || clusterScoped(target);
    const matched = list.filter((r) =>
      r.everyId.some((id) => (exact ? sameId(target, id) : sameGvk(target, id) && target.name === id.name)),
    );
    if (matched.length > 1) throw new CliError(`found ${matched.length} resId matches for var ${shown(v)} (unable to disambiguate)`);
    matched[0]?.vars.push(v.name ?? "");
  }
  for (const v of added) join(vars, v);
}

export function join(vars: Map<string, Var>, v: Var): void {
  const { name = "" } = v;
  if (vars.has(name)) throw new CliError(`var '${name}' already encountered`);
  vars.set(name, v);
}

const pathOf = (v: Var): string => v.fieldref?.fieldPath || "metadata.name";
const shown = (v: Var): string => `{${v.name ?? ""} ${gvkText(targetOf(v))} {${pathOf(v)}}}`;

/** Puts values for $(NAME). Answers the names that nothing used. */
export function resolveVars(list: readonly Res[], vars: ReadonlyMap<string, Var>, specs: readonly FieldSpec[]): readonly string[] {
  const values = new Map<string, Node>();
  for (const name of [...vars.keys()].sort()) {
    const v = vars.get(name) as Var;
    const holder = list.find((r) => r.vars.includes(name));
    if (!holder) throw new CliError(`var '${shown(v)}' cannot be mapped to a field in the set of known resources`);
    const value = lookUp(holder.node, pathOf(v));
    if (value === undefined) throw new CliError(`field specified in var '${shown(v)}' not found in corresponding resource`);
    values.set(name, value);
  }
  if (values.size === 0) return [];
  const used = new Set<string>();
  const mapped = (name: string): Node => {
    const value = values.get(name);
    if (value === undefined || value === null || typeof value === "object") return `$(${name})`;
    used.add(name);
    return value;
  };
  const expand = (value: Node): Node => {
    if (typeof value === "string") return expanded(value, mapped);
    if (Array.isArray(value)) return value.map((v) => (typeof v === "string" ? expanded(v, mapped) : v));
    if (isNodeMap(value))
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, typeof v === "string" ? expanded(v, mapped) : v]));
    return value;
  };
  for (const res of list) for (const spec of specs) editField(res.node, spec, undefined, expand);
  return [...values.keys()].filter((name) => !used.has(name));
}

function lookUp(node: Node, path: string): Node | undefined {
  let here: Node | undefined = node;
  for (const part of path.match(/[^.[\]]+/g) ?? []) {
    if (Array.isArray(here)) here = here[Number(part)];
    else if (isNodeMap(here)) here = here[part];
    else return undefined;
  }
  return here;
}

/** $(X) is X's value, $$ one dollar; what stands alone keeps its type. */
function expanded(input: string, mapped: (name: string) => Node): Node {
  let out = "";
  for (let i = 0; i < input.length; i++) {
    const c = input[i] as string;
    const next = input[i + 1];
    if (c !== "$" || next === undefined) {
      out += c;
      continue;
    }
    if (next === "$") {
      out += "$";
      i++;
      continue;
    }
    const end = next === "(" ? input.indexOf(")", i + 2) : -1;
    if (end < 0) {
      out += c + next;
      i++;
      continue;
    }
    const value = mapped(input.slice(i + 2, end));
    if (i === 0 && end === input.length - 1) return value;
    out += String(value as string | number | boolean);
    i = end;
  }
  return out;
}
