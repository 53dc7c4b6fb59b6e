import { field, type FieldError, fieldErrorMessage } from "../machinery/index.ts";
import { argsValidation } from "./plugins/args-validation.ts";
import { plugins } from "./plugins/index.ts";
import { type ExtensionPoint, extensionPoints, makeProfile, type Profile, type Weighted } from "./profile.ts";
import type { Handle, PluginFactory, SchedulerPlugin } from "./types.ts";

interface NamedPlugin {
  readonly name: string;
  readonly weight?: number;
}

interface PluginSet {
  readonly enabled?: readonly NamedPlugin[];
  readonly disabled?: readonly NamedPlugin[];
}

interface ProfileConfiguration {
  readonly schedulerName?: string;
  readonly percentageOfNodesToScore?: number;
  readonly plugins?: Readonly<Partial<Record<ExtensionPoint | "multiPoint", PluginSet>>>;
  readonly pluginConfig?: readonly { readonly name: string; readonly args?: unknown }[];
}

/** kubescheduler.config.k8s.io/v1, as far as a scheduler in one process has use for it. */
export interface KubeSchedulerConfiguration {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly percentageOfNodesToScore?: number;
  readonly podInitialBackoffSeconds?: number;
  readonly podMaxBackoffSeconds?: number;
  readonly parallelism?: number;
  readonly profiles?: readonly ProfileConfiguration[];
  readonly extenders?: readonly unknown[];
}

export const DEFAULT_SCHEDULER = "default-scheduler";
const API_VERSION = "kubescheduler.config.k8s.io/v1";
/** They are the queue's and the binding's own, and named only to be accepted. */
const BUILT_IN = new Set(["PrioritySort", "DefaultBinder"]);
const FIELDS = new Set([
  "apiVersion",
  "kind",
  "percentageOfNodesToScore",
  "podInitialBackoffSeconds",
  "podMaxBackoffSeconds",
  "parallelism",
  "profiles",
  "extenders",
  "leaderElection",
  "clientConnection",
  "enableProfiling",
  "enableContentionProfiling",
]);

/** What is wrong with a configuration, in words; none: it can be used. Takes anything that YAML can say. */
export function checkConfiguration(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return ["a KubeSchedulerConfiguration must be an object"];
  return validateConfiguration(value as KubeSchedulerConfiguration, plugins).map(fieldErrorMessage);
}

/** k8s: apis/config/validation ValidateKubeSchedulerConfiguration. */
function validateConfiguration(config: KubeSchedulerConfiguration, known: Readonly<Record<string, PluginFactory>>): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (config.apiVersion !== API_VERSION) errors.push(field.notSupported("apiVersion", config.apiVersion ?? "", [API_VERSION]));
  if (config.kind !== "KubeSchedulerConfiguration")
    errors.push(field.notSupported("kind", config.kind ?? "", ["KubeSchedulerConfiguration"]));
  for (const name in config) if (!FIELDS.has(name)) errors.push(field.invalid(name, name, "unknown field"));
  if (config.parallelism !== undefined && config.parallelism <= 0)
    errors.push(field.invalid("parallelism", config.parallelism, "should be an integer value greater than zero"));
  checkPercentage(errors, "percentageOfNodesToScore", config.percentageOfNodesToScore);
  const { podInitialBackoffSeconds: initial = 1, podMaxBackoffSeconds: max = 10 } = config;
  if (initial <= 0) errors.push(field.invalid("podInitialBackoffSeconds", initial, "must be greater than 0"));
  if (max < initial) errors.push(field.invalid("podMaxBackoffSeconds", max, "must be greater than or equal to PodInitialBackoffSeconds"));
  // An extender is a server outside the cluster, and there is no outside.
  if (config.extenders?.length) errors.push(field.forbidden("extenders", "extenders are not simulated yet in Timonel"));
  if (config.profiles?.length === 0) errors.push(field.required("profiles", ""));
  const names = new Set<string>();
  config.profiles?.forEach((profile, i) => checkProfile(errors, `profiles[${i}]`, profile, known, names));
  return errors;
}

