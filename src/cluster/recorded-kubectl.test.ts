import { readFileSync } from "node:fs";
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
  const disk = Object.entries({ ...files, ".kube/config": CONFIG }).map(([name, text]) => [`${HOME}/${name}`, text]);
  const api = await (still ??= stillApi(NOW, OBJECTS));
  const handle: typeof api.handle = (request) => {
    if (request.method !== "GET" && !request.path.includes("/authorization.k8s.io/")) still = undefined;
    return api.handle(request);
  };
  const through = { ...api, handle } as unknown as KubectlApi;
  const { kubectl } = fakeShell(Object.fromEntries(disk) as Record<string, string>, through, undefined, NOW);
  const plain = (text: string): string => text.replaceAll(HOME, "<home>").replaceAll(/^([IWE])\d{4} [\d:.]+ +\d+ /gm, "$1<klog> ");
  const { out, err, code } = await kubectl(line.replace(/^kubectl /, ""));
  return { out: plain(out), err: plain(err), code };
}

describe.each(Object.entries(lines))("what the real kubectl says of objects that do not move: %s", (_, of) => {
  it.each(of)("%s", async (line) => {
    expect(await ours(line)).toEqual(recorded[line]);
  });
});

it("has a recording of each line and no other", () => {
  expect(Object.keys(recorded).toSorted()).toEqual(Object.values(lines).flat().toSorted());
});
