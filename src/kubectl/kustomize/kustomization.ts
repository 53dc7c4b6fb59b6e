import { CliError } from "../errors.ts";
import { sorted } from "../manifest/json.ts";
import { parseYaml } from "../manifest/read.ts";
import type { GeneratorArgs, GeneratorOptions } from "./generators.ts";
import type { ImageChange } from "./images.ts";
import type { LabelArgs } from "./labels.ts";
import type { SortOptions } from "./order.ts";
import type { PatchArgs } from "./patches.ts";
import type { Replacement } from "./replacements.ts";
import { isNodeMap } from "./resource.ts";
import type { Root } from "./root.ts";
import { decode, KUSTOMIZATION } from "./shape.ts";
import type { Var } from "./vars.ts";

/** What a kustomization.yaml says. */
export interface Kustomization {
  /** The name of the file that says it. */
  readonly file: string;
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly namespace?: string;
  readonly commonLabels?: Readonly<Record<string, string>>;
  readonly labels?: readonly LabelArgs[];
  readonly commonAnnotations?: Readonly<Record<string, string>>;
  readonly patchesStrategicMerge?: readonly string[];
  readonly patchesJson6902?: readonly PatchArgs[];
  readonly patches?: readonly PatchArgs[];
  readonly images?: readonly ImageChange[];
  readonly imageTags?: readonly ImageChange[];
  readonly replacements?: readonly (Replacement & { readonly path?: string })[];
  readonly replicas?: readonly { readonly name?: string; readonly count?: number }[];
  readonly vars?: readonly Var[];
  readonly sortOptions?: SortOptions;
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly crds?: readonly string[];
  readonly bases?: readonly string[];
  readonly configMapGenerator?: readonly GeneratorArgs[];
  readonly secretGenerator?: readonly GeneratorArgs[];
  readonly helmCharts?: readonly object[];
  readonly helmChartInflationGenerator?: readonly object[];
  readonly generatorOptions?: GeneratorOptions;
  readonly configurations?: readonly string[];
  readonly generators?: readonly string[];
  readonly transformers?: readonly string[];
  readonly validators?: readonly string[];
  readonly buildMetadata?: readonly string[];
  readonly openapi?: Readonly<Record<string, string>>;
}

const NAMES = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
const VERSION = "kustomize.config.k8s.io/v1beta1";
const COMPONENT = "kustomize.config.k8s.io/v1alpha1";

const RUN_FIX = "Run 'kustomize edit fix' to update your Kustomization automatically.";
const DEPRECATED: readonly (readonly [keyof Kustomization, string])[] = [
  ["bases", `'bases' is deprecated. Please use 'resources' instead. ${RUN_FIX}`],
  ["commonLabels", `'commonLabels' is deprecated. Please use 'labels' instead. ${RUN_FIX}`],
  ["imageTags", `'imageTags' is deprecated. Please use 'images' instead. ${RUN_FIX}`],
  ["patchesJson6902", `'patchesJson6902' is deprecated. Please use 'patches' instead. ${RUN_FIX}`],
  ["patchesStrategicMerge", `'patchesStrategicMerge' is deprecated. Please use 'patches' instead. ${RUN_FIX}`],
  ["vars", `'vars' is deprecated. Please use 'replacements' instead. [EXPERIMENTAL] ${RUN_FIX}`],
];

/** Reads a folder's kustomization; `warn` hears of what is deprecated. */
export function loadKustomization(root: Root, warn: (text: string) => void): Kustomization {
  const [name, another] = root.having(NAMES);
  if (name === undefined)
    throw new CliError(`unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${root.path}'`);
  if (another !== undefined) throw new CliError(`Found multiple kustomization files under: ${root.path}\n`);
  const value = parseYaml(root.text(name), (m) => `invalid Kustomization: yaml: ${m}`);
  if (value !== null && !isNodeMap(value))
    throw new CliError(
      `invalid Kustomization: json: cannot unmarshal ${Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value} into Go value of type types.Kustomization`,
    );
  const k = decode(sorted(value ?? {}), KUSTOMIZATION, "Kustomization") as Kustomization;
  for (const [field, words] of DEPRECATED) if (k[field] !== undefined) warn(`# Warning: ${words}\n`);
  const said = Object.entries(k).filter(([key, v]) => key !== "apiVersion" && key !== "kind" && v !== "" && v !== null);
  if (said.length === 0) throw new CliError("kustomization.yaml is empty");
  const kind = k.kind || "Kustomization";
  const wanted = kind === "Component" ? COMPONENT : VERSION;
  const wrong = [
    ...(kind === "Kustomization" || kind === "Component" ? [] : ["kind should be Kustomization or Component"]),
    ...(!k.apiVersion || k.apiVersion === wanted ? [] : [`apiVersion for ${kind} should be ${wanted}`]),
  ];
  if (wrong.length > 0) throw new CliError(`Failed to read kustomization file under ${root.path}:\n${wrong.join("\n")}`);
  return {
    ...k,
    file: name,
    kind,
    resources: [...(k.resources ?? []), ...(k.bases ?? [])],
    images: [...(k.images ?? []), ...(k.imageTags ?? [])],
  };
}
