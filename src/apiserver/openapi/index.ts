import { openapi } from "../../api/index.ts";
import { resourceNotFound } from "../../machinery/index.ts";
import type { Clock } from "../../sim/index.ts";
import type { MaybePromise } from "../maybe.ts";
import type { ApiRequest, ApiResponse } from "../types.ts";

const ROOT = "/openapi/v3";

/** One document of OpenAPI v3 as JSON text, with the hash that its URL carries. */
export interface OpenApiDocument {
  readonly hash: string;
  readonly load: () => MaybePromise<string>;
}

export interface OpenApiOptions {
  readonly clock: Clock;
  /** Whether the simulator's own group is served. */
  readonly simulator: boolean;
  /** Documents of group-versions that are added at run time, by path: `apis/stable.example.com/v1`. */
  readonly more: () => ReadonlyMap<string, OpenApiDocument>;
}

/** Clients ask for it under an older name, too, with an @ for the second dot. */
const PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/** `/openapi/v3`, its documents, and `/openapi/v2`. */
export function createOpenApi({ clock, simulator, more }: OpenApiOptions): (request: ApiRequest) => Promise<ApiResponse> {
  const documents = (): ReadonlyMap<string, OpenApiDocument> =>
    new Map([...Object.entries(openapi).filter(([path]) => simulator || !path.includes("sim.timonel.dev")), ...more()]);
  /** The platform fetches what is loaded: virtual time waits for it (law 4). */
  const held = async <T>(work: () => Promise<T>): Promise<T> => {
    const release = clock.hold();
    try {
      return await work();
    } finally {
      release();
    }
  };
  /** The v2 answers in both encodings, for as long as no document changes. */
  let v2: { readonly of: string; readonly answers: Promise<{ readonly json: string; readonly protobuf: Uint8Array }> } | undefined;

  const openApiV2 = (request: ApiRequest): Promise<ApiResponse> =>
    held(async () => {
      const all = documents();
      const of = [...all.values()].map((d) => d.hash).join();
      if (v2?.of !== of) {
        const { documentV2 } = await import("./v2.ts");
        const answers = Promise.all([...all.values()].map(async (d) => d.load())).then((texts) => documentV2(texts));
        v2 = { of, answers };
      }
      const { json, protobuf } = await v2.answers;
      const wantsProtobuf = (request.headers?.["accept"] ?? "").replaceAll("@", ".").includes(PROTOBUF);
      return wantsProtobuf
        ? { status: 200, contentType: PROTOBUF, body: protobuf }
        : { status: 200, contentType: "application/json", body: json };
    });

  return async (request) => {
    const path = request.path.endsWith("/") ? request.path.slice(0, -1) : request.path;
    if (path === "/openapi/v2") return openApiV2(request);
    const all = documents();
    if (path === ROOT) {
      const paths = [...all].map(([name, { hash }]) => [name, { serverRelativeURL: `${ROOT}/${name}?hash=${hash}` }] as const);
      return { status: 200, body: { paths: Object.fromEntries(paths.toSorted(([a], [b]) => (a < b ? -1 : 1))) as object } };
    }
    const found = all.get(path.slice(ROOT.length + 1));
    if (!path.startsWith(`${ROOT}/`) || !found) throw resourceNotFound();
    return held(async () => ({ status: 200, contentType: "application/json", body: await found.load() }));
  };
}
