import { beforeEach, describe, expect, it } from "vitest";
import type { ApiRequest, ApiResponse, WatchStream } from "../types.ts";
import { testServer } from "../testing/server.ts";
import { decodeContinue, encodeContinue } from "./continue.ts";

const CM = "/api/v1/namespaces/default/configmaps";
const ALL = "/api/v1/configmaps";
type Query = ApiRequest["query"];
interface List {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number };
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

let s: Awaited<ReturnType<typeof testServer>>;
const listed = async (query: Query, path = CM): Promise<List> => (await s.ask("GET", path, { query })).body as List;
const names = (list: List): string => list.items.map((i) => i.metadata.name).join(" ");
const said = ({ status, body }: ApiResponse): string => `${status} ${(body as { message?: string }).message ?? ""}`;
const create = (name: string, labels?: object) => s.ask("POST", CM, { body: { metadata: { name, ...(labels ? { labels } : {}) } } });

/** Events of a watch as text, up to now. */
function follow(stream: WatchStream | undefined): string[] {
  const seen: string[] = [];
  stream?.start(
    (events) =>
      seen.push(
        ...events.map(({ type, object: { metadata, ...rest } }) =>
          type === "BOOKMARK"
            ? `BOOKMARK ${metadata?.resourceVersion}${metadata?.annotations ? " end of the beginning" : ""}`
            : type === "ERROR"
              ? `ERROR ${(rest as { message?: string }).message}`
              : `${type} ${metadata?.name}`,
        ),
      ),
    () => seen.push("end"),
  );
  return seen;
}
const outside = { headers: {} };

beforeEach(async () => {
  s = await testServer();
  for (const name of ["a", "b", "c", "d", "e"]) await create(name, { odd: String("ace".includes(name)) });
});

describe("lists", () => {
  it("in pages show one moment, and count what is left unless something selects", async () => {
    const first = await listed({ limit: "2" });
    expect([names(first), first.metadata.remainingItemCount]).toEqual(["a b", 3]);
    await s.ask("DELETE", `${CM}/d`);
    await create("bb");
    const second = await listed({ limit: "2", continue: first.metadata.continue ?? "" });
    expect([names(second), second.metadata.resourceVersion, second.metadata.remainingItemCount]).toEqual([
      "c d",
      first.metadata.resourceVersion,
      1,
    ]);
    expect(names(await listed({ continue: second.metadata.continue ?? "" }))).toBe("e");
    const odd = await listed({ limit: "2", labelSelector: "odd=true" });
    expect([names(odd), odd.metadata.remainingItemCount, odd.metadata.continue === undefined]).toEqual(["a c", undefined, false]);
    expect(names(await listed({ labelSelector: "odd=true", continue: odd.metadata.continue ?? "" }))).toBe("e");
  });

  it("go on inconsistently when the first page's moment has been compacted", async () => {
    const first = await listed({ limit: "2" });
    await create("bb");
    s.store.compact(s.store.revision);
    const gone = await s.ask("GET", CM, { query: { limit: "2", continue: first.metadata.continue ?? "" } });
    const status = gone.body as { metadata: { continue: string }; reason: string; message: string };
    expect([gone.status, status.reason, status.message.slice(0, 80)]).toEqual([
      410,
      "Expired",
      "The provided continue parameter is too old to display a consistent list result. ",
    ]);
    const rest = await listed({ limit: "9", continue: status.metadata.continue });
    expect([names(rest), rest.metadata.resourceVersion]).toEqual(["bb c d e", String(s.store.revision)]);
    expect(said(await s.ask("GET", CM, { query: { resourceVersion: "2", resourceVersionMatch: "Exact" } }))).toBe(
      "410 The resourceVersion for the provided list is too old.",
    );
  });

  it("of a version: exactly, not older, or any", async () => {
    const { resourceVersion } = (await listed({})).metadata;
    await s.ask("DELETE", `${CM}/a`);
    const exact = { resourceVersion, resourceVersionMatch: "Exact" };
    expect(names(await listed(exact))).toBe("a b c d e");
    expect(names(await listed({ resourceVersion, resourceVersionMatch: "NotOlderThan" }))).toBe("b c d e");
    expect(names(await listed({ resourceVersion }))).toBe("b c d e");
    expect(names(await listed({ resourceVersion, limit: "2" }))).toBe("a b");
    expect(names(await listed({ resourceVersion: "0", limit: "2" }))).toBe("b c d e");
    expect(names(await listed({ ...exact, fieldSelector: "metadata.name=a" }))).toBe("a");
    expect(names(await listed({ fieldSelector: "metadata.name=a" }))).toBe("");
    expect(names(await listed({ fieldSelector: "metadata.name=b,metadata.namespace!=x" }))).toBe("b");
  });

  it.each<readonly [Query, string]>([
    [
      { resourceVersion: "x" },
      '400 invalid resource version: resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
    ],
    [{ resourceVersion: "999" }, "504 Timeout: Too large resource version: 999, current: 8"],
    [{ continue: "e30" }, "400 invalid continue token: continue key is not valid: server does not recognize this encoded version "],
    [{ continue: "%%%" }, "400 invalid continue token: continue key is not valid: illegal base64 data at input byte 0"],
    [{ continue: "e" }, "400 invalid continue token: continue key is not valid: illegal base64 data at input byte 0"],
    [{ fieldSelector: "data.k=v" }, '400 "data.k" is not a known field selector: only "metadata.name", "metadata.namespace"'],
  ])("refuse %j: %s", async (query, expected) => expect(said(await s.ask("GET", CM, { query }))).toBe(expected));

  it("refuse a version beside a continue token", async () => {
    const { metadata } = await listed({ limit: "1" });
    expect(said(await s.ask("GET", CM, { query: { continue: metadata.continue ?? "", resourceVersion: "3" } }))).toBe(
      "400 specifying resource version is not allowed when using continue",
    );
  });
});

