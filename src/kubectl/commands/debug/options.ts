import { CliError } from "../../errors.ts";
import { bool, map, str, strings, type FlagTable } from "../../flags/parse.ts";
import { parseYaml } from "../../manifest/read.ts";
import type { Container } from "../../../api/index.ts";
import type { Invocation } from "../../types.ts";
import { IMAGE_NAME } from "../image-name.ts";
import { profileNames, type Keep } from "./profiles.ts";

export const debugFlags: FlagTable = {
  "arguments-only": bool("If specified, everything after -- will be passed to the new container as Args instead of Command."),
  attach: bool(
    "If true, wait for the container to start running, and then attach as if 'kubectl attach ...' were called.  Default false, unless '-i/--stdin' is set, in which case the default is true.",
  ),
  container: str("Container name to use for debug container.", "c"),
  "copy-to": str("Create a copy of the target Pod with this name."),
  custom: str(
    "Path to a JSON or YAML file containing a partial container spec to customize built-in debug profiles.",
    undefined,
    "",
    "files",
  ),
  env: map("Environment variables to set in the container."),
  filename: { ...strings("identifying the resource to debug", "f"), complete: "manifests" },
  image: str("Container image to use for debug container."),
  "image-pull-policy": str(
    "The image pull policy for the container. If left empty, this value will not be specified by the client and defaulted by the server.",
  ),
  "keep-annotations": bool("If true, keep the original pod annotations.(This flag only works when used with '--copy-to')"),
  "keep-init-containers": bool(
    "Run the init containers for the pod. Defaults to true.(This flag only works when used with '--copy-to')",
    undefined,
    true,
  ),
  "keep-labels": bool("If true, keep the original pod labels.(This flag only works when used with '--copy-to')"),
  "keep-liveness": bool("If true, keep the original pod liveness probes.(This flag only works when used with '--copy-to')"),
  "keep-readiness": bool("If true, keep the original pod readiness probes.(This flag only works when used with '--copy-to')"),
  "keep-startup": bool("If true, keep the original startup probes.(This flag only works when used with '--copy-to')"),
  profile: str(
    'Options are "legacy", "general", "baseline", "netadmin", "restricted" or "sysadmin". Defaults to "general"',
    undefined,
    "general",
    profileNames,
  ),
  quiet: bool("If true, suppress informational messages.", "q"),
  replace: bool("When used with '--copy-to', delete the original Pod."),
  "same-node": bool("When used with '--copy-to', schedule the copy of target Pod on the same node."),
  "set-image": map(
    "When used with '--copy-to', a list of name=image pairs for changing container images, similar to how 'kubectl set image' works.",
  ),
  "share-processes": bool("When used with '--copy-to', enable process namespace sharing in the copy.", undefined, true),
  stdin: bool("Keep stdin open on the container(s) in the pod, even if nothing is attached.", "i"),
  target: str("When using an ephemeral container, target processes in this container name."),
  tty: bool("Allocate a TTY for the debugging container.", "t"),
};

/** What a debugging container is to be. */
export interface DebugOptions {
  readonly names: readonly string[];
  readonly words: readonly string[];
  readonly argumentsOnly: boolean;
  readonly container: string;
  readonly image: string;
  readonly pullPolicy: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly target: string;
  readonly copyTo: string;
  readonly sameNode: boolean;
  /** Undefined: as the pod has it, or as the profile says. */
  readonly shareProcesses: boolean | undefined;
  readonly setImages: Readonly<Record<string, string>>;
  readonly keep: Keep;
  readonly custom: Partial<Container> | undefined;
  readonly attach: boolean;
}

