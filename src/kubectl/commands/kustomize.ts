import { CliError, errorMessage } from "../errors.ts";
import { array, bool, str } from "../flags/parse.ts";
import { clusterScoped, effectiveNamespace, gvkOf, type Id } from "../kustomize/ids.ts";
import { kustomized } from "../kustomize/index.ts";
import { toYaml } from "../manifest/write.ts";
import type { Command, Invocation, JsonObject } from "../types.ts";

const RESTRICTORS = ["LoadRestrictionsRootOnly", "LoadRestrictionsNone"] as const;

export const kustomize: Command = {
  name: "kustomize",
  group: "Advanced Commands",
  short: "Build a kustomization target from a directory or URL",
  usage: "DIR [flags]",
  arguments: "none",
  flags: {
    "as-current-user": bool("use the uid and gid of the command executor to run the function in the container"),
    "enable-alpha-plugins": bool("enable kustomize plugins"),
    "enable-helm": bool("Enable use of the Helm chart inflator generator."),
    env: array("a list of environment variables to be used by functions", "e"),
    "helm-api-versions": array("Kubernetes api versions used by Helm for Capabilities.APIVersions"),
    "helm-command": str("helm command (path to executable)", undefined, "helm"),
    "helm-debug": bool("Enable debug output from the Helm chart inflator generator."),
    "helm-kube-version": str("Kubernetes version used by Helm for Capabilities.KubeVersion"),
    "load-restrictor": str(
      "if set to 'LoadRestrictionsNone', local kustomizations may load files from outside their root.",
      undefined,
      RESTRICTORS[0],
      RESTRICTORS,
    ),
    mount: array("a list of storage options read from the filesystem"),
    network: bool("enable network access for functions that declare it"),
    "network-name": str("the docker network to run the container in", undefined, "bridge"),
    output: str("If specified, write output to this path.", "o", "", "files"),
    reorder: {
      ...str("Reorder the resources just before output.", undefined, "legacy"),
      deprecated: "use the new 'sortOptions' field in kustomization.yaml instead.",
    },
  },
  async run(invocation) {
    const { args, flags, proc } = invocation;
    if (args.length > 1) throw new CliError("specify one path to kustomization.yaml");
    const restrictor = flags.string("load-restrictor");
    if (restrictor !== "" && !(RESTRICTORS as readonly string[]).includes(restrictor))
      throw new CliError(`illegal flag value --load-restrictor ${restrictor}; legal values: [${RESTRICTORS.join(" ")}]`);
    const reorder = flags.string("reorder");
    if (reorder !== "legacy" && reorder !== "none")
      throw new CliError(`illegal flag value --reorder ${reorder}; legal values: [unspecified legacy none]`);
    const objects = await kustomized(proc, args[0] ?? ".", {
      anywhere: restrictor === RESTRICTORS[1],
      reorder,
      ...(flags.bool("enable-helm") ? { helm: flags.string("helm-command") } : {}),
    });
    const output = flags.string("output");
    if (output !== "") return write(invocation, output, objects);
    await invocation.out(objects.map(toYaml).join("---\n"));
  },
};

/** Into one file, or in a folder each object into its own. */
function write({ proc }: Invocation, output: string, objects: readonly JsonObject[]): void {
  const { fs } = proc;
  const put = (path: string, text: string): void => {
    try {
      fs.writeFile(path, text);
    } catch (error) {
      throw new CliError(`open ${path}: ${errorMessage(error).replace(/^.*: /, "").toLowerCase()}`);
    }
  };
  if (!fs.exists(output) || fs.stat(output).type !== "directory") return put(output, objects.map(toYaml).join("---\n"));
  const idOf = (o: JsonObject): Id => {
    const { name = "", namespace = "" } = (o["metadata"] ?? {}) as { name?: string; namespace?: string };
    return { ...gvkOf(String(o["apiVersion"]), String(o["kind"])), name, namespace };
  };
  const namespaced = objects.map(idOf).filter((id) => !clusterScoped(id));
  const several = new Set(namespaced.map(effectiveNamespace)).size > 1;
  const nameOf = (id: Id): string => {
    const kind = [id.group, id.version, id.kind].filter((p) => p !== "").join("_");
    return `${several && !clusterScoped(id) ? `${effectiveNamespace(id)}_` : ""}${kind}_${id.name}.yaml`.toLowerCase();
  };
  for (const o of objects) put(`${output.replace(/\/$/, "")}/${nameOf(idOf(o))}`, toYaml(o));
}
