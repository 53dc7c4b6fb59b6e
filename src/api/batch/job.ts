import {
  deepEqual,
  field,
  formatLabelSelector,
  humanDuration,
  isDNS1123Label,
  labelSelector,
  SelectorError,
  semanticEqual,
  type FieldError,
} from "../../machinery/index.ts";
import { parseTime } from "../../sim/index.ts";
import type { Errors } from "../checks.ts";
import { ageColumn, templateColumns } from "../columns.ts";
import { defaultTemplate } from "../core/pod/defaults.ts";
import { templateWarnings } from "../core/pod/warnings.ts";
import { at, fill, mapList, put } from "../defaulting.ts";
import type { Job, JobSpec, PodTemplateSpec } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { checkJobSpec } from "./job-spec.ts";
import { hasCondition, validateJobStatus } from "./job-status.ts";

const EMPTY_STATUS = Object.freeze({});

/** k8s: pkg/apis/batch/v1/defaults.go SetDefaults_Job. */
function defaults(job: Job): Job {
  const given = job.spec ?? ({} as JobSpec);
  const once = given.completions === undefined && given.parallelism === undefined ? { completions: 1 } : {};
  const spec = fill(defaultJobTemplate(given), {
    ...once,
    parallelism: 1,
    backoffLimit: given.backoffLimitPerIndex === undefined ? 6 : 2147483647,
    completionMode: "NonIndexed",
    suspend: false,
    podReplacementPolicy: given.podFailurePolicy ? "Failed" : "TerminatingOrFailed",
    manualSelector: false,
  });
  return labelled(put(job, "spec", spec));
}

/** A job without labels has its template's. */
function labelled(job: Job): Job {
  const labels = job.spec?.template.metadata?.labels;
  if (labels === undefined || Object.keys(job.metadata?.labels ?? {}).length > 0) return job;
  return put(job, "metadata", { ...job.metadata, labels });
}

/** What a job's template and a cron job's template of a job have in common. */
export function defaultJobTemplate(spec: JobSpec): JobSpec {
  const next = put(spec, "template", defaultTemplate(spec.template));
  return at(next, "podFailurePolicy", (policy) =>
    at(policy, "rules", (rules) =>
      mapList(rules, (rule) => at(rule, "onPodConditions", (patterns) => mapList(patterns, (p) => fill(p, { status: "True" })))),
    ),
  );
}

const UID_LABELS = ["controller-uid", "batch.kubernetes.io/controller-uid"];
const NAME_LABELS = ["job-name", "batch.kubernetes.io/job-name"];

/** k8s: registry/batch/job/strategy.go generateSelector. What contradicts the generated labels is refused by validation. */
function generateSelector(job: Job): Job {
  const spec = job.spec as JobSpec;
  if (spec.manualSelector) return job;
  const { uid = "", name = "" } = job.metadata ?? {};
  const generated = Object.fromEntries([...NAME_LABELS.map((key) => [key, name]), ...UID_LABELS.map((key) => [key, uid])]) as object;
  const template: PodTemplateSpec = {
    ...spec.template,
    metadata: { ...spec.template.metadata, labels: { ...generated, ...spec.template.metadata?.labels } },
  };
  const matchLabels = { "batch.kubernetes.io/controller-uid": uid, ...spec.selector?.matchLabels };
  return { ...job, spec: { ...spec, selector: { ...spec.selector, matchLabels }, template } };
}

/** k8s: validateGeneratedSelector. */
function checkGeneratedSelector(errors: Errors, job: Job): void {
  const { uid = "", name = "" } = job.metadata ?? {};
  const { manualSelector, selector, template } = job.spec as JobSpec;
  if (manualSelector || selector === undefined) return;
  if (uid === "") errors.push(field.required("metadata.uid"));
  const expected: Record<string, string> = {};
  const labels = template.metadata?.labels ?? {};
  for (const [i, key] of UID_LABELS.entries()) {
    for (const [label, value] of [
      [key, uid],
      [NAME_LABELS[i] as string, name],
    ] as const) {
      expected[label] = value;
      const path = `spec.template.metadata.labels[${label}]`;
      if (labels[label] === undefined) errors.push(field.required(path, `must be '${value}'`));
      else if (labels[label] !== value) errors.push(field.invalid(path, labels, `must be '${value}'`));
    }
  }
  try {
    if (!labelSelector(selector).matches(expected)) errors.push(field.invalid("spec.selector", selector, "`selector` not auto-generated"));
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
  }
}

/** k8s: ValidateJob. */
function validate(job: Job): readonly FieldError[] {
  const errors: Errors = [];
  const spec = job.spec as JobSpec;
  checkGeneratedSelector(errors, job);
  checkJobSpec(errors, "spec", spec);
  const name = job.metadata?.name ?? "";
  // The pod of an index is named after it, and so is its host.
  if (spec.completionMode === "Indexed" && (spec.completions ?? 0) > 0) {
    const last = `${name}-${(spec.completions ?? 0) - 1}`;
    if (isDNS1123Label(last).length > 0)
      errors.push(field.invalid("metadata.name", name, `will not able to create pod with invalid DNS label: ${last}`));
  }
  return errors;
}

const IMMUTABLE = ["completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"] as const;

