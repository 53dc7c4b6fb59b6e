import type { Pod, Secret } from "../../api/index.ts";
import type { Client } from "../../client/index.ts";
import { base64Decode, isStatusError } from "../../machinery/index.ts";
import { nameOf, namespaceOf, specOf } from "../pod.ts";
import { type DockerConfig, dockercfg, dockerConfigJson } from "./docker-config.ts";
import { Keyring } from "./keyring.ts";

/** The Secrets that a pod names for pulls, as far as they are there (k8s: kubelet_pods.go getPullSecretsForPod). */
export interface PullSecrets {
  readonly secrets: readonly Secret[];
  readonly missing: readonly string[];
}

export async function pullSecretsOf(client: Client, pod: Pod): Promise<PullSecrets> {
  const names = (specOf(pod).imagePullSecrets ?? []).flatMap(({ name }) => (name ? [name] : []));
  const secrets: Secret[] = [];
  const missing: string[] = [];
  for (const name of names) {
    try {
      secrets.push(await client.get("secrets", namespaceOf(pod), name));
    } catch (error) {
      if (!isStatusError(error)) throw error;
      missing.push(name);
    }
  }
  return { secrets, missing };
}

/** Throws BadDockerConfig. */
export function keyringOf(secrets: readonly Secret[]): Keyring {
  const keyring = new Keyring();
  for (const secret of secrets) {
    const config = configOf(secret);
    if (config) keyring.add(config, { uid: secret.metadata?.uid ?? "", namespace: secret.metadata?.namespace ?? "", name: nameOf(secret) });
  }
  return keyring;
}

function configOf({ type, data }: Secret): DockerConfig | undefined {
  const read = (key: string): string | undefined => {
    const bytes = base64Decode(data?.[key] ?? "");
    return typeof bytes === "number" || bytes.length === 0 ? undefined : new TextDecoder().decode(bytes);
  };
  if (type === "kubernetes.io/dockerconfigjson") {
    const text = read(".dockerconfigjson");
    return text === undefined ? undefined : dockerConfigJson(text);
  }
  if (type !== "kubernetes.io/dockercfg") return undefined;
  const text = read(".dockercfg");
  return text === undefined ? undefined : dockercfg(text);
}
