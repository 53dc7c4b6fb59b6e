import type { NFSVolumeSource, Pod } from "../../api/index.ts";
import { parseIp } from "../../machinery/index.ts";
import type { ContainerRuntime } from "../../runtime/index.ts";
import { uidOf } from "../pod.ts";
import type { FileServer } from "../types.ts";
import { MountFailure, type Source } from "./mounting.ts";

/** A directory of a file server, as mount.nfs finds it (k8s: volume/nfs nfsMounter.SetUpAt, mount-utils formatMountFail). */
export function mountNfs(
  runtime: ContainerRuntime,
  server: FileServer | undefined,
  pod: Pod,
  name: string,
  { server: host, path, readOnly = false }: NFSVolumeSource,
): Source {
  const target = `/var/lib/kubelet/pods/${uidOf(pod)}/volumes/kubernetes.io~nfs/${name}`;
  const fail = (output: string): never => {
    throw new MountFailure(
      "MountVolume.SetUp",
      `mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs ${readOnly ? "-o ro " : ""}${host}:${path} ${target}\nOutput: mount.nfs: ${output}\n`,
      name,
    );
  };
  if (server === undefined || !server.names.includes(host))
    return fail(parseIp(host) ? "Connection timed out" : `Failed to resolve server ${host}: Name or service not known`);
  const volume = runtime.volume(server.volume);
  if (!volume.fs.exists(path) || volume.fs.stat(path).type !== "directory")
    return fail(`mounting ${host}:${path} failed, reason given by server: No such file or directory`);
  return { volume, root: path.replace(/^\/+|\/+$/g, ""), readOnly, device: `${host}:${path}` };
}
