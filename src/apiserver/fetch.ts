import { StatusError, concatBytes } from "../machinery/index.ts";
import type { Clock } from "../sim/index.ts";
import { MAX_BODY, mediaTypeOf, ReadBody, readYaml } from "./body.ts";
import { encodeResponse } from "./encode.ts";
import { negotiate } from "./negotiate.ts";
import type { Api, ApiRequest, ApiResponse } from "./types.ts";

/** The HTTP codec over `handle`: WHATWG Request in, Response out; watches and followed logs as streams. */
export function createFetch(handle: (request: ApiRequest) => Promise<ApiResponse>, clock: Clock): Api["fetch"] {
  return async (request, peer) => {
    const parsed = { ...(await parseRequest(request, clock)), ...(peer ? { peer } : {}) };
    // Every request from outside is an input of its own turn, stamped (law 4).
    const response = await new Promise<ApiResponse>((resolve, reject) => {
      const stamp = clock.input(() =>
        handle({ ...parsed, causes: [{ kind: "input", ...stamp, what: `${parsed.method} ${parsed.path}` }] }).then(resolve, reject),
      );
    });
    return encodeResponse(response, parsed, clock);
  };
}

/** Everything of a request but its causes. The body is read under `hold`, so that virtual time does not pass meanwhile. */
export async function parseRequest(request: Request, clock: Clock): Promise<ApiRequest> {
  const url = new URL(request.url);
  // Without a prototype: a query may name anything.
  const query = Object.create(null) as Record<string, string | string[]>;
  for (const [key, value] of url.searchParams) {
    const before = query[key];
    query[key] = before === undefined ? value : [...(typeof before === "string" ? [before] : before), value];
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers) headers[name.toLowerCase()] = value;
  const release = clock.hold();
  let body: unknown;
  try {
    const bytes = await bytesOf(request);
    if (bytes.length > 0) body = await decoded(bytes, mediaTypeOf(headers["content-type"]));
  } finally {
    release();
  }
  return {
    method: request.method as ApiRequest["method"],
    path: url.pathname,
    query,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(headers["content-type"] ? { contentType: headers["content-type"] } : {}),
    as: negotiate(headers["accept"] ?? "", true)?.as ?? "NotAcceptable",
    agent: headers["user-agent"] ?? "unknown",
    causes: [],
    signal: request.signal,
  };
}

/** What no codec reads stays bytes: what they should be is judged once the request is known to be allowed. */
async function decoded(bytes: Uint8Array, mediaType: string): Promise<Uint8Array | ReadBody> {
  switch (mediaType) {
    case "application/yaml":
    case "application/apply-patch+yaml":
      return readYaml(bytes);
    case "application/vnd.kubernetes.protobuf":
      return readProtobuf(bytes);
    default:
      return bytes;
  }
}

async function readProtobuf(bytes: Uint8Array): Promise<ReadBody> {
  const { decodeProtobuf } = await import("./protobuf/decode.ts");
  try {
    return new ReadBody(bytes, decodeProtobuf(bytes));
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return new ReadBody(bytes, undefined, error.code === 400 ? error.message : error);
  }
}

/** The body, or the first bytes of one that is too large to be read on. */
async function bytesOf(request: Request): Promise<Uint8Array> {
  if (request.method === "GET" || request.method === "HEAD" || !request.body) return new Uint8Array();
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done && size <= MAX_BODY; next = await reader.read()) {
    chunks.push(next.value);
    size += next.value.length;
  }
  if (size > MAX_BODY) await reader.cancel();
  return concatBytes(chunks);
}
