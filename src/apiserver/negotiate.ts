import type { Kind } from "../api/index.ts";
import { notAcceptable } from "../machinery/index.ts";
import type { ApiRequest } from "./types.ts";

/** What a client asked for in Accept, of what there is (k8s: handlers/negotiation). */
export interface Accepted {
  readonly mediaType: "application/json" | "application/yaml";
  readonly as: "Object" | "Table" | "PartialObjectMetadata" | "PartialObjectMetadataList";
  readonly pretty: boolean;
}

interface Clause {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
  readonly parameters: ReadonlyMap<string, string>;
}

const JSON_TYPE: Accepted["mediaType"] = "application/json";
const PLAIN: Accepted = { mediaType: JSON_TYPE, as: "Object", pretty: false };
const TRANSFORMS: readonly string[] = ["Table", "PartialObjectMetadata", "PartialObjectMetadataList"] satisfies Accepted["as"][];

/** Undefined: nothing of it is served. `transforms` false: an error or what has no other representation. */
export function negotiate(accept: string, transforms: boolean): Accepted | undefined {
  if (accept === "") return PLAIN;
  for (const clause of clausesOf(accept)) {
    const mediaType = mediaTypeFor(clause);
    if (mediaType === undefined) continue;
    const as = transformOf(clause.parameters);
    if (as === undefined || (as !== "Object" && !transforms)) continue;
    const stream = clause.parameters.get("stream") ?? "";
    if (clause.parameters.get("sv") || (stream !== "" && stream !== "watch")) continue;
    return { mediaType, as, pretty: clause.parameters.get("pretty") === "1" };
  }
  return undefined;
}

/** How a request about a kind is answered. Throws 406; reviews and bindings, which nobody lists, are no tables. */
export function representationFor({ as, headers }: ApiRequest, { virtual, columns }: Pick<Kind, "virtual" | "columns">): ApiRequest["as"] {
  if (as === undefined || as === "Object" || headers === undefined) return as;
  const accept = headers["accept"] ?? "";
  const served = as === "Table" && virtual && columns.length === 0 ? negotiate(accept, false)?.as : as;
  if (served === undefined || served === "NotAcceptable") throw notAcceptable(acceptedTypes(accept));
  return served;
}

/** What is said when nothing fits. Protobuf is taken but never given, so who wants nothing else is told the rest. */
function acceptedTypes(accept: string): readonly string[] {
  const types = ["application/json", "application/yaml"];
  return accept.includes("protobuf") ? types : [...types, "application/vnd.kubernetes.protobuf"];
}

function mediaTypeFor({ type, subtype }: Clause): Accepted["mediaType"] | undefined {
  if (type === "*" && subtype === "*") return JSON_TYPE;
  if (type !== "application") return undefined;
  if (subtype === "*" || subtype === "json") return JSON_TYPE;
  return subtype === "yaml" ? "application/yaml" : undefined;
}

/** Undefined: a transformation that is not served. */
function transformOf(parameters: ReadonlyMap<string, string>): Accepted["as"] | undefined {
  const as = parameters.get("as");
  if (as === undefined && !parameters.has("g") && !parameters.has("v")) return "Object";
  if (parameters.get("g") !== "meta.k8s.io" || parameters.get("v") !== "v1" || !TRANSFORMS.includes(as ?? "")) return undefined;
  return as as Accepted["as"];
}

/** Best first: by quality, then what is named before what is a star (k8s: munnerz/goautoneg ParseAccept). */
function clausesOf(accept: string): readonly Clause[] {
  const clauses = accept.split(",").map(clauseOf);
  const before = (a: Clause, b: Clause): boolean =>
    a.quality > b.quality || (a.type !== "*" && b.type === "*") || (a.subtype !== "*" && b.subtype === "*");
  for (let i = 1; i < clauses.length; i++)
    for (let j = i; j > 0 && before(clauses[j] as Clause, clauses[j - 1] as Clause); j--)
      [clauses[j], clauses[j - 1]] = [clauses[j - 1] as Clause, clauses[j] as Clause];
  return clauses;
}

function clauseOf(text: string): Clause {
  const [media = "", ...rest] = text.split(";");
  const [type = "", subtype = ""] = media.trim().split("/");
  const parameters = new Map<string, string>();
  let quality = 1;
  for (const parameter of rest) {
    const [name = "", value = ""] = parameter.split("=", 2).map((part) => part.trim());
    if (name === "q") quality = Number(value) || 0;
    else parameters.set(name, value);
  }
  // A lone star stands for anything.
  return type === "*" && subtype === "" ? { type, subtype: "*", quality, parameters } : { type, subtype, quality, parameters };
}
