import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { testCluster } from "../../testing.ts";
import { flagProofs, script } from "./index.ts";
import type { FlagRow } from "./row.ts";

const file = fileURLToPath(new URL("../../../kubectl/testing/recorded-flags.json", import.meta.url));
const recorded = JSON.parse(readFileSync(file, "utf8")) as {
  readonly global: object;
  readonly commands: Readonly<Record<string, { readonly flags: object }>>;
};

/** Flags that change nothing one could see, in v1.36.4 as here. */
const INVISIBLE: Readonly<Record<string, string>> = {
  "create token --show-managed-fields": "a TokenRequest is not stored, and has no managed fields",
  "apply edit-last-applied --show-managed-fields": "what is printed is the annotation's object, which has none",
  "config view --show-managed-fields": "a kubeconfig has none",
  "kuberc view --show-managed-fields": "a kuberc file has none",
  ...Object.fromEntries(
    ["detach-keys", "filename", "force", "grace-period", "kustomize", "recursive", "timeout", "wait"].map((flag) => [
      `run --${flag}`,
      "v1.36.4 takes it with the flags of attach and delete, and does not follow it (k8s: run.go Complete)",
    ]),
  ),
  "--disable-compression": "how an answer was packed shows nowhere in it",
  "--profile-output": "where a profile of a Go program would go, and --profile is refused by name",
  "api-resources --show-managed-fields": "a list of resources has none",
  "auth whoami --show-managed-fields": "a review is not stored, and has none",
  "attach --detach-keys": "keys are looked for where a terminal is attached: attach.test.ts",
  "cluster-info dump --pod-running-timeout": "v1.36.4 asks pods by name, and waits for none (k8s: clusterinfo_dump.go)",
  "cp --retries": "a copy is tried again where its connection breaks in the middle, which no line does",
  "proxy --keepalive": "how long a connection of nobody's is kept shows in no answer",
  "top node --show-capacity": "of a machine that keeps nothing for itself all that there is can be allocated",
  "apply --wait": "what --force takes away is waited for however it stands (k8s: patcher.go deleteAndCreate)",
  "replace --wait": "what --force takes away is waited for however it stands (k8s: replace.go forceReplace)",
  "apply --openapi-patch": "both ways of reckoning a patch come to the same one for every kind that there is",
  "diff --concurrency": "how many objects are asked for at a time shows in no answer",
  ...Object.fromEntries(
    [
      "as-current-user",
      "enable-alpha-plugins",
      "env",
      "helm-api-versions",
      "helm-debug",
      "helm-kube-version",
      "mount",
      "network",
      "network-name",
    ].map((flag) => [`kustomize --${flag}`, "it is for a plugin in a container or for helm, and neither is there to be told"]),
  ),
  ...Object.fromEntries(
    ["clusterip", "externalname", "loadbalancer", "nodeport"].map((type) => [
      `create service ${type} --save-config`,
      "v1.36.4 sets no annotation on services (k8s: create_service.go)",
    ]),
  ),
};

const all = Object.values(flagProofs).flat();
const keyOf = ({ command, flag }: Pick<FlagRow, "command" | "flag">): string => `${command} --${flag}`.trim();

it("has a row for every flag of every command", () => {
  const proven = new Set(all.map(keyOf));
  const flags = Object.entries({ ...recorded.commands, "": { flags: recorded.global } }).flatMap(([command, { flags: own }]) =>
    Object.keys(own).map((flag) => ({ command, flag })),
  );
  const without = flags.filter((f) => !proven.has(keyOf(f)) && INVISIBLE[keyOf(f)] === undefined);
  expect(without.map(keyOf)).toEqual([]);
  // No row is about a flag that there is not, and none is called invisible that has one.
  expect(Object.keys(INVISIBLE).filter((key) => proven.has(key) || !flags.some((f) => keyOf(f) === key))).toEqual([]);
  const known = new Set(flags.map(keyOf));
  expect(all.map(keyOf).filter((key) => !known.has(key))).toEqual([]);
});

for (const [half, rows] of Object.entries(flagProofs).filter(([, { length }]) => length > 0)) {
  describe(`flags of commands that are for ${half} show what they do`, () => {
    const cluster = testCluster();
    beforeAll(async () => void (await cluster), 120_000);
    let count = 0;
    /** A line in a folder of its own, with a name of its own, which is shown as $N. */
    const shown = async (line: string): Promise<string> => {
      const name = `${half[0]}${++count}`;
      return (await (await cluster).sh(script(line, name))).replaceAll(name, "$N");
    };
    // `npm run prove` runs them all, the inner loop every fourth.
    const some = process.env["TIMONEL_PROOFS"] === "full" ? rows : rows.filter((_, i) => i % 4 === 0);
    it.each(some.map((row) => [row.line, row] as const))("%s", async (_, { line, without, shows }) => {
      expect(await shown(line)).toContain(shows);
      expect(await shown(without)).not.toContain(shows);
    });
  });
}
