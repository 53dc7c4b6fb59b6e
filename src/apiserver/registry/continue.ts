import { badRequest, base64Decode, base64Url, goJsonProblem } from "../../machinery/index.ts";

/** Where a list goes on (k8s: apiserver/pkg/storage/continue.go): base64 of `{"v":"meta.k8s.io/v1","rv":7,"start":"default/a\u0000"}`. */
export interface ContinueToken {
  /** -1: of the present, because what the list began with has been compacted. */
  readonly revision: number;
  /** The first key that may follow; what `prefix` begins with is taken off in the token. */
  readonly from: string;
}

const VERSION = "meta.k8s.io/v1";

export function encodeContinue({ revision, from }: ContinueToken, prefix: string): string {
  const json = JSON.stringify({ v: VERSION, rv: revision, start: from.slice(prefix.length) });
  return base64Url(new TextEncoder().encode(json));
}

/** Throws 400 in upstream's words. */
export function decodeContinue(token: string, prefix: string): ContinueToken {
  const { v, rv, start } = readToken(token);
  if (v !== VERSION) throw refused(`: server does not recognize this encoded version ${v}`);
  if (rv === 0) throw refused(`: incorrect encoded start resourceVersion (version ${VERSION})`);
  if (start === "") throw refused(`: encoded start key empty (version ${VERSION})`);
  const path = start.startsWith("/") ? start : `/${start}`;
  // A start above the collection would show what the list is not about.
  if (path.endsWith("/") || path.split("/").some((part, i) => i > 0 && (part === "" || part === "." || part === "..")))
    throw refused(`: ${start}`);
  return { revision: rv, from: prefix + path.slice(1) };
}

const refused = (why: string) => badRequest(`invalid continue token: continue key is not valid${why}`);

function readToken(token: string): { readonly v: string; readonly rv: number; readonly start: string } {
  const foreign = token.search(/[^A-Za-z0-9_\-\r\n]/);
  if (foreign >= 0) throw refused(`: illegal base64 data at input byte ${foreign}`);
  const digits = token.replaceAll("-", "+").replaceAll("_", "/");
  const bytes = base64Decode(digits + "=".repeat((4 - (digits.replace(/[\r\n]/g, "").length % 4)) % 4));
  if (typeof bytes === "number") throw refused(`: illegal base64 data at input byte ${token.length - 1}`);
  const problem = goJsonProblem(bytes);
  if (problem !== undefined) throw refused(`: ${problem}`);
  const value = JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  const wrong = (what: unknown, into: string) =>
    refused(`: json: cannot unmarshal ${Array.isArray(what) ? "array" : typeof what === "boolean" ? "bool" : typeof what} into Go ${into}`);
  if (value === null) return { v: "", rv: 0, start: "" };
  if (typeof value !== "object" || Array.isArray(value)) throw wrong(value, "value of type storage.continueToken");
  const { v = "", rv = 0, start = "" } = value as Readonly<Record<string, unknown>>;
  if (typeof v !== "string") throw wrong(v, "struct field continueToken.v of type string");
  if (typeof rv !== "number" || !Number.isInteger(rv)) throw wrong(rv, "struct field continueToken.rv of type int64");
  if (typeof start !== "string") throw wrong(start, "struct field continueToken.start of type string");
  return { v, rv, start };
}
