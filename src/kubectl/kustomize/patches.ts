import { applyJsonPatch, decodeJsonPatch, PatchError, type JsonPatchOperation } from "../../machinery/index.ts";
import { CliError } from "../errors.ts";
import { parseYaml } from "../manifest/read.ts";
import { toYaml } from "../manifest/write.ts";
import { effectiveNamespace, idText, sameId, type Id } from "./ids.ts";
import { strategicMerge } from "./merge.ts";
import { parseResources } from "./parse.ts";
import { append, copyNode, type NodeMap, type Res } from "./resource.ts";
import type { Root } from "./root.ts";
import { select, selectorText, type Selector } from "./select.ts";
import { within } from "./within.ts";

export interface PatchArgs {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: Selector;
  readonly options?: { readonly allowNameChange?: boolean; readonly allowKindChange?: boolean };
}

/** One entry of `patches`: a strategic merge or operations, found out by reading it. */
export function patch(list: Res[], args: PatchArgs, root: Root): void {
  const given = (args.patch ?? "").trim();
  const config = toYaml(args);
  const { merges, operations, source } = within(`trouble configuring builtin PatchTransformer with config: \`\n${config}\``, () => {
    if (given === "" && !args.path) throw new CliError(`must specify one of patch and path in\n${config}`);
    if (given !== "" && args.path) throw new CliError(`patch and path can't be set at the same time\n${config}`);
    const body = args.path ? within(`failed to get the patch file from path(${args.path})`, () => root.text(args.path as string)) : given;
    return read(body, args.path ? `[path: ${JSON.stringify(args.path)}]` : `[patch: ${JSON.stringify(given)}]`);
  });
  if (operations) {
    if (!args.target) throw new CliError(`must specify a target for JSON patch ${source}`);
    for (const res of select(list, args.target)) {
      res.remember(effectiveNamespace(res.id));
      operate(res, operations);
    }
    return;
  }
  for (const m of merges) {
    m.renames = args.options?.allowNameChange === true;
    m.changesKind = args.options?.allowKindChange === true;
  }
  if (args.target) {
    const [only, more] = merges;
    if (more)
      throw new CliError(
        `Multiple Strategic-Merge Patches in one \`patches\` entry is not allowed to set \`patches.target\` field: ${source}`,
      );
    const chosen = within(`unable to find patch target ${JSON.stringify(selectorText(args.target))} in \`resources\``, () =>
      select(list, args.target as Selector),
    );
    if (only) mergeInto(list, chosen, only);
    return;
  }
  for (const m of merges)
    mergeInto(list, [within(`no resource matches strategic merge patch "${idText(m.id)}"`, () => theOne(list, m.id))], m);
}

/** patchesStrategicMerge: files or texts. */
export function patchStrategically(list: Res[], entries: readonly string[], root: Root): void {
  const patches = entries.flatMap((entry) => {
    try {
      return parseResources(entry);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return within(troubled("PatchStrategicMergeTransformer", { paths: entries }), () => parseResources(root.text(entry)));
    }
  });
  for (const m of patches) mergeInto(list, [theOne(list, m.id)], m);
}

/** patchesJson6902. */
export function patchByOperations(list: Res[], args: PatchArgs, root: Root): void {
  const { path, patch: inline, target } = args;
  const operations = within(
    troubled("PatchJson6902Transformer", {
      ...(inline ? { jsonOp: inline } : {}),
      ...(path ? { path } : {}),
      ...(target ? { target } : {}),
    }),
    () => {
      if (!target?.name) throw new CliError("must specify the target name");
      if (!path && !inline) throw new CliError("empty file path and empty jsonOp");
      if (path && inline) throw new CliError("must specify a file path or jsonOp, not both");
      return decode(path ? root.text(path) : (inline as string));
    },
  );
  for (const res of select(list, target as Selector)) operate(res, operations);
}

const troubled = (builtin: string, config: object): string => `trouble configuring builtin ${builtin} with config: \`\n${toYaml(config)}\``;

interface ReadPatch {
  readonly merges: readonly Res[];
  readonly operations?: readonly JsonPatchOperation[];
  readonly source: string;
}

function read(body: string, source: string): ReadPatch {
  let merges: readonly Res[] | undefined;
  try {
    merges = parseResources(body);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
  }
  if (merges) return { merges, source };
  try {
    return { merges: [], operations: decode(body), source };
  } catch (error) {
    if (error instanceof CliError) throw new CliError(`unable to parse SM or JSON patch from ${source}`);
    throw error;
  }
}

function decode(body: string): readonly JsonPatchOperation[] {
  try {
    return decodeJsonPatch(parseYaml(body, (m) => `error converting YAML to JSON: yaml: ${m}`));
  } catch (error) {
    if (error instanceof PatchError) throw new CliError(error.message);
    throw error;
  }
}

function operate(res: Res, operations: readonly JsonPatchOperation[]): void {
  try {
    res.node = copyNode(applyJsonPatch(res.node, operations) as NodeMap);
  } catch (error) {
    if (error instanceof PatchError) throw new CliError(error.message.replace(": Unable to", ": unable to"));
    throw error;
  }
}

function theOne(list: readonly Res[], id: Id): Res {
  const found = list.filter((r) => r.everyId.some((known) => sameId(known, id)));
  const [one] = found;
  if (one && found.length === 1) return one;
  throw new CliError(
    `${found.length > 1 ? "multiple" : "no"} matches for Id ${idText(id)}; failed to find unique target for patch ${idText(id)}`,
  );
}

function mergeInto(list: Res[], chosen: readonly Res[], change: Res): void {
  for (const res of chosen) {
    const { name, namespace, kind } = res.id;
    if (change.renames || change.changesKind) res.remember(effectiveNamespace(res.id));
    const merged = strategicMerge(res.node, { ...change.node, apiVersion: res.node["apiVersion"] ?? "" });
    if (!merged || Object.keys(merged).length === 0) {
      res.gone = true;
      continue;
    }
    res.node = copyNode(merged);
    if (!change.changesKind) res.node["kind"] = kind;
    if (!change.renames) res.meta["name"] = name;
    if (namespace) res.meta["namespace"] = namespace;
    else delete res.meta["namespace"];
  }
  const left = list.filter((r) => !r.gone);
  list.length = 0;
  append(list, left);
}
