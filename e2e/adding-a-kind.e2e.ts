import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = new URL("../", import.meta.url).pathname;

/** What CONTRIBUTING says that a kind is: one file. */
const FILE = `import { field } from "../../machinery/index.ts";
import { ageColumn } from "../columns.ts";
import { fill, put } from "../defaulting.ts";
import type { Gadget } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

export const gadget: Kind<Gadget> = {
  group: "toys.timonel.dev",
  version: "v1",
  kind: "Gadget",
  plural: "gadgets",
  singular: "gadget",
  shortNames: ["gg"],
  categories: ["all"],
  namespaced: true,
  generation: true,
  schema: {
    Gadget: {
      description: "Gadget is something to play with.",
      fields: { spec: { type: "GadgetSpec", description: "What it is made of." } },
    },
    GadgetSpec: {
      description: "GadgetSpec says what a gadget is made of.",
      fields: {
        parts: { type: "int32", description: "How many parts it has. Defaults to 1." },
        colours: { type: "[]string", description: "Its colours." },
      },
    },
  },
  defaults: (object) => put(object, "spec", fill(object.spec ?? {}, { parts: 1 })),
  validate: ({ spec }) =>
    (spec?.parts ?? 0) < 1 ? [field.invalid("spec.parts", spec?.parts, "must be greater than or equal to 1")] : [],
  columns: [{ name: "Parts", type: "integer", description: "How many parts it has.", cell: (g) => g.spec?.parts ?? 0 }, ageColumn],
};
`;

const SCENARIO = {
  name: "gadgets",
  files: {
    "gadget.yaml": "apiVersion: toys.timonel.dev/v1\nkind: Gadget\nmetadata: {name: yoyo}\nspec: {colours: [red]}\n",
    "bad.yaml": "apiVersion: toys.timonel.dev/v1\nkind: Gadget\nmetadata: {name: bad}\nspec: {parts: -1}\n",
    "unknown.yaml": "apiVersion: toys.timonel.dev/v1\nkind: Gadget\nmetadata: {name: odd}\nspec: {wheels: 4}\n",
  },
  steps: [
    "kubectl api-resources --api-group=toys.timonel.dev",
    "kubectl explain gadget.spec",
    "kubectl apply -f gadget.yaml",
    "kubectl get gg",
    "kubectl create -f bad.yaml",
    "kubectl create -f unknown.yaml",
    `kubectl patch gadget yoyo --type=merge -p '{"spec":{"parts":3}}'`,
    "kubectl get gadget yoyo -o jsonpath='{.spec} {.metadata.generation}'",
    "kubectl delete gadget yoyo",
  ].map((run) => ({ run })),
};

interface Step {
  readonly run: string;
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

describe("a kind as CONTRIBUTING says, one file and one row", () => {
  const copy = mkdtempSync(join(tmpdir(), "timonel-kind-"));
  let steps: readonly Step[];
  beforeAll(() => {
    for (const name of ["src", "scripts", "package.json", "package-lock.json", "tsconfig.base.json"])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    // The bundler looks there for what is newer; nothing of it is bundled.
    mkdirSync(join(copy, "bench"));
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    writeFileSync(join(copy, "src/api/simulator/gadget.ts"), FILE);
    const table = join(copy, "src/api/kinds.ts");
    const text = readFileSync(table, "utf8");
    const [imported, row] = [`import { gadget } from "./simulator/gadget.ts";\n`, "\n  gadgets: gadget,"];
    writeFileSync(table, imported + text.replace("export const kindTable = {", (start) => start + row));
    writeFileSync(join(copy, "gadgets.yaml"), JSON.stringify(SCENARIO));
    const output = execFileSync(process.execPath, ["scripts/timonel.mjs", "replay", join(copy, "gadgets.yaml")], {
      cwd: copy,
      encoding: "utf8",
    });
    ({ steps } = JSON.parse(output) as { readonly steps: readonly Step[] });
  }, 120_000);
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it("is listed, explained, checked, kept, shown, patched and deleted", () => {
    expect(steps.map(({ out, err, code }) => [out || err, code])).toEqual([
      [
        `NAME      SHORTNAMES   APIVERSION            NAMESPACED   KIND
gadgets   gg           toys.timonel.dev/v1   true         Gadget
`,
        0,
      ],
      [
        `GROUP:      toys.timonel.dev
KIND:       Gadget
VERSION:    v1

FIELD: spec <GadgetSpec>


DESCRIPTION:
    What it is made of.
    GadgetSpec says what a gadget is made of.
    
FIELDS:
  colours	<[]string>
    Its colours.

  parts	<integer>
    How many parts it has. Defaults to 1.


`,
        0,
      ],
      ["gadget.toys.timonel.dev/yoyo created\n", 0],
      ["NAME   PARTS   AGE\nyoyo   1       0s\n", 0],
      [`The Gadget "bad" is invalid: spec.parts: Invalid value: -1: must be greater than or equal to 1\n`, 1],
      [
        `Error from server (BadRequest): error when creating "unknown.yaml": Gadget in version "v1" cannot be handled as a Gadget: strict decoding error: unknown field "spec.wheels"\n`,
        1,
      ],
      ["gadget.toys.timonel.dev/yoyo patched\n", 0],
      [`{"colours":["red"],"parts":3} 2`, 0],
      [`gadget.toys.timonel.dev "yoyo" deleted from default namespace\n`, 0],
    ]);
  });
});
