import { CliError } from "../errors.ts";
import { parseYaml } from "../manifest/read.ts";
import { gvkText, selectedBy, type Gvk } from "./ids.ts";
import { isNodeMap } from "./resource.ts";
import type { Root } from "./root.ts";
import { DEFAULTS, type BackReference, type FieldSpec } from "./specs.ts";

type Lists = Omit<typeof DEFAULTS, "nameReference">;
export type Config = { readonly [K in keyof Lists]: readonly FieldSpec[] } & { readonly nameReference: readonly BackReference[] };

const LISTS = Object.keys(DEFAULTS).filter((k) => k !== "nameReference") as (keyof Lists)[];
const EMPTY = { nameReference: [], ...Object.fromEntries(LISTS.map((k) => [k, []])) } as unknown as Config;

const FIRST =
  "Namespace ResourceQuota StorageClass CustomResourceDefinition ServiceAccount PodSecurityPolicy Role ClusterRole RoleBinding ClusterRoleBinding ConfigMap Secret Endpoints Service LimitRange PriorityClass PersistentVolume PersistentVolumeClaim Deployment StatefulSet CronJob PodDisruptionBudget".split(
    " ",
  );
const LAST = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
export const ORDER = { first: FIRST as readonly string[], last: LAST as readonly string[] };

/** Where a kind comes in the order in which things are made. */
export function rank(kind: string, order = ORDER): number {
  const first = order.first.lastIndexOf(kind);
  if (order.last.includes(kind)) return 1 + order.last.lastIndexOf(kind);
  return first < 0 ? 0 : first - order.first.length;
}
export const sortText = (g: Partial<Gvk>): string => `${g.group || "~G"}_${g.version || "~V"}_${g.kind || "~K"}`;
const byGvk = (a: Partial<Gvk>, b: Partial<Gvk>): number =>
  rank(a.kind ?? "") - rank(b.kind ?? "") || (sortText(a) < sortText(b) ? -1 : sortText(a) > sortText(b) ? 1 : 0);

/** Adds specs that none there covers already. */
export function mergeSpecs(into: readonly FieldSpec[], more: readonly FieldSpec[]): readonly FieldSpec[] {
  const merged = [...into];
  for (const spec of more) {
    const same = merged.find((m) => m.path === spec.path && selectedBy({ group: "", version: "", kind: "", ...m }, spec));
    if (same && Boolean(same.create) !== Boolean(spec.create)) throw new CliError("conflicting fieldspecs");
    if (!same) merged.push(spec);
  }
  return merged;
}

export function mergeConfigs(a: Config, b: Config): Config {
  const lists = LISTS.map((key) => {
    try {
      return [key, [...mergeSpecs(a[key], b[key])].sort(byGvk)] as const;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      throw new CliError(`failed to merge ${NAMES[key]} fieldSpec: ${error.message}`);
    }
  });
  const nameReference = [...a.nameReference];
  for (const other of b.nameReference) {
    const i = nameReference.findIndex((r) => gvkText(r) === gvkText(other));
    const here = nameReference[i];
    if (here) nameReference[i] = { ...here, fieldSpecs: mergeSpecs(here.fieldSpecs, other.fieldSpecs) };
    else nameReference.push(other);
  }
  return { ...Object.fromEntries(lists), nameReference: nameReference.sort(byGvk) } as unknown as Config;
}

const NAMES: Readonly<Record<keyof Lists, string>> = {
  namePrefix: "NamePrefix",
  nameSuffix: "NameSuffix",
  namespace: "NameSpace",
  commonLabels: "CommonLabels",
  labels: "Labels",
  templateLabels: "TemplateLabels",
  commonAnnotations: "CommonAnnotations",
  varReference: "VarReference",
  images: "Images",
  replicas: "Replicas",
};

export const noConfig = (): Config => EMPTY;

/** The defaults, with what files of `configurations` add to them. */
export function loadConfig(root: Root, paths: readonly string[]): Config {
  return paths.reduce((config, path) => mergeConfigs(config, read(root.text(path))), mergeConfigs(EMPTY, DEFAULTS));
}

function read(source: string): Config {
  const value = parseYaml(source, (m) => `error converting YAML to JSON: yaml: ${m}`);
  if (!isNodeMap(value))
    throw new CliError(
      "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal into Go value of type builtinconfig.TransformerConfig",
    );
  for (const key of Object.keys(value))
    if (!(key in DEFAULTS)) throw new CliError(`error unmarshaling JSON: while decoding JSON: json: unknown field ${JSON.stringify(key)}`);
  return { ...EMPTY, ...(value as unknown as Partial<Config>) };
}
