import type { FileSystem } from "../../runtime/index.ts";
import { type DockerConfig, dockercfg, dockerConfigJson } from "./docker-config.ts";
import { Keyring } from "./keyring.ts";

/** Where a kubelet looks, in this order: its own folder, root's home, the root (k8s: credentialprovider/config.go). */
const FOLDERS = ["/var/lib/kubelet", "/root/.docker", "/.docker"];
const OLD_FOLDERS = ["/var/lib/kubelet", "/root", ""];

/** The machine's own logins: of the first file that can be read, a config.json before a .dockercfg. */
export function nodeKeyring(files: FileSystem | undefined): Keyring {
  const keyring = new Keyring();
  const config = files && (first(files, FOLDERS, "config.json", dockerConfigJson) ?? first(files, OLD_FOLDERS, ".dockercfg", dockercfg));
  if (config) keyring.add(config);
  return keyring;
}

function first(
  files: FileSystem,
  folders: readonly string[],
  name: string,
  parse: (text: string) => DockerConfig,
): DockerConfig | undefined {
  for (const folder of folders) {
    const path = `${folder}/${name}`;
    if (!files.exists(path)) continue;
    try {
      return parse(files.readText(path));
    } catch {
      // What cannot be understood is logged and passed over.
    }
  }
  return undefined;
}
