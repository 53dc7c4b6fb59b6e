import { header, type HttpHeaders, type ServerRequest, type ServerResponse } from "../../network/index.ts";
import { Errno, type ProcessContext } from "../../runtime/index.ts";
import { type Blobs, digestOf } from "./blobs.ts";

type Reply = ServerResponse & { readonly headers: HttpHeaders };
const JSON_TYPE = ["Content-Type", "application/json; charset=utf-8"] as const;
export const VERSION = ["Docker-Distribution-Api-Version", "registry/2.0"] as const;
const NOSNIFF = ["X-Content-Type-Options", "nosniff"] as const;

/** An error as the API has it (distribution: registry/api/errcode). */
export function refused(status: number, code: string, message: string, detail: unknown = null, more: HttpHeaders = []): Reply {
  return {
    status,
    headers: [JSON_TYPE, VERSION, NOSNIFF, ...more],
    body: `${JSON.stringify({ errors: [{ code, message, ...(detail === null ? {} : { detail }) }] })}\n`,
  };
}
const json = (value: unknown, more: HttpHeaders = []): Reply => ({
  status: 200,
  headers: [JSON_TYPE, VERSION, NOSNIFF, ...more],
  body: `${JSON.stringify(value)}\n`,
});

const NAME = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const DIGEST = /^sha256:[a-f0-9]{64}$/;
const unknownName = (name: string): Reply => refused(404, "NAME_UNKNOWN", "repository name not known to registry", { name });
const unknownUpload = (): Reply => refused(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
const unsupported = (): Reply => refused(405, "UNSUPPORTED", "The operation is unsupported.");

export interface Api {
  readonly proc: ProcessContext;
  readonly blobs: Blobs;
  readonly deletes: boolean;
}

const bodyOf = (request: ServerRequest): Promise<Uint8Array> => request.body.bytes();

/** The HTTP API V2 of a registry. */
export async function answer(api: Api, request: ServerRequest): Promise<Reply> {
  const { method, path } = request;
  const query = new Map(
    request.query
      .split("&")
      .filter((pair) => pair !== "")
      .map((pair): [string, string] => {
        const [key = "", ...value] = pair.split("=");
        return [decodeURIComponent(key), decodeURIComponent(value.join("=").replaceAll("+", " "))];
      }),
  );
  if (path === "/" && (method === "GET" || method === "HEAD")) return { status: 200, headers: [["Cache-Control", "no-cache"]], body: "" };
  if (path === "/v2/") return { status: 200, headers: [JSON_TYPE, VERSION, NOSNIFF], body: "{}" };
  if (path === "/v2") return { status: 301, headers: [["Location", "/v2/"]], body: "" };
  if (path === "/v2/_catalog") return page(api.blobs.repositories(), "repositories", query, "/v2/_catalog");
  const [, name = "", what, rest = ""] = /^\/v2\/(.+?)\/(tags\/list|manifests|blobs\/uploads|blobs)(?:\/(.*))?$/.exec(path) ?? [];
  if (what === undefined)
    return { status: 404, headers: [["Content-Type", "text/plain; charset=utf-8"], NOSNIFF], body: "404 page not found\n" };
  if (!NAME.test(name)) return refused(400, "NAME_INVALID", "invalid repository name", { name });
  try {
    switch (what) {
      case "tags/list": {
        const tags = api.blobs.tags(name);
        if (!tags) return unknownName(name);
        return page(tags, "tags", query, `/v2/${name}/tags/list`, { name });
      }
      case "manifests":
        return await manifests(api, request, name, rest);
      case "blobs":
        return blobs(api, method, name, rest);
      default:
        return await uploads(api, request, name, rest, query);
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return refused(500, "UNKNOWN", "unknown error", { DriverName: "filesystem", Enclosed: { Op: "write", Err: error.message } });
  }
}

/** As much of a list as was asked for, and where the rest is. */
function page(all: readonly string[], key: string, query: ReadonlyMap<string, string>, path: string, more: object = {}): Reply {
  const n = query.has("n") ? Number(query.get("n")) : all.length;
  if (!Number.isInteger(n) || n < 0)
    return refused(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested", { n: query.get("n") });
  const last = query.get("last") ?? "";
  const left = all.filter((item) => item > last);
  const some = left.slice(0, n);
  const link =
    left.length > some.length && some.length > 0
      ? [["Link", `<${path}?last=${encodeURIComponent(some.at(-1) as string)}&n=${n}>; rel="next"`] as const]
      : [];
  return json({ ...more, [key]: some }, link);
}

async function manifests({ blobs, deletes }: Api, request: ServerRequest, name: string, reference: string): Promise<Reply> {
  const { method } = request;
  if (method === "PUT") {
    const bytes = await bodyOf(request);
    const digest = digestOf(bytes);
    let manifest: { mediaType?: string; config?: { digest?: string }; layers?: { digest?: string }[]; manifests?: { digest?: string }[] };
    try {
      manifest = JSON.parse(new TextDecoder().decode(bytes)) as typeof manifest;
    } catch {
      return refused(400, "MANIFEST_INVALID", "manifest invalid", {});
    }
    if (reference.startsWith("sha256:") && reference !== digest)
      return refused(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
    const parts = [manifest.config, ...(manifest.layers ?? [])].flatMap((part) => (part?.digest === undefined ? [] : [part.digest]));
    const missing = [
      ...parts.filter((part) => !blobs.blob(name, part)),
      ...(manifest.manifests ?? []).flatMap((m) => (m.digest !== undefined && !blobs.manifest(name, m.digest) ? [m.digest] : [])),
    ];
    if (parts.length === 0 && !manifest.manifests) return refused(400, "MANIFEST_INVALID", "manifest invalid", {});
    if (missing.length > 0) return refused(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", { digest: missing[0] });
    blobs.putManifest(name, reference, digest, bytes);
    return {
      status: 201,
      headers: [
        ["Docker-Content-Digest", digest],
        VERSION,
        ["Location", `http://${header(request.headers, "host") ?? ""}/v2/${name}/manifests/${digest}`],
        NOSNIFF,
      ],
      body: "",
    };
  }
  if (method === "DELETE") {
    if (!deletes) return unsupported();
    if (!DIGEST.test(reference)) return unsupported();
    if (!blobs.deleteManifest(name, reference)) return refused(404, "MANIFEST_UNKNOWN", "manifest unknown");
    return { status: 202, headers: [VERSION, NOSNIFF], body: "" };
  }
  if (method !== "GET" && method !== "HEAD") return unsupported();
  const digest = blobs.manifest(name, reference);
  const bytes = digest === undefined ? undefined : blobs.read(digest);
  if (digest === undefined || bytes === undefined) {
    if (reference.startsWith("sha256:")) return refused(404, "MANIFEST_UNKNOWN", "manifest unknown", { Name: name, Revision: reference });
    return refused(404, "MANIFEST_UNKNOWN", "manifest unknown", {
      [blobs.tags(name) ? "Tag" : "name"]: blobs.tags(name) ? reference : name,
    });
  }
  const { mediaType = "application/vnd.oci.image.manifest.v1+json" } = JSON.parse(new TextDecoder().decode(bytes)) as {
    readonly mediaType?: string;
  };
  return found(bytes, digest, mediaType);
}
const found = (bytes: Uint8Array, digest: string, type: string): Reply => ({
  status: 200,
  headers: [["Content-Type", type], ["Docker-Content-Digest", digest], VERSION, ["Etag", `"${digest}"`], NOSNIFF],
  body: bytes,
});

function blobs({ blobs: store, deletes }: Api, method: string, name: string, digest: string): Reply {
  if (!DIGEST.test(digest)) return refused(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
  if (method === "DELETE") {
    if (!deletes) return unsupported();
    return store.deleteBlob(name, digest)
      ? { status: 202, headers: [["Docker-Content-Digest", digest], VERSION, NOSNIFF], body: "" }
      : refused(404, "BLOB_UNKNOWN", "blob unknown to registry", digest);
  }
  if (method !== "GET" && method !== "HEAD") return unsupported();
  const bytes = store.blob(name, digest);
  return bytes ? found(bytes, digest, "application/octet-stream") : refused(404, "BLOB_UNKNOWN", "blob unknown to registry", digest);
}

async function uploads(
  { proc, blobs: store }: Api,
  request: ServerRequest,
  name: string,
  id: string,
  query: ReadonlyMap<string, string>,
): Promise<Reply> {
  const { method } = request;
  const host = header(request.headers, "host") ?? "";
  const created = (digest: string): Reply => ({
    status: 201,
    headers: [["Docker-Content-Digest", digest], VERSION, ["Location", `http://${host}/v2/${name}/blobs/${digest}`], NOSNIFF],
    body: "",
  });
  const accepted = (upload: string, size: number): Reply => ({
    status: 202,
    headers: [
      VERSION,
      ["Docker-Upload-Uuid", upload],
      ["Location", `http://${host}/v2/${name}/blobs/uploads/${upload}`],
      ["Range", `0-${Math.max(0, size - 1)}`],
      NOSNIFF,
    ],
    body: "",
  });
  const wanted = query.get("digest");
  if (method === "POST") {
    const mount = query.get("mount");
    if (mount !== undefined && query.has("from") && store.mount(name, mount)) return created(mount);
    const upload = proc.random.uuid();
    store.begin(name, upload);
    if (wanted === undefined) return accepted(upload, 0);
    store.append(name, upload, await bodyOf(request));
    return finish(store, name, upload, wanted, created);
  }
  if (method === "DELETE") return store.finish(name, id) ? { status: 204, headers: [VERSION], body: "" } : unknownUpload();
  if (method === "GET") {
    const size = store.append(name, id, new Uint8Array());
    return size === undefined ? unknownUpload() : { ...accepted(id, size), status: 204 };
  }
  if (method !== "PATCH" && method !== "PUT") return unsupported();
  const size = store.append(name, id, await bodyOf(request));
  if (size === undefined) return unknownUpload();
  if (method === "PATCH") return accepted(id, size);
  if (wanted === undefined) return refused(400, "DIGEST_INVALID", "provided digest did not match uploaded content", "digest missing");
  return finish(store, name, id, wanted, created);
}
function finish(store: Blobs, name: string, id: string, digest: string, created: (digest: string) => Reply): Reply {
  const bytes = store.finish(name, id);
  if (!bytes) return unknownUpload();
  if (digestOf(bytes) !== digest) return refused(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
  store.putBlob(name, digest, bytes);
  return created(digest);
}
