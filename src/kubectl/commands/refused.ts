import { CliError } from "../errors.ts";
import { allNamespacesFlag, selectorFlag } from "../flags/groups.ts";
import { bool, str } from "../flags/parse.ts";
import type { Command } from "../types.ts";

const refused = (name: string, short: string, group: string): Command => ({
  name,
  short,
  group,
  arguments: "none",
  refusal: `kubectl ${name} is not simulated yet in Timonel`,
});

const topFlags = {
  ...selectorFlag,
  "no-headers": bool("If present, print output without headers"),
  "sort-by": str("If non-empty, sort nodes list using specified field."),
};
const unavailable = (): never => {
  throw new CliError("Metrics API not available");
};

const top: Command = {
  name: "top",
  group: "Cluster Management Commands",
  short: "Display resource (CPU/memory) usage",
  usage: "[flags]",
  subcommands: [
    {
      name: "node",
      aliases: ["nodes", "no"],
      short: "Display resource (CPU/memory) usage of nodes",
      usage: "[NAME | -l label]",
      arguments: "nodes",
      flags: { ...topFlags, "show-capacity": bool("Print node resources based on Capacity instead of Allocatable(default) of the nodes.") },
      run: unavailable,
    },
    {
      name: "pod",
      aliases: ["pods", "po"],
      short: "Display resource (CPU/memory) usage of pods",
      usage: "[NAME | -l label]",
      arguments: "pods",
      flags: {
        ...topFlags,
        ...allNamespacesFlag,
        containers: bool("If present, print usage of containers within a pod."),
        sum: bool("Print the sum of the resource usage"),
      },
      run: unavailable,
    },
  ],
};

/** Commands that exist and say that they are not here; they take no flags of their own, and come before flags are read. */
export const refusals: readonly Command[] = [
  refused("cp", "Copy files and directories to and from containers", "Troubleshooting and Debugging Commands"),
  refused("debug", "Create debugging sessions for troubleshooting workloads and nodes", "Troubleshooting and Debugging Commands"),
  refused("kustomize", "Build a kustomization target from a directory or URL", "Advanced Commands"),
  refused("plugin", "Provides utilities for interacting with plugins", "Other Commands"),
  refused("port-forward", "Forward one or more local ports to a pod", "Troubleshooting and Debugging Commands"),
  refused("proxy", "Run a proxy to the Kubernetes API server", "Troubleshooting and Debugging Commands"),
  top,
];
