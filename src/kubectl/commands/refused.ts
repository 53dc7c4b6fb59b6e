import type { Command } from "../types.ts";

const refused = (name: string, short: string, group: string): Command => ({
  name,
  short,
  group,
  arguments: "none",
  refusal: `kubectl ${name} is not simulated yet in Timonel`,
});

/** Commands that exist and say that they are not here; they take no flags of their own, and come before flags are read. */
export const refusals: readonly Command[] = [
  refused("plugin", "Provides utilities for interacting with plugins", "Other Commands"),
  refused("proxy", "Run a proxy to the Kubernetes API server", "Troubleshooting and Debugging Commands"),
];
