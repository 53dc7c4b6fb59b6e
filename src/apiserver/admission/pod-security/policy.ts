import type { PodSpec } from "../../../api/index.ts";
import { field, type FieldError } from "../../../machinery/index.ts";
import { baseline } from "./baseline.ts";
import { restricted } from "./restricted.ts";
import type { Check, CheckPod, Violation } from "./types.ts";

const LEVELS = ["privileged", "baseline", "restricted"] as const;
type Level = (typeof LEVELS)[number];
const MODES = ["enforce", "audit", "warn"] as const;
type Mode = (typeof MODES)[number];

/** A level as it was in a minor version of Kubernetes. */
export interface LevelVersion {
  readonly level: Level;
  readonly minor: number | "latest";
}
export type Policy = Readonly<Record<Mode, LevelVersion>>;
type Labels = Readonly<Record<string, string>>;

const PRIVILEGED: LevelVersion = { level: "privileged", minor: "latest" };
const NONE = { policy: { enforce: PRIVILEGED, audit: PRIVILEGED, warn: PRIVILEGED } as Policy, errors: [] as readonly FieldError[] };
const PREFIX = "pod-security.kubernetes.io/";

/** `restricted:latest`. */
export const levelText = ({ level, minor }: LevelVersion): string => `${level}:${minor === "latest" ? minor : `v1.${minor}`}`;
export const stricter = (a: Level, b: Level): boolean => LEVELS.indexOf(a) > LEVELS.indexOf(b);
export const sameLevel = (a: LevelVersion, b: LevelVersion): boolean => a.level === b.level && a.minor === b.minor;

/** What a namespace's labels ask for, and which of them are wrong (k8s: pod-security-admission/api PolicyToEvaluate). */
export function policyOf(labels: Labels | undefined): typeof NONE {
  let asked = false;
  for (const key in labels) asked ||= key.startsWith(PREFIX);
  if (!asked) return NONE;
  const errors: FieldError[] = [];
  const read = (mode: Mode): LevelVersion => {
    const level = labels?.[`${PREFIX}${mode}`];
    const version = labels?.[`${PREFIX}${mode}-version`];
    return {
      // What can't be read is enforced as strictly as can be, and neither audited nor warned of.
      level: level === undefined ? "privileged" : (parseLevel(errors, mode, level) ?? (mode === "enforce" ? "restricted" : "privileged")),
      minor: version === undefined ? "latest" : parseVersion(errors, mode, version),
    };
  };
  const enforce = read("enforce");
  const audit = read("audit");
  let warn = read("warn");
  const isKnown = (LEVELS as readonly (string | undefined)[]).includes(labels?.[`${PREFIX}enforce`]);
  if (labels?.[`${PREFIX}warn`] === undefined && isKnown && stricter(enforce.level, warn.level))
    warn = { level: enforce.level, minor: labels?.[`${PREFIX}warn-version`] === undefined ? enforce.minor : warn.minor };
  return { policy: { enforce, audit, warn }, errors };
}

function parseLevel(errors: FieldError[], mode: Mode, text: string): Level | undefined {
  const level = LEVELS.find((one) => one === text);
  if (level === undefined) errors.push(field.invalid(`metadata.labels[${PREFIX}${mode}]`, text, `must be one of ${LEVELS.join(", ")}`));
  return level;
}

function parseVersion(errors: FieldError[], mode: Mode, text: string): number | "latest" {
  const match = /^v1\.(0|[1-9]\d*)$/.exec(text);
  if (match === null && text !== "latest")
    errors.push(field.invalid(`metadata.labels[${PREFIX}${mode}-version]`, text, 'must be "latest" or "v1.x"'));
  return match === null ? "latest" : Number(match[1]);
}

const programs = new Map<string, readonly CheckPod[]>();

/** What applies at a level's version: the baseline's checks, but for those that a restricted one stands in for, and then those. */
function programOf(policy: LevelVersion): readonly CheckPod[] {
  const key = levelText(policy);
  const known = programs.get(key);
  if (known !== undefined) return known;
  const minor = policy.minor === "latest" ? Infinity : policy.minor;
  const formOf = (check: Check) => check.forms.findLast((form) => form.since <= minor);
  const strict = policy.level === "restricted" ? restricted.flatMap((check) => formOf(check) ?? []) : [];
  const replaced = new Set(strict.map((form) => form.instead));
  const program = [...baseline.filter((check) => !replaced.has(check.id)).flatMap((check) => formOf(check) ?? []), ...strict];
  const checks = program.map((form) => form.check);
  programs.set(key, checks);
  return checks;
}

export function violations(policy: LevelVersion, spec: PodSpec, annotations: Labels = {}): readonly Violation[] {
  if (policy.level === "privileged") return [];
  return programOf(policy).flatMap((check) => check(spec, annotations) ?? []);
}

/** `privileged (container "a" must not set ...), hostPort (...)`. */
export const detailText = (found: readonly Violation[]): string => found.map(({ reason, detail }) => `${reason} (${detail})`).join(", ");