/** Reads and checks the flags, in upstream's order (k8s: cmd/debug/debug.go Complete, Validate); `note` takes what is said meanwhile. */
export function debugOptions({ args, dash, flags, proc }: Invocation): DebugOptions {
  const words = dash >= 0 ? args.slice(dash) : [];
  const names = words.length > 0 ? args.slice(0, dash) : args;
  const file = flags.string("custom");
  const custom = file === "" ? undefined : customProfile(file, proc.fs.exists(file) ? proc.fs.readText(file) : undefined);
  const options: DebugOptions = {
    names,
    words,
    argumentsOnly: flags.bool("arguments-only"),
    container: flags.string("container"),
    image: flags.string("image"),
    pullPolicy: flags.string("image-pull-policy"),
    env: Object.entries(pairs("env", flags.list("env"))).map(([name, value]) => ({ name, value })),
    stdin: flags.bool("stdin"),
    tty: flags.bool("tty"),
    target: flags.string("target"),
    copyTo: flags.string("copy-to"),
    sameNode: flags.bool("same-node"),
    shareProcesses: flags.changed("share-processes") ? flags.bool("share-processes") : undefined,
    setImages: pairs("set-image", flags.list("set-image")),
    keep: {
      labels: flags.bool("keep-labels"),
      annotations: flags.bool("keep-annotations"),
      liveness: flags.bool("keep-liveness"),
      readiness: flags.bool("keep-readiness"),
      startup: flags.bool("keep-startup"),
      initContainers: flags.bool("keep-init-containers"),
    },
    custom,
    attach: flags.changed("attach") ? flags.bool("attach") : flags.bool("stdin"),
  };
  check(options, {
    attachAsked: flags.changed("attach"),
    replace: flags.bool("replace"),
    files: flags.list("filename").length > 0,
  });
  return options;
}

function check(o: DebugOptions, given: { readonly attachAsked: boolean; readonly replace: boolean; readonly files: boolean }): void {
  const refuse = (when: boolean, message: string): void => {
    if (when) throw new CliError(message);
  };
  const images = Object.entries(o.setImages);
  refuse(
    o.attach && given.attachAsked && o.image === "" && o.container === "",
    "you must specify --container or create a new container using --image in order to attach.",
  );
  if (o.copyTo !== "") {
    refuse(o.image === "" && images.length === 0 && o.words.length === 0, "you must specify --image, --set-image or command arguments.");
    refuse(
      o.words.length > 0 && o.container === "" && o.image === "",
      "you must specify an existing container or a new image when specifying args.",
    );
  } else {
    refuse(given.replace, "--replace may only be used with --copy-to.");
    refuse(o.sameNode, "--same-node may only be used with --copy-to.");
    refuse(images.length > 0, "--set-image may only be used with --copy-to.");
    refuse(o.image === "", "you must specify --image when not using --copy-to.");
  }
  refuse(o.image !== "" && !IMAGE_NAME.test(o.image), `invalid image name ${JSON.stringify(o.image)}: invalid reference format`);
  refuse(o.names.length === 0 && !given.files, "NAME or filename is required for debug");
  refuse(!["", "Always", "IfNotPresent", "Never"].includes(o.pullPolicy), `invalid image pull policy: ${o.pullPolicy}`);
  for (const [name, image] of images)
    refuse(
      !IMAGE_NAME.test(image),
      `invalid image name ${JSON.stringify(image)} for container ${JSON.stringify(name)}: invalid reference format`,
    );
  refuse(o.target !== "" && o.copyTo !== "", "--target is incompatible with --copy-to. Use --share-processes instead.");
}

/** What upstream says or refuses after it has named its target. */
export function checkTerminal(o: DebugOptions): void {
  if (o.tty && !o.stdin) throw new CliError("-i/--stdin is required for containers with -t/--tty=true");
  const { custom } = o;
  if (custom && (custom.name || custom.command?.length || custom.image || custom.lifecycle || custom.volumeDevices?.length))
    throw new CliError("name, command, image, lifecycle and volume devices are not modifiable via custom profile");
}

/** pflag's StringToString. */
function pairs(flag: string, list: readonly string[]): Readonly<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const pair of list) {
    const equals = pair.indexOf("=");
    if (equals < 0)
      throw new CliError(
        `invalid argument ${JSON.stringify(list.join(","))} for "--${flag}" flag: ${pair} must be formatted as key=value\nSee 'kubectl debug --help' for usage.`,
      );
    out[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  return out;
}

function customProfile(file: string, text: string | undefined): Partial<Container> {
  if (text === undefined)
    throw new CliError(`must pass a container spec json file for custom profile: open ${file}: no such file or directory`);
  const read = parseYaml(text, (why) => `${file} does not contain a valid container spec: ${why}`);
  if (typeof read !== "object" || read === null || Array.isArray(read))
    throw new CliError(
      `${file} does not contain a valid container spec: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${typeof read} into Go value of type v1.Container`,
    );
  return read as Partial<Container>;
}
