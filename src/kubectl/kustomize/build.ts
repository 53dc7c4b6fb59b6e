import { CliError } from "../errors.ts";
import { parseYaml } from "../manifest/read.ts";
import { toYaml } from "../manifest/write.ts";
import type { Files } from "../types.ts";
import { absorb } from "./absorb.ts";
import { loadConfig, mergeConfigs, noConfig, type Config } from "./config.ts";
import { generate } from "./generators.ts";
import { contentHash } from "./hash.ts";
import { effectiveNamespace } from "./ids.ts";
import { changeImages } from "./images.ts";
import { loadKustomization, type Kustomization } from "./kustomization.ts";
import { addEntries, labelFields } from "./labels.ts";
import { affix, setNamespace } from "./names.ts";
import { inOrder } from "./order.ts";
import { generatedBy, originOf, removeOrigins, setOrigin, type Origin } from "./origin.ts";
import { parseResources } from "./parse.ts";
import { patch, patchByOperations, patchStrategically } from "./patches.ts";
import { inlineConfig, runPlugins } from "./plugins.ts";
import { fixReferences } from "./references.ts";
import { replace, type Replacement } from "./replacements.ts";
import { setReplicas } from "./replicas.ts";
import { append, isNodeMap, type NodeMap, type Res } from "./resource.ts";
import { Root } from "./root.ts";
import { addVars, join, resolveVars, type Var } from "./vars.ts";
import { failureOf, within } from "./within.ts";

export interface BuildOptions {
  readonly fs: Files;
  readonly cwd: string;
  /** --load-restrictor=LoadRestrictionsNone. */
  readonly anywhere?: boolean;
  /** --reorder, which is deprecated. */
  readonly reorder?: "none" | "legacy";
  /** The program that --enable-helm would run. */
  readonly helm?: string | undefined;
  /** Told of what is deprecated or never used, each with its newline. */
  readonly warn: (text: string) => void;
  readonly log: (text: string) => void;
}

/** Everything of one level and below it. */
interface Level {
  list: Res[];
  config: Config;
  vars: Map<string, Var>;
}
const nothing = (): Level => ({ list: [], config: noConfig(), vars: new Map() });

/** The objects that a folder's kustomization makes, in the order in which they are printed. */
export function build(path: string, options: BuildOptions): readonly NodeMap[] {
  const root = Root.at(options.fs, options.cwd, path, options.anywhere === true);
  const target = new Target(root, loadKustomization(root, options.warn), options, undefined);
  const { k } = target;
  const level = target.accumulate(nothing());
  const { list, config, vars } = level;
  for (const res of list) {
    if (!res.hashed) continue;
    res.remember(effectiveNamespace(res.id));
    res.meta["name"] = `${res.id.name}-${contentHash(res.node)}`;
  }
  fixReferences(list, config.nameReference);
  const unused = resolveVars(list, vars, config.varReference);
  if (unused.length > 0) options.log(`well-defined vars that were never replaced: ${unused.join(",")}`);
  const kept = list.filter((res) => {
    const local = res.annotations()["config.kubernetes.io/local-config"];
    return local === undefined || local === "false";
  });
  const ordered = k.sortOptions || options.reorder !== "none" ? inOrder(kept, k.sortOptions) : kept;
  if (k.buildMetadata?.includes("managedByLabel"))
    addEntries(ordered, { "app.kubernetes.io/managed-by": "kustomize-(devel)" }, [{ path: "metadata/labels", create: true }]);
  if (!k.buildMetadata?.includes("originAnnotations")) removeOrigins(ordered);
  return ordered.map((res) => withoutEmptyMarks(res.node));
}

/** Labels and annotations that nothing is left of go. */
function withoutEmptyMarks(node: NodeMap): NodeMap {
  const meta = node["metadata"];
  if (!isNodeMap(meta)) return node;
  if (isNodeMap(meta["annotations"]) && Object.keys(meta["annotations"]).length === 0) delete meta["annotations"];
  return node;
}

