import { describe, expect, it } from "vitest";
import { testClock } from "../../sim/testing.ts";
import { Records } from "../records.ts";
import { createRegistry } from "../registries/registry.ts";
import type { CatalogueImage } from "../types.ts";
import { ImageStore } from "./images.ts";

const MiB = 1024 * 1024;
const base = { name: "debian:12", size: 50 * MiB };
const whole = { config: {}, files: {} };

function machine(images: readonly CatalogueImage[], options: { readonly architecture?: "amd64" | "arm64" } = {}) {
  const clock = testClock();
  const registry = createRegistry(images);
  const make = () => new ImageStore({ registry, clock, records: new Records(true), ...options });
  const store = make();
  const pull = async (name: string): Promise<number | string> => {
    const begun = clock.now();
    let result: number | string | undefined;
    store.pull(name).then(
      () => (result = clock.now() - begun),
      (error: Error) => (result = error.message),
    );
    await clock.advanceUntil(() => result !== undefined, 600_000);
    return result as number | string;
  };
  return { clock, registry, store, pull, again: make };
}

describe("the images on a machine", () => {
  it("takes as long as the layers that are missing", async () => {
    const app: CatalogueImage = { repository: "docker.io/a/app", tags: ["1", "2"], size: 100 * MiB, base, ...whole };
    const m = machine([app, { ...app, repository: "docker.io/a/other" }]);
    expect(await m.pull("a/app:1")).toBe(2400);
    expect(await m.pull("a/other:1")).toBe(1400);
    // Looking whether a tag has moved takes the answer only.
    expect(await m.pull("a/app:1")).toBe(400);
    m.store.remove("a/app:1");
    m.store.remove("a/other:1");
    expect(await m.pull("a/app:1")).toBe(2400);
  });

  it("knows an image by tag, digest and id, and lists it once", async () => {
    const m = machine([{ repository: "docker.io/a/app", tags: ["1", "2"], size: 1, oneBuild: true, ...whole }]);
    await m.pull("a/app:1");
    await m.pull("a/app:2");
    const [held, ...others] = m.store.list();
    expect(others).toEqual([]);
    expect(held?.names).toEqual(["docker.io/a/app:1", "docker.io/a/app:2"]);
    for (const name of ["a/app:1", "a/app:2", held?.imageRef ?? "", held?.id ?? ""])
      expect(m.store.status(name)?.imageRef).toBe(held?.imageRef);
  });

  it("takes a name from what it stood for when it has moved", async () => {
    const row: CatalogueImage = { repository: "docker.io/a/app", tags: ["1"], size: 1, ...whole };
    const m = machine([row]);
    await m.pull("a/app:1");
    m.registry.put({ ...row, build: "new" });
    expect(m.store.status("a/app:1")?.names).toEqual(["docker.io/a/app:1"]);
    await m.pull("a/app:1");
    expect(m.store.list().map(({ names }) => names)).toEqual([[], ["docker.io/a/app:1"]]);
    const again = m.again();
    again.restore(m.store.save());
    expect(again.list()).toEqual(m.store.list());
  });

  it("says in containerd's words what an index does not have", async () => {
    const m = machine([{ repository: "docker.io/a/app", tags: ["1"], size: 1, architectures: ["amd64"], ...whole }], {
      architecture: "arm64",
    });
    expect(await m.pull("a/app:1")).toBe(
      'failed to pull and unpack image "docker.io/a/app:1": no match for platform in manifest: not found',
    );
  });

  it("opens what is fetched later in a turn, with the clock standing still, and once", async () => {
    let loads = 0;
    const load = async () => {
      loads++;
      return { config: { cmd: ["x"] }, files: {} };
    };
    const m = machine([{ repository: "docker.io/a/app", tags: ["1"], size: 1, load }]);
    m.store.load("a/app:1");
    expect(m.store.status("a/app:1")?.config).toEqual({});
    const before = m.clock.now();
    let open = false;
    void m.store.open("a/app:1")?.then(() => (open = true));
    await m.clock.advanceUntil(() => open, 1000);
    expect([m.clock.now() - before, m.store.status("a/app:1")?.config, m.store.open("a/app:1")]).toEqual([0, { cmd: ["x"] }, undefined]);
    await m.pull("a/app:1");
    expect(loads).toBe(1);
  });

  it("leaves an image alone that cannot be fetched, and tries again", async () => {
    let broken = true;
    const load = async () => {
      if (broken) throw new Error("offline");
      return whole;
    };
    const m = machine([{ repository: "docker.io/a/app", tags: ["1"], size: 1, load }]);
    expect(await m.pull("a/app:1")).toMatch(/its code could not be loaded: offline$/);
    broken = false;
    expect(await m.pull("a/app:1")).toBe(401);
  });
});
