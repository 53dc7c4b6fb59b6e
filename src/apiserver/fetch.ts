import { StatusError } from "../machinery/index.ts";
import type { Clock } from "../sim/index.ts";
import type { Kind } from "../api/index.ts";
import { mediaTypeOf, parseYaml } from "./decode.ts";
import type { ApiRequest, ApiResponse } from "./types.ts";

const encoder = new TextEncoder();

/** The HTTP codec over `handle`: WHATWG Request in, Response out; watches and followed logs as streams. */
export function createFetch(handle: (request: ApiRequest) => Promise<ApiResponse>, clock: Clock): (request: Request) => Promise<Response> {
  return async (request) => {
    let parsed: ApiRequest;
    try {
      parsed = await parseRequest(request, clock);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return new Response(JSON.stringify(error.status), { status: error.code, headers: { "content-type": "application/json" } });
    }
    // Every request from outside is an input of its own turn, stamped (law 4).
    const response = await new Promise<ApiResponse>((resolve, reject) => {
      const stamp = clock.input(() =>
        handle({ ...parsed, causes: [{ kind: "input", ...stamp, what: `${parsed.method} ${parsed.path}` }] }).then(resolve, reject),
      );
    });
    return encodeResponse(response, parsed);
  };
}

/** Everything of a request but its causes. The body is read under `hold`, so that virtual time does not pass meanwhile. Throws StatusError. */
export async function parseRequest(request: Request, clock: Clock): Promise<ApiRequest> {
  const url = new URL(request.url);
  const query: Record<string, string | string[]> = {};
  for (const key of new Set([...url.searchParams].map(([k]) => k))) {
    const values = url.searchParams.getAll(key);
    query[key] = values.length === 1 ? (values[0] as string) : values;
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers) headers[name.toLowerCase()] = value;
  const release = clock.hold();
  let body: unknown;
  const mediaType = mediaTypeOf(headers["content-type"]);
  try {
    const bytes = request.method === "GET" ? undefined : new Uint8Array(await request.arrayBuffer());
    if (bytes && bytes.length > 0)
      body =
        mediaType === "application/yaml"
          ? await parseYaml(bytes)
          : mediaType === "application/vnd.kubernetes.protobuf"
            ? (await import("./protobuf/decode.ts")).decodeProtobuf(bytes)
            : bytes;
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
    as: representation(headers["accept"] ?? ""),
    agent: headers["user-agent"] ?? "unknown",
    causes: [],
    signal: request.signal,
  };
}

/** The first representation in Accept that is served; kubectl asks for `application/json;as=Table;v=v1;g=meta.k8s.io,application/json`. */
export function representation(accept: string): "Object" | "Table" | "PartialObjectMetadata" {
  for (const part of accept.split(",")) {
    if (part.includes("as=Table")) return "Table";
    if (part.includes("as=PartialObjectMetadata")) return "PartialObjectMetadata";
    if (part.includes("json") || part.includes("*/*")) return "Object";
  }
  return "Object";
}

function encodeResponse(response: ApiResponse, request: ApiRequest): Response {
  const headers: Record<string, string> = { "cache-control": "no-cache, private", ...response.headers };
  const out = new Headers(headers);
  for (const warning of response.warnings ?? []) out.append("warning", `299 - "${warning.replace(/["\\]/g, "\\$&")}"`);
  if (response.watch) {
    out.set("content-type", "application/json");
    return new Response(watchBody(response.watch, request), { status: 200, headers: out });
  }
  out.set("content-type", response.contentType ?? "application/json");
  if (response.stream) {
    const { stream } = response;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const chunk = await stream.read();
        if (chunk === null) controller.close();
        else controller.enqueue(chunk);
      },
      cancel: () => stream.cancel(),
    });
    return new Response(body, { status: response.status, headers: out });
  }
  const { body } = response;
  if (body === undefined) return new Response(null, { status: response.status, headers: out });
  if (typeof body === "string" || body instanceof Uint8Array) return new Response(body, { status: response.status, headers: out });
  return new Response(`${JSON.stringify(withoutItemTypes(body))}\n`, { status: response.status, headers: out });
}

function watchBody(watch: NonNullable<ApiResponse["watch"]>, request: ApiRequest): ReadableStream<Uint8Array> {
  let cancel: (() => void) | undefined;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      let ended = false;
      const end = (): void => {
        if (ended) return;
        ended = true;
        cancel?.();
        controller.close();
      };
      cancel = watch.start((events) => {
        if (!ended) for (const event of events) controller.enqueue(encodedEvent(event));
      }, end);
      request.signal?.addEventListener("abort", end);
    },
    cancel: () => cancel?.(),
  });
}

/** An event is encoded once for all outside watchers. */
const encoded = new WeakMap<object, Uint8Array>();
function encodedEvent(event: object): Uint8Array {
  let bytes = encoded.get(event);
  if (!bytes) encoded.set(event, (bytes = encoder.encode(`${JSON.stringify(event)}\n`)));
  return bytes;
}

/** Items of a built-in list carry no kind of their own on the wire (k8s: typed lists). */
function withoutItemTypes(body: object): object {
  const { items, kind } = body as { items?: readonly object[]; kind?: string };
  if (!items || !kind?.endsWith("List") || kind.startsWith("API") || kind.startsWith("PartialObject")) return body;
  return { ...body, items: items.map(({ kind: _, apiVersion: __, ...item }: { kind?: Kind["kind"]; apiVersion?: string }) => item) };
}
