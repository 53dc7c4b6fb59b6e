import { JsonPathError, parseTemplate } from "../../machinery/index.ts";
import { CliError, Exit } from "../errors.ts";
import { findType, groupResourceOf, type Discovery, type ResourceType } from "../rest/discovery.ts";
import type { Invocation } from "../types.ts";

type Nodes = ReturnType<typeof parseTemplate>[number];

/** What explain is asked for: a type, and the way to a field of it (k8s: kubectl/pkg/explain SplitAndParseResourceRequest). */
export interface Explained {
  readonly type: ResourceType;
  readonly path: readonly string[];
}

/**
 * `deploy.spec`, and `deployments.apps.spec` for a type with its group; where a version is given beside it there is no group in it.
 * A type that nothing serves is refused without the word "error".
 */
export async function explained(invocation: Invocation, text: string, versioned: boolean): Promise<Explained> {
  const [first, ...rest] = nodesOf(text);
  if (first?.kind !== "field") throw notFields("first node");
  if (first.name === "") throw new CliError("a resource must be present, got: /, Resource=");
  const discovery = await invocation.session.discovery();
  let type: ResourceType;
  try {
    type = findType(discovery, first.name);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    await invocation.err(`${error.message}\n`);
    throw new Exit(1);
  }
  if (versioned) return { type, path: namesOf(rest, "all nodes") };
  const whole = namesakes(discovery, type).find((t) => text.startsWith(groupResourceOf(t)));
  if (whole === undefined) return { type, path: namesOf(rest, "first node") };
  const suffix = text.slice(groupResourceOf(whole).length);
  return { type: whole, path: suffix === "" ? [] : namesOf(nodesOf(suffix).slice(1), "first node") };
}

const namesakes = (discovery: Discovery, type: ResourceType): readonly ResourceType[] =>
  discovery.types.filter((t) => t.name === type.name);

function nodesOf(text: string): Nodes {
  try {
    const [nodes, ...others] = parseTemplate(`{.${text.replace(/\.$/, "")}}`);
    if (nodes === undefined || others.length > 0) throw new CliError("must pass in 1 jsonpath string");
    return nodes;
  } catch (error) {
    throw error instanceof JsonPathError ? new CliError(error.message) : error;
  }
}

const namesOf = (nodes: Nodes, which: "first node" | "all nodes"): readonly string[] =>
  nodes.map((node) => {
    if (node.kind !== "field") throw notFields(which);
    return node.name;
  });

const notFields = (which: "first node" | "all nodes"): CliError =>
  new CliError(`invalid jsonpath syntax, ${which} must be field node${which === "first node" ? "" : "s"}`);
