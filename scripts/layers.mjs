// The rooms and who may import whom (ARCHITECTURE.md), in one table. `node scripts/layers.mjs` checks that the
// tsconfig references and the lint rules say the same; `--write` makes them say it.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Room to the rooms it may import, besides the open ones. */
export const rooms = {
  sim: [],
  machinery: [],
  pki: [],
  etcd: [],
  api: [],
  client: ["api"],
  apiserver: ["etcd", "api"],
  controllers: ["client", "api"],
  scheduler: ["client", "api"],
  network: ["client", "api"],
  runtime: ["network"],
  kubelet: ["client", "api", "runtime", "network"],
  shell: ["runtime"],
  kubectl: ["client", "api", "shell"],
  images: ["shell", "kubectl", "network", "runtime"],
  addons: ["images", "client", "api"],
  workstation: ["shell", "kubectl", "runtime"],
  lessons: ["client", "shell"],
  cluster: [
    "etcd",
    "api",
    "client",
    "apiserver",
    "controllers",
    "scheduler",
    "network",
    "runtime",
    "kubelet",
    "shell",
    "kubectl",
    "images",
    "addons",
    "workstation",
    "lessons",
  ],
  browser: ["cluster"],
  node: ["cluster"],
  ui: ["browser"],
};
/** Open to all but themselves; `machinery` may use `sim`, `pki` both. */
const open = { sim: [], machinery: ["sim"], pki: ["sim", "machinery"] };
/** Rooms with a platform under them. */
const platform = {
  browser: { lib: ["ES2023", "DOM", "DOM.Iterable", "WebWorker"] },
  node: { types: ["node"] },
  ui: { lib: ["ES2023", "DOM", "DOM.Iterable"], jsx: "react-jsx", types: ["vite/client"] },
};

/** Data that a room imports. */
const data = { apiserver: ["bootstrap/objects.json", "protobuf/fields.json"] };

/** What of a room only its tests read. */
const proofs = { cluster: ["breakages/**"] };

const references = (room) => [...(open[room] ?? Object.keys(open)), ...rooms[room]];

function tsconfig(room) {
  return {
    extends: "../../tsconfig.base.json",
    compilerOptions: {
      rootDir: "..",
      outDir: `../../.cache/types/${room}`,
      tsBuildInfoFile: `../../.cache/types/${room}.tsbuildinfo`,
      ...platform[room],
    },
    include: ["**/*.ts", "**/*.tsx", ...(data[room] ?? []), ...(platform[room] ? [] : ["../whatwg.d.ts"])],
    exclude: ["**/*.test.ts", "**/*.test.tsx", "testing/**", "**/testing/**", "testing.ts", ...(proofs[room] ?? [])],
    references: references(room).map((r) => ({ path: `../${r}` })),
  };
}

const timeAndChance = [
  "Date",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "performance",
  "crypto",
  "console",
  "process",
  "window",
  "document",
  "fetch",
];

/** How a room is reached from another one's folders, and from the fixtures. */
const ways = ["..", "../..", "../../..", "../../../../src"];
const inside = (room) => ways.map((way) => `${way}/${room}/**`);
/** A room's own folder with another one's name: one step up may be either, and there the compiler alone keeps them apart. */
const namesakes = { ui: ["lessons"] };
const banned = (from, room) => inside(room).slice(namesakes[from]?.includes(room) ? 1 : 0);
const doors = (from, room) =>
  ways.flatMap((way) => ["index.ts", ...(from === "ui" ? ["protocol.ts"] : [])].map((file) => `!${way}/${room}/${file}`));

