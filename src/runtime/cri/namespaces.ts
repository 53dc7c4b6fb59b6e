import type { PidNamespace } from "../kernel/process.ts";
import { RuntimeError, type ContainerConfig } from "../types.ts";
import type { Container } from "./container.ts";
import type { Sandbox } from "./sandbox.ts";

/** Whose process numbers a container sees; undefined: its own (containerd: container_create_linux.go WithPodNamespaces, containerPidNamespace). */
export function namespaceFor(
  { pidNamespace }: Pick<ContainerConfig, "pidNamespace">,
  sandbox: Sandbox,
  containers: ReadonlyMap<string, Container>,
  machine: PidNamespace,
): PidNamespace | undefined {
  const mode = pidNamespace ?? (sandbox.config.shareProcessNamespace ? "pod" : undefined);
  if (mode === "node") return machine;
  return typeof mode === "object" ? containers.get(mode.target)?.namespace : mode && sandbox.namespace;
}

/** What is wrong with a target (containerd: container_create.go validateTargetContainer). */
export function checkTarget(
  { pidNamespace: mode }: Pick<ContainerConfig, "pidNamespace">,
  sandbox: Sandbox,
  containers: ReadonlyMap<string, Container>,
  id: string,
): void {
  if (typeof mode !== "object") return;
  const refuse = (why: string): never => {
    throw new RuntimeError(
      "Unknown",
      `failed to generate container "${id}" spec: failed to generate spec opts: invalid target container: container "${mode.target}" ${why}`,
    );
  };
  const target = containers.get(mode.target);
  if (!target) return refuse("does not exist: not found");
  if (target.sandbox !== sandbox) refuse(`(sandbox ${target.sandbox.id}) does not belong to sandbox ${sandbox.id}`);
  const { state } = target.progress;
  if (state !== "running") refuse(`is not running - in state CONTAINER_${state.toUpperCase()}`);
}
