import { CliError } from "../errors.ts";
import { absorb } from "./absorb.ts";
import { generate, type GeneratorArgs } from "./generators.ts";
import { changeImages, type ImageChange } from "./images.ts";
import { addEntries } from "./labels.ts";
import { affix, setNamespace, type Subjects } from "./names.ts";
import { parseResources } from "./parse.ts";
import { patch, patchByOperations, patchStrategically, type PatchArgs } from "./patches.ts";
import { replace, type Replacement } from "./replacements.ts";
import { setReplicas } from "./replicas.ts";
import { text, type Res } from "./resource.ts";
import type { Root } from "./root.ts";
import type { FieldSpec } from "./specs.ts";

/** What a file of `transformers` or `generators` configures. */
interface PluginConfig extends Omit<GeneratorArgs, "options">, Omit<PatchArgs, "options"> {
  readonly options?: NonNullable<GeneratorArgs["options"]> & NonNullable<PatchArgs["options"]>;
  readonly fieldSpecs?: readonly FieldSpec[];
  readonly prefix?: string;
  readonly suffix?: string;
  readonly unsetOnly?: boolean;
  readonly setRoleBindingSubjects?: Subjects;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly paths?: readonly string[];
  readonly patches?: string;
  readonly jsonOp?: string;
  readonly replica?: { readonly name?: string; readonly count?: number };
  readonly imageTag?: ImageChange;
  readonly replacements?: readonly Replacement[];
}
type Plugin = (list: Res[], config: PluginConfig, res: Res, root: Root) => void;

const TRANSFORMERS: Readonly<Record<string, Plugin>> = {
  PrefixTransformer: (list, c) => affix(list, "prefix", c.prefix ?? "", c.fieldSpecs ?? []),
  SuffixTransformer: (list, c) => affix(list, "suffix", c.suffix ?? "", c.fieldSpecs ?? []),
  NamespaceTransformer: (list, c, { id }) =>
    setNamespace(list, id.namespace, c.fieldSpecs ?? [], {
      ...(c.unsetOnly === undefined ? {} : { unsetOnly: c.unsetOnly }),
      ...(c.setRoleBindingSubjects === undefined ? {} : { subjects: c.setRoleBindingSubjects }),
    }),
  LabelTransformer: (list, c) => addEntries(list, c.labels ?? {}, c.fieldSpecs ?? []),
  AnnotationsTransformer: (list, c) => addEntries(list, c.annotations ?? {}, c.fieldSpecs ?? []),
  PatchTransformer: (list, { path, patch: inline, target, options }, _, root) =>
    patch(
      list,
      {
        ...(path ? { path } : {}),
        ...(inline ? { patch: inline } : {}),
        ...(target ? { target } : {}),
        ...(options ? { options } : {}),
      } as PatchArgs,
      root,
    ),
  PatchStrategicMergeTransformer: (list, c, _, root) =>
    patchStrategically(list, [...(c.paths ?? []), ...(c.patches ? [c.patches] : [])], root),
  PatchJson6902Transformer: (list, { target, path, jsonOp }, _, root) =>
    patchByOperations(list, { ...(target ? { target } : {}), ...(path ? { path } : {}), ...(jsonOp ? { patch: jsonOp } : {}) }, root),
  ReplicaCountTransformer: (list, c) => setReplicas(list, c.replica ?? {}, c.fieldSpecs ?? []),
  ImageTagTransformer: (list, c) => changeImages(list, c.imageTag ?? {}, c.fieldSpecs ?? []),
  ReplacementTransformer: (list, c) => (c.replacements ?? []).forEach((r) => replace(list, r)),
};

const GENERATORS: Readonly<Record<string, Plugin>> = Object.fromEntries(
  (["ConfigMap", "Secret"] as const).map((kind) => [
    `${kind}Generator`,
    (list: Res[], c: PluginConfig, { id }: Res, root: Root) =>
      absorb(list, generate(kind, { ...c, name: id.name, ...(id.namespace ? { namespace: id.namespace } : {}) }, undefined, root)),
  ]),
);

/** Runs what is built in; anything else would be a program of the learner's, which kubectl does not run. */
export function runPlugins(list: Res[], configs: readonly Res[], kind: "transformer" | "generator", root: Root): void {
  for (const res of configs) {
    const plugin = (kind === "generator" ? GENERATORS : TRANSFORMERS)[res.gvk.kind];
    if (!plugin || text(res.node["apiVersion"]) !== "builtin")
      throw new CliError(
        `${kind === "generator" ? "failed to load generator: " : ""}external plugins disabled; unable to load external plugin '${res.gvk.kind}'`,
      );
    plugin(list, res.node as PluginConfig, res, root);
  }
}

/** Whether a text configures something by itself, and is no path. */
export function inlineConfig(entry: string): readonly Res[] | undefined {
  try {
    return parseResources(entry);
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}
