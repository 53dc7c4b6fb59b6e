import { CliError } from "../errors.ts";
import { toYaml } from "../manifest/write.ts";
import { copyNode, isNodeMap, text, type Node, type NodeMap } from "./resource.ts";

/** Lists whose items are told apart by keys (none: by their value), by field, or by field below another one. */
const KEYED: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  initContainers: ["name"],
  ephemeralContainers: ["name"],
  env: ["name"],
  "containers.ports": ["containerPort", "protocol"],
  "initContainers.ports": ["containerPort", "protocol"],
  "ephemeralContainers.ports": ["containerPort", "protocol"],
  "spec.ports": ["port", "protocol"],
  volumes: ["name"],
  volumeMounts: ["mountPath"],
  volumeDevices: ["devicePath"],
  imagePullSecrets: ["name"],
  secrets: ["name"],
  hostAliases: ["ip"],
  topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
  conditions: ["type"],
  podIPs: ["ip"],
  ownerReferences: ["uid"],
  finalizers: [],
};
const keysOf = (parent: string, field: string): readonly string[] | undefined =>
  KEYED[`${parent}.${field}`] ?? (field === "ports" ? undefined : KEYED[field]);

/** Whether kustomize has a schema for a kind: what it has none for has no list that merges. */
const hasSchema = (apiVersion: string): boolean => {
  const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] as string) : "";
  return !group.includes(".") || group.endsWith(".k8s.io");
};

/**
 * A strategic merge as kustomize does it: null deletes, `$patch` says otherwise, and what the patch has of a keyed list
 * comes first (kustomize: kyaml/yaml/merge2). Undefined: the whole object is deleted.
 */
export function strategicMerge(target: NodeMap, patch: NodeMap): NodeMap | undefined {
  return merge(target, patch, "", "", hasSchema(text(target["apiVersion"]))) as NodeMap | undefined;
}

type Maybe = Node | undefined;
const absent = (v: Maybe): v is null | undefined => v === null || v === undefined;
const kindOf = (v: Node): string => (Array.isArray(v) ? "SequenceNode" : isNodeMap(v) ? "MappingNode" : "ScalarNode");

function merge(target: Maybe, patch: Maybe, parent: string, field: string, schema: boolean): Maybe {
  const leading = absent(target) ? patch : target;
  if (absent(leading)) return patch === undefined ? target : undefined;
  if (!absent(patch) && kindOf(patch) !== kindOf(leading))
    throw new CliError(`wrong node kind: expected ${kindOf(leading)} but got ${kindOf(patch)}: node contents:\n${toYaml(patch)}`);
  if (patch === undefined) return target;
  if (patch === null) return undefined;
  if (isNodeMap(leading)) return mergeMaps(target as NodeMap | null | undefined, patch as NodeMap, field, schema);
  if (!Array.isArray(leading)) return patch;
  const keys = schema ? keysOf(parent, field) : undefined;
  if (keys === undefined) return copyNode(patch);
  const items = patch as Node[];
  const said = items.find((i) => isNodeMap(i) && Object.keys(i).length === 1 && i["$patch"] !== undefined) as NodeMap | undefined;
  const word = said && directive(said);
  if (word === "delete" && !absent(target)) return undefined;
  const rest = items.filter((i) => i !== said);
  const before = absent(target) || word === "replace" ? rest : (target as Node[]);
  return keys.length === 0 ? [...new Set([...rest, ...before])] : mergeLists(before, rest, keys, field, schema);
}

function directive(patch: NodeMap): string | undefined {
  const word = patch["$patch"];
  if (word === undefined) return undefined;
  if (word !== "delete" && word !== "replace" && word !== "merge") throw new CliError(`unknown patch strategy '${text(word)}'`);
  return word;
}

function mergeMaps(target: NodeMap | null | undefined, patch: NodeMap, field: string, schema: boolean): Maybe {
  const word = directive(patch);
  if (word === "delete") return undefined;
  // What is new is merged with itself: its nulls and directives go.
  const base = absent(target) || word === "replace" ? patch : target;
  const merged: NodeMap = {};
  for (const key of [...new Set([...Object.keys(base), ...Object.keys(patch)])].sort()) {
    if (key === "$patch") continue;
    const value = merge(base[key], patch[key], field, key, schema);
    if (value !== undefined) merged[key] = value;
  }
  return merged;
}

type Values = readonly string[];

/** Items by their keys: those of the patch first, then what else there is, in its order. */
function mergeLists(target: readonly Node[], patch: readonly Node[], keys: readonly string[], field: string, schema: boolean): Node[] {
  const valuesOf = (item: Node): Values => keys.map((k) => (isNodeMap(item) ? text(item[k]) : ""));
  let all: Values[] = [];
  for (const item of [...patch, ...target]) {
    const values = valuesOf(item);
    if (!all.some((v) => v.every((x, i) => x === values[i]))) all.push(values);
  }
  if (keys.length > 1) all = joined(all);
  const used = keys.filter((_, i) => all.some((v) => v[i] !== ""));
  const asked = used.length > 0 ? used : keys;
  const merged: Node[] = [];
  const place = (item: NodeMap, values: Values): void => {
    const i = merged.findIndex((m) => isNodeMap(m) && asked.every((k) => text(m[k]) === values[keys.indexOf(k)]));
    if (i < 0) merged.push(item);
    else merged[i] = item;
  };
  for (const values of all) {
    const own = asked.filter((k) => values[keys.indexOf(k)] !== "");
    const find = (list: readonly Node[]): NodeMap | undefined =>
      list.find((item) => isNodeMap(item) && own.every((k) => text(item[k]) === values[keys.indexOf(k)])) as NodeMap | undefined;
    const [old, change] = [find(target), find(patch)];
    const item = change ? mergeMaps(old, change, field, schema) : old;
    if (isNodeMap(item) && Object.keys(item).length > 0) place(item, values);
  }
  // Of lists with several keys, what was there before keeps its order, after what is new.
  if (asked.length > 1) {
    const old = target.map((item) => text(isNodeMap(item) ? asked.map((k) => text(item[k])).join() : ""));
    const nth = (item: Node): number => old.indexOf(isNodeMap(item) ? asked.map((k) => text(item[k])).join() : "");
    merged.sort((a, b) => nth(a) - nth(b));
  }
  return merged;
}

/** Keys that one item says and another leaves open are taken to be the same. */
function joined(all: readonly Values[]): Values[] {
  const list = [...all];
  for (let i = 0; i < list.length; i++)
    for (let j = 0; j < list.length; j++) {
      const [a, b] = [list[i] as Values, list[j] as Values];
      const common = a.some((v, k) => v === b[k]);
      if (!common || !a.every((v, k) => v === b[k] || v === "" || b[k] === "")) continue;
      list[i] = list[j] = a.map((v, k) => v || (b[k] as string));
    }
  return list;
}