/** One folder of a build (kustomize: api/internal/target KustTarget). */
class Target {
  readonly k: Kustomization;
  readonly #root: Root;
  readonly #options: BuildOptions;
  readonly #origin: Origin | undefined;

  constructor(root: Root, k: Kustomization, options: BuildOptions, origin: Origin | undefined) {
    this.k = k;
    this.#root = root;
    this.#options = options;
    this.#origin = origin ?? ((k.buildMetadata?.length ?? 0) > 0 ? originOf("") : undefined);
    if (k.openapi) {
      if (k.openapi["path"]) root.text(k.openapi["path"]);
      throw new CliError("the field 'openapi' of a kustomization is not simulated yet in Timonel");
    }
    if (k.buildMetadata?.includes("transformerAnnotations"))
      throw new CliError("transformerAnnotations of buildMetadata are not simulated yet in Timonel");
  }

  /** `into`: empty, or what a component adds to. */
  accumulate(into: Level): Level {
    const { k } = this;
    const root = this.#root;
    within("accumulating resources", () => this.#resources(into, k.resources ?? []));
    into.config = mergeConfigs(into.config, loadConfig(root, k.configurations ?? []));
    if (k.crds?.length) {
      within(`loading CRDs [${k.crds.join(" ")}]`, () => k.crds?.forEach((path) => root.text(path)));
      throw new CliError("the field 'crds' of a kustomization is not simulated yet in Timonel");
    }
    this.#generate(into);
    let level = into;
    within("accumulating components", () => {
      for (const path of k.components ?? []) level = this.#component(level, path);
    });
    this.#transform(level);
    if (k.validators?.length) runPlugins(level.list, this.#configsOf(k.validators), "transformer", root);
    within(`merging vars ${JSON.stringify(k.vars)}`, () => addVars(level.vars, k.vars ?? [], level.list));
    return level;
  }

  #resources(into: Level, paths: readonly string[]): void {
    for (const path of paths) {
      const asFile = failureOf(() => this.#file(into.list, path));
      if (asFile === undefined) continue;
      let base: Root;
      try {
        base = this.#root.sub(path);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        if (asFile.includes("MalformedYAMLError")) throw new CliError(asFile);
        throw new CliError(`accumulation err='${asFile}': ${error.message}`);
      }
      within(`accumulation err='${asFile}'`, () => {
        const below = this.#below(base, path, false);
        const level = within(`recursed accumulation of path '${base.path}'`, () => below.accumulate(nothing()));
        within(`recursed merging from path '${base.path}'`, () => merge(into, level));
      });
    }
  }

  #below(base: Root, path: string, component: boolean): Target {
    const k = within(`couldn't make target for path '${base.path}'`, () => loadKustomization(base, this.#options.warn));
    const below = new Target(
      base,
      { ...k, buildMetadata: this.k.buildMetadata ?? [] },
      this.#options,
      this.#origin && originOf(path, this.#origin),
    );
    if (component && k.kind !== "Component")
      throw new CliError(`expected kind 'Component' for path '${base.path}' but got '${k.kind ?? ""}'`);
    if (!component && k.kind === "Component") throw new CliError(`expected kind != 'Component' for path '${base.path}'`);
    return below;
  }

  #component(level: Level, path: string): Level {
    const quoted = <T>(words: string, work: () => T): T => {
      try {
        return work();
      } catch (error) {
        if (error instanceof CliError) throw new CliError(`${words} ${JSON.stringify(error.message)}`);
        throw error;
      }
    };
    const root = quoted("loader.New", () => this.#root.sub(path));
    return quoted("accumulateDirectory:", () => {
      const below = this.#below(root, path, true);
      return within(`recursed accumulation of path '${root.path}'`, () => below.accumulate(level));
    });
  }

  #file(list: Res[], path: string): void {
    const found = within(`accumulating resources from '${path}'`, () => {
      const text = this.#root.text(path);
      try {
        const read: Res[] = [];
        append(read, parseResources(text));
        return read;
      } catch (error) {
        if (error instanceof CliError && error.message.includes("MalformedYAMLError"))
          throw new CliError(`${error.message} in File: ${path}`);
        throw error;
      }
    });
    if (this.#origin) for (const res of found) setOrigin(res, originOf(path, this.#origin));
    within(`merging resources from '${path}'`, () => append(list, found));
  }

  #generate(into: Level): void {
    const { configMapGenerator = [], secretGenerator = [], helmCharts = [], helmChartInflationGenerator = [], generatorOptions } = this.k;
    const made = [
      ...configMapGenerator.map((args) => ["ConfigMap", args] as const),
      ...secretGenerator.map((args) => ["Secret", args] as const),
    ];
    refuseHelm([...helmCharts, ...helmChartInflationGenerator], this.#options.helm);
    for (const [kind, args] of made) {
      const res = generate(kind, args, generatorOptions, this.#root);
      if (this.#origin) setOrigin(res, generatedBy(`${kind}Generator`, this.k.file, this.#origin));
      absorb(into.list, res);
    }
    const { generators } = this.k;
    if (generators?.length)
      within("loading generator plugins", () => runPlugins(into.list, this.#configsOf(generators), "generator", this.#root));
  }

  /** Inline texts or files that say what a plugin shall do. */
  #configsOf(entries: readonly string[]): Res[] {
    const level = nothing();
    const paths = entries.filter((entry) => {
      const inline = inlineConfig(entry);
      if (inline) append(level.list, inline);
      return !inline;
    });
    this.#resources(level, paths);
    return level.list;
  }

  #transform(level: Level): void {
    const { k } = this;
    const root = this.#root;
    const { list, config } = level;
    if (k.patchesStrategicMerge?.length) patchStrategically(list, k.patchesStrategicMerge, root);
    for (const args of k.patches ?? []) patch(list, args, root);
    if (k.namespace) setNamespace(list, k.namespace, config.namespace);
    affix(list, "prefix", k.namePrefix ?? "", config.namePrefix);
    affix(list, "suffix", k.nameSuffix ?? "", config.nameSuffix);
    for (const label of k.labels ?? []) addEntries(list, label.pairs ?? {}, labelFields(label, config));
    addEntries(list, k.commonLabels ?? {}, config.commonLabels);
    addEntries(list, k.commonAnnotations ?? {}, config.commonAnnotations);
    for (const args of k.patchesJson6902 ?? []) patchByOperations(list, args, root);
    for (const replica of k.replicas ?? []) setReplicas(list, replica, config.replicas);
    for (const image of k.images ?? []) changeImages(list, image, config.images);
    for (const entry of k.replacements ?? []) for (const one of replacementsOf(entry, root)) replace(list, one);
    if (k.transformers?.length) runPlugins(list, this.#configsOf(k.transformers), "transformer", root);
  }
}

function merge(into: Level, level: Level): void {
  append(into.list, level.list);
  into.config = mergeConfigs(into.config, level.config);
  for (const v of level.vars.values()) join(into.vars, v);
}

function replacementsOf(entry: Replacement & { readonly path?: string }, root: Root): readonly Replacement[] {
  if (!entry.path) return [entry];
  if (entry.source || entry.targets?.length) throw new CliError("cannot specify both path and inline replacement");
  const value = parseYaml(root.text(entry.path), (m) => `error converting YAML to JSON: yaml: ${m}`);
  if (Array.isArray(value)) return value as readonly Replacement[];
  if (isNodeMap(value)) return [value as Replacement];
  throw new CliError(`unsupported replacement type encountered within replacement path: ${typeof value}`);
}

function refuseHelm(charts: readonly object[], helm: BuildOptions["helm"]): void {
  const [chart] = charts;
  if (!chart) return;
  const config = toYaml(chart);
  throw helm
    ? new CliError(
        `unable to run: '${helm} version --short' (is 'helm' installed?): exec: ${JSON.stringify(helm)}: executable file not found in $PATH`,
      )
    : new CliError(`trouble configuring builtin HelmChartInflationGenerator with config: \`\n${config}\`: must specify --enable-helm`);
}
