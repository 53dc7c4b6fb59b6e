import type { Pod, Volume, VolumeMount } from "../../api/index.ts";
import { expand } from "../environment.ts";
import { StartFailure } from "../images.ts";
import { specOf, uidOf } from "../pod.ts";

const refuse = (message: string): StartFailure => new StartFailure("CreateContainerConfigError", message);

/**
 * Which part of its volume a mount shows; "" is all of it (k8s: kubelet_pods.go makeMounts, container/helpers.go
 * ExpandContainerVolumeMounts). Throws StartFailure CreateContainerConfigError.
 */
export function subPathOf({ subPath = "", subPathExpr }: VolumeMount, env: Readonly<Record<string, string>>): string {
  if (subPathExpr === undefined) return subPath;
  const missing = new Set<string>();
  const path = expand(subPathExpr, (name) => {
    if (!env[name]) missing.add(name);
    return env[name] ?? "";
  });
  if (missing.size > 0) throw refuse(`missing value for ${[...missing].sort().join(", ")}`);
  if (path.startsWith("/")) throw refuse(`error SubPath \`${path}\` must not be an absolute path`);
  if (path.split("/").includes("..")) throw refuse(`unable to provision SubPath \`${path}\`: must not contain '..'`);
  return path;
}

const PLUGINS: Readonly<Record<string, string>> = {
  configMap: "configmap",
  downwardAPI: "downward-api",
  emptyDir: "empty-dir",
  nfs: "nfs",
  projected: "projected",
  secret: "secret",
};

/** The last part of a volume plugin's name; undefined where a driver has it. */
export const pluginOf = (volume: Volume): string | undefined =>
  PLUGINS[Object.keys(volume).find((key) => PLUGINS[key] !== undefined) ?? ""];

const podFolder = (pod: Pod): string => `/var/lib/kubelet/pods/${uidOf(pod)}`;

/** Where a volume lies on the node. */
export function sourcePath(pod: Pod, name: string, { root, persistent }: { readonly root: string; readonly persistent?: string }): string {
  const volume = specOf(pod).volumes?.find((v) => v.name === name);
  if (volume?.hostPath) return `/${root}`;
  const plugin = volume && pluginOf(volume);
  if (plugin !== undefined) return `${podFolder(pod)}/volumes/kubernetes.io~${plugin}/${name}`;
  return `${podFolder(pod)}/volumes/kubernetes.io~csi/${persistent ?? name}/mount`;
}

/** Where the kubelet binds a part of a volume before a container mounts it. */
export const subPathSource = (pod: Pod, volume: string, container: string, index: number): string =>
  `${podFolder(pod)}/volume-subpaths/${volume}/${container}/${index}`;