/** k8s: ValidateJobSpecUpdate. */
function validateUpdate(job: Job, old: Job): readonly FieldError[] {
  const errors: Errors = [];
  const spec = job.spec as JobSpec;
  const before = old.spec as JobSpec;
  const unchanged = (name: keyof JobSpec): void => {
    if (!semanticEqual(spec[name], before[name])) errors.push(field.invalid(`spec.${name}`, spec[name] ?? null, "field is immutable"));
  };
  if (spec.completionMode !== "Indexed") unchanged("completions");
  else if (spec.completions !== undefined && spec.completions !== before.completions && spec.completions !== spec.parallelism)
    errors.push(field.invalid("spec.completions", spec.completions, "can only be modified in tandem with spec.parallelism"));
  unchanged("selector");
  if (!semanticEqual(spec.template, asMutable(spec.template, old)))
    errors.push(field.invalid("spec.template", spec.template, "field is immutable"));
  for (const name of IMMUTABLE) unchanged(name);
  return errors;
}

/**
 * The old template with what may change taken from the new one: where pods go and what they ask for, while the job is
 * suspended and has no pods (k8s: validatePodTemplateUpdate; MutablePodResourcesForSuspendedJobs and
 * MutableSchedulingDirectivesForSuspendedJobs are on since 1.36).
 */
function asMutable(wanted: PodTemplateSpec, old: Job): PodTemplateSpec {
  const before = (old.spec as JobSpec).template;
  const quiet = old.status?.startTime === undefined || (hasCondition(old, "Suspended") && (old.status.active ?? 0) === 0);
  if (!old.spec?.suspend || !quiet || !wanted.spec || !before.spec) return before;
  const { nodeSelector, tolerations, schedulingGates, affinity } = wanted.spec;
  const { nodeAffinity: _, ...others } = before.spec.affinity ?? {};
  const nodeAffinity = affinity?.nodeAffinity;
  const merged = { ...others, ...(nodeAffinity ? { nodeAffinity } : {}) };
  const withResources = <C extends { readonly name: string; readonly resources?: object }>(
    list: readonly C[] | undefined,
    now: readonly C[] | undefined,
  ) => list?.map((c, i) => (now?.[i]?.name === c.name ? { ...c, resources: now[i]?.resources } : c));
  return {
    metadata: { ...before.metadata, labels: wanted.metadata?.labels, annotations: wanted.metadata?.annotations },
    spec: {
      ...before.spec,
      nodeSelector,
      tolerations,
      schedulingGates,
      affinity: affinity === undefined && Object.keys(merged).length === 0 ? undefined : merged,
      containers: withResources(before.spec.containers, wanted.spec.containers),
      initContainers: withResources(before.spec.initContainers, wanted.spec.initContainers),
    },
  } as unknown as PodTemplateSpec;
}

/** k8s: pkg/api/job/warnings.go WarningsForJobSpec. */
export function jobSpecWarnings(path: string, spec: JobSpec | undefined, old: JobSpec | undefined): readonly string[] {
  const { completionMode, completions = 0, parallelism = 0 } = spec ?? ({} as Partial<JobSpec>);
  const untracked =
    completionMode === "Indexed" && completions > 100_000 && parallelism > 10_000
      ? [
          "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail",
        ]
      : [];
  return [...untracked, ...templateWarnings(`${path}.template`, spec, old)];
}

/** Names that are no DNS labels are no good as names of pods (k8s: WarningsOnCreate of jobs and cron jobs). */
export function podNameWarnings(name: string): readonly string[] {
  const problems = isDNS1123Label(name);
  if (problems.length === 0) return [];
  return [
    `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${problems.join(" ")}]`,
  ];
}

function completions({ spec, status }: Job): string {
  const done = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${done}/${spec.completions}`;
  const parallel = spec?.parallelism ?? 0;
  return parallel > 1 ? `${done}/1 of ${parallel}` : `${done}/1`;
}

function duration({ status }: Job, now: number): string {
  if (!status?.startTime) return "";
  return humanDuration((status.completionTime ? parseTime(status.completionTime) : now) - parseTime(status.startTime));
}

/** k8s: printers printJob. */
function statusWord(job: Job): string {
  for (const type of ["Complete", "Failed"]) if (hasCondition(job, type)) return type;
  if (job.metadata?.deletionTimestamp) return "Terminating";
  return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find((type) => hasCondition(job, type)) ?? "Running";
}

export const job: Kind<Job> = {
  group: "batch",
  version: "v1",
  kind: "Job",
  plural: "jobs",
  singular: "job",
  categories: ["all"],
  namespaced: true,
  subresources: ["status"],
  statusKeepsMetadata: true,
  generation: true,
  defaults,
  validate,
  rulesLast: true,
  validateUpdate,
  validateStatusUpdate: validateJobStatus,
  // What is read from etcd gets its defaults again, so generated labels are also the job's own.
  prepareForCreate: (object) => labelled(generateSelector({ ...object, status: EMPTY_STATUS })),
  fields: (object) => ({ "status.successful": String(object.status?.succeeded ?? 0) }),
  selectableFields: ["status.successful"],
  fieldRefusal: (label) => `field label ${JSON.stringify(label)} not supported for Job`,
  // Jobs of batch/v1 keep their pods, for old times' sake (k8s: DefaultGarbageCollectionPolicy).
  defaultPropagation: "orphan",
  orphanWarning:
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning",
  columns: [
    { name: "Status", description: "How it stands.", cell: statusWord },
    { name: "Completions", description: "Pods that succeeded, of those wanted.", cell: completions },
    { name: "Duration", description: "How long it has run, or ran.", cell: duration },
    ageColumn,
    ...templateColumns<Job>((j) => j.spec?.template.spec),
    { name: "Selector", description: "Which pods are its own.", wide: true, cell: (j) => formatLabelSelector(j.spec?.selector) },
  ],
  warnings: (object, old) => {
    if (old === undefined) return [...podNameWarnings(object.metadata?.name ?? ""), ...jobSpecWarnings("spec", object.spec, undefined)];
    return deepEqual(object.spec, old.spec) ? [] : jobSpecWarnings("spec", object.spec, old.spec);
  },
};
