import { describe, expect, it } from "vitest";
import type { CronJob, Job } from "../index.ts";
import { front } from "../testing/front.ts";
import { cronJob } from "./cron-job.ts";
import { job } from "./job.ts";

const jobs = front(job);
const cronJobs = front(cronJob);
const container = { name: "work", image: "busybox:1.36" };
const template = (spec: object = {}) => ({ spec: { restartPolicy: "Never", containers: [container], ...spec } });
const aJob = (spec: object = {}, name = "once") => ({ metadata: { name }, spec: { template: template(), ...spec } });
const aCronJob = (spec: object = {}, name = "report") => ({
  metadata: { name },
  spec: { schedule: "15 4 29 2 *", jobTemplate: { spec: { template: template() } }, ...spec },
});
const now = Date.parse("2026-01-01T01:00:00Z");

describe("jobs", () => {
  it("get their defaults, and labels that select their own pods", () => {
    const uid = "0d9d2b1c-0001-4000-8000-000000000001";
    const made = jobs.made(aJob());
    expect({ ...made.spec, template: made.spec?.template.metadata }).toEqual({
      backoffLimit: 6,
      completionMode: "NonIndexed",
      completions: 1,
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: "TerminatingOrFailed",
      selector: { matchLabels: { "batch.kubernetes.io/controller-uid": uid } },
      suspend: false,
      template: {
        labels: {
          "batch.kubernetes.io/controller-uid": uid,
          "batch.kubernetes.io/job-name": "once",
          "controller-uid": uid,
          "job-name": "once",
        },
      },
    });
    expect(jobs.refusals(aJob())).toEqual([]);
    expect(job.defaults?.(made)).toBe(made);
  });

  it("get defaults that hang together", () => {
    expect(jobs.made(aJob({ parallelism: 3 })).spec?.completions).toBeUndefined();
    const indexed = jobs.made(aJob({ completions: 3, completionMode: "Indexed", backoffLimitPerIndex: 1 }));
    expect([indexed.spec?.parallelism, indexed.spec?.backoffLimit]).toEqual([1, 2147483647]);
    const rules = [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget" }] }];
    const policy = jobs.made(aJob({ podFailurePolicy: { rules } }));
    expect(policy.spec?.podReplacementPolicy).toBe("Failed");
    expect(policy.spec?.podFailurePolicy?.rules[0]?.onPodConditions?.[0]?.status).toBe("True");
    expect(jobs.made(aJob({ template: { metadata: { labels: { a: "b" } }, ...template() } })).metadata?.labels).toEqual({ a: "b" });
  });

  const indexed = { completions: 3, completionMode: "Indexed" };
  const failure = (rule: object) => aJob({ podFailurePolicy: { rules: [rule] } });
  it.each<readonly [string, object, readonly string[]]>([
    [
      "no restart policy",
      aJob({ template: template({ restartPolicy: undefined }) }),
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    [
      "an unknown restart policy",
      aJob({ template: template({ restartPolicy: "Sometimes" }) }),
      [
        'spec.template.spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
        'spec.template.spec.restartPolicy: Unsupported value: "Sometimes": supported values: "OnFailure", "Never"',
      ],
    ],
    [
      "a selector of its own",
      aJob({ selector: { matchLabels: { app: "mine" } }, template: { metadata: { labels: { app: "mine" } }, ...template() } }),
      [
        'spec.selector: Invalid value: {"matchLabels":{"batch.kubernetes.io/controller-uid":"0d9d2b1c-0001-4000-8000-000000000001","app":"mine"}}: `selector` not auto-generated',
      ],
    ],
    [
      "a label that says it is another job's",
      aJob({ template: { metadata: { labels: { "job-name": "other" } }, ...template() } }),
      [
        'spec.template.metadata.labels[job-name]: Invalid value: {"job-name":"other","batch.kubernetes.io/job-name":"once","controller-uid":"0d9d2b1c-0001-4000-8000-000000000001","batch.kubernetes.io/controller-uid":"0d9d2b1c-0001-4000-8000-000000000001"}: must be \'once\'',
      ],
    ],
    [
      "negative numbers",
      aJob({ parallelism: -1, completions: -2, backoffLimit: -3, activeDeadlineSeconds: -4, ttlSecondsAfterFinished: -5 }),
      ["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"].map((name) =>
        expect.stringMatching(`^spec\\.${name}: Invalid value: -\\d: must be greater than or equal to 0$`),
      ) as readonly string[],
    ],
    [
      "an indexed job that does not say how often",
      aJob({ completionMode: "Indexed", parallelism: 2 }),
      ["spec.completions: Required value: when completion mode is Indexed"],
    ],
    [
      "limits of an index without indexes",
      aJob({ maxFailedIndexes: 1 }),
      [
        "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified",
        "spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode",
      ],
    ],
    [
      "an unknown completion mode",
      aJob({ completionMode: "Random" }),
      ['spec.completionMode: Unsupported value: "Random": supported values: "NonIndexed", "Indexed"'],
    ],
    [
      "an indexed job whose pods' names would be too long",
      aJob(indexed, "a".repeat(63)),
      [`metadata.name: Invalid value: "${"a".repeat(63)}": will not able to create pod with invalid DNS label: ${"a".repeat(63)}-2`],
    ],
    [
      "a failure rule with nothing in it",
      failure({ action: "Panic" }),
      [
        'spec.podFailurePolicy.rules[0].action: Unsupported value: "Panic": supported values: "Count", "FailIndex", "FailJob", "Ignore"',
        "spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required",
      ],
    ],
    [
      "a failure rule about exit codes that cannot be",
      failure({ action: "FailJob", onExitCodes: { containerName: "ghost", operator: "In", values: [3, 0, 3] } }),
      [
        'spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "ghost": must be one of the container or initContainer names in the pod template',
        "spec.podFailurePolicy.rules[0].onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator",
        "spec.podFailurePolicy.rules[0].onExitCodes.values[2]: Duplicate value: 3",
        "spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [3,0,3]: must be ordered",
      ],
    ],
    [
      "a failure policy with containers that restart",
      aJob({
        podFailurePolicy: { rules: [{ action: "", onExitCodes: { operator: "", values: [1] } }] },
        podReplacementPolicy: "TerminatingOrFailed",
        template: template({ restartPolicy: "OnFailure" }),
      }),
      [
        'spec.podFailurePolicy.rules[0].action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]',
        'spec.podFailurePolicy.rules[0].onExitCodes.operator: Required value: valid values: ["In" "NotIn"]',
        'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"',
        'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
      ],
    ],
    [
      "a success policy out of reach",
      aJob({ ...indexed, successPolicy: { rules: [{ succeededIndexes: "0,2-3" }, { succeededIndexes: "0-1", succeededCount: 3 }, {}] } }),
      [
        'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0,2-3": error parsing succeededIndexes: too large index: "3"',
        "spec.successPolicy.rules[1].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)",
        "spec.successPolicy.rules[2]: Required value: at least one of succeededCount or succeededIndexes must be specified",
      ],
    ],
    [
      "a success policy of a job without indexes",
      aJob({ successPolicy: { rules: [{ succeededCount: 1 }] } }),
      ['spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: requires indexed completion mode'],
    ],
    [
      "a manager that is no domain's",
      aJob({ managedBy: "me" }),
      ['spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")'],
    ],
  ])("are refused with %s", (_name, object, errors) => {
    expect(jobs.refusals(object)).toEqual(errors);
  });

  it.each<readonly [string, object, object, readonly string[]]>([
    ["completions", {}, { completions: 5 }, ["spec.completions: Invalid value: 5: field is immutable"]],
    [
      "completion mode",
      indexed,
      { completionMode: "NonIndexed" },
      ['spec.completionMode: Invalid value: "NonIndexed": field is immutable'],
    ],
    ["parallelism", {}, { parallelism: 3 }, []],
    ["both counts of an indexed job", indexed, { completions: 5, parallelism: 5 }, []],
    [
      "one count of an indexed job",
      indexed,
      { completions: 5 },
      ["spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism"],
    ],
    ["manager", { managedBy: "acme.io/a" }, { managedBy: "acme.io/b" }, ['spec.managedBy: Invalid value: "acme.io/b": field is immutable']],
    ["scheduling of a suspended job", { suspend: true }, { template: { spec: { nodeSelector: { disk: "ssd" } } } }, []],
    [
      "resources of a suspended job",
      { suspend: true },
      { template: { spec: { containers: [{ ...container, resources: { requests: { cpu: "1" } } }] } } },
      [],
    ],
  ])("keep what may not change: %s", (_name, spec, patch, errors) => {
    expect(jobs.updateRefusals(jobs.made(aJob(spec)), { spec: patch })).toEqual(errors);
  });

  it("keep their template while they run", () => {
    const old = jobs.made(aJob());
    const [error] = jobs.updateRefusals(old, { spec: { template: { spec: { nodeSelector: { disk: "ssd" } } } } });
    expect(error).toMatch(/^spec\.template: Invalid value: .*: field is immutable$/);
  });

  const done = (type: string) => ({ type, status: "True" });
  it.each<readonly [string, object, object, readonly string[]]>([
    ["a start", {}, { active: 1, ready: 0, startTime: "2026-01-01T00:00:00Z" }, []],
    [
      "completion without a time, or a word of success",
      {},
      { startTime: "2026-01-01T00:00:00Z", conditions: [done("Complete")] },
      [
        "status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition",
        "status.completionTime: Required value: completionTime is required for Complete jobs",
      ],
    ],
    [
      "failure with pods that run",
      {},
      { active: 1, startTime: "2026-01-01T00:00:00Z", conditions: [done("Failed"), done("FailureTarget")] },
      ["status.active: Invalid value: 1: active>0 is invalid for finished job"],
    ],
    [
      "a count that falls",
      { failed: 2, startTime: "2026-01-01T00:00:00Z" },
      { failed: 1, startTime: "2026-01-01T00:00:01Z" },
      [
        "status.failed: Invalid value: 1: cannot decrease the failed counter",
        "status.startTime: Required value: startTime cannot be removed for unsuspended job",
      ],
    ],
    [
      "an end taken back",
      { startTime: "2026-01-01T00:00:00Z", conditions: [done("Failed"), done("FailureTarget")] },
      { startTime: "2026-01-01T00:00:00Z" },
      [
        "status.conditions: Invalid value: cannot disable the terminal Failed=True condition",
        "status.conditions: Invalid value: cannot disable the terminal FailureTarget=True condition",
      ],
    ],
    [
      "indexes of a job that has none",
      {},
      { completedIndexes: "0", failedIndexes: "0" },
      [
        'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
        'status.failedIndexes: Invalid value: "0": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
        'status.failedIndexes: Invalid value: "0": failedIndexes and completedIndexes overlap at index: 0',
      ],
    ],
    [
      "pods counted twice",
      {},
      { active: 1, ready: 2, uncountedTerminatedPods: { succeeded: ["a", ""], failed: ["a"] } },
      [
        'status.uncountedTerminatedPods.succeeded[1]: Invalid value: "": must not be empty',
        'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
        "status.ready: Invalid value: 2: cannot set more ready pods than active",
      ],
    ],
  ])("take %s as their status, or say why not", (_name, before, status, errors) => {
    expect(jobs.statusRefusals({ ...jobs.made(aJob()), status: before }, status)).toEqual(errors);
  });

  it.each<readonly [Job["status"], object, readonly unknown[]]>([
    [{}, {}, ["Running", "0/1", ""]],
    [{ startTime: "2026-01-01T00:59:00Z", succeeded: 1 }, { parallelism: 3 }, ["Running", "1/1 of 3", "60s"]],
    [
      {
        startTime: "2026-01-01T00:00:00Z",
        completionTime: "2026-01-01T00:00:05Z",
        succeeded: 2,
        conditions: [
          { type: "SuccessCriteriaMet", status: "True" },
          { type: "Complete", status: "True" },
        ],
      },
      { completions: 2 },
      ["Complete", "2/2", "5s"],
    ],
    [{ conditions: [{ type: "Suspended", status: "True" }] }, { suspend: true }, ["Suspended", "0/1", ""]],
    [{ conditions: [{ type: "FailureTarget", status: "True" }] }, {}, ["FailureTarget", "0/1", ""]],
  ])("show how they stand: %j", (status = {}, spec, cells) => {
    expect(jobs.row({ ...jobs.made(aJob(spec)), status }, now).slice(0, 3)).toEqual(cells);
  });

  it("warn of names that no pod can have", () => {
    expect(jobs.warnings(aJob({}, "a.b"))).toEqual([
      "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')]",
    ]);
  });
});

describe("cron jobs", () => {
  it("get their defaults", () => {
    const made = cronJobs.made(aCronJob());
    expect({ ...made.spec, jobTemplate: { ...made.spec?.jobTemplate, spec: Object.keys(made.spec?.jobTemplate.spec ?? {}) } }).toEqual({
      concurrencyPolicy: "Allow",
      failedJobsHistoryLimit: 1,
      jobTemplate: { metadata: {}, spec: ["template"] },
      schedule: "15 4 29 2 *",
      successfulJobsHistoryLimit: 3,
      suspend: false,
    });
    expect(cronJobs.refusals(aCronJob())).toEqual([]);
  });

  it.each<readonly [string, object, readonly string[]]>([
    [
      "no cron line",
      aCronJob({ schedule: "every morning" }),
      ['spec.schedule: Invalid value: "every morning": expected exactly 5 fields, found 2: [every morning]'],
    ],
    [
      "a zone in the schedule",
      aCronJob({ schedule: "TZ=UTC 15 4 29 2 *" }),
      ['spec.schedule: Invalid value: "TZ=UTC 15 4 29 2 *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead'],
    ],
    ["a zone of nowhere", aCronJob({ timeZone: "Mars/Base" }), ['spec.timeZone: Invalid value: "Mars/Base": unknown time zone Mars/Base']],
    [
      "a zone misspelt",
      aCronJob({ timeZone: "europe/berlin" }),
      ['spec.timeZone: Invalid value: "europe/berlin": unknown time zone europe/berlin'],
    ],
    ["no zone", aCronJob({ timeZone: "" }), ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string']],
    [
      "the zone of wherever",
      aCronJob({ timeZone: "Local" }),
      ['spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'],
    ],
    [
      "a wrong policy and a negative deadline",
      aCronJob({ concurrencyPolicy: "Never", startingDeadlineSeconds: -5 }),
      [
        "spec.startingDeadlineSeconds: Invalid value: -5: must be greater than or equal to 0",
        'spec.concurrencyPolicy: Unsupported value: "Never": supported values: "Allow", "Forbid", "Replace"',
      ],
    ],
    [
      "a template that selects",
      aCronJob({ jobTemplate: { spec: { template: template(), manualSelector: true, selector: { matchLabels: { a: "b" } } } } }),
      [
        'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated',
        'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
      ],
    ],
    [
      "a long name",
      aCronJob({}, "this-name-is-clearly-longer-than-what-a-cronjob-may-use-today"),
      ['metadata.name: Invalid value: "this-name-is-clearly-longer-than-what-a-cronjob-may-use-today": must be no more than 52 characters'],
    ],
  ])("are refused with %s", (_name, object, errors) => {
    expect(cronJobs.refusals(object)).toEqual(errors);
  });

  it.each(["UTC", "Europe/Berlin", "America/Port_of_Spain", "US/Eastern", "Etc/GMT+5", "Asia/Calcutta"])("know the zone %s", (timeZone) => {
    expect(cronJobs.refusals(aCronJob({ timeZone }))).toEqual([]);
  });

  it("show what they do", () => {
    const made: CronJob = {
      ...cronJobs.made(aCronJob({ timeZone: "Europe/Berlin" })),
      status: { active: [{ name: "j" }], lastScheduleTime: "2026-01-01T00:59:00Z" },
    };
    const shown = { ...made, metadata: { ...made.metadata, creationTimestamp: "2026-01-01T00:00:00Z" } };
    expect(cronJobs.row(shown, now, true)).toEqual([
      "15 4 29 2 *",
      "Europe/Berlin",
      "False",
      1,
      "60s",
      "60m",
      "work",
      "busybox:1.36",
      "<none>",
    ]);
  });
});