describe("continue tokens", () => {
  it("are upstream's, and lead nowhere above the collection", () => {
    const token = encodeContinue({ revision: 7, from: "/registry/pods/default/a\0" }, "/registry/pods/");
    expect(atob(token)).toBe('{"v":"meta.k8s.io/v1","rv":7,"start":"default/a\\u0000"}');
    expect(decodeContinue(token, "/registry/pods/")).toEqual({ revision: 7, from: "/registry/pods/default/a\0" });
    const forged = btoa('{"v":"meta.k8s.io/v1","rv":7,"start":"../secrets/"}').replaceAll("=", "");
    expect(() => decodeContinue(forged, "/registry/pods/")).toThrow("continue key is not valid: ../secrets/");
  });
});

describe("one object", () => {
  it("is never older than the version asked for", async () => {
    expect((await s.ask("GET", `${CM}/a`, { query: { resourceVersion: "0" } })).status).toBe(200);
    expect(said(await s.ask("GET", `${CM}/a`, { query: { resourceVersion: "99" } }))).toBe(
      "504 Timeout: Too large resource version: 99, current: 8",
    );
    expect(said(await s.ask("GET", `${CM}/a`, { query: { resourceVersion: "x" } }))).toBe(
      '500 resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
    );
  });
});

describe("watches", () => {
  const watch = async (query: Record<string, string>, extra: Partial<ApiRequest> = {}, path = CM) =>
    follow((await s.ask("GET", path, { query: { watch: "true", ...query }, ...extra })).watch);

  it("begin with what is there, told from what comes by a bookmark", async () => {
    const seen = await watch({
      fieldSelector: "metadata.name=b",
      sendInitialEvents: "true",
      resourceVersionMatch: "NotOlderThan",
      allowWatchBookmarks: "true",
    });
    await s.clock.settle();
    await s.ask("PATCH", `${CM}/b`, { body: { data: { k: "v" } }, contentType: "application/merge-patch+json" });
    await create("f");
    await s.clock.settle();
    expect(seen).toEqual(["ADDED b", "BOOKMARK 8 end of the beginning", "MODIFIED b"]);
  });

  it("tell of a change behind what was there, also when it came by a turn that was queued before", async () => {
    await watch({ resourceVersion: "8" });
    const query = { watch: "true", fieldSelector: "metadata.name=b", sendInitialEvents: "true", resourceVersionMatch: "NotOlderThan" };
    const { watch: stream } = await s.ask("GET", CM, { query });
    const queued = create("f");
    const seen = follow(stream);
    const deleted = s.ask("DELETE", `${CM}/b`);
    await Promise.all([queued, deleted]);
    await s.clock.settle();
    expect(seen).toEqual(["ADDED b", "DELETED b"]);
  });

  it("go on from a version, and tell in the stream when it is too old or has not come yet", async () => {
    const { resourceVersion } = (await listed({})).metadata;
    await create("f");
    const onward = await watch({ resourceVersion });
    const ahead = await watch({ resourceVersion: "100", sendInitialEvents: "true", resourceVersionMatch: "NotOlderThan" });
    await s.clock.settle();
    s.store.compact(s.store.revision);
    const old = await watch({ resourceVersion: "2" });
    await s.clock.settle();
    expect([onward, ahead, old]).toEqual([
      ["ADDED f"],
      ["ERROR Timeout: Too large resource version: 100, current: 9", "end"],
      ["ERROR too old resource version: 2 (9)", "end"],
    ]);
  });

  it("outside send bookmarks once a minute, and end", async () => {
    const seen = await watch({ resourceVersion: "8", allowWatchBookmarks: "1", timeoutSeconds: "90" }, outside);
    const forever = await watch({ resourceVersion: "8" }, outside);
    await s.clock.advance(61_000);
    await create("f");
    await s.clock.advance(30_000);
    expect(seen).toEqual(["BOOKMARK 8", "ADDED f", "BOOKMARK 9", "end"]);
    await s.clock.advance(1_800_000 - 92_000);
    expect(forever).toEqual(["ADDED f"]);
    await s.clock.advance(1_900_000);
    expect(forever).toEqual(["ADDED f", "end"]);
  });

  it("are served under their old path, of one object too, and a get is a get", async () => {
    const all = await watch({ resourceVersion: "8" }, {}, "/api/v1/watch/configmaps");
    const one = await watch({ resourceVersion: "8" }, {}, "/api/v1/watch/namespaces/default/configmaps/a");
    await create("f");
    await s.ask("DELETE", `${CM}/a`);
    await s.clock.settle();
    expect([all, one]).toEqual([["ADDED f", "DELETED a"], ["DELETED a"]]);
    expect((await s.ask("GET", `${CM}/b`, { query: { watch: "true" } })).watch).toBeUndefined();
    expect(names(await listed({}, ALL))).toBe("b c d e f");
  });
});
