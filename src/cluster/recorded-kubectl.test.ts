import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { KubectlApi } from "../kubectl/index.ts";
import { fakeShell } from "../kubectl/testing/fake.ts";
import { stillApi } from "./testing/kubectl/still-api.ts";

interface Answer {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}
const { files, lines } = parse(readFileSync(new URL("./testing/kubectl/lines.yaml", import.meta.url), "utf8")) as {
  readonly files: Readonly<Record<string, string>>;
  readonly lines: Readonly<Record<string, readonly string[]>>;
};
const recorded = JSON.parse(readFileSync(new URL("./testing/kubectl/recorded.json", import.meta.url), "utf8")) as Readonly<
  Record<string, Answer>
>;

/** Lines that differ, by why they do. */
const known = JSON.parse(readFileSync(new URL("./testing/kubectl/known-differences.json", import.meta.url), "utf8")) as Readonly<
  Record<string, readonly string[]>
>;
const differing = new Set(Object.values(known).flat());

const HOME = "/home/learner";
const CONFIG = `apiVersion: v1
kind: Config
current-context: still
clusters: [{name: still, cluster: {server: "http://<server>"}}]
users: [{name: admin, user: {}}]
contexts: [{name: still, context: {cluster: still, user: admin, namespace: show}}]
`;
const NOW = Date.UTC(2026, 10, 20, 10);

const OBJECTS = new URL("./testing/kubectl/objects/", import.meta.url);
/** Made anew after a line that wrote. */
let still: ReturnType<typeof stillApi> | undefined;

async function ours(line: string): Promise<Answer> {
  const api = await (still ??= stillApi(NOW, OBJECTS));
  const handle: typeof api.handle = (request) => {
    if (request.method !== "GET" && !request.path.includes("/authorization.k8s.io/")) still = undefined;
    return api.handle(request);
  };
  const through = { ...api, handle } as unknown as KubectlApi;
  const { kubectl } = fakeShell({ ...files, [`${HOME}/.kube/config`]: CONFIG }, through, undefined, NOW);
  const plain = (text: string): string =>
    text
      .replaceAll(HOME, "<home>")
      .replaceAll(/^([IWEF])\d{4} [\d:.]+ +\d+ /gm, "$1<klog> ")
      // A whole object in a message is its beginning, its end and how long it is.
      .replaceAll(
        /^(.{300})(.{300,})(.{40})$/gm,
        (_, begin: string, middle: string, end: string) => `${begin}<${middle.length} more>${end}`,
      );
  const { out, err, code } = await kubectl(line.replace(/^kubectl /, ""));
  return { out: plain(out), err: plain(err), code };
}

describe.each(Object.entries(lines))("what the real kubectl says of objects that do not move: %s", (_, of) => {
  it.each(of.filter((line) => !differing.has(line)))("%s", async (line) => {
    expect(await ours(line)).toEqual(recorded[line]);
  });
});

it("differs where the list says so", async () => {
  const equal: string[] = [];
  for (const line of differing) if (isDeepStrictEqual(await ours(line), recorded[line])) equal.push(line);
  expect(equal).toEqual([]);
  expect([...differing].filter((line) => !(line in recorded))).toEqual([]);
});

it("has a recording of each line and no other", () => {
  expect(Object.keys(recorded).toSorted()).toEqual(Object.values(lines).flat().toSorted());
});