function lint() {
  const overrides = Object.keys(rooms).map((room) => {
    const allowed = new Set([...references(room), room]);
    const forbidden = Object.keys(rooms).filter((r) => !allowed.has(r));
    const core = !platform[room];
    return {
      files: [`src/${room}/**`, `scripts/fixtures/src/${room}/**`],
      rules: {
        "no-restricted-imports": [
          "error",
          {
            patterns: [
              ...forbidden.map((r) => ({ group: banned(room, r), message: `${room} may not import ${r} (ARCHITECTURE.md, layers).` })),
              ...[...allowed]
                .filter((r) => r !== room)
                .map((r) => ({ group: [...inside(r), ...doors(room, r)], message: `${r}'s door is its index.ts.` })),
              ...(core ? [{ group: ["node:*", "react", "dexie", "ws"], message: "The core knows no platform (law 3)." }] : []),
            ],
          },
        ],
        ...(core && room !== "sim"
          ? {
              "no-restricted-globals": [
                "error",
                ...timeAndChance.map((name) => ({ name, message: "Only sim/ knows time, chance and the platform (laws 3 and 4)." })),
              ],
            }
          : {}),
      },
    };
  });
  return {
    $schema: "./node_modules/oxlint/configuration_schema.json",
    plugins: ["typescript", "unicorn", "oxc", "import", "promise", "react", "jsx-a11y", "vitest"],
    categories: { correctness: "error" },
    options: { typeAware: true },
    ignorePatterns: ["dist", "node_modules", ".cache", "src/api/generated"],
    rules: {
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "typescript/no-explicit-any": "error",
      "typescript/no-floating-promises": "error",
      "typescript/no-misused-promises": "error",
      "typescript/consistent-type-imports": "error",
      "typescript/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // kubectl prints what the server sends, whatever it is.
      "typescript/no-base-to-string": "off",
      "typescript/restrict-template-expressions": "off",
      "typescript/no-misused-spread": "off",
      "no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_" },
      ],
      // A copy taken before its original changes is not useless.
      "unicorn/no-useless-spread": "off",
      "unicorn/no-new-array": "off",
      // Terminals and shells are about control characters; a shell's grammar has a branch called then.
      "no-control-regex": "off",
      "unicorn/no-thenable": "off",
      // What assistive technology meets is proved by axe in a real browser; these forbid patterns that ARIA recommends.
      "jsx-a11y/prefer-tag-over-role": "off",
      "jsx-a11y/interactive-supports-focus": "off",
      "jsx-a11y/no-noninteractive-tabindex": "off",
      "jsx-a11y/no-noninteractive-element-interactions": "off",
      // xterm's options are set by assignment.
      "react/immutability": "off",
      "vitest/expect-expect": ["error", { assertFunctionNames: ["expect", "same", "check*"] }],
      eqeqeq: ["error", "always", { null: "ignore" }],
    },
    overrides: [
      ...overrides,
      // Longer than the cap, and listed here so that it is a decision.
      { files: ["src/kubelet/kubelet.test.ts"], rules: { "max-lines": "off" } },
      // A locale is one file, so that adding one takes one.
      { files: ["src/ui/locales/*.ts"], rules: { "max-lines": "off" } },
      // Stores are closures: their actions have no `this` to lose, and React lets an event handler's promise go.
      {
        files: ["src/ui/**"],
        rules: { "typescript/unbound-method": "off", "typescript/no-misused-promises": ["error", { checksVoidReturn: false }] },
      },
      {
        files: ["**/*.test.ts", "**/*.test.tsx", "**/testing/**", "**/testing.ts", "e2e/**", "bench/**"],
        rules: { "no-restricted-imports": "off", "no-restricted-globals": "off", "typescript/no-floating-promises": "error" },
      },
    ],
  };
}

/** File to the text it must have. */
export function expected() {
  const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
  const files = new Map(Object.keys(rooms).map((room) => [`src/${room}/tsconfig.json`, json(tsconfig(room))]));
  files.set(
    "tsconfig.json",
    json({ files: [], references: [...Object.keys(rooms).map((r) => ({ path: `src/${r}` })), { path: "tsconfig.test.json" }] }),
  );
  files.set(".oxlintrc.json", json(lint()));
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let stale = 0;
  for (const [file, text] of expected()) {
    let now = "";
    try {
      now = readFileSync(root + file, "utf8");
    } catch {
      // It is missing: stale.
    }
    if (now === text) continue;
    if (process.argv.includes("--write")) writeFileSync(root + file, text);
    else {
      console.error(`${file} does not say what scripts/layers.mjs says: run node scripts/layers.mjs --write`);
      stale++;
    }
  }
  process.exitCode = stale > 0 ? 1 : 0;
}
