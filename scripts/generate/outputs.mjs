// Which files are generated, from what.
import { editorSchemas } from "./editor.mjs";
import { handWritten, readModel } from "./model.mjs";
import { openapiModules } from "./openapi.mjs";
import { structureModule } from "./structure.mjs";
import { typesModule } from "./types.mjs";

/** File name to text; `rows` as `readRows` answers them. */
export function outputs(root, rows) {
  const model = readModel(root, rows);
  return new Map([
    ["types.ts", typesModule(model, handWritten)],
    ["structure.ts", structureModule(model)],
    ["schemas.json", editorSchemas(model)],
    ...openapiModules(model),
  ]);
}
