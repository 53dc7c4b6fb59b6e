import { loadKubeconfig } from "../config/kubeconfig.ts";
import type { Flag } from "../flags/parse.ts";
import type { Invocation } from "../types.ts";
import type { Names } from "./names.ts";
import { EXTENSIONS, FILES, NO_FILES, NO_SPACE, type Offer, type Word } from "./offer.ts";

/** What completion knows of a line when it asks for an argument or a flag's value. */
export interface Asking extends Invocation {
  readonly word: string;
  readonly names: Names;
}

const words = (list: readonly string[], typed: string, prefix = ""): readonly Word[] =>
  list.filter((text) => text.startsWith(typed)).map((text) => ({ text: prefix + text }));
const only = (list: readonly string[], typed: string, prefix = ""): Offer => ({
  words: words(list, typed, prefix),
  directive: NO_FILES,
});

/** Kinds that stand for pods: `kubectl logs deployments/…`. */
const RUNNERS = ["daemonsets", "deployments", "pods", "jobs", "replicasets", "replicationcontrollers", "services", "statefulsets"];

/** The arguments of a command (k8s: kubectl/pkg/util/completion). */
export async function offeredArguments(asking: Asking): Promise<Offer> {
  const { args, command, names, proc, flags, word } = asking;
  const first = async (list: () => Promise<readonly string[]>): Promise<Offer> => only(args.length === 0 ? await list() : [], word);
  switch (command.arguments) {
    case "resources":
      return resources(asking);
    case "pods":
      return args.length === 0 ? pods(asking) : only([], word);
    case "pods, containers":
      if (args.length === 1) return only(await names.containers(args[0] as string), word);
      return args.length === 0 ? pods(asking) : only([], word);
    case "pods, ports":
      if (args.length === 1) return only(await names.ports(args[0] as string, word), word);
      return args.length === 0 ? pods(asking) : only([], word);
    case "pod names":
      return first(() => names.objects("pods"));
    case "nodes":
      return first(() => names.objects("nodes"));
    case "serviceaccounts":
      return first(() => names.objects("serviceaccounts"));
    case "contexts":
    case "clusters":
    case "users": {
      const what = command.arguments;
      return first(async () => [...loadKubeconfig(proc.fs, flags, proc.env)[what].keys()]);
    }
    case "copies":
      return copies(asking);
    case "shells":
      return args.length === 0 ? only(["bash", "fish", "powershell", "zsh"], word) : { words: [], directive: FILES };
    case "none":
    case undefined:
      return { words: [], directive: FILES };
  }
}

/** TYPE, then names; or TYPE/NAME again and again. `offers` are the types where only some will do. */
async function resources({ args, command, names, word }: Asking): Promise<Offer> {
  const [type] = args;
  const once = command.offersOne === true;
  if (type !== undefined && !type.includes("/")) {
    if (once && args.length > 1) return only([], word);
    return only(
      (await names.objects(type)).filter((n) => !args.slice(1).includes(n)),
      word,
    );
  }
  const slash = word.indexOf("/");
  if (slash >= 0) {
    if (once && args.length > 0) return only([], word);
    const kind = word.slice(0, slash);
    const { words: found } = only(await names.objects(kind), word.slice(slash + 1), `${kind}/`);
    return { words: found.filter((w) => !args.includes(w.text)), directive: NO_FILES };
  }
  if (type !== undefined && once) return only([], word);
  const comma = command.offers ? -1 : word.lastIndexOf(",");
  const { words: types } = only(command.offers ?? (await names.types()), word.slice(comma + 1), word.slice(0, comma + 1));
  if (type === undefined) return { words: types, directive: NO_FILES };
  return { words: types.map((w) => ({ text: `${w.text}/` })), directive: NO_FILES + NO_SPACE };
}

async function pods({ names, word }: Asking): Promise<Offer> {
  const slash = word.indexOf("/");
  if (slash >= 0) return only(await names.objects(word.slice(0, slash)), word.slice(slash + 1), word.slice(0, slash + 1));
  const found = words(await names.objects("pods"), word);
  const kinds = words(
    RUNNERS.map((k) => `${k}/`),
    word,
  ).filter((k) => k.text.slice(0, -1).startsWith(word));
  return { words: [...found, ...kinds], directive: found.length === 0 ? NO_FILES + NO_SPACE : NO_FILES };
}

/** What cp copies: a path, `pod:`, or `namespace/` and then its pods. */
async function copies({ args, names, proc, word }: Asking): Promise<Offer> {
  const offer = (list: readonly string[]): Offer => ({ words: list.map((text) => ({ text })), directive: NO_SPACE });
  if (args.length > 0 || /^[/.~]/.test(word) || word.includes(":")) return offer([]);
  const slash = word.indexOf("/");
  if (slash > 0) {
    const namespace = word.slice(0, slash);
    const found = await names.objects("pods", namespace);
    return offer(found.map((n) => `${namespace}/${n}:`).filter((n) => n.startsWith(word)));
  }
  const [namespaces, here] = [await names.objects("namespaces"), await names.objects("pods")];
  const remote = [
    ...namespaces.filter((n) => n.startsWith(word)).map((n) => `${n}/`),
    ...here.filter((n) => n.startsWith(word)).map((n) => `${n}:`),
  ];
  if (word === "") return offer([...remote, "./", "/"]);
  const files = remote.length === 0 ? [] : proc.fs.readdir(proc.cwd).filter((n) => n.startsWith(word));
  return offer([...remote, ...[...files].sort().map((n) => (proc.fs.stat(`${proc.cwd}/${n}`).type === "directory" ? `${n}/` : n))]);
}

/** The values of a flag. */
export async function offeredValues(flag: Flag, { args, flags, names, proc, word }: Asking): Promise<Offer> {
  const { complete } = flag;
  switch (complete) {
    case undefined:
    case "files":
      return { words: [], directive: FILES };
    case "manifests":
      return { words: ["json", "yaml", "yml"].map((text) => ({ text })), directive: EXTENSIONS };
    case "namespaces":
    case "clusterroles":
      return only(await names.objects(complete), word);
    case "containers":
      return only(args[0] === undefined ? [] : await names.containers(args[0]), word);
    case "contexts":
    case "clusters":
    case "users":
      return only([...loadKubeconfig(proc.fs, flags, proc.env)[complete].keys()], word);
    case "subresources":
      // Offered as they are, whatever was typed: the shell picks what fits (k8s: cmdutil.AddSubresourceFlags).
      return only(["status", "scale", "resize"], "");
    default:
      // Of values in a list, kubectl completes the formats of get alone.
      return complete.includes("custom-columns") ? only(complete, word) : { words: [], directive: FILES };
  }
}
