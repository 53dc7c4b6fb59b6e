import { CliError, errorMessage } from "../errors.ts";
import { parseYamlDocuments } from "../manifest/read.ts";
import type { JsonObject, KubectlProcess } from "../types.ts";

/** What somebody wants of kubectl itself (k8s: kubectl.config.k8s.io/v1beta1 Preference). */
export interface Preference {
  readonly kind: "Preference";
  readonly apiVersion: string;
  readonly defaults?: readonly CommandDefaults[] | null;
  readonly aliases?: readonly Alias[] | null;
  readonly credentialPluginPolicy?: string;
  readonly credentialPluginAllowlist?: readonly { readonly command?: string; readonly name?: string }[] | null;
}
export interface CommandOption {
  readonly name: string;
  readonly default: string;
}
export interface CommandDefaults {
  readonly command: string;
  readonly options?: readonly CommandOption[] | null;
}
export interface Alias extends CommandDefaults {
  readonly name: string;
  readonly prependArgs?: readonly string[] | null;
  readonly appendArgs?: readonly string[] | null;
}

export const VERSION = "kubectl.config.k8s.io/v1beta1";
const VERSIONS: ReadonlySet<string> = new Set([VERSION, "kubectl.config.k8s.io/v1alpha1", "kubectl.config.k8s.io/v1"]);

/** The file that is meant, and whether somebody said so; undefined when preferences are turned off (KUBERC=off). Throws CliError. */
export function kubercPath(
  env: KubectlProcess["env"],
  explicit: string,
): { readonly path: string; readonly explicit: boolean } | undefined {
  if (env["KUBERC"] === "off") {
    if (explicit !== "") throw new CliError("disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive");
    return undefined;
  }
  const said = explicit || env["KUBERC"] || "";
  return said === "" ? { path: `${env["HOME"] ?? "/root"}/.kube/kuberc`, explicit: false } : { path: said, explicit: true };
}

/** The first document of the file that is a Preference; null when it is empty. Throws when there is none. */
export function readPreference(fs: KubectlProcess["fs"], path: string): Preference | null {
  let documents = 0;
  for (const value of parseYamlDocuments(fs.readText(path), (m) => m)) {
    if (value === null) continue;
    documents++;
    const { apiVersion, kind } = value as JsonObject;
    if (kind === "Preference" && VERSIONS.has(String(apiVersion))) return value as Preference;
  }
  if (documents > 0) throw new CliError(`no valid preferences found in ${path}, use --v=5 to see details`);
  return null;
}

/** As `readPreference`, with what is wrong told as kubectl's own start tells it; undefined when there is nothing to follow. */
export async function loadPreference(proc: KubectlProcess, explicit: string): Promise<Preference | undefined> {
  const file = kubercPath(proc.env, explicit);
  if (!file) return undefined;
  if (!proc.fs.exists(file.path)) {
    if (file.explicit) throw new CliError(`kuberc: open ${file.path}: no such file or directory`);
    return undefined;
  }
  try {
    return readPreference(proc.fs, file.path) ?? undefined;
  } catch (error) {
    if (file.explicit) throw new CliError(`kuberc: ${errorMessage(error)}`);
    await proc.stderr.write(`kuberc: no preferences loaded from ${file.path}: ${errorMessage(error)}`);
    return undefined;
  }
}
