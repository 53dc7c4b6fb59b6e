import type { FileKeySelector, Pod, Service } from "../api/index.ts";
import { EnvFileError, parseEnvFile } from "./env-file.ts";
import { serviceVariables } from "./envvars.ts";
import { fieldValue, resourceValue, type PodAddresses } from "./fields.ts";
import { MissingObject, type Contents, type ObjectReader } from "./objects.ts";
import { namespaceOf, specOf } from "./pod.ts";
import type { AnyContainer } from "./pod.ts";

export interface EnvironmentSources {
  readonly objects: ObjectReader;
  /** Services of a namespace. */
  services(namespace: string): readonly Service[];
  readonly allocatable: Readonly<Record<string, string>>;
  /** A file in a volume of the pod; undefined when there is none. */
  fileIn(pod: Pod, volume: string, path: string): Uint8Array | "no volume" | undefined;
}

const text = new TextDecoder();
const asText = (value: string | Uint8Array): string => (typeof value === "string" ? value : text.decode(value));

/** `$(NAME)` by its value, `$$` by `$`; what is unknown stays (k8s: third_party/forked/golang/expansion). */
export function expand(input: string, lookup: (name: string) => string | undefined): string {
  if (!input.includes("$")) return input;
  let out = "";
  for (let i = 0; i < input.length; i++) {
    const c = input.charAt(i);
    const next = input.charAt(i + 1);
    if (c !== "$" || next === "") {
      out += c;
      continue;
    }
    if (next === "$") {
      out += "$";
      i++;
      continue;
    }
    const close = next === "(" ? input.indexOf(")", i + 2) : -1;
    if (close < 0) {
      out += c;
      continue;
    }
    out += lookup(input.slice(i + 2, close)) ?? input.slice(i, close + 1);
    i = close;
  }
  return out;
}

/** A container's environment (k8s: kubelet_pods.go makeEnvironmentVariables). Rejects MissingObject. */
export async function makeEnvironment(
  pod: Pod,
  container: AnyContainer,
  addresses: PodAddresses,
  sources: EnvironmentSources,
): Promise<Record<string, string>> {
  const namespace = namespaceOf(pod);
  const env: Record<string, string> = {};
  const inherited = new Map<string, string>();
  serviceVariables(linkedServices(pod, sources), inherited);

  for (const from of container.envFrom ?? []) {
    const prefix = from.prefix ?? "";
    const ref = from.configMapRef ?? from.secretRef;
    if (ref === undefined) continue;
    const kind = from.configMapRef === undefined ? "secret" : "configmap";
    const contents = await sources.objects.read(kind, namespace, ref.name ?? "", 0);
    if (contents === undefined) {
      if (ref.optional === true) continue;
      throw new MissingObject(`${kind} "${ref.name}" not found`);
    }
    for (const [key, value] of contents) env[prefix + key] = asText(value);
  }

  const lookup = (name: string): string | undefined => (Object.hasOwn(env, name) ? env[name] : inherited.get(name));
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (valueFrom === undefined) env[name] = expand(value ?? "", lookup);
    else if (valueFrom.fieldRef !== undefined) env[name] = fieldValue(pod, valueFrom.fieldRef.fieldPath, addresses);
    else if (valueFrom.resourceFieldRef !== undefined)
      env[name] = resourceValue(pod, container, valueFrom.resourceFieldRef, sources.allocatable);
    else if (valueFrom.configMapKeyRef !== undefined || valueFrom.secretKeyRef !== undefined) {
      const ref = valueFrom.configMapKeyRef ?? valueFrom.secretKeyRef;
      if (ref === undefined) continue;
      const kind = valueFrom.configMapKeyRef === undefined ? "secret" : "configmap";
      const found = keyOf(await sources.objects.read(kind, namespace, ref.name ?? "", 0), ref.key);
      if (typeof found !== "string") {
        if (ref.optional === true) continue;
        const title = kind === "secret" ? "Secret" : "ConfigMap";
        throw new MissingObject(
          found.missing ? `${kind} "${ref.name}" not found` : `couldn't find key ${ref.key} in ${title} ${namespace}/${ref.name}`,
        );
      }
      env[name] = found;
    } else if (valueFrom.fileKeyRef !== undefined) {
      const found = fromFile(pod, valueFrom.fileKeyRef, sources);
      if (found !== undefined) env[name] = found;
    }
  }
  for (const [name, value] of inherited) if (!Object.hasOwn(env, name)) env[name] = value;
  return env;
}

/** A key of a file in a volume of the pod; undefined where it may be missing and is (k8s: makeEnvironmentVariables, EnvFiles). */
function fromFile(pod: Pod, { volumeName, path, key, optional }: FileKeySelector, sources: EnvironmentSources): string | undefined {
  const content = sources.fileIn(pod, volumeName, path);
  if (content === "no volume") throw new MissingObject(`cannot find the volume "${volumeName}" referenced by FileKeyRef`);
  let variables: ReadonlyMap<string, string> | undefined;
  try {
    variables = content === undefined ? undefined : parseEnvFile(asText(content));
  } catch (error) {
    if (error instanceof EnvFileError) throw new MissingObject("couldn't parse env file");
    throw error;
  }
  if (variables === undefined && optional !== true) throw new MissingObject("couldn't parse env file");
  const value = variables?.get(key);
  if (value === undefined && optional !== true) throw new MissingObject(`environment variable key "${key}" not found in file "${path}"`);
  return value;
}

function keyOf(contents: Contents | undefined, key: string): string | { readonly missing: boolean } {
  if (contents === undefined) return { missing: true };
  const value = contents.get(key);
  return value === undefined ? { missing: false } : asText(value);
}

/** The pod's namespace's services when it wants links, and always the API server's. */
function* linkedServices(pod: Pod, sources: EnvironmentSources): Iterable<Service> {
  const namespace = namespaceOf(pod);
  for (const service of sources.services("default")) if (service.metadata?.name === "kubernetes") yield service;
  if (specOf(pod).enableServiceLinks !== false)
    for (const service of sources.services(namespace))
      if (service.metadata?.name !== "kubernetes" || namespace !== "default") yield service;
}
