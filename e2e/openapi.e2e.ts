import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { compareOpenApi, recorded, servedDocuments, withServer } from "../scripts/openapi.mjs";

type Json = Readonly<Record<string, unknown>>;

/** Discovery as a real v1.36.2 cluster answered it: path to document. */
const discovery = JSON.parse(readFileSync(new URL("reference/discovery.json", import.meta.url), "utf8")) as Readonly<Record<string, Json>>;

describe("what clients learn of the API from timonel serve", () => {
  let documents: Json;
  let v2: { readonly definitions: Readonly<Record<string, { readonly properties?: Json }>> };
  const discovered: Record<string, Json> = {};
  beforeAll(async () => {
    await withServer(async (get: (path: string) => Promise<Json>) => {
      documents = (await servedDocuments(get)) as Json;
      v2 = (await get("/openapi/v2")) as typeof v2;
      for (const path of Object.keys(discovery)) discovered[path] = await get(path);
    });
  }, 60_000);

  it("is the recorded OpenAPI v3: every path, parameter, property, required field, enum, list type and merge key", () => {
    const theirs = recorded() as Json;
    expect(Object.keys(theirs).length).toBeGreaterThan(40);
    expect(compareOpenApi(theirs, documents)).toEqual({ missing: [], added: [] });
  });

  it("would notice a property that is missing", () => {
    const theirs = recorded() as Readonly<
      Record<string, { components: { schemas: Record<string, { properties: Record<string, unknown> }> } }>
    >;
    delete theirs["apis/apps/v1"]?.components.schemas["io.k8s.api.apps.v1.DeploymentSpec"]?.properties["paused"];
    expect(compareOpenApi(documents, theirs).missing).toEqual([
      'apis/apps/v1: property io.k8s.api.apps.v1.DeploymentSpec.paused {"type":"boolean"}',
    ]);
  });

  it("has the same properties in OpenAPI v2", () => {
    const properties = (schemas: Readonly<Record<string, { readonly properties?: Json }>>): Readonly<Record<string, readonly string[]>> =>
      Object.fromEntries(Object.entries(schemas).map(([name, s]) => [name, Object.keys(s.properties ?? {}).toSorted()]));
    const theirs: Record<string, { readonly properties?: Json }> = {};
    for (const document of Object.values(recorded() as Readonly<Record<string, { readonly components?: { readonly schemas?: object } }>>))
      Object.assign(theirs, document.components?.schemas);
    expect(properties(v2.definitions)).toEqual(properties(theirs));
  });

  it.each(Object.keys(discovery))("%s is as recorded", (path) => expect(discovered[path]).toEqual(discovery[path]));
});
