// The rows of src/api/kinds.ts as they really are: the table is bundled, without what is generated from it, and run.
import { mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

/** What the generated modules export, empty: the rows are read before there are any. */
const stubs = { structure: "export const structureText = '';", index: "export const openapi = {};" };

const withoutGenerated = {
  name: "without-generated",
  resolveId: (id) => (id.includes("/generated/") ? `\0stub:${/(\w+)\.ts$/.exec(id)[1]}` : undefined),
  load: (id) => (id.startsWith("\0stub:") ? (stubs[id.slice(6)] ?? "export {};") : undefined),
};

/** Every file that a row may come from. */
export function rowSources(root) {
  return readdirSync(join(root, "src/api"), { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(".ts") && !file.startsWith("generated") && !file.endsWith(".test.ts"))
    .map((file) => `src/api/${file.replaceAll("\\", "/")}`)
    .sort();
}

/** `{group, version, kind, plural, namespaced, subresources?, verbs?, virtual?, returnsDeleted?, schema?}` for each row, in the table's order. */
export async function readRows(root) {
  const folder = join(root, `.cache/rows-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    const bundle = await rolldown({
      input: { kinds: join(root, "src/api/kinds.ts"), schemas: join(root, "src/api/simulator/schemas.ts") },
      plugins: [withoutGenerated],
      platform: "node",
      logLevel: "silent",
      treeshake: false,
    });
    await bundle.write({ dir: folder, format: "esm", entryFileNames: "[name].mjs", chunkFileNames: "[name].mjs" });
    await bundle.close();
    const load = (name) => import(pathToFileURL(join(folder, `${name}.mjs`)).href);
    const { kinds } = await load("kinds");
    const { ownSchemas } = await load("schemas");
    return kinds.map(({ group, version, kind, plural, namespaced, subresources, verbs, virtual, returnsDeleted, schema }) => ({
      group,
      version,
      kind,
      plural,
      namespaced,
      subresources,
      verbs,
      virtual,
      returnsDeleted,
      schema: schema ?? (group === "sim.timonel.dev" ? ownSchemas[kind] : undefined),
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The text of all sources, for telling whether to look at all. */
export const sourcesText = (root) => rowSources(root).map((file) => `${file}\0${readFileSync(join(root, file), "utf8")}`);
