import type { Container, KubeObject, PodSpec } from "../../api/index.ts";

/** A pod of the official tests that runs to its end, and what its output must hold. */
export interface Outcome {
  /** The test's name in conformance.yaml, without its groups. */
  readonly test: string;
  readonly with?: readonly KubeObject[];
  readonly spec: Partial<PodSpec> & { readonly containers: readonly Container[] };
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly holds: readonly (string | RegExp)[];
}

export const AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.59";
export const BUSYBOX = "registry.k8s.io/e2e-test-images/busybox:1.37.0-1";
export const agnhost = (args: readonly string[], more: Partial<Container> = {}): Container => ({
  name: "test",
  image: AGNHOST,
  args,
  ...more,
});
export const busybox = (script: string, more: Partial<Container> = {}): Container => ({
  name: "test",
  image: BUSYBOX,
  command: ["sh", "-c", script],
  ...more,
});
export const configMap = (name: string, data: Readonly<Record<string, string>>): KubeObject =>
  ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data }) as KubeObject;
export const secret = (name: string, stringData: Readonly<Record<string, string>>): KubeObject =>
  ({ apiVersion: "v1", kind: "Secret", metadata: { name }, stringData }) as KubeObject;
export const data = { "data-1": "value-1", "data-2": "value-2", "data-3": "value-3" };
export const mounted = (mountPath: string, name = "v", more: object = {}) => ({ volumeMounts: [{ name, mountPath, ...more }] });
export const perms = (path: string, bits: string): string => `perms of file "${path}": ${bits}`;
export const mode = (path: string, bits: string): string => `mode of file "${path}": ${bits}`;
export const content = (path: string, text: string): string => `content of file "${path}": ${text}`;
export const resources = { requests: { cpu: "250m", memory: "32Mi" }, limits: { cpu: "1250m", memory: "64Mi" } };
