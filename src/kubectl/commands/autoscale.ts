import { formatQuantity, parseQuantity } from "../../machinery/index.ts";
import { CliError } from "../errors.ts";
import { fileFlags } from "../flags/groups.ts";
import { int, int32, str } from "../flags/parse.ts";
import type { ResourceType } from "../rest/discovery.ts";
import { dryRunOf, eachObject } from "./each.ts";
import { createObject, makingFlags } from "./generators/generator.ts";
import type { Command, Invocation, Resource } from "../types.ts";

/** `70%` is of what is requested; other amounts are a pod's, and without a unit in the usual one (k8s: autoscale.go parseResourceInput). */
function targetOf(input: string, resource: "cpu" | "memory"): object {
  const text = input.trim();
  if (text === "") throw new CliError("empty input");
  if (text.endsWith("%")) {
    const percent = text.slice(0, -1);
    if (!/^\+?\d{1,9}$/.test(percent)) throw new CliError(`invalid percentage value: ${percent}`);
    return { type: "Utilization", averageUtilization: Number(percent) };
  }
  const whole = Number.isNaN(Number(text)) ? text : `${Number(text)}${resource === "cpu" ? "m" : "Mi"}`;
  try {
    return { type: "AverageValue", averageValue: formatQuantity(parseQuantity(whole)) };
  } catch {
    throw new CliError(`invalid resource ${resource} value: ${text}`);
  }
}

function autoscalerOf({ flags }: Invocation, type: ResourceType, target: string, version: "v1" | "v2"): Resource {
  const cpu = flags.int("cpu-percent") > 0 ? `${flags.int("cpu-percent")}%` : flags.string("cpu");
  const metrics = (
    [
      ["cpu", cpu],
      ["memory", flags.string("memory")],
    ] as const
  )
    .filter(([, amount]) => amount !== "")
    .map(([name, amount]) => ({ type: "Resource", resource: { name, target: targetOf(amount, name) } }));
  const min = flags.int("min");
  return {
    apiVersion: `autoscaling/${version}`,
    kind: "HorizontalPodAutoscaler",
    metadata: { name: flags.string("name") || target },
    spec: {
      scaleTargetRef: { apiVersion: type.group ? `${type.group}/${type.version}` : type.version, kind: type.kind, name: target },
      ...(min > 0 ? { minReplicas: min } : {}),
      maxReplicas: flags.int("max"),
      ...(version === "v2" && metrics.length > 0 ? { metrics } : {}),
    },
    status: version === "v2" ? { currentMetrics: null, desiredReplicas: 0 } : { currentReplicas: 0, desiredReplicas: 0 },
  };
}

/** Whether the old version can say it too; the words of a refusal are of what the flag says, if that is wrong. */
function oldVersionFits({ flags }: Invocation): void {
  const failing = "failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1";
  let fits: boolean;
  try {
    fits = "averageUtilization" in targetOf(flags.string("cpu"), "cpu") && flags.string("memory") === "";
  } catch (error) {
    throw new CliError(`${failing}: ${(error as Error).message}`);
  }
  if (!fits) throw new CliError(`${failing}: %!w(<nil>)`);
}

export const autoscale: Command = {
  name: "autoscale",
  group: "Deploy Commands",
  short: "Auto-scale a deployment, replica set, stateful set, or replication controller",
  usage: "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]",
  offers: ["deployment", "replicaset", "replicationcontroller", "statefulset"],
  arguments: "resources",
  required: ["max"],
  flags: {
    ...makingFlags,
    ...fileFlags,
    "field-manager": str("Name of the manager used to track field ownership.", undefined, "kubectl-autoscale"),
    cpu: str("Target CPU utilization over all the pods: a percentage of what is requested, or a quantity."),
    "cpu-percent": {
      ...int("The target average CPU utilization (represented as a percent of requested CPU) over all the pods.", -1),
      deprecated: "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).",
    },
    memory: str("Target memory utilization over all the pods: a percentage of what is requested, or a quantity."),
    max: int32("The upper limit for the number of pods that can be set by the autoscaler. Required.", -1),
    min: int32("The lower limit for the number of pods that can be set by the autoscaler.", -1),
    name: str("The name for the newly created object. If not specified, the name of the input resource will be used."),
  },
  async run(invocation) {
    const { flags, session } = invocation;
    const [max, min] = [flags.int("max"), flags.int("min")];
    if (max < 1) throw new CliError(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
    if (max < min) throw new CliError(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
    if (flags.int("cpu-percent") > 0 && flags.string("cpu") !== "") throw new CliError("--cpu-percent and --cpu are mutually exclusive");
    for (const name of ["cpu", "memory"] as const) if (flags.string(name)) targetOf(flags.string(name), name);
    const operation = dryRunOf(invocation) === "client" ? "created" : "autoscaled";
    const { subresources } = await session.discovery();
    const count = await eachObject(invocation, async ({ type, name }) => {
      const { group, version, name: plural, kind } = type;
      if (!subresources.has(`${group}/${version}/${plural}/scale`))
        throw new CliError(
          `cannot autoscale a ${kind}: could not find scale subresource for ${group}/${version}, Resource=${plural} in discovery information`,
        );
      const create = (version: "v1" | "v2"): Promise<void> =>
        createObject(invocation, autoscalerOf(invocation, type, name, version), true, { operation });
      try {
        await create("v2");
      } catch {
        oldVersionFits(invocation);
        await create("v1");
      }
    });
    if (count === 0) throw new CliError("no objects passed to autoscale");
    return 0;
  },
};
