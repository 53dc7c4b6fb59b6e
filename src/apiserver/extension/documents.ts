import { sha512 } from "@noble/hashes/sha2.js";
import { type CustomResourceDefinition, extension, openapi } from "../../api/index.ts";
import type { OpenApiDocument } from "../openapi/index.ts";

/** A path of OpenAPI v3 to the document of the custom resources there: `apis/ops.example.com/v1`. */
export function customDocuments(definitions: readonly CustomResourceDefinition[]): ReadonlyMap<string, OpenApiDocument> {
  const byPath = new Map<string, { crd: CustomResourceDefinition; version: CustomResourceDefinition["spec"]["versions"][number] }[]>();
  for (const crd of definitions)
    for (const version of crd.spec.versions) {
      if (!version.served) continue;
      const path = `apis/${crd.spec.group}/${version.name}`;
      const there = byPath.get(path) ?? [];
      byPath.set(path, [...there, { crd, version }]);
    }
  return new Map([...byPath].map(([path, published]) => [path, documentOf(published)]));
}

function documentOf(
  published: readonly { crd: CustomResourceDefinition; version: CustomResourceDefinition["spec"]["versions"][number] }[],
): OpenApiDocument {
  const said = JSON.stringify(published.map(({ crd: { spec }, version }) => [spec.group, spec.names, spec.scope, version]));
  return {
    hash: [...sha512(new TextEncoder().encode(said))]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("")
      .toUpperCase(),
    async load() {
      const template = JSON.parse((await openapi["apis/apps/v1"]?.load()) ?? "{}") as Readonly<Record<string, unknown>>;
      return JSON.stringify(extension().customDocument(published, template));
    },
  };
}
