import { describe, expect, it } from "vitest";
import { createRegistry } from "./registry.ts";
import type { ImageDefinition, ImageManifest } from "../types.ts";

const row = (change: Partial<ImageDefinition> = {}): ImageDefinition => ({
  repository: "docker.io/library/app",
  tags: ["1", "2"],
  size: 1000,
  config: {},
  files: {},
  ...change,
});
const AMD = { architecture: "amd64" } as const;
const ARM = { architecture: "arm64" } as const;
const found = (answer: object): ImageManifest => {
  expect(answer).not.toHaveProperty("error");
  return answer as ImageManifest;
};

describe("a registry", () => {
  it("gives each tag a digest of its own, which is the index's on every machine", () => {
    const registry = createRegistry([row()]);
    const [one, two, arm] = [
      found(registry.resolve("app:1", AMD)),
      found(registry.resolve("app:2", AMD)),
      found(registry.resolve("app:1", ARM)),
    ];
    expect(two.digest).not.toBe(one.digest);
    expect(arm.digest).toBe(one.digest);
    expect(arm.id).not.toBe(one.id);
    expect(found(createRegistry([row()]).resolve("app:1", AMD)).digest).toBe(one.digest);
  });

  it("gives all tags of one build one digest", () => {
    const registry = createRegistry([row({ oneBuild: true })]);
    expect(found(registry.resolve("app:1", AMD)).digest).toBe(found(registry.resolve("app:2", AMD)).digest);
  });

  it("finds by digest what a tag stands for, also beside a tag", () => {
    const registry = createRegistry([row()]);
    const { digest } = found(registry.resolve("app:1", AMD));
    expect(found(registry.resolve(`app@${digest}`, AMD)).digest).toBe(digest);
    expect(found(registry.resolve(`app:2@${digest}`, AMD)).digest).toBe(digest);
    expect(registry.resolve(`app@sha256:${"0".repeat(64)}`, AMD)).toMatchObject({
      reason: "NotFound",
      error: expect.stringMatching(/: not found$/),
    });
  });

  it("has nothing for a machine that an index leaves out, and one manifest for all without an index", () => {
    const registry = createRegistry([row({ architectures: ["amd64"] }), row({ tags: ["plain"], architectures: ["amd64"], plain: true })]);
    expect(registry.resolve("app:1", ARM)).toEqual({ reason: "NotFound", error: "no match for platform in manifest: not found" });
    expect(found(registry.resolve("app:plain", ARM)).architecture).toBe("amd64");
  });

  it("forgets a name that is withdrawn, and knows its digest still", () => {
    const registry = createRegistry([row()]);
    const before = found(registry.resolve("app:1", AMD));
    registry.put(row({ tags: ["1"], build: "another", size: 5 }));
    const now = found(registry.resolve("app:1", AMD));
    expect([now.size, now.digest === before.digest]).toEqual([5, false]);
    registry.withdraw("docker.io/library/app", "1");
    expect(found(registry.resolve("app:1", AMD)).digest).toBe(before.digest);
    expect(registry.held("docker.io/library/app", now.digest, "amd64")?.size).toBe(5);
  });

  it("puts a base that others have too below its own layer", () => {
    const base = { name: "debian:12", size: 600 };
    const registry = createRegistry([row({ base }), row({ repository: "quay.io/a/b", tags: ["x"], size: 700, base })]);
    const [a, b] = [found(registry.resolve("app:1", AMD)), found(registry.resolve("quay.io/a/b:x", AMD))];
    expect(a.layers.map((l) => l.size)).toEqual([600, 400]);
    expect(b.layers.map((l) => l.size)).toEqual([600, 100]);
    expect(a.layers[0]).toEqual(b.layers[0]);
    expect(a.layers[1]?.digest).not.toBe(b.layers[1]?.digest);
  });
});
