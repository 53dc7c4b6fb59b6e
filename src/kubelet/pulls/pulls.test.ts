import { describe, expect, it } from "vitest";
import { type ContainerRuntime, RuntimeError } from "../../runtime/index.ts";
import { testClock } from "../../sim/testing.ts";
import { pullFailure, pullWith } from "./attempts.ts";
import { Puller } from "./puller.ts";
import { PulledRecords } from "./records.ts";

const login = (username: string, name = username) => ({
  username,
  password: "p",
  secret: { uid: `uid-${name}`, namespace: "default", name },
});

describe("a puller", () => {
  async function finished(options: { serial: boolean; parallel?: number }, pulls: number, ms = 10_000): Promise<readonly number[]> {
    const clock = testClock();
    const begun = clock.now();
    const puller = new Puller({ clock, qps: 5, burst: 10, ...options });
    const at: number[] = [];
    for (let i = 0; i < pulls; i++)
      void puller
        .run(() => clock.sleep(1000))
        .then(
          () => at.push(clock.now() - begun),
          (error: Error) => at.push(error.message === "pull QPS exceeded" ? -1 : NaN),
        );
    await clock.advance(ms);
    return at;
  }
  it("runs one after the other", async () => expect(await finished({ serial: true }, 3)).toEqual([1000, 2000, 3000]));
  it("runs as many as it may", async () => expect(await finished({ serial: false, parallel: 2 }, 3)).toEqual([1000, 1000, 2000]));
  it("refuses what is too much at once", async () =>
    expect(await finished({ serial: false }, 12)).toEqual([-1, -1, ...Array.from({ length: 10 }, () => 1000)]));
});

describe("logins", () => {
  const runtime = (good: string | undefined): ContainerRuntime =>
    ({
      async pullImage(_: string, who?: { readonly username: string }) {
        if (who?.username === good) return { imageRef: "r@sha256:1", size: 7 };
        throw new RuntimeError("Unknown", who ? "401 Unauthorized" : "no credentials");
      },
    }) as unknown as ContainerRuntime;
  it("are tried in turn, and the one that does is told", async () =>
    expect(await pullWith(runtime("b"), "r", [login("a"), login("b"), login("c")])).toMatchObject({ size: 7, login: login("b") }));
  it("that none does are refused once for each wording", async () => {
    await expect(pullWith(runtime("x"), "r", [login("a"), login("b")])).rejects.toThrow(/^401 Unauthorized$/);
    await expect(pullWith(runtime("x"), "r", [])).rejects.toThrow("no credentials");
  });
});

it.each([
  ["RegistryUnavailable: it is down", "RegistryUnavailable", "image pull failed for app because the registry is unavailable: it is down"],
  ["SignatureValidationFailed", "SignatureValidationFailed", "image pull failed for app because the signature validation failed"],
  ["anything else", "ErrImagePull", "anything else"],
])("a runtime that says %j fails a pull with %s", (text, reason, message) => expect(pullFailure("app", text)).toEqual({ reason, message }));

describe("what was pulled with whose login", () => {
  const ref = "reg.io/app@sha256:1";
  it("is everybody's when nobody's login was needed, or when it was there from the start", () => {
    const records = new PulledRecords();
    expect(records.mustPull(ref, "reg.io/app")).toBe(false);
    records.pulled(ref, "reg.io/app", undefined);
    expect(records.mustPull(ref, "reg.io/app")).toBe(false);
    expect(records.mustPull(ref, "other.io/app")).toBe(true);
  });
  it("is for pods with the same Secret, or one that says the same", () => {
    const records = new PulledRecords();
    records.pulled(ref, "reg.io/app", login("me", "key"));
    expect(records.mustPull(ref, "reg.io/app")).toBe(undefined);
    expect(records.knows(ref, "reg.io/app", [])).toBe(false);
    expect(records.knows(ref, "reg.io/app", [login("you", "other")])).toBe(false);
    expect(records.knows(ref, "reg.io/app", [login("me", "copy")])).toBe(true);
    expect(records.knows(ref, "reg.io/app", [login("changed", "key")])).toBe(true);
    const again = new PulledRecords();
    again.restore(records.save());
    expect(again.knows(ref, "reg.io/app", [login("changed", "key")])).toBe(true);
    again.keep(new Set());
    expect(again.mustPull(ref, "reg.io/app")).toBe(false);
  });
});