function checkProfile(
  errors: FieldError[],
  path: string,
  { schedulerName = DEFAULT_SCHEDULER, percentageOfNodesToScore, plugins: sets = {}, pluginConfig = [] }: ProfileConfiguration,
  known: Readonly<Record<string, PluginFactory>>,
  names: Set<string>,
): void {
  if (names.has(schedulerName)) errors.push(field.duplicate(`${path}.schedulerName`, schedulerName));
  names.add(schedulerName);
  checkPercentage(errors, `${path}.percentageOfNodesToScore`, percentageOfNodesToScore);
  for (const [point, { enabled = [] }] of Object.entries(sets)) {
    if (point !== "multiPoint" && !(extensionPoints as readonly string[]).includes(point))
      errors.push(field.invalid(`${path}.plugins.${point}`, point, "unknown field"));
    enabled.forEach(({ name }, i) => {
      if (!known[name] && !BUILT_IN.has(name))
        errors.push(field.invalid(`${path}.plugins.${point}.enabled[${i}]`, name, `plugin "${name}" does not exist`));
    });
  }
  const configured = new Set<string>();
  pluginConfig.forEach(({ name, args }, i) => {
    if (configured.has(name)) errors.push(field.duplicate(`${path}.pluginConfig[${i}]`, name));
    configured.add(name);
    if (!known[name]) errors.push(field.invalid(`${path}.pluginConfig[${i}].name`, name, `plugin "${name}" does not exist`));
    errors.push(...(argsValidation[name]?.(args, `${path}.pluginConfig[${i}].args`) ?? []));
  });
}

function checkPercentage(errors: FieldError[], path: string, value: number | undefined): void {
  if (value !== undefined && (value < 0 || value > 100)) errors.push(field.invalid(path, value, "not in valid range [0-100]"));
}

/** The profiles of a configuration that `validateConfiguration` finds nothing wrong with. */
export function makeProfiles(
  { profiles = [{}], percentageOfNodesToScore = 0 }: KubeSchedulerConfiguration,
  known: Readonly<Record<string, PluginFactory>>,
  handle: Handle,
): ReadonlyMap<string, Profile> {
  const made = profiles.map((profile) => {
    const instances = new Map<string, SchedulerPlugin>();
    const instance = (name: string): SchedulerPlugin | undefined => {
      const factory = known[name];
      if (!factory || instances.has(name)) return instances.get(name);
      const plugin = factory(handle, profile.pluginConfig?.find((c) => c.name === name)?.args);
      instances.set(name, plugin);
      return plugin;
    };
    const points = new Map(extensionPoints.map((point) => [point, pluginsAt(point, profile, known, instance)] as const));
    const share = profile.percentageOfNodesToScore ?? percentageOfNodesToScore;
    return makeProfile(profile.schedulerName ?? DEFAULT_SCHEDULER, (point) => points.get(point) ?? [], share);
  });
  return new Map(made.map((profile) => [profile.name, profile]));
}

/**
 * What is on at one point, in order: those that multiPoint has and the point names again, the rest of multiPoint, then
 * what only the point has (k8s: framework/runtime expandMultiPointPlugins).
 */
function pluginsAt(
  point: ExtensionPoint,
  { plugins: sets = {} }: ProfileConfiguration,
  known: Readonly<Record<string, PluginFactory>>,
  instance: (name: string) => SchedulerPlugin | undefined,
): readonly Weighted[] {
  const { enabled = [], disabled = [] } = sets[point] ?? {};
  const off = new Set(disabled.map((p) => p.name));
  const here = new Set(enabled.map((p) => p.name));
  const general = multiPoint(sets.multiPoint ?? {}, Object.keys(known));
  const inherited = general.filter((p) => !here.has(p.name) && !off.has(p.name) && !off.has("*"));
  const again = enabled.filter((p) => general.some((g) => g.name === p.name));
  const only = enabled.filter((p) => !again.includes(p));
  return [...again, ...inherited, ...only].flatMap(({ name, weight }) => {
    const plugin = instance(name);
    return plugin ? [{ plugin, weight: weight || (plugin.weight ?? 1) }] : [];
  });
}

/** The default plugins with what is changed about them (k8s: mergePluginSet). */
function multiPoint({ enabled = [], disabled = [] }: PluginSet, defaults: readonly string[]): readonly NamedPlugin[] {
  const off = new Set(disabled.map((p) => p.name));
  const kept = off.has("*") ? [] : defaults.filter((name) => !off.has(name));
  const merged = kept.map((name): NamedPlugin => enabled.find((p) => p.name === name) ?? { name });
  return [...merged, ...enabled.filter((p) => !kept.includes(p.name))];
}
