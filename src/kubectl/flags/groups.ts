import { bool, duration, int, int32, str, strings, array, parseDuration, type FlagTable } from "./parse.ts";

/** Flags that every command takes (`kubectl options`). */
export const globalFlags: FlagTable = {
  as: str("Username to impersonate for the operation. User could be a regular user or a service account in a namespace."),
  "as-group": array("Group to impersonate for the operation, this flag can be repeated to specify multiple groups."),
  "as-uid": str("UID to impersonate for the operation."),
  "as-user-extra": array(
    "User extras to impersonate for the operation, this flag can be repeated to specify multiple values for the same key.",
  ),
  "cache-dir": str("Default cache directory", undefined, "$HOME/.kube/cache"),
  "certificate-authority": str("Path to a cert file for the certificate authority"),
  "client-certificate": str("Path to a client certificate file for TLS"),
  "client-key": str("Path to a client key file for TLS"),
  cluster: str("The name of the kubeconfig cluster to use", undefined, "", "clusters"),
  context: str("The name of the kubeconfig context to use", undefined, "", "contexts"),
  "disable-compression": bool("If true, opt-out of response compression for all requests to the server"),
  "insecure-skip-tls-verify": bool("If true, the server's certificate will not be checked for validity."),
  kubeconfig: str("Path to the kubeconfig file to use for CLI requests.", undefined, "", "files"),
  kuberc: str("Path to the kuberc file to use for preferences."),
  "log-flush-frequency": {
    ...duration("Maximum number of seconds between log flushes", "5s"),
    check: (value) => (parseDuration(value) === undefined ? "parse error" : undefined),
  },
  "match-server-version": bool("Require server version to match client version"),
  namespace: str("If present, the namespace scope for this CLI request", "n", "", "namespaces"),
  password: str("Password for basic authentication to the API server"),
  profile: str("Name of profile to capture.", undefined, "none"),
  "profile-output": str("Name of the file to write the profile to", undefined, "profile.pprof"),
  "request-timeout": str("The length of time to wait before giving up on a single server request.", undefined, "0"),
  server: str("The address and port of the Kubernetes API server", "s"),
  "tls-server-name": str("Server name to use for server certificate validation."),
  token: str("Bearer token for authentication to the API server"),
  user: str("The name of the kubeconfig user to use", undefined, "", "users"),
  username: str("Username for basic authentication to the API server"),
  v: int32("number for the log level verbosity", 0, "v"),
  vmodule: { ...str("comma-separated list of pattern=N settings for file-filtered logging"), check: moduleProblem },
  "warnings-as-errors": bool("Treat warnings received from the server as errors and exit with a non-zero exit code"),
};

/** k8s: klog moduleSpec.Set. */
function moduleProblem(value: string): string | undefined {
  for (const part of value.split(",").filter((p) => p !== "")) {
    const [pattern = "", level = "", ...more] = part.split("=");
    if (pattern === "" || more.length > 0 || !/^[-+]?\d+$/.test(level)) return "syntax error: expect comma-separated list of filename=N";
    if (Number(level) < 0) return "negative value for vmodule level";
  }
  return undefined;
}

const OUTPUT_FORMATS = [
  "json",
  "yaml",
  "kyaml",
  "name",
  "go-template",
  "go-template-file",
  "template",
  "templatefile",
  "jsonpath",
  "jsonpath-as-json",
  "jsonpath-file",
] as const;

/** -o and its companions. */
export const printFlags: FlagTable = {
  output: str(`Output format. One of: (${OUTPUT_FORMATS.join(", ")}).`, "o", "", OUTPUT_FORMATS),
  template: str("Template string or path to template file to use when -o=go-template, -o=go-template-file."),
  "allow-missing-template-keys": bool(
    "If true, ignore any errors in templates when a field or map key is missing in the template.",
    undefined,
    true,
  ),
  "show-managed-fields": bool("If true, keep the managedFields when printing objects in JSON or YAML format."),
};

export const getPrintFlags: FlagTable = {
  ...printFlags,
  output: str(
    "Output format. One of: (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file, wide).",
    "o",
    "",
    [...OUTPUT_FORMATS, "custom-columns", "custom-columns-file", "wide"],
  ),
};

export const fileFlags: FlagTable = {
  filename: { ...strings("Filename, directory, or URL to files that contain the configuration.", "f"), complete: "manifests" },
  kustomize: str("Process the kustomization directory. This flag can't be used together with -f or -R.", "k"),
  recursive: bool("Process the directory used in -f, --filename recursively.", "R"),
};

/** Of commands that take no -k. */
export const { kustomize: _, ...plainFileFlags } = fileFlags;
/** Of commands that look into folders of a folder unless they are told not to. */
export const deepFileFlags: FlagTable = {
  ...plainFileFlags,
  recursive: bool("Process the directory used in -f, --filename recursively.", "R", true),
};

export const dryRunFlag: FlagTable = {
  "dry-run": {
    ...str('Must be "none", "server", or "client".', undefined, "none", ["none", "server", "client"]),
    bare: "unchanged",
  },
};

export const validateFlag: FlagTable = {
  validate: {
    ...str("Must be one of: strict (or true), warn, ignore (or false).", undefined, "strict", ["strict", "warn", "ignore"]),
    bare: "strict",
  },
};

export const selectorFlag: FlagTable = {
  selector: str("Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.", "l"),
};

export const fieldSelectorFlag: FlagTable = {
  "field-selector": str("Selector (field query) to filter on, supports '=', '==', and '!='."),
};

export const allNamespacesFlag: FlagTable = {
  "all-namespaces": bool("If present, list the requested object(s) across all namespaces.", "A"),
};

export const deleteFlags: FlagTable = {
  cascade: {
    ...str('Must be "background", "orphan", or "foreground".', undefined, "background", ["background", "orphan", "foreground"]),
    bare: "background",
  },
  force: bool("If true, immediately remove resources from API and bypass graceful deletion."),
  "grace-period": int("Period of time in seconds given to the resource to terminate gracefully.", -1),
  timeout: duration("The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object"),
};

export const fieldManagerFlag = (fallback: string): FlagTable => ({
  "field-manager": str("Name of the manager used to track field ownership.", undefined, fallback),
});
