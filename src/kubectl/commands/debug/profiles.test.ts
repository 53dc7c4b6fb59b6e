import { describe, expect, it } from "vitest";
import type { Pod } from "../../../api/index.ts";
import { profiled, profileOf, type DebugStyle } from "./profiles.ts";

const KEEP_NONE = { labels: false, annotations: false, liveness: false, readiness: false, startup: false, initContainers: true };
const probe = { tcpSocket: { port: 80 } };
const pod: Pod = {
  metadata: { name: "web", labels: { app: "web" }, annotations: { a: "b" } },
  spec: {
    initContainers: [{ name: "setup", image: "busybox" }],
    containers: [{ name: "app", image: "nginx", securityContext: { runAsUser: 7 }, livenessProbe: probe, startupProbe: probe }],
    ephemeralContainers: [{ name: "looker", image: "busybox" }],
  },
};

const containerOf = (next: Pod, style: DebugStyle): unknown =>
  (style === "ephemeral" ? next.spec?.ephemeralContainers : next.spec?.containers)?.[0]?.securityContext;

// As kubectl 1.36.4 sent them (`-v=8`).
const RESTRICTED = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  runAsNonRoot: true,
  seccompProfile: { type: "RuntimeDefault" },
};
const added = (...add: string[]) => ({ capabilities: { add } });

describe("debug profiles", () => {
  it.each([
    ["legacy", undefined, { runAsUser: 7 }],
    ["general", added("SYS_PTRACE"), { runAsUser: 7, ...added("SYS_PTRACE") }],
    ["baseline", undefined, undefined],
    ["restricted", RESTRICTED, RESTRICTED],
    ["netadmin", added("NET_ADMIN", "NET_RAW"), { runAsUser: 7, ...added("NET_ADMIN", "NET_RAW") }],
    ["sysadmin", { privileged: true }, { runAsUser: 7, privileged: true }],
  ])("%s says who the container is", (name, ephemeral, copy) => {
    const profile = profileOf(name);
    expect(containerOf(profiled(profile, "ephemeral", pod, "looker", KEEP_NONE), "ephemeral")).toEqual(ephemeral);
    expect(containerOf(profiled(profile, "copy", pod, "app", KEEP_NONE), "copy")).toEqual(copy);
  });

  it.each([
    ["legacy", true, true],
    ["general", true, true],
    ["baseline", false, false],
    ["restricted", false, false],
    ["netadmin", true, false],
    ["sysadmin", true, true],
  ])("%s on a node: its namespaces %s, its root %s", (name, namespaces, root) => {
    const { spec } = profiled(profileOf(name), "node", pod, "app", KEEP_NONE);
    expect([spec?.hostPID === true, spec?.hostNetwork === true, spec?.hostIPC === true]).toEqual([namespaces, namespaces, namespaces]);
    expect(spec?.volumes?.map(({ hostPath }) => hostPath?.path)).toEqual(root ? ["/"] : undefined);
    expect(spec?.containers[0]?.volumeMounts?.map(({ mountPath }) => mountPath)).toEqual(root ? ["/host"] : undefined);
  });

  it("leaves labels, annotations and probes behind in a copy, and shares its processes", () => {
    const { metadata, spec } = profiled(profileOf("general"), "copy", pod, "app", KEEP_NONE);
    expect(metadata).toEqual({ name: "web" });
    expect([spec?.shareProcessNamespace, spec?.initContainers?.length, spec?.containers[0]?.livenessProbe]).toEqual([true, 1, undefined]);
    const kept = profiled(profileOf("general"), "copy", pod, "app", { ...KEEP_NONE, labels: true, startup: true, initContainers: false });
    expect([kept.metadata?.labels, kept.spec?.containers[0]?.startupProbe, kept.spec?.initContainers]).toEqual([
      { app: "web" },
      probe,
      undefined,
    ]);
  });

  it("leaves only labels behind under legacy", () => {
    const { metadata, spec } = profiled(profileOf("legacy"), "copy", pod, "app", { ...KEEP_NONE, labels: true });
    expect([metadata, spec?.containers[0]?.livenessProbe, spec?.shareProcessNamespace]).toEqual([
      { name: "web", annotations: { a: "b" } },
      probe,
      undefined,
    ]);
  });
});
