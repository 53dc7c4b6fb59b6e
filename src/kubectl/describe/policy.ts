import type { LimitRange, LimitRangeItem, PodDisruptionBudget, PriorityClass, ResourceQuota } from "../../api/index.ts";
import { formatLabelSelector, formatQuantity, parseQuantity, value } from "../../machinery/index.ts";
import { labelsText } from "../printers/table.ts";
import { nameLines, type Page } from "./page.ts";
import type { Describer } from "./types.ts";

const SCOPES: Readonly<Record<string, string>> = {
  Terminating:
    "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.",
  NotTerminating:
    "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.",
  BestEffort: "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.",
  NotBestEffort:
    "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.",
};

function scopeLines(page: Page, level: number, quota: ResourceQuota, bullet: string): void {
  const scopes = [...(quota.spec?.scopes ?? [])].sort();
  if (scopes.length === 0) return;
  page.line(level, `Scopes:\t${scopes.join(", ")}`);
  for (const scope of scopes) if (SCOPES[scope] !== undefined) page.line(level, `${bullet}* ${SCOPES[scope]}`);
}

/** What is used in the form of the limit: bytes as bytes, 0 as 0. */
function inFormOf(hard: string, used: string): string {
  const { format } = parseQuantity(hard);
  if (parseQuantity(used).format === format) return used;
  return formatQuantity({ nano: BigInt(value(used)) * 1_000_000_000n, format });
}

export const resourceQuota: Describer = {
  group: "",
  kind: "ResourceQuota",
  events: false,
  describe(page, object) {
    const quota = object as unknown as ResourceQuota;
    const { hard = {}, used = {} } = quota.status ?? {};
    nameLines(page, quota.metadata);
    scopeLines(page, 0, quota, " ");
    page.line(0, "Resource\tUsed\tHard");
    page.line(0, "--------\t----\t----");
    for (const key of Object.keys(hard).sort()) page.line(0, `${key}\t${inFormOf(hard[key] ?? "0", used[key] ?? "0")}\t${hard[key]}`);
  },
};

/** All quotas of a namespace, in its own page. */
export function quotaLines(page: Page, quotas: readonly ResourceQuota[]): void {
  if (quotas.length === 0) return page.raw("\nNo resource quota.\n");
  page.raw("\nResource Quotas\n");
  for (const quota of quotas) {
    const { hard = {}, used = {} } = quota.status ?? {};
    page.line(1, `Name:\t${quota.metadata?.name}`);
    scopeLines(page, 1, quota, "");
    page.line(1, "Resource\tUsed\tHard");
    page.line(1, "--------\t---\t---");
    for (const key of Object.keys(hard).sort()) page.line(1, `${key}\t${used[key] ?? "0"}\t${hard[key]}`);
  }
}

const COLUMNS = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"] as const;
const FILLED = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const;
const HEADERS = "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio";
const RULES = "----\t--------\t---\t---\t---------------\t-------------\t-----------------------";

function limitLines(page: Page, items: readonly LimitRangeItem[], prefix: string): void {
  for (const item of items) {
    // Upstream's order is that of a Go map: any. This is how it fills the map.
    for (const key of new Set(FILLED.flatMap((column) => Object.keys(item[column] ?? {}).sort())))
      page.raw(`${prefix}${item.type}\t${key}\t${COLUMNS.map((column) => item[column]?.[key] ?? "-").join("\t")}\n`);
  }
}

export const limitRange: Describer = {
  group: "",
  kind: "LimitRange",
  events: false,
  describe(page, object) {
    const { metadata, spec } = object as unknown as LimitRange;
    nameLines(page, metadata);
    page.line(0, HEADERS);
    page.line(0, RULES);
    limitLines(page, spec?.limits ?? [], "");
  },
};

/** All limits of a namespace, in its own page. */
export function limitRangeLines(page: Page, ranges: readonly LimitRange[]): void {
  if (ranges.length === 0) return page.raw("\nNo LimitRange resource.\n");
  page.raw(`\nResource Limits\n ${HEADERS}\n ${RULES}\n`);
  for (const { spec } of ranges) limitLines(page, spec?.limits ?? [], " ");
}

export const podDisruptionBudget: Describer = {
  group: "policy",
  kind: "PodDisruptionBudget",
  events: true,
  describe(page, object) {
    const { metadata, spec = {}, status } = object as unknown as PodDisruptionBudget;
    nameLines(page, metadata);
    if (spec.minAvailable !== undefined) page.line(0, `Min available:\t${spec.minAvailable}`);
    else if (spec.maxUnavailable !== undefined) page.line(0, `Max unavailable:\t${spec.maxUnavailable}`);
    page.line(0, `Selector:\t${spec.selector === undefined ? "<unset>" : formatLabelSelector(spec.selector)}`);
    page.line(0, "Status:");
    page.line(2, `Allowed disruptions:\t${status?.disruptionsAllowed ?? 0}`);
    page.line(2, `Current:\t${status?.currentHealthy ?? 0}`);
    page.line(2, `Desired:\t${status?.desiredHealthy ?? 0}`);
    page.line(2, `Total:\t${status?.expectedPods ?? 0}`);
  },
};

export const priorityClass: Describer = {
  group: "scheduling.k8s.io",
  kind: "PriorityClass",
  events: true,
  describe(page, object) {
    const priority = object as unknown as PriorityClass;
    page.line(0, `Name:\t${priority.metadata?.name}`);
    page.line(0, `Value:\t${priority.value}`);
    page.line(0, `GlobalDefault:\t${priority.globalDefault ?? false}`);
    page.line(0, `PreemptionPolicy:\t${priority.preemptionPolicy ?? ""}`);
    page.line(0, `Description:\t${priority.description ?? ""}`);
    page.line(0, `Annotations:\t${labelsText(priority.metadata?.annotations)}`);
  },
};
