import { concatBytes } from "../machinery/index.ts";
import type { Clock } from "../sim/index.ts";
import { negotiate } from "./negotiate.ts";
import type { ApiRequest, ApiResponse, ByteStream, WatchStream } from "./types.ts";
import { warningHeaders } from "./warnings.ts";

const encoder = new TextEncoder();

/** Answers that are larger are compressed for who can read that (k8s: responsewriters defaultGzipThresholdBytes). */
const GZIP_THRESHOLD = 128 * 1024;

/** An answer on the wire. What the platform loads or compresses is awaited under `hold`. */
export async function encodeResponse(response: ApiResponse, request: ApiRequest, clock: Clock): Promise<Response> {
  const headers = new Headers({ "cache-control": "no-cache, private", ...response.headers });
  for (const warning of warningHeaders(response.warnings ?? [])) headers.append("warning", warning);
  const { status } = response;
  if (response.watch) {
    headers.set("content-type", "application/json");
    return new Response(watchBody(response.watch, request), { status, headers });
  }
  if (response.stream) {
    headers.set("content-type", response.contentType ?? "application/octet-stream");
    return new Response(streamBody(response.stream), { status, headers });
  }
  const retryAfter = (response.body as { readonly details?: { readonly retryAfterSeconds?: number } } | undefined)?.details
    ?.retryAfterSeconds;
  if (retryAfter) headers.set("retry-after", String(retryAfter));
  const release = clock.hold();
  try {
    const { bytes, contentType } = await encodeBody(response, request);
    if (bytes === undefined) return new Response(null, { status, headers });
    headers.set("content-type", contentType);
    const sent = await compressed(bytes, request, headers);
    headers.set("content-length", String(sent.length));
    return new Response(request.method === "HEAD" ? null : sent, { status, headers });
  } finally {
    release();
  }
}

interface Encoded {
  readonly bytes: Uint8Array | undefined;
  readonly contentType: string;
}

async function encodeBody(response: ApiResponse, request: ApiRequest): Promise<Encoded> {
  const { body, contentType = "application/json" } = response;
  if (body === undefined) return { bytes: undefined, contentType };
  if (body instanceof Uint8Array) return { bytes: body, contentType };
  if (typeof body === "string") return { bytes: encoder.encode(body), contentType };
  const value = asWritten(body as Typed);
  const failed = response.status >= 400;
  const accepted = negotiate(request.headers?.["accept"] ?? "", !failed);
  // Paths that are no API answer in one way, and so does a refusal that nothing accepted fits.
  if (response.plain || (failed && accepted === undefined)) return { bytes: encoder.encode(indented(value)), contentType };
  if (accepted?.mediaType === "application/yaml" && response.contentType === undefined) {
    const { stringify } = await import("yaml");
    const text = stringify(value, { sortMapEntries: true, version: "1.1", lineWidth: 0, aliasDuplicateObjects: false, indentSeq: false });
    return { bytes: encoder.encode(text), contentType: "application/yaml" };
  }
  const text = accepted?.pretty || wantsPretty(request) ? indented(value) : `${JSON.stringify(value)}\n`;
  return { bytes: encoder.encode(text), contentType };
}

const indented = (value: object): string => JSON.stringify(value, null, 2);

/** People read what these fetch (k8s: negotiation isPrettyPrint). */
const PEOPLES_AGENTS = ["curl", "Wget", "Mozilla/5.0"];

function wantsPretty({ query, agent }: ApiRequest): boolean {
  const said = query?.["pretty"];
  const value = typeof said === "object" ? said[0] : said;
  return value ? ["1", "t", "T", "true", "TRUE", "True"].includes(value) : PEOPLES_AGENTS.some((name) => agent.startsWith(name));
}

async function compressed(bytes: Uint8Array, request: ApiRequest, headers: Headers): Promise<Uint8Array> {
  const encodings = (request.headers?.["accept-encoding"] ?? "").split(",").map((part) => part.split(";", 1)[0]?.trim());
  if (bytes.length <= GZIP_THRESHOLD || !encodings.includes("gzip")) return bytes;
  const { gzipSync } = await import("fflate");
  headers.set("content-encoding", "gzip");
  headers.append("vary", "Accept-Encoding");
  return gzipSync(bytes, { level: 1, mtime: 0 });
}

function streamBody(stream: ByteStream): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = await stream.read();
      if (chunk === null) controller.close();
      else controller.enqueue(chunk);
    },
    cancel: () => stream.cancel(),
  });
}

/** A client that leaves so many deliveries unread is let go, and may go on from the version it has (k8s: cacher's slow watchers). */
const MOST_UNREAD = 100;

function watchBody(watch: WatchStream, request: ApiRequest): ReadableStream<Uint8Array> {
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
        if (ended) return;
        const [first, ...more] = events.map(encodedEvent);
        if (first) controller.enqueue(more.length === 0 ? first : concatBytes([first, ...more]));
        if ((controller.desiredSize ?? 0) < -MOST_UNREAD) end();
      }, end);
      request.signal?.addEventListener("abort", end);
    },
    cancel: () => cancel?.(),
  });
}

const eventAsWritten = (event: object): object => {
  const { object } = event as { readonly object?: Typed };
  return object === undefined ? event : { ...event, object: asWritten(object) };
};

/** An event is encoded once for all outside watchers. */
const encoded = new WeakMap<object, Uint8Array>();
function encodedEvent(event: object): Uint8Array {
  let bytes = encoded.get(event);
  if (!bytes) encoded.set(event, (bytes = encoder.encode(`${JSON.stringify(eventAsWritten(event))}\n`)));
  return bytes;
}

interface Typed {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly items?: readonly Typed[];
}

/** Custom resources are not: their items say what they are. */
const isTyped = (kind: string, apiVersion: string): boolean =>
  (!apiVersion.includes(".") || apiVersion.includes(".k8s.io/")) && !kind.startsWith("API") && !kind.startsWith("PartialObject");

/** As Go writes it: what it is comes first, and items of a built-in list carry no kind of their own (k8s: typed lists). */
function asWritten(body: Typed): object {
  const { kind, apiVersion, ...rest } = body;
  if (kind === undefined) return body;
  const first = apiVersion === undefined ? { kind } : { kind, apiVersion };
  if (!rest.items || !kind.endsWith("List") || !isTyped(kind, apiVersion ?? "")) return { ...first, ...rest };
  return { ...first, ...rest, items: rest.items.map(({ kind: _, apiVersion: __, ...item }) => item) };
}
